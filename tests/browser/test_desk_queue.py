"""The queue: its order, tabs, filters, saved views, the selection it shares with the map, and the search."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import timedelta
from typing import Any

import pytest
from playwright.sync_api import expect

from data.world import utc_now
from tests.browser.conftest import READY
from tests.browser.desk import Desk, instant

pytestmark = pytest.mark.browser

MINE = {"reported", "accepted", "filed", "returned", "handled", "verified"}
"""States that wait for a dispatcher."""
SPOT = """(id) => {
  const { cloud } = window;
  const graph = cloud.map.find();
  const row = cloud.feed.state.picture.cases[id];
  const frame = cloud.frame.of(graph, parseFloat(getComputedStyle(document.documentElement).fontSize));
  const box = graph.getBoundingClientRect();
  return [box.left + frame.px(row.x), box.top + frame.py(row.y)];
}"""
CHOSEN_ON_MAP = "() => cloud.points.counts()['chosen-case']"


def _open_cases(desk: Desk) -> dict[int, dict[str, Any]]:
    """Return every open case by id, over REST."""
    url = f"{desk.server.url}/api/v1/cases?is_open=true&limit=500"
    return {row["id"]: row for row in desk.page.request.get(url).json()["items"]}


def _queue(desk: Desk) -> list[int]:
    """Return the ids of the queue's rows from top to bottom."""
    rows = desk.page.eval_on_selector_all(
        '[data-desk="queue"] [data-case]', "all => all.map((one) => one.dataset.case)"
    )
    return [int(row) for row in rows]


def _shows(desk: Desk, wanted: Iterable[int]) -> None:
    """Wait until the queue holds these cases and no others."""
    expect(desk.page.locator('[data-desk="queue"] [data-case]')).to_have_count(len(set(wanted)))
    assert set(_queue(desk)) == set(wanted)


def _overdue_case(desk: Desk, **fields: Any) -> int:
    """Report a case that happened so long ago that nobody accepted it in time."""
    then = utc_now() - timedelta(minutes=40)
    return desk.report("早已超期的漏水", happened_at=then.isoformat(), **fields)


def test_three_tabs_sorted_by_the_time_left(sit: Callable[..., Desk]) -> None:
    desk = sit()
    overdue = _overdue_case(desk)
    in_time = desk.report("刚刚上报的漏水")
    cases = _open_cases(desk)
    lists = {
        "1": {i for i, row in cases.items() if row["state"] in MINE},
        "2": {i for i, row in cases.items() if row["due_at"] and instant(row["due_at"]) <= utc_now()},
        "3": set(cases),
    }
    assert overdue in lists["2"]
    assert in_time not in lists["2"]
    for key in ("2", "3", "1"):
        desk.key(key)
        _shows(desk, lists[key])
        due = [cases[i]["due_at"] or "9999" for i in _queue(desk)]
        assert due == sorted(due)
        pressed = desk.page.locator('.queue .tab[aria-pressed="true"] .tab-count')
        expect(pressed).to_have_text(str(len(lists[key])))
    expect(desk.row(overdue).locator(".case-left")).to_have_attribute("data-tone", "bad")
    desk.page.click('.queue .tab[data-value="overdue"]')  # the same by mouse
    _shows(desk, lists["2"])


def test_filters_and_a_saved_view(sit: Callable[..., Desk]) -> None:
    desk = sit()
    page = desk.page
    wanted = _overdue_case(desk, severity="urgent", category="0201")
    other = _overdue_case(desk)
    village = str(desk.case(wanted)["comprehensive_code"])[:12]
    desk.key("2")
    page.select_option('.queue [data-choose="village"]', village)
    expect(desk.row(other)).to_have_count(1)
    page.select_option('.queue [data-choose="category"]', "02")
    page.select_option('.queue [data-choose="severity"]', "urgent")
    expect(desk.row(other)).to_have_count(0)
    narrow = _queue(desk)
    assert wanted in narrow
    page.click('[data-view="save"]')
    views = page.locator('[data-desk="views"] select')
    name = "超期 · 凤凰社区 · 公共设施 · 紧急"
    expect(views.locator("option:checked")).to_have_text(name)

    views.select_option("")  # everything again
    expect(page.locator('.queue [data-choose="severity"]')).to_have_value("")
    desk.key("3")
    expect(desk.row(other)).to_have_count(1)
    page.reload()
    page.wait_for_function(Desk.READY)
    views.select_option(label=name)
    expect(page.locator('.queue [data-choose="severity"]')).to_have_value("urgent")
    expect(page.locator('.queue .tab[data-value="overdue"]')).to_have_attribute("aria-pressed", "true")
    _shows(desk, narrow)

    page.click('[data-view="drop"]')
    expect(views.locator("option", has_text=name)).to_have_count(0)
    page.reload()
    page.wait_for_function(Desk.READY)
    expect(views.locator("option")).to_have_count(1)


def test_queue_and_map_share_the_selection(sit: Callable[..., Desk]) -> None:
    desk = sit(ready=READY)
    page = desk.page
    first, second = (desk.report(f"图上的漏水{n}", **desk.server.place(n)) for n in (20, 45))
    desk.choose(first)
    page.wait_for_function(f"{CHOSEN_ON_MAP} === 1".replace("() => ", "() => (", 1) + ")")
    x, y = page.evaluate(SPOT, str(second))
    page.mouse.click(x, y)
    desk.shows(second)
    expect(desk.row(second).locator(".case-button")).to_have_attribute("aria-current", "true")
    expect(desk.row(first).locator(".case-button[aria-current]")).to_have_count(0)
    page.reload()  # the choice stands in the address
    page.wait_for_function(Desk.READY)
    desk.shows(second)


def test_search_leads_to_cases_and_grids(sit: Callable[..., Desk]) -> None:
    desk = sit()
    page = desk.page
    other = desk.report("无关的漏水")
    case_id = desk.report("泵房检修井渗漏", address="恬庄村幸福弄九号")
    number = desk.case(case_id)["number"]
    for words in ("检修井渗漏", number, "幸福弄九号"):
        desk.choose(other)
        desk.key("/")
        page.keyboard.type(words)
        expect(page.locator(f'#desk-found [data-found="case:{case_id}"]')).to_be_visible()
        expect(page.locator('#desk-found [data-found^="case:"]')).to_have_count(1)
        desk.key("Enter")
        desk.shows(case_id)
        expect(page.locator("#desk-found")).to_be_hidden()
    desk.key("/")
    page.keyboard.type("高庄03")
    first = page.locator("#desk-found [data-found]").first
    expect(first).to_contain_text("高庄03")
    code = (first.get_attribute("data-found") or "").removeprefix("grid:")
    desk.key("ArrowDown", "Enter")
    page.wait_for_function("(code) => cloud.view.state.view.grid === code", arg=code)
    desk.key("/")
    page.keyboard.type("世上没有的名字")
    expect(page.locator("#desk-found")).to_contain_text("没有找到“世上没有的名字”")
    desk.key("Escape")
    expect(page.locator("#desk-found")).to_be_hidden()
    assert page.input_value('.search input[type="search"]') == ""
