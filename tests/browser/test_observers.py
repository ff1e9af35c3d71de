"""From the link to the answer: the shift lead invites, the observer speaks on a telephone, the board answers."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import LIVE, SCREENSHOTS, OpenPage
from tests.browser.desk import PATIENCE_MS
from tests.browser.server import Server

pytestmark = pytest.mark.browser


def test_an_observer_speaks_by_a_link_and_is_answered(open_page: OpenPage, live_server: Server) -> None:
    expect.set_options(timeout=PATIENCE_MS)
    lead = open_page(f"{live_server.url}/m/enforcement", account="demo-shift-lead", ready=LIVE)
    lead.locator("#observer-link-open").click()
    lead.fill("#observer-link-who", lead.locator("#observer-codes option").first.get_attribute("value") or "")
    lead.fill("#observer-link-cases", "演示-AJ00001")
    lead.click("#observer-link-make")
    url = lead.locator(".observer-url").inner_text()

    phone = open_page(url, width=390, height=844, ready=None)
    expect(phone.locator(".demo-badge")).to_have_text("演示数据")
    case = phone.locator("article", has_text="演示-AJ00001")
    case.locator("summary").click()
    case.locator("textarea").fill("请说明裁量依据")
    case.locator("button").dblclick()
    expect(phone.locator(".told")).to_contain_text("意见已提交")
    expect(phone.locator(".opinions li", has_text="请说明裁量依据")).to_have_count(1)
    overflow = phone.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert overflow <= 0
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    phone.screenshot(path=SCREENSHOTS / "observer-390x844.png")

    lead.locator("#observer-answer-open").click()
    lead.locator(".observer-rows label", has_text="请说明裁量依据").click()
    lead.fill("#observer-answer-text", "依据见决定书第三页")
    lead.click("#observer-answer-send")
    expect(lead.locator("#observer-answer-told")).to_contain_text("已答复")
    expect(lead.locator("#observer-answer-text")).to_have_value("")
    phone.goto(url)
    expect(phone.locator(".opinions li", has_text="请说明裁量依据")).to_contain_text("依据见决定书第三页")

    lead.fill("#observer-link-cases", "演示-AJ00002")
    lead.click("#observer-link-make")
    expect(lead.locator("#observer-link-list label")).to_have_count(2)
    lead.locator("#observer-link-list label").nth(1).click()
    lead.click("#observer-link-revoke")
    expect(lead.locator("#observer-link-list label").nth(1)).to_contain_text("已撤销")
    phone.goto("about:blank")
    assert phone.request.get(url).status == 404
    lead.screenshot(path=SCREENSHOTS / "observers-board-1920x1080.png")
