"""The desk without its server: deadlines go on, a press waits in doubt, and is carried out once when it is back."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Route, expect

from tests.browser.conftest import Watcher, log_in
from tests.browser.desk import Desk, actions_of
from tests.browser.server import Server

pytestmark = pytest.mark.browser

TIMING = {
    "silent_seconds": 3,
    "worry_seconds": 2,
    "probe_seconds": 0.3,
    "probe_most_seconds": 1,
    "wish_seconds": 0.5,
}
SOON_MS = 3000
DOWN = "() => document.documentElement.dataset.link === 'down'"
AFTER_THE_LIMIT = """() => {
  const wall = Date.now;
  Date.now = () => wall() + 16 * 60_000;
}"""


@pytest.fixture(autouse=True)
def _outage(watcher: Watcher) -> None:
    watcher.is_outage_expected = True


@pytest.fixture
def stopped(desk_server: Server) -> Iterator[Server]:
    """Return the server, which is running again at the end whatever the test did to it."""
    yield desk_server
    if not desk_server.is_running:
        desk_server.start()


def test_a_deadline_turns_red_while_nothing_works(sit: Callable[..., Desk], stopped: Server) -> None:
    desk = sit(timing=TIMING)
    case_id = desk.report("停机时到期的漏水")
    desk.choose(case_id)
    in_queue = desk.row(case_id).locator(".case-left")
    in_drawer = desk.page.locator("#desk-drawer .limit", has_text="受理时限").locator("[data-due]")
    for place in (in_queue, in_drawer):
        expect(place).to_have_attribute("data-tone", "soon")
    stopped.kill()
    desk.page.wait_for_function(DOWN)
    expect(desk.page.locator('[data-live="link"]')).to_have_text("已断开")
    desk.page.evaluate(AFTER_THE_LIMIT)
    for place in (in_queue, in_drawer):
        expect(place).to_have_attribute("data-tone", "bad")
        expect(place).to_contain_text("−")
    desk.key("2")  # and it counts among the overdue ones
    expect(desk.row(case_id)).to_be_visible()
    expect(desk.page.locator('[data-live="link"]')).to_have_text("已断开")


def test_a_press_without_a_server_is_sent_once_when_it_is_back(
    sit: Callable[..., Desk], stopped: Server
) -> None:
    desk = sit(timing=TIMING)
    case_id = desk.report("断线时派遣的漏水")
    desk.choose(case_id)
    stopped.kill()
    desk.key("d")
    expect(desk.strips("unsent")).to_contain_text("没有答复，不知是否送达；接通后自动核对", timeout=SOON_MS)
    desk.page.wait_for_function(DOWN)
    desk.key("d")  # once more changes nothing
    expect(desk.strips("unsent")).to_have_count(1)
    stopped.start()
    expect(desk.strips("undo")).to_contain_text("断线时派遣的漏水")
    expect(desk.strips("unsent")).to_have_count(0)
    desk.shows(case_id, "已派遣")
    case = desk.case(case_id)
    assert actions_of(case) == ["report", "accept", "file", "dispatch"]
    assert [order["is_main"] for order in case["orders"]].count(True) == 1


def test_a_form_without_an_answer_says_so_and_is_settled(sit: Callable[..., Desk]) -> None:
    """Words typed into a form stay, nobody claims to know whether they arrived, and one answer settles them."""
    desk = sit()
    case_id = desk.report("断线时不予受理的漏水")
    desk.choose(case_id)
    page = desk.page
    desk.menu("不予受理")
    page.fill('[data-desk="form"] [name="reason"]', "经核实不属实")
    page.route(re.compile("/_dash-update-component"), cut)
    page.click('[data-desk="form"] .go')
    expect(page.locator(".sheet-message")).to_contain_text("不知是否送达", timeout=2 * SOON_MS)
    assert page.input_value('[data-desk="form"] [name="reason"]') == "经核实不属实"
    page.unroute_all()
    expect(page.locator('[data-desk="form"]')).to_be_hidden()
    assert actions_of(desk.case(case_id)) == ["report", "decline"]


def test_an_assisting_order_waits_beside_its_case(sit: Callable[..., Desk]) -> None:
    """The same action on the case and on an assisting order are two presses; a repeated one is refused aloud."""
    desk = sit()
    case_id = desk.report("主办协办同时签收的漏水")
    desk.choose(case_id)
    desk.key("d")
    desk.shows(case_id, "已派遣")
    desk.page.route(re.compile("/_dash-update-component"), cut)
    desk.key("e")
    expect(desk.strips("unsent")).to_have_count(1)
    assist = desk.page.locator("#desk-drawer [data-order]").get_by_role("button", name="记录签收").first
    assist.click()
    expect(desk.strips("unsent")).to_have_count(2)
    expect(desk.strips("refused")).to_have_count(0)
    assist.click()
    expect(desk.strips("refused")).to_contain_text("记录签收：上一次还没有答复，没有再发送")
    expect(desk.strips("unsent")).to_have_count(2)


def test_what_an_account_left_unsent_is_not_the_next_one_s(sit: Callable[..., Desk]) -> None:
    """A press, the words of a form and a new case outlive a reload of their own account, and no other's."""
    desk = sit()
    case_id = desk.report("换人之前派遣的漏水")
    desk.choose(case_id)
    page = desk.page
    desk.menu("不予受理")
    page.fill('[data-desk="form"] [name="reason"]', "经核实不属实")
    page.click('[data-desk="form"] .quiet')
    desk.key("n")
    page.fill("#nc-title", "只填了一半")
    desk.key("Escape")
    page.route(re.compile("/_dash-update-component"), cut)
    desk.key("d")
    expect(desk.strips("unsent")).to_have_count(1)
    assert what_is_kept(desk, case_id) == (1, "经核实不属实", "只填了一半")
    log_in(page.context, desk.server.url, "demo-shift-lead")
    page.unroute_all()
    assert what_is_kept(desk, case_id) == (0, "", "")
    assert desk.case(case_id)["state"] == "reported"


def what_is_kept(desk: Desk, case_id: int) -> tuple[int, str, str]:
    """Load the desk anew; return how many presses wait, the words of 不予受理, and the title of the new case."""
    page = desk.page
    page.reload()
    page.wait_for_function("() => cloud.desk.state.isStarted")
    waiting = page.evaluate("() => cloud.deskPress.state.intents.size")
    desk.shows(case_id)
    desk.menu("不予受理")
    reason = page.input_value('[data-desk="form"] [name="reason"]')
    page.click('[data-desk="form"] .quiet')
    desk.key("n")
    title = page.input_value("#nc-title")
    desk.key("Escape")
    return waiting, reason, title


def cut(route: Route) -> None:
    """Let no press of the desk through."""
    if "desk-outcomes" in (route.request.post_data or ""):
        return route.abort("connectionreset")
    return route.continue_()


def test_a_press_whose_answer_is_lost_is_carried_out_once(sit: Callable[..., Desk]) -> None:
    """The server did it, the line broke before the answer: the same press is asked again and answered."""
    desk = sit()
    case_id = desk.report("答复丢失的漏水")
    desk.choose(case_id)
    lost: list[int] = []

    def lose(route: Route) -> None:
        if "desk-outcomes" not in (route.request.post_data or "") or lost:
            return route.continue_()
        lost.append(route.fetch().status)
        return route.abort("connectionreset")

    desk.page.route(re.compile("/_dash-update-component"), lose)
    desk.key("d")
    expect(desk.strips("undo")).to_contain_text("答复丢失的漏水")
    assert lost == [200]
    assert actions_of(desk.case(case_id)).count("dispatch") == 1
