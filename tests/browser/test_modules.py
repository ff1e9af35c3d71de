"""A module's page: figure → rows → file and line; board, map and records; what is exported is marked; nothing from outside."""

from __future__ import annotations

import re
import subprocess
import sys
from datetime import datetime, timedelta
from pathlib import Path
from urllib.parse import urljoin
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Page, expect

from data.modules import MODULES, Module
from data.town import load_town
from tests.browser.conftest import LIVE, SCREENSHOTS, OpenPage
from tests.browser.server import ROOT, Server, without_settings
from tests.data.loaders.sample_books import book

pytestmark = pytest.mark.browser

SAMPLE = "docs/samples/economy_enterprises.xlsx"
SIZES = ((1920, 1080), (1180, 820), (390, 844))
FIRST_ROW = ".ag-center-cols-container .ag-row[row-index='0']"


@pytest.fixture(scope="module")
def loaded(live_server: Server, tmp_path_factory: pytest.TempPathFactory) -> Server:
    """Load two files beside the running server, so that there are rows with a file and a line."""
    calls = tmp_path_factory.mktemp("files") / "hotline.xlsx"
    source = load_town("fenghuang").sources["hotline"]
    cells = {"external_number": "HL-1", "title": "路灯不亮", "category": "路灯", "reported_at": _just_now()}
    calls.write_bytes(book(source, [[cells.get(name, "") for name in source.columns]]))
    for key, path in (("economy_enterprises", SAMPLE), ("hotline", calls)):
        _load(live_server, key, path)
    return live_server


def _load(server: Server, key: str, path: str | Path) -> None:
    settings = without_settings() | {"CLOUD_DATABASE_URL": server.database_url}
    command = [sys.executable, "-m", "data.cli", "load", key, str(path)]
    subprocess.run(command, cwd=ROOT, env=settings, check=True, capture_output=True)


def _just_now() -> str:
    return f"{datetime.now(ZoneInfo('Asia/Shanghai')) - timedelta(minutes=5):%Y-%m-%d %H:%M:%S}"


def sit(open_page: OpenPage, server: Server, address: str, **how: int) -> Page:
    return open_page(server.url + address, account="demo-dispatcher", ready=LIVE, **how)


def test_a_figure_opens_to_its_rows_with_file_and_line(open_page: OpenPage, loaded: Server) -> None:
    page = sit(open_page, loaded, "/m/dispatch")
    page.locator("[data-indicator='reported_cases']").click()
    row = page.locator(".source-rows tbody tr").filter(has_text="路灯不亮").first
    expect(row).to_be_attached(timeout=20_000)
    expect(row.locator("td").last).to_have_text("hotline.xlsx 第 3 行")


def test_records_show_sort_narrow_and_export(open_page: OpenPage, loaded: Server) -> None:
    page = sit(open_page, loaded, "/m/economy?pane=records")
    first = page.locator(FIRST_ROW)
    expect(first).to_contain_text("演示小吃店", timeout=20_000)
    pinned = page.locator(".ag-pinned-right-cols-container .ag-row[row-index='0']")
    expect(pinned).to_contain_text("economy_enterprises.xlsx")
    expect(pinned.locator("[col-id='line']")).to_have_text("5")
    heads = page.locator(".ag-header-cell-text").all_inner_texts()
    assert {"企业名称", "来源文件"} <= set(heads)
    page.locator(".ag-header-cell[col-id='name'] .ag-header-icon").click()
    page.locator(".ag-filter input[type='text']").first.fill("精密装备股份")
    expect(first).to_contain_text("演示精密装备股份有限公司", timeout=10_000)
    export = page.locator("#records-export")
    expect(export).to_have_attribute("href", _narrowed())
    answer = page.context.request.get(urljoin(loaded.url, export.get_attribute("href")))
    lines = answer.text().splitlines()
    assert "演示数据" in lines[0]
    assert len(lines) == 3
    assert "economy_enterprises.xlsx,4," in lines[2]


