"""The desk on its screens: for each role, with a case open, nothing is cut off and nothing lies over another."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import READY, SCREENSHOTS
from tests.browser.desk import Desk
from tests.browser.test_pages import PROBE, TALL_WORDS

pytestmark = pytest.mark.browser

SIZES = ((1920, 1080), (3840, 2160), (1180, 820))
ROLES = ("dispatcher", "shift_lead", "intake", "verifier", "leader")
STILL = "() => document.fonts.ready.then(() => new Promise((done) => setTimeout(done, 400)))"


def _check(desk: Desk, name: str, part: str | None = None) -> None:
    """Probe the page at every size, or what lies over it; a picture of each is kept."""
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    broken = {}
    for width, height in SIZES:
        desk.page.set_viewport_size({"width": width, "height": height})
        desk.page.evaluate(STILL)
        found = desk.page.evaluate(PROBE, part)
        desk.page.screenshot(path=SCREENSHOTS / f"desk-{name}-{width}x{height}.png")
        assert found["count"] > (1 if part else 60)
        wrong = {key: found[key] for key in ("clipped", "overlaps", "odd") if found[key]}
        broken |= {(width, key): value for key, value in wrong.items()}
        broken |= {(width, "page bar"): True} if found["hasPageBar"] else {}
    assert broken == {}


@pytest.fixture
def long_case(sit: Callable[..., Desk]) -> Callable[[Desk], int]:
    """Return a function that reports a case with the longest words there can be."""

    def report(desk: Desk) -> int:
        return desk.report(TALL_WORDS[:60], address="凤凰镇恬庄村" * 8, description=TALL_WORDS * 5)

    return report


@pytest.mark.parametrize("role", ROLES)
def test_a_seat_with_an_open_case(
    role: str, sit: Callable[..., Desk], long_case: Callable[[Desk], int]
) -> None:
    desk = sit(role, "?tab=all", ready=READY)
    desk.choose(long_case(desk))
    expect(desk.page.locator("#desk-drawer .journal")).to_be_visible()
    _check(desk, role)


def test_strips_menu_form_and_sheets(sit: Callable[..., Desk], long_case: Callable[[Desk], int]) -> None:
    """What comes over the desk: an undo and a refusal, the menu, a form, the sheet for new cases, the keys."""
    desk = sit(ready=READY)
    page = desk.page
    desk.choose(long_case(desk))
    desk.key("s", "d")
    expect(desk.strips("undo").or_(desk.strips("refused"))).to_have_count(2)
    desk.shows(int(page.evaluate("() => cloud.view.state.view.case")), "已派遣")
    _check(desk, "strips", ".strips")
    page.evaluate("() => cloud.deskStrips.state.strips.clear()")
    desk.key("m")
    _check(desk, "menu", ".menu-rows")
    desk.key("Escape")
    desk.menu("记录退单")
    _check(desk, "form", 'dialog[data-desk="form"]')
    page.get_by_role("button", name="取消").click()
    desk.key("n")
    page.fill("#nc-title", "管道有刺鼻异味")
    expect(page.locator('[data-new-case="sheet"]')).to_be_visible()
    _check(desk, "new-case", "dialog.new-case")
    desk.key("Escape")
    desk.key("?")
    _check(desk, "help", 'dialog[data-desk="help"]')
