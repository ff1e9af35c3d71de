"""One press: at most three actions to sent, two desks at once, a double click, and the thirty seconds of the undo."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing

import pytest
from playwright.sync_api import expect

from tests.browser.desk import Desk, actions_of

pytestmark = pytest.mark.browser

COUNT_ACTIONS = """() => {
  window.actions = 0;
  const count = (event) => {
    if (event.isTrusted && !["Control", "Shift"].includes(event.key)) window.actions += 1;
  };
  for (const kind of ["keydown", "pointerdown"]) document.addEventListener(kind, count, true);
}"""
PRESS_AT = """(at) => setTimeout(
  () => document.body.dispatchEvent(new KeyboardEvent("keydown", { key: "d", bubbles: true })), at - Date.now()
)"""
HALF_A_MINUTE_LATER = """() => {
  const wall = Date.now;
  Date.now = () => wall() + 31_000;
  cloud.clock.sync = () => {}; // or the server's stamps would set this clock right
}"""
SENDS = "() => cloud.deskPress.state.sends"


def _actions(desk: Desk) -> int:
    return int(desk.page.evaluate("() => window.actions"))


def _notices(desk: Desk, case_id: int) -> tuple[int, int]:
    """Return how many notices a case has, and how many of them are cancelled; REST does not tell it."""
    path = desk.server.folder / "cloud.db"
    query = "SELECT count(*), count(cancelled_at) FROM outbox WHERE case_id = ?"
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as connection:
        all_of_them, cancelled = connection.execute(query, (case_id,)).fetchone()
    return all_of_them, cancelled


# --- At most three actions ---------------------------------------------------------------------------


def test_two_keys_send_a_new_case(quiet_desk: Desk) -> None:
    """The first of the queue is chosen already: J takes the second, D sends it."""
    desk = quiet_desk
    first = desk.report("窗口排队过长")
    second = desk.report("窗口叫号失灵")
    desk.page.reload()
    desk.page.wait_for_function(Desk.READY)
    desk.shows(first, "已上报")
    desk.page.evaluate(COUNT_ACTIONS)
    desk.key("j", "d")
    expect(desk.strips("undo")).to_contain_text("窗口叫号失灵")
    assert _actions(desk) == 2
    assert desk.case(second)["state"] == "dispatched"
    assert desk.case(first)["state"] == "reported"


def test_two_clicks_send_a_new_case(sit: Callable[..., Desk]) -> None:
    desk = sit()
    case_id = desk.report("管网爆裂水漫街面")
    desk.page.evaluate(COUNT_ACTIONS)
    desk.choose(case_id)
    desk.primary().click()
    expect(desk.strips("undo")).to_contain_text("管网爆裂水漫街面")
    assert _actions(desk) == 2
    assert desk.case(case_id)["state"] == "dispatched"


def test_two_keys_file_a_typed_case_and_send_it(sit: Callable[..., Desk]) -> None:
    desk = sit()
    page = desk.page
    desk.key("n")
    page.fill("#nc-title", "阀门井漏水")
    page.select_option("#nc-category", "0206")
    page.select_option("#nc-intake_channel", "window")
    page.fill("#nc-address", "恬庄古街")
    page.click('.hit[data-name="恬庄古街"]')
    page.evaluate(COUNT_ACTIONS)
    desk.key("Control+Enter")
    page.wait_for_selector("dialog.new-case:not([open])", state="attached")
    desk.key("d")
    expect(desk.strips("undo")).to_contain_text("阀门井漏水")
    assert _actions(desk) == 2


def test_a_double_click_sends_once_and_signs_nothing(sit: Callable[..., Desk]) -> None:
    desk = sit()
    case_id = desk.report("双击派遣的漏水")
    desk.choose(case_id)
    desk.primary().dblclick()
    expect(desk.strips("undo")).to_contain_text("双击派遣的漏水")
    desk.shows(case_id, "已派遣")
    sends = desk.page.evaluate(SENDS)
    desk.primary().hover()
    desk.page.mouse.down(click_count=2)  # a slow hand: its second click falls on the next step's button
    desk.page.mouse.up(click_count=2)
    assert desk.page.evaluate(SENDS) == sends
    assert actions_of(desk.case(case_id)) == ["report", "accept", "file", "dispatch"]


# --- Two desks ---------------------------------------------------------------------------------------


def test_two_desks_press_at_once(sit: Callable[..., Desk]) -> None:
    """One dispatch; the other desk hears who was quicker, and keeps what was ticked."""
    desks = (sit("dispatcher"), sit("shift_lead"))
    case_id = desks[0].report("两席同时派遣的漏水")
    for desk in desks:
        desk.choose(case_id)
        desk.page.locator('[data-responder="unit:municipal"]').click()
    start = desks[0].page.evaluate("() => Date.now()") + 500
    for desk in desks:
        desk.page.evaluate(PRESS_AT, start)
    for desk in desks:
        expect(desk.strips("undo").or_(desk.strips("refused"))).to_have_count(1)
    quicker, slower = sorted(desks, key=lambda desk: desk.strips("undo").count(), reverse=True)
    who = {"demo-dispatcher": "演示派遣员", "demo-shift-lead": "演示值班长"}
    case = desks[0].case(case_id)
    assert actions_of(case).count("dispatch") == 1
    assert [order["is_main"] for order in case["orders"]].count(True) == 1
    assert "municipal" not in {order["unit_code"] for order in case["orders"]}
    told = f"已由 {who[case['journal'][-1]['actor']]} 于 "
    expect(slower.strips("refused")).to_contain_text(told)
    expect(slower.strips("refused")).to_contain_text("派遣")
    quicker.key("z")
    slower.shows(case_id, "已立案")
    expect(slower.page.locator('[data-responder="unit:municipal"]')).to_have_attribute(
        "aria-checked", "false"
    )
    expect(quicker.page.locator('[data-responder="unit:municipal"]')).to_have_attribute(
        "aria-checked", "true"
    )


def test_words_typed_outlive_a_lost_race(sit: Callable[..., Desk]) -> None:
    """A form that another desk has overtaken is refused and keeps every word."""
    slow, quick = sit("dispatcher"), sit("shift_lead")
    case_id = slow.report("被抢先派遣的漏水")
    slow.choose(case_id)
    slow.menu("不予受理")
    slow.page.fill('dialog[data-desk="form"] [name="reason"]', "经核实不属实")
    quick.choose(case_id)
    quick.key("d")
    slow.shows(case_id, "已派遣")
    slow.page.click('dialog[data-desk="form"] .go')
    expect(slow.page.locator(".sheet-message")).to_contain_text("已由 演示值班长 于 ")
    assert slow.page.input_value('dialog[data-desk="form"] [name="reason"]') == "经核实不属实"
    slow.key("Escape")
    assert slow.case(case_id)["state"] == "dispatched"


# --- Undo --------------------------------------------------------------------------------------------


def test_undo_takes_orders_and_notices_back(sit: Callable[..., Desk]) -> None:
    desk = sit()
    case_id = desk.report("撤销派遣的漏水")
    desk.choose(case_id)
    desk.key("d")
    expect(desk.strips("undo")).to_be_visible()
    sent, cancelled = _notices(desk, case_id)
    assert sent > 0
    assert cancelled == 0
    desk.key("z")
    desk.shows(case_id, "已立案")
    expect(desk.strips("undo")).to_have_count(0)
    case = desk.case(case_id)
    assert case["state"] == "filed"
    assert actions_of(case)[-2:] == ["dispatch", "undo"]
    assert {order["state"] for order in case["orders"]} == {"recalled"}
    assert _notices(desk, case_id) == (sent, sent)
    expect(desk.row(case_id)).to_have_count(1)
    expect(desk.primary()).to_contain_text("一键派遣")


def test_a_button_in_a_drawer_is_about_its_own_case(sit: Callable[..., Desk]) -> None:
    """Two dispatches can be undone; the drawer shows the older one, and the key means the newer one."""
    desk = sit()
    older, newer = desk.report("先派遣的漏水"), desk.report("后派遣的漏水")
    for case_id in (older, newer):
        desk.choose(case_id)
        desk.key("d")
        desk.shows(case_id, "已派遣")
    expect(desk.strips("undo")).to_have_count(2)
    desk.page.evaluate("(id) => cloud.desk.choose(id)", older)
    desk.shows(older, "已派遣")
    desk.page.click('#desk-drawer [data-key="Z"]')
    desk.shows(older, "已立案")
    assert [desk.case(case_id)["state"] for case_id in (older, newer)] == ["filed", "dispatched"]
    desk.key("z")
    expect(desk.strips("undo")).to_have_count(0)
    assert desk.case(newer)["state"] == "filed"


def test_after_half_a_minute_there_is_no_undo(sit: Callable[..., Desk]) -> None:
    desk = sit()
    case_id = desk.report("不再能撤销的漏水")
    desk.choose(case_id)
    desk.key("d")
    desk.shows(case_id, "已派遣")
    expect(desk.strips("undo")).to_contain_text("不再能撤销的漏水")
    desk.page.evaluate(HALF_A_MINUTE_LATER)
    expect(desk.strips("undo")).to_have_count(0)
    expect(desk.page.locator("#desk-drawer [data-until]")).to_be_hidden()
    desk.key("z")
    expect(desk.strips("refused")).to_contain_text("只能在 30 秒内、签收之前撤销")
    assert desk.case(case_id)["state"] == "dispatched"


def test_sending_at_once_ends_the_undo(sit: Callable[..., Desk]) -> None:
    desk = sit()
    case_id = desk.report("立即发送的漏水")
    desk.choose(case_id)
    desk.key("d")
    expect(desk.strips("undo")).to_be_visible()
    desk.key("s")
    expect(desk.strips("done")).to_contain_text("立即发送")
    expect(desk.strips("undo")).to_have_count(0)
    assert actions_of(desk.case(case_id))[-1] == "send_now"
    expect(desk.page.locator("#desk-drawer .journal")).to_contain_text("立即发送")
    expect(desk.page.locator("#desk-drawer [data-until]")).to_have_count(0)
    desk.key("z")
    expect(desk.strips("refused")).to_contain_text("没有可撤销的派遣")
    assert desk.case(case_id)["state"] == "dispatched"
