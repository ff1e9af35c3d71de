"""首违不罚 by keyboard alone: from an undecided case to a check that is kept; what is typed of a person goes nowhere."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from data.domain.identity import check_letter
from tests.browser.conftest import LIVE, OpenPage
from tests.browser.server import Server

NUMBER = "32058219900101001" + check_letter("32058219900101001")


def test_a_case_is_checked_by_keyboard(open_page: OpenPage, live_server: Server) -> None:
    page = open_page(f"{live_server.url}/m/enforcement", account="demo-unit-handler", ready=LIVE)
    page.locator("#exemption summary").focus()
    keys(page, "Enter", "Tab")
    case = page.locator("#exemption-cases option").first.get_attribute("value")
    page.keyboard.type(str(case))
    keys(page, *["Tab"] * 5, "Enter")
    answer = page.locator("#exemption-answer")
    expect(answer).to_contain_text(str(case), timeout=20_000)
    assert not answer.locator("input:checked").count(), "something was chosen beforehand"
    for _ in range(3):  # the matters of the demo have three conditions; Space chooses 符合
        keys(page, "Tab", "Space", "Tab")
        page.keyboard.type("现场笔录")
    keys(page, "Tab", "ArrowRight", "ArrowRight")
    expect(answer.locator("fieldset").last.locator("label:has(input:checked)")).to_have_text("轻罚")
    keys(page, "Tab")
    page.keyboard.type("已当场改正")
    keys(page, "Tab", "Tab", "Enter")
    expect(page.locator("#exemption-told")).to_contain_text("已记录", timeout=20_000)
    expect(page.locator("#exemption-record")).to_be_hidden()
    expect(page.locator("#board")).to_contain_text("首违不罚核对记录", timeout=60_000)

    page.locator("#exemption-case").fill("")
    page.get_by_label("个人").check()
    page.locator("#exemption-subject").fill(NUMBER)
    page.locator("#exemption-matter").fill("占道经营")
    page.locator("#exemption-look").press("Enter")
    expect(answer).to_contain_text("没有设置人员哈希密钥", timeout=20_000)
    kept = page.evaluate("JSON.stringify([{ ...localStorage }, { ...sessionStorage }, document.cookie])")
    assert NUMBER not in page.url + page.inner_text("body") + kept + live_server.log.read_text()


def keys(page: Page, *names: str) -> None:
    for name in names:
        page.keyboard.press(name)
