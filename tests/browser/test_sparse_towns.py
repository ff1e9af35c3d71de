"""Every page of a town that has nothing yet, and of one whose source has been silent for three days."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
import yaml
from playwright.sync_api import Page, expect
from sqlalchemy import update

from data.domain.people import COMMAND_LINE
from data.domain.vocabulary import Role
from data.modules import MODULES
from data.services.accounts import NewAccount, create_account
from data.settings import Settings
from data.store.tables import loads
from data.world import open_world, utc_now
from tests.browser.conftest import LIVE, SCREENSHOTS, OpenPage
from tests.browser.server import ROOT, Server
from tests.browser.test_pages import PROBE
from tests.conftest import MINI_TOWN

pytestmark = pytest.mark.browser

NAME, PASSWORD = "banzhang", "Kong-Zhen-2026-11"
PAGES = ("/", "/wall", "/desk", "/leader", *(module.path for module in MODULES))
SHARE = re.compile(r"(?<![\d.])(?<!接近 )(0|100)(\.0+)?\s*%")
"""A share of nothing: no such figure may stand where there are no rows (what was published is no figure of ours)."""

PATIENCE_MS = 60_000
SILENT = "hotline"
SILENCE = timedelta(days=3, hours=1)


@pytest.fixture(scope="module")
def empty_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Run the town's own folder as a real one, without one row of data."""
    folder = tmp_path_factory.mktemp("empty")
    town = folder / "town"
    shutil.copytree(ROOT / "data" / "towns" / "fenghuang", town)
    profile = yaml.safe_load((town / "profile.yaml").read_text(encoding="utf-8"))
    (town / "profile.yaml").write_text(
        yaml.safe_dump(profile | {"is_demo": False}, allow_unicode=True), encoding="utf-8"
    )
    server = Server(folder, {"CLOUD_TOWN": str(town), "CLOUD_TICK_SECONDS": "1", "CLOUD_DEMO_TOKEN": ""})
    server.start()
    world = open_world(Settings(database_url=server.database_url, town=str(town)))
    create_account(world, NewAccount(NAME, "值班长", Role.SHIFT_LEAD, PASSWORD), COMMAND_LINE, utc_now())
    world.close()
    yield server
    server.stop()


@pytest.fixture
def enter(open_page: OpenPage, empty_server: Server) -> Callable[[str], Page]:
    """Return a function that opens a page of the empty town for its one account."""

    def entered(path: str) -> Page:
        page = open_page(empty_server.url + "/login", ready=None)
        origin = {"Origin": empty_server.url}
        form = {"name": NAME, "password": PASSWORD, "next": path}
        answer = page.context.request.post(
            empty_server.url + "/login", form=form, headers=origin, max_redirects=0
        )
        assert answer.status == 303, answer.text()
        page.goto(empty_server.url + path)
        page.wait_for_function(LIVE, timeout=60_000)
        return page

    return entered


@pytest.mark.parametrize("path", PAGES)
def test_an_empty_town_says_so_on_every_page(enter: Callable[[str], Page], path: str) -> None:
    page = enter(path)
    _drawn(page, path)
    found = page.evaluate(PROBE)
    _keep(page, f"empty-{path.strip('/').replace('/', '-') or 'situation'}")
    words = page.inner_text("body")
    assert found["odd"] == []
    assert found["clipped"] == []
    assert found["overlaps"] == []
    assert not SHARE.findall(words)
    assert "演示数据" not in words


def _drawn(page: Page, path: str) -> None:
    """Wait until what the server tells stands on the page."""
    if path.startswith("/m/"):
        expect(page.locator("#board > *").first).to_be_visible(timeout=PATIENCE_MS)
        expect(page.locator("#indicators > *").first).to_be_visible(timeout=PATIENCE_MS)
    elif path == "/leader":
        expect(page.locator(".leader-card").first).to_be_visible(timeout=PATIENCE_MS)
    page.evaluate("() => document.fonts.ready.then(() => null)")
    page.wait_for_timeout(800)


def _keep(page: Page, name: str) -> None:
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=SCREENSHOTS / f"{name}.png")


@pytest.fixture(scope="module")
def late_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Run a small demo town whose hotline has sent nothing for three days."""
    server = Server(tmp_path_factory.mktemp("late"), MINI_TOWN | {"CLOUD_TICK_SECONDS": "1"})
    server.start()
    world = open_world(Settings(database_url=server.database_url))
    with world.store.write() as transaction:
        silent = update(loads).where(loads.c.source_key == SILENT, loads.c.data_until.is_not(None))
        transaction.connection.execute(silent.values(data_until=utc_now() - SILENCE))
        transaction.changed("loads", utc_now())
    world.close()
    yield server
    server.stop()


@pytest.mark.parametrize(
    ("path", "place", "words"),
    [
        ("/", "[data-list='sources'] li:has-text('12345 热线')", "3 天"),
        ("/wall", "[data-list='sources'] li:has-text('12345 热线')", "3 天"),
        ("/leader", ".leader-notices", "12345 热线"),
        ("/m/dispatch", "[data-indicator='reported_cases']", "来源迟到"),
        ("/m/grid", "[data-indicator='joint_share']", "来源迟到"),
        ("/m/civic", "[data-indicator='hotline_satisfaction']", "来源迟到"),
    ],
)
def test_a_source_silent_for_three_days_is_told_where_its_figures_stand(
    open_page: OpenPage, late_server: Server, path: str, place: str, words: str
) -> None:
    page = open_page(late_server.url + path, account="demo-leader", ready=LIVE)
    expect(page.locator(place).first).to_contain_text(words, timeout=PATIENCE_MS)
    _drawn(page, path)
    _keep(page, f"late-{path.strip('/').replace('/', '-') or 'situation'}")
