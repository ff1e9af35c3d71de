"""The pictures of the manual, taken anew from a small demo town: `make pictures`.

Every picture is a whole screen of 1920×1080; what it shows is generated, and the screen says so.
"""

from __future__ import annotations

import io
import tempfile
from collections.abc import Callable
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page, expect

from data.services.category_learning import learn_categories
from data.settings import Settings
from data.world import open_world, utc_now
from tests.browser import chromium
from tests.browser.conftest import log_in
from tests.browser.desk import PATIENCE_MS, Desk
from tests.browser.server import ROOT, Server

IMAGES = Path(__file__).resolve().parent / "images"
TOWN = {"CLOUD_DEMO_MONTHS": "2", "CLOUD_DEMO_CASES_PER_DAY": "90", "CLOUD_SIMULATE": "0"}
SIZE = {"width": 1920, "height": 1080}
COLOURS = 256
LEAK, FIRE, SMELL, COVER, SINK, RUBBISH, TREE = "0206", "0401", "0403", "0203", "0204", "0103", "0208"

MUTE = "() => { window.send = dash_clientside.set_props; dash_clientside.set_props = () => {}; }"
SPEAK = "() => { dash_clientside.set_props = window.send; }"
"""A page whose questions are lost on their way, and one whose questions arrive again."""

Scene = Callable[[Desk, Browser], None]


def main() -> None:
    """Start the town, let it learn its categories, and take every picture."""
    with tempfile.TemporaryDirectory() as folder, chromium.launch() as browser:
        server = Server(Path(folder), TOWN)
        server.start()
        try:
            _learn(server)
            for scene in SCENES:
                desk = _sit(browser, server, "dispatcher")
                scene(desk, browser)
                desk.page.context.close()
        finally:
            server.stop()


def _learn(server: Server) -> None:
    world = open_world(Settings(database_url=server.database_url))
    learn_categories(world, utc_now())
    world.close()


def _sit(browser: Browser, server: Server, role: str) -> Desk:
    context = browser.new_context(viewport=SIZE, locale="zh-CN")
    log_in(context, server.url, f"demo-{role}")
    page = context.new_page()
    page.goto(server.url + "/desk")
    page.wait_for_function(Desk.READY)
    return Desk(page, server)


def _report(desk: Desk, title: str, category: str, grid: int) -> int:
    """Report a case in the middle of a comprehensive grid; return its id once the desk knows it."""
    feature = desk.server.get("/api/v1/grids?kind=comprehensive")["features"][grid]
    ring = feature["geometry"]["coordinates"][0]
    lon, lat = (sum(corner[axis] for corner in ring[:-1]) / (len(ring) - 1) for axis in (0, 1))
    where = {"lon": lon, "lat": lat, "address": feature["properties"]["name"]}
    return desk.report(title, category=category, **where)


def _take(page: Page, name: str) -> None:
    """Keep the screen as a PNG of few colours, a third of the size with nothing to be seen of it."""
    page.mouse.move(0, 0)
    page.wait_for_timeout(600)  # the map's last tile of a pan
    picture = Image.open(io.BytesIO(page.screenshot()))
    path = IMAGES / f"desk-{name}.png"
    few = picture.convert("RGB").quantize(COLOURS, Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE)
    few.save(path, optimize=True)
    print(f"{path.relative_to(ROOT)}  {path.stat().st_size // 1024} KB")


# --- The scenes, in the order of a shift -------------------------------------------------------------


def overview(desk: Desk, _browser: Browser) -> None:
    """A waiting case with its plan, then the same one half a second after the press."""
    desk.choose(_report(desk, "主干管漏水淹没路面", LEAK, 12))
    _take(desk.page, "plan")
    desk.key("d")
    expect(desk.strips("undo")).to_be_visible()
    _take(desk.page, "pressed")


def batch(desk: Desk, _browser: Browser) -> None:
    """Several that wait, assigned together, before the press."""
    for grid, (title, category) in enumerate(
        (("雨水口堵塞", COVER), ("行道树倾斜", TREE), ("路面积水", SINK))
    ):
        _report(desk, title, category, 5 + 9 * grid)
    desk.key("b")
    expect(desk.page.locator('[data-desk="batch"] .go')).to_be_enabled()
    _take(desk.page, "batch")


