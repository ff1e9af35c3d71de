"""The whole life of a case at the desk: reported over REST, dispatched by one press, closed, gone from every screen."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import OpenPage
from tests.browser.desk import Desk, actions_of, instant

pytestmark = pytest.mark.browser

ACCEPT_WITHIN, VERIFY_WITHIN = timedelta(minutes=15), timedelta(minutes=30)
HANDLE_WITHIN = timedelta(hours=4)
SAME_TIME_LEFT = """(id) => {
  const [queue, drawer] = [`.queue [data-case="${id}"] .case-left`, "#desk-drawer .limit-value[data-due]"];
  const words = document.querySelector(queue).textContent;
  return /^\\d+ 分$/.test(words) && document.querySelector(drawer).textContent === words;
}"""
LIFE = (
    ("记录签收", "已签收"),
    ("记录到场", "已到场"),
    ("记录处置完成", "已到场"),  # the worker says done; the unit has to confirm
    ("记录单位确认", "已处置"),
)


def _due_in_drawer(desk: Desk, words: str) -> datetime:
    """Return the deadline beside which the drawer says `words`."""
    limit = desk.page.locator("#desk-drawer .limit", has_text=words)
    return instant(limit.locator("[data-due]").get_attribute("data-due") or "")


def _on_wall(page: Page, case_id: int, *, is_there: bool) -> None:
    page.wait_for_function(
        "([id, isThere]) => (id in cloud.feed.state.picture.cases) === isThere", arg=[str(case_id), is_there]
    )
    row = page.locator(f'[data-list] [data-case="{case_id}"]')
    expect(row.first).to_be_visible() if is_there else expect(row).to_have_count(0)


def _finish_assisting(desk: Desk, number: str) -> None:
    """Record at the desk what an assisting order's people report."""
    order = desk.page.locator(f'[data-order="{number}"]')
    for words, state in (("记录签收", "已签收"), ("记录到场", "已到场"), ("记录处置完成", "已处置")):
        order.get_by_role("button", name=words).click()
        expect(order.locator(".order-state")).to_have_text(state)


def _open_on_wall(wall: Page) -> Locator:
    return wall.locator('[data-figure="open"] [data-part="value"]')


def _check_dispatch(desk: Desk, case_id: int) -> list[str]:
    """Orders, journal and clocks after the one press, as REST tells them; return the assisting orders' numbers."""
    case = desk.case(case_id)
    assert actions_of(case) == ["report", "accept", "file", "dispatch"]
    assert {entry["actor"] for entry in case["journal"]} == {"demo-dispatcher"}
    main, *assisting = case["orders"]
    assert (main["unit_code"], main["is_main"], main["state"]) == ("water", True, "sent")
    assert "municipal" in {order["unit_code"] for order in assisting}
    due_at = instant(case["dispatched_at"]) + HANDLE_WITHIN
    assert {instant(order["due_at"]) for order in case["orders"]} == {due_at}
    assert _due_in_drawer(desk, "处置时限") == instant(case["due_at"]) == due_at
    return [order["number"] for order in assisting]


def _check_closed(desk: Desk, case_id: int) -> None:
    case = desk.case(case_id)
    assert (case["state"], case["is_open"]) == ("closed", False)
    assert {order["state"] for order in case["orders"]} == {"confirmed"}
    assert actions_of(case)[-2:] == ["verify", "close"]
    expect(desk.page.locator("#desk-drawer .journal")).to_contain_text("校验通过")
    expect(desk.page.locator("#desk-drawer .limits")).to_contain_text("用时")


def test_from_report_to_closing(sit: Callable[..., Desk], open_page: OpenPage) -> None:
    desk = sit()
    wall = open_page(desk.server.url + "/wall", account="demo-wall")
    case_id = desk.report("主干管漏水淹没路面")
    _on_wall(wall, case_id, is_there=True)
    open_before = int(_open_on_wall(wall).inner_text().replace(",", ""))
    desk.choose(case_id)
    assert _due_in_drawer(desk, "受理时限") == instant(desk.case(case_id)["reported_at"]) + ACCEPT_WITHIN
    desk.page.wait_for_function(SAME_TIME_LEFT, arg=str(case_id))

    desk.key("d")
    desk.shows(case_id, "已派遣")
    assisting = _check_dispatch(desk, case_id)
    expect(desk.row(case_id)).to_have_count(0)  # it waits for the unit now

    for words, state in LIFE:
        expect(desk.primary()).to_contain_text(words)
        desk.key("e")
        desk.shows(case_id, state)
        expect(desk.strips("undo")).to_have_count(0)  # what is signed is not undone
    expect(desk.page.locator("#desk-drawer .no-primary")).to_be_visible()  # assisting orders are still out
    for number in assisting:
        _finish_assisting(desk, number)
    expect(desk.row(case_id)).to_have_count(1)  # and waits for this seat again
    expect(desk.primary()).to_contain_text("核查通过")
    assert _due_in_drawer(desk, "核查时限") == instant(desk.case(case_id)["handled_at"]) + VERIFY_WITHIN

    desk.key("e")
    desk.shows(case_id, "已核查")
    expect(desk.primary()).to_contain_text("结案")
    desk.key("e")
    desk.shows(case_id, "已结案")
    _on_wall(wall, case_id, is_there=False)
    expect(_open_on_wall(wall)).to_have_text(f"{open_before - 1:,}")
    desk.key("3")
    expect(desk.page.locator('[data-desk="queue"] .case').first).to_be_visible()
    expect(desk.row(case_id)).to_have_count(0)
    _check_closed(desk, case_id)
