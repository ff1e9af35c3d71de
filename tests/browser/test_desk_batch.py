"""Several waiting cases sent together from the desk: proposed, chosen, pressed, undone; and a race lost by one of them."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, expect

from tests.browser.desk import Desk, actions_of

pytestmark = pytest.mark.browser


def _rows(desk: Desk) -> Locator:
    return desk.page.locator('[data-desk="batch"] .batch-row')


def _go(desk: Desk) -> Locator:
    return desk.page.locator('[data-desk="batch"] .go')


def _waiting(desk: Desk, count: int) -> list[int]:
    return [desk.report(f"批量试用 {n}") for n in range(count)]


def test_two_keys_and_a_tick_send_some_of_the_queue(quiet_desk: Desk) -> None:
    """B proposes, a tick leaves one out, Ctrl + Enter presses the others; each has its thirty seconds."""
    desk = quiet_desk
    ids = _waiting(desk, 3)
    desk.key("b")
    expect(_go(desk)).to_be_enabled()
    left = _rows(desk).filter(has_text="批量试用 1")
    expect(left).to_contain_text("主办")
    left.locator(".tick").click()
    expect(left.locator(".tick")).to_have_attribute("aria-checked", "false")
    expect(_go(desk)).to_have_text("派遣 2 件")
    desk.key("Control+Enter")
    expect(desk.strips("undo")).to_have_count(2)
    states = [desk.case(case_id)["state"] for case_id in ids]
    assert states == ["dispatched", "reported", "dispatched"]
    assert actions_of(desk.case(ids[0])) == ["report", "accept", "file", "dispatch"]
    desk.page.locator(".strip-button", has_text="撤销这批 2 件").first.click()
    expect(desk.strips("undo")).to_have_count(0)
    expect(desk.row(ids[0])).to_contain_text("已立案")
    assert [desk.case(case_id)["state"] for case_id in ids] == ["filed", "reported", "filed"]
    assert not [order for order in desk.case(ids[2])["orders"] if order["state"] == "sent"]


def test_a_case_that_another_desk_sent_meanwhile_is_told_and_stops_no_other(
    quiet_desk: Desk, sit: Callable[..., Desk]
) -> None:
    desk, other = quiet_desk, sit("shift_lead")
    first, second = _waiting(desk, 2)
    desk.page.locator('[data-key="B"]').click()
    expect(_go(desk)).to_be_enabled()
    other.page.goto(f"{other.server.url}/desk?tab=all&case={first}")
    other.shows(first, "已上报")
    other.key("d")
    other.shows(first, "已派遣")
    _go(desk).click()
    expect(desk.strips("refused")).to_contain_text("已由 演示值班长 于")
    desk.page.wait_for_function(
        "(id) => cloud.feed.state.picture.cases[id].state === 'dispatched'", arg=str(second)
    )
    assert [desk.case(one)["state"] for one in (first, second)] == ["dispatched", "dispatched"]
    assert actions_of(desk.case(first)).count("dispatch") == 1


def test_who_dispatches_nothing_is_not_offered_a_batch(sit: Callable[..., Desk]) -> None:
    desk = sit("intake")
    expect(desk.page.locator('[data-key="N"]').first).to_be_visible()
    expect(desk.page.locator('[data-key="B"]')).to_be_hidden()
    desk.key("b")
    expect(desk.page.locator('[data-desk="batch"]')).to_be_hidden()


def test_a_queue_in_which_nothing_waits_says_so(sit: Callable[..., Desk]) -> None:
    desk = sit(query="?tab=overdue&category=0908")
    desk.key("b")
    expect(desk.strips("refused")).to_contain_text("没有等待派遣的案卷")
