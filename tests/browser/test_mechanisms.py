"""Mechanisms by keyboard alone: one is added, its row opens its card, Escape leads back to the row."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.browser.conftest import LIVE, OpenPage
from tests.browser.server import Server


def test_a_mechanism_is_added_and_opened_by_keyboard(open_page: OpenPage, live_server: Server) -> None:
    page = open_page(f"{live_server.url}/m/mediation", account="demo-shift-lead", ready=LIVE)
    form = page.locator("#mechanism-form")
    expect(form).to_be_visible(timeout=20_000)
    form.locator("summary").focus()
    for name in ("Enter", "Tab"):
        page.keyboard.press(name)
    page.keyboard.type("律师说和")
    page.keyboard.press("Tab")
    page.keyboard.type("律师每周坐班一次。")
    page.locator("#mechanism-check").press("Enter")
    expect(page.locator("#mechanism-told")).to_contain_text("检查通过，尚未保存：律师说和", timeout=20_000)
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("#mechanism-told")).to_contain_text("已保存：律师说和", timeout=20_000)
    row = page.locator("#board [data-pick^='mechanism:own_']").first
    expect(row).to_have_text("律师说和", timeout=60_000)
    row.press("Enter")
    card = page.locator("#board-card")
    expect(card).to_contain_text("新增：— → 律师说和", timeout=20_000)
    expect(card.locator(".close")).to_be_focused()
    page.keyboard.press("Escape")
    expect(card.locator(".card")).to_have_count(0, timeout=20_000)
    expect(row).to_be_focused(timeout=20_000)


def test_a_visitor_sees_no_form(open_page: OpenPage, live_server: Server) -> None:
    page = open_page(f"{live_server.url}/m/mediation", ready=LIVE)
    expect(page.locator("#board .board-part").first).to_be_visible(timeout=20_000)
    expect(page.locator("#mechanism-form")).to_be_hidden()
