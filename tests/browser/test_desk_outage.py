"""The desk without its server: deadlines go on, a press waits as 未发送, and is carried out once when it is back."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Route, expect

from tests.browser.conftest import Watcher
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
    expect(desk.strips("unsent")).to_contain_text("未发送，接通后自动再发")
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
