"""The keys of the desk: each does what it says, and everything can be done by mouse as well."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.browser.desk import Desk

pytestmark = pytest.mark.browser

BODY = "document.querySelector('.drawer-body')"


@pytest.fixture
def desk(quiet_desk: Desk) -> Desk:
    """Return a dispatcher's desk whose queue holds what the test reports."""
    return quiet_desk


def _two(desk: Desk, word: str) -> tuple[int, int]:
    """Report two cases; the first stands above the second."""
    first = desk.report(f"{word}一", **desk.server.place(30))
    second = desk.report(f"{word}二", **desk.server.place(50))
    for case_id in (first, second):
        expect(desk.row(case_id)).to_be_visible()
    return first, second


def test_keys_walk_and_menus_open_and_close(desk: Desk) -> None:
    page = desk.page
    first, second = _two(desk, "按键水体异常")
    desk.choose(first)
    for key, wanted in (("j", second), ("k", first), ("ArrowDown", second), ("ArrowUp", first)):
        desk.key(key)
        desk.shows(wanted)
    desk.key("Enter")
    expect(page.locator("#desk-drawer .drawer-title")).to_be_focused()
    desk.key("p")
    ticks = page.locator("#desk-drawer [data-responder]")
    expect(ticks.first).to_be_focused()
    desk.key("Tab", "Space")  # the unit in charge stays; the next one is left out
    expect(ticks.nth(1)).to_have_attribute("aria-checked", "false")
    desk.key("Space", "m")
    menu = page.locator("#desk-drawer details.menu")
    expect(menu).to_have_attribute("open", "")
    desk.key("Escape")
    expect(menu).not_to_have_attribute("open", "")
    desk.key("a")
    desk.shows(first, "已受理")
    desk.key("s")
    expect(desk.strips("refused")).to_contain_text("没有等待发送的派遣")


def test_a_bounced_e_takes_one_step(desk: Desk) -> None:
    """The second E falls while the drawer of the first one's answer is on its way: it meant the old button."""
    first, _second = _two(desk, "弹跳按键水体异常")
    desk.choose(first)
    desk.page.evaluate("""() => {
      const settle = cloud.deskPress.settle;
      cloud.deskPress.settle = (outcomes) => {
        settle(outcomes);
        document.body.dispatchEvent(new KeyboardEvent("keydown", { key: "e", bubbles: true }));
        cloud.deskPress.settle = settle;
      };
    }""")
    desk.key("e")
    desk.shows(first, "已派遣")
    expect(desk.strips("refused")).to_contain_text("大按钮已由“一键派遣”变为“记录签收”")
    assert desk.case(first)["journal"][-1]["action"] == "dispatch"


def test_a_drawer_never_stands_without_its_times(desk: Desk) -> None:
    """Deadlines and moments are written before the browser paints a drawer that was drawn anew."""
    first, second = _two(desk, "时限不闪的水体异常")
    desk.choose(first)
    desk.page.evaluate("""() => {
      window.blank = 0;
      const look = () => {
        const nodes = document.querySelectorAll("#desk-drawer [data-due], #desk-drawer [data-when]");
        window.blank += [...nodes].filter((node) => !node.textContent).length;
        window.requestAnimationFrame(look);
      };
      window.requestAnimationFrame(look);
    }""")
    for case_id in (second, first, second):
        desk.choose(case_id)
    assert desk.page.evaluate("() => window.blank") == 0


def test_who_files_no_cases_is_not_offered_it(sit: Callable[..., Desk]) -> None:
    page = sit("leader").page
    expect(page.locator('.key-hint[data-key="N"]')).to_be_hidden()
    page.keyboard.press("n")
    expect(page.locator('.strip-row[data-kind="refused"]')).to_contain_text("本席不登记案卷")
    expect(page.locator("dialog.new-case")).to_be_hidden()