def new_case(desk: Desk, _browser: Browser) -> None:
    """The sheet with its suggestion, a place of the gazetteer with its grade, and the 110 hint."""
    page = desk.page
    desk.key("n")
    page.wait_for_selector("dialog.new-case[open]")
    page.fill("#nc-title", "管道有刺鼻异味")
    page.fill("#nc-description", "车间外闻到燃气味，已请人员离开")
    page.wait_for_selector(".suggestion")
    page.wait_for_function("() => document.querySelectorAll('#nc-category option').length > 50")
    page.select_option("#nc-category", SMELL)
    page.fill("#nc-address", "韩国工业")
    page.click('.hit[data-name="韩国工业园"]')
    expect(page.locator('[data-advice="spot"] .grade')).to_contain_text("B 级")
    _take(page, "new-case")
    page.select_option("#nc-category", FIRE)
    expect(page.locator('[data-new-case="police"]')).to_be_visible()
    page.locator('[data-new-case="police"]').scroll_into_view_if_needed()
    _take(page, "police")


def returned(desk: Desk, _browser: Browser) -> None:
    """What a responder reports: the menu, and the form of a return."""
    case_id = _report(desk, "通信井盖缺失", COVER, 25)
    desk.choose(case_id)
    desk.key("d")
    desk.shows(case_id, "已派遣")  # a drawer of another state closes an open menu
    desk.menu("记录退单")
    page = desk.page
    page.wait_for_selector("dialog.sheet[open] form")
    page.select_option('dialog.sheet [name="reason_code"]', "wrong_unit")
    page.fill('dialog.sheet [name="reason"]', "井盖归通信公司，不属本单位养护")
    _take(page, "return")


def checked(desk: Desk, _browser: Browser) -> None:
    """Handled: 核查 on the button, and in the menu what it means."""
    case_id = _report(desk, "菜场门口流动摊贩占道", RUBBISH, 38)
    desk.choose(case_id)
    for box in desk.page.locator('#desk-drawer [data-responder][aria-checked="true"]').all()[1:]:
        box.click()
    for key, state in (("d", "已派遣"), ("e", "已签收"), ("e", "已到场")):
        desk.key(key)
        desk.shows(case_id, state)
    desk.key("e")
    expect(desk.primary()).to_contain_text("记录单位确认")
    desk.key("e")
    desk.shows(case_id, "已处置")
    desk.key("m")
    _take(desk.page, "check")


def alarm(desk: Desk, _browser: Browser) -> None:
    """A 特急 case that waits sounds until somebody answers."""
    desk.page.click('[data-alarms="test"]')
    case_id = _report(desk, "厂房起火", FIRE, 51)
    expect(desk.page.locator(".alarm", has_text="厂房起火").first).to_be_visible(timeout=PATIENCE_MS)
    desk.choose(case_id)
    _take(desk.page, "alarm")


def race(desk: Desk, browser: Browser) -> None:
    """Two desks press at once: the slower one hears who was quicker."""
    case_id = _report(desk, "路面塌陷", SINK, 64)
    other = _sit(browser, desk.server, "shift-lead")
    for seat in (desk, other):
        seat.page.wait_for_function("(id) => id in cloud.feed.state.picture.cases", arg=str(case_id))
        seat.choose(case_id)
    desk.page.evaluate(MUTE)
    desk.key("d")
    other.key("d")
    expect(other.strips("undo")).to_be_visible()
    desk.page.evaluate(SPEAK)
    expect(desk.strips("refused")).to_be_visible()
    _take(desk.page, "race")
    other.page.context.close()


def search(desk: Desk, _browser: Browser) -> None:
    """Cases and places as they are found, and the keys."""
    desk.key("/")
    desk.page.locator('[data-desk="search"] input').press_sequentially("恬庄")
    desk.page.wait_for_selector("#desk-found [data-found]")
    _take(desk.page, "search")
    desk.key("Escape", "?")
    desk.page.wait_for_selector("dialog.help[open]")
    _take(desk.page, "keys")


def lost(desk: Desk, _browser: Browser) -> None:
    """The server is gone: what was pressed is kept and said to be unsent."""
    desk.choose(_report(desk, "行道树折断", TREE, 77))
    desk.page.evaluate(MUTE)
    desk.key("d")
    expect(desk.strips("unsent")).to_be_visible(timeout=PATIENCE_MS)
    _take(desk.page, "unsent")


SCENES: tuple[Scene, ...] = (overview, batch, new_case, returned, checked, search, race, lost, alarm)


if __name__ == "__main__":
    main()