def _narrowed() -> re.Pattern[str]:
    return re.compile(r"^/api/v1/modules/economy/enterprises/csv\?.*%E7%B2%BE|^/api/v1.*u7cbe")


def test_a_point_opens_its_card_and_the_address_keeps_it(open_page: OpenPage, loaded: Server) -> None:
    page = sit(open_page, loaded, "/m/economy?pane=map")
    spot = page.locator(".layer-spot[data-pick]").last
    expect(spot).to_be_attached(timeout=20_000)
    spot.dispatch_event("click")
    expect(page.locator("#board-card .card-title")).to_be_visible(timeout=10_000)
    title = page.locator("#board-card .card-title").inner_text()
    page.reload()
    expect(page.locator("#board-card .card-title")).to_have_text(title, timeout=20_000)
    page.locator("#board-card .close").click()
    expect(page.locator("#board-card .card-title")).to_have_count(0)


@pytest.mark.parametrize("module", MODULES, ids=lambda m: m.key)
def test_every_pane_of_every_module_stands(module: Module, open_page: OpenPage, loaded: Server) -> None:
    """Board, map and records are drawn on each screen, no wider than it; the pictures are kept."""
    page = sit(open_page, loaded, module.path, width=SIZES[0][0], height=SIZES[0][1])
    drawn = {"board": "#board > *", "map": ".layer-outline", "records": FIRST_ROW}
    for size in SIZES:
        page.set_viewport_size({"width": size[0], "height": size[1]})
        for pane, node in drawn.items():
            page.locator(f"[data-switch='pane'][data-value='{pane}']").click()
            expect(page.locator(node).first).to_be_attached(timeout=20_000)
            expect(page.locator(f"[data-pane='{pane}']").first).to_be_visible()
            for matrix in page.locator("[data-matrix]").all() if pane == "board" else ():
                expect(matrix.locator("tbody tr").first).to_be_visible()
            _keep(page, f"{module.key}-{pane}", size)


def _keep(page: Page, name: str, size: tuple[int, int]) -> None:
    assert page.evaluate("() => document.documentElement.scrollWidth <= window.innerWidth")
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=SCREENSHOTS / f"{name}-{size[0]}x{size[1]}.png")


def test_a_visitor_is_told_why_there_are_no_rows(open_page: OpenPage, loaded: Server) -> None:
    page = open_page(loaded.url + "/m/grid?pane=records", ready=LIVE)
    expect(page.locator("#records")).to_contain_text("不能查看逐条记录", timeout=20_000)


@pytest.mark.parametrize("width", [1920, 1180])
def test_navigation_holds_every_module(open_page: OpenPage, loaded: Server, width: int) -> None:
    page = sit(open_page, loaded, "/m/grid", width=width)
    if width < 1700:
        page.locator(".nav-fold").click()
    for module in MODULES:
        expect(page.locator(f".nav-link[href='{module.path}']")).to_be_visible()
    page.locator(f".nav-link[href='{MODULES[-1].path}']").click()
    expect(page.locator(f"[data-module='{MODULES[-1].key}']")).to_be_visible(timeout=10_000)
    assert page.evaluate("() => document.querySelector('.header').scrollWidth <= window.innerWidth")


def test_a_bad_review_in_a_file_reaches_the_map_and_the_desk(
    open_page: OpenPage, loaded: Server, tmp_path: Path
) -> None:
    """Nobody reports it: the file is loaded beside the server, and every open screen shows the case."""
    screens = [open_page(loaded.url + "/?list=newest"), sit(open_page, loaded, "/desk")]
    source = load_town("fenghuang").sources["approval_reviews"]
    cells = {"number": "PJ-1", "approval_number": "演示-BJ0000001", "stars": "1", "reviewed_at": _just_now()}
    path = tmp_path / "reviews.xlsx"
    path.write_bytes(book(source, [[cells.get(name, "") for name in source.columns]]))
    _load(loaded, "approval_reviews", path)
    for page in screens:
        expect(page.get_by_text("差评整改：").first).to_be_visible(timeout=20_000)