def test_the_drawer_stays_where_it_was_when_it_is_drawn_anew(sit: Callable[..., Desk]) -> None:
    """Another seat accepts the case: scroll, folds, focus and ticks of this one are as they were."""
    desk, other = sit(height=560), sit("intake", "?tab=all")
    page = desk.page
    case_id = desk.report("重绘时的漏水")
    desk.man(case_id)
    desk.choose(case_id)
    page.click("#desk-drawer details.others > summary")
    tick = page.locator("#desk-drawer details.others [data-responder]").first
    tick.click()
    scrolled = page.evaluate(f"() => {{ {BODY}.scrollTop = 60; return {BODY}.scrollTop; }}")
    assert scrolled > 0
    other.choose(case_id)
    other.key("a")
    desk.shows(case_id, "已受理")
    expect(tick).to_be_focused()
    expect(tick).to_have_attribute("aria-checked", "true")
    assert page.evaluate(f"() => {BODY}.scrollTop") == scrolled
    desk.key("m")
    menu = page.evaluate_handle("() => document.querySelector('details.menu')")
    page.evaluate("() => cloud.desk.refresh()")
    page.wait_for_function("(menu) => document.querySelector('details.menu') !== menu", arg=menu)
    expect(page.locator("#desk-drawer details.menu")).to_have_attribute("open", "")


def test_help_names_every_key_and_no_key_works_behind_it(desk: Desk) -> None:
    first, _ = _two(desk, "说明水体异常")
    desk.choose(first)
    sheet = desk.page.locator('dialog[data-desk="help"]')
    desk.key("?")
    expect(sheet).to_be_visible()
    for cap in ("J", "K", "Enter", "A", "D", "E", "Z", "S", "M", "P", "N", "/", "1", "?", "Esc"):
        expect(sheet.locator("kbd", has_text=cap).first).to_be_visible()
    desk.key("d")
    desk.key("Escape")
    expect(sheet).to_be_hidden()
    desk.key("?", "?")
    expect(sheet).to_be_hidden()
    assert desk.case(first)["state"] == "reported"
    desk.page.click('.key-hint[data-key="?"]')
    sheet.get_by_role("button", name="关闭").click()
    expect(sheet).to_be_hidden()


def test_every_key_has_its_place_for_the_mouse(desk: Desk) -> None:
    page = desk.page
    first, second = _two(desk, "鼠标水体异常")

    def hint(key: str) -> None:
        page.click(f'.key-hint[data-key="{key}"]')

    desk.choose(first)
    hint("J")
    desk.shows(second)
    hint("A")
    desk.shows(second, "已受理")
    hint("D")
    desk.shows(second, "已派遣")
    hint("Z")
    desk.shows(second, "已立案")
    hint("D")
    desk.shows(second, "已派遣")
    desk.strips("undo").get_by_role("button", name="立即发送").click()
    expect(desk.strips("undo")).to_have_count(0)
    hint("E")
    desk.shows(second, "已签收")
    hint("/")
    expect(page.locator('.search input[type="search"]')).to_be_focused()
    hint("N")
    expect(page.locator("dialog.new-case")).to_be_visible()
    page.click('[data-new-case="close"]')
    desk.menu("记录退单")
    page.get_by_role("button", name="取消").click()
    expect(page.locator('dialog[data-desk="form"]')).to_be_hidden()


def test_arrows_in_the_menu_stay_with_the_case(desk: Desk) -> None:
    page = desk.page
    first, second = _two(desk, "菜单水体异常")
    desk.choose(first)
    desk.key("m", "ArrowDown")
    rows = page.locator("#desk-drawer .menu-row")
    expect(rows.nth(1)).to_be_focused()
    desk.shows(first)
    desk.key("ArrowUp", "ArrowUp")
    expect(rows.last).to_be_focused()
    desk.key("j")
    desk.shows(second)
    expect(page.locator("#desk-drawer details.menu")).not_to_have_attribute("open", "")


def test_a_case_found_by_its_title_takes_the_next_key(desk: Desk) -> None:
    first, second = _two(desk, "搜索水体异常")
    desk.choose(first)
    desk.key("/")
    desk.page.keyboard.type("搜索水体异常二")
    expect(desk.page.locator("#desk-found [data-found^='case:']")).to_have_count(1)
    desk.key("Enter")
    desk.shows(second)
    desk.key("a")
    desk.shows(second, "已受理")


def test_a_form_is_sent_by_keys_and_refuses_in_chinese(desk: Desk) -> None:
    first, _ = _two(desk, "表单水体异常")
    desk.choose(first)
    desk.menu("不予受理")
    form = desk.page.locator('dialog[data-desk="form"]')
    desk.key("Control+Enter")
    expect(form.locator(".sheet-message")).to_have_text("“理由”还没有填写")
    desk.page.keyboard.type("不在本镇范围")
    desk.key("Control+Enter")
    expect(form).to_be_hidden()
    desk.shows(first, "不予受理")
