"""The file handed on: complete in itself, nothing breaks out of its texts, and it shows what it says."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from playwright.sync_api import Page, sync_playwright

from geo.errors import GeoError
from geo.snapshot import SnapshotLayers, write_snapshot
from tests.browser import chromium
from tests.geo.towns import SOUTH, STEP, WEST, checkerboard, town_outline

HOSTILE = (
    "</script><script>window.broken = 1</script><img src=x onerror='window.broken = 2'>\"'`${window.broken=3}"
)
TEMPLATE = "{{ 7 * 7 }} {% raw %} {# note #} {% endraw %} {{ this.get_root() }}"
ADDRESS = re.compile(
    r"https?://(?!www\.w3\.org/)|(?:src|href)\s*=|url\((?!data:|#)|@import|sourceMappingURL", re.I
)


def layers(**changes: Any) -> SnapshotLayers:
    table = checkerboard()
    table = table.assign(
        name="网格" + table["code"], open=range(len(table)), on_duty=[0, *[2] * (len(table) - 1)]
    )
    cases = pd.DataFrame(
        {
            "number": ["FH-1", "FH-2", "FH-3"],
            "title": ["路面塌陷", HOSTILE, TEMPLATE],
            "severity": ["紧急", "一般", "一般"],
            "color": ["#ff9f40", "#cfe3f7", "#cfe3f7"],
            "shape": ["diamond", "dot", "dot"],
            "lon": [WEST + 0.6 * STEP, WEST + 2.5 * STEP, None],
            "lat": [SOUTH + 1.4 * STEP, SOUTH + 2.6 * STEP, SOUTH],
            "剩余": ["12 分", HOSTILE, None],
        }
    )
    given: dict[str, Any] = {
        "title": "凤凰镇态势",
        "as_of": "2026-11-23 17:32:08",
        "is_demo": True,
        "outline": town_outline(),
        "grids": table,
        "cases": cases,
        "labels": pd.DataFrame({"name": ["恬庄"], "lon": [WEST + STEP], "lat": [SOUTH + STEP]}),
        "facts": (("在办", "128"),),
    }
    return SnapshotLayers(**{**given, **changes})


@pytest.fixture(scope="module")
def browser_page() -> Iterator[Page]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium.find(), args=list(chromium.ARGUMENTS))
        yield browser.new_page(viewport={"width": 1920, "height": 1080})
        browser.close()


class Opened:
    """A page with the file open, and what it asked for and complained about."""

    def __init__(self, page: Page, path: Path) -> None:
        self.page, self.requests, self.errors = page, [], []
        page.on("request", lambda request: self.requests.append(request.url))
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.on("console", lambda message: self.errors.append(message.text))
        page.goto(path.as_uri())
        page.wait_for_selector(".leaflet-control-layers label")


@pytest.fixture
def open_file(browser_page: Page, tmp_path: Path) -> Any:
    return lambda shown: Opened(browser_page, write_snapshot(tmp_path / "deep" / "snapshot.html", shown))


def written(tmp_path: Path, shown: SnapshotLayers) -> str:
    return write_snapshot(tmp_path / "snapshot.html", shown).read_text(encoding="utf-8")


def test_the_file_names_no_outside_address(tmp_path: Path) -> None:
    cases = layers().cases.assign(title="路面塌陷", 剩余="12 分")
    text = written(tmp_path, layers(cases=cases))
    markup = re.sub(r"<script>.*?</script>", "", text, flags=re.S)
    assert not ADDRESS.findall(markup)
    assert not re.findall(r"https?://(?!www\.w3\.org/)", text)
    assert "<link" not in text
    assert not re.search(r"<script[^>]+src", text)
    assert "jquery" not in text.lower()
    assert "BSD" in text or "Vladimir Agafonkin" in text, "the licence notice of Leaflet stays"


def test_it_opens_without_network_and_without_complaint(open_file: Any) -> None:
    opened = open_file(layers())
    assert [url for url in opened.requests if not url.startswith(("file:", "data:"))] == []
    assert opened.errors == []


def test_it_shows_title_time_demo_label_figures_and_layers(open_file: Any) -> None:
    page = open_file(layers()).page
    head = page.inner_text("#head")
    for words in (
        "凤凰镇态势",
        "截至 2026-11-23 17:32:08",
        "演示数据",
        "在办",
        "128",
        "图上案卷\n2",
        "未定位\n1",
    ):
        assert words in head
    names = [name.strip() for name in page.locator(".leaflet-control-layers label").all_inner_texts()]
    assert names == ["镇界", "综合网格 16", "警务网格 2", "专业网格 1", "紧急 1", "一般 1", "地名"]
    assert page.locator(".leaflet-areas-pane path").count() == 16 + 1  # one of them hatched
    assert page.locator(".leaflet-points-pane svg").count() == 2
    assert "恬庄" in page.inner_text(".leaflet-labels-pane")
    assert "无人值守" in page.inner_text("#legend")
    assert "紧急" in page.inner_text("#legend")


def test_real_data_carries_no_demo_label(open_file: Any) -> None:
    assert "演示" not in open_file(layers(is_demo=False)).page.inner_text("body")


def test_layers_can_be_switched(open_file: Any) -> None:
    page = open_file(layers()).page
    labels = page.locator(".leaflet-control-layers label")
    labels.filter(has_text="综合网格").click()
    assert page.locator(".leaflet-areas-pane path").count() == 0
    labels.filter(has_text="警务网格").click()
    assert page.locator(".leaflet-areas-pane path").count() == 2
    labels.filter(has_text="一般").click()
    assert page.locator(".leaflet-points-pane svg").count() == 1


@pytest.mark.parametrize("text", [HOSTILE, TEMPLATE, "<b>&amp;</b>", "\u2028\\u003c"])
def test_no_text_breaks_out_of_its_place(open_file: Any, text: str) -> None:
    shown = layers()
    cases = shown.cases.assign(title=text, severity=text, number=text, 剩余=text)
    grids = shown.grids.assign(name=text)
    labels = pd.DataFrame({"name": [text], "lon": [WEST + STEP], "lat": [SOUTH + STEP]})
    opened = open_file(layers(title=text, facts=((text, text),), cases=cases, grids=grids, labels=labels))
    page = opened.page
    assert page.evaluate("typeof window.broken") == "undefined"
    assert opened.errors == []
    assert page.locator("img, b").count() == 0
    assert page.locator("#head h1").text_content() == text
    assert page.locator(".facts dt").first.text_content() == text
    assert page.locator(".leaflet-labels-pane span").text_content() == text
    page.locator(".leaflet-points-pane svg").first.click()
    assert page.locator(".leaflet-popup-content h3").text_content() == text
    assert page.locator(".leaflet-popup-content dd").all_text_contents() == [text] * 3
    assert page.evaluate("typeof window.broken") == "undefined"


def test_a_click_on_a_grid_shows_its_fields(open_file: Any) -> None:
    page = open_file(layers(cases=layers().cases[:0])).page
    page.locator(".leaflet-areas-pane path.leaflet-interactive").nth(7).click()
    assert page.locator(".leaflet-popup-content h3").text_content() == "网格c07"
    terms = page.locator(".leaflet-popup-content dt").all_text_contents()
    values = page.locator(".leaflet-popup-content dd").all_text_contents()
    assert dict(zip(terms, values, strict=True)) == {
        "编码": "c07",
        "在办": "7",
        "在岗": "2",
    }


def test_missing_values_are_left_out_and_times_are_written(tmp_path: Path) -> None:
    shown = layers()
    cases = shown.cases.assign(
        上报=pd.to_datetime(["2026-11-23 09:00", None, None]), 金额=[1.5, float("nan"), None]
    )
    text = written(tmp_path, layers(cases=cases))
    data = json.loads(re.search(r"snapshotData = (\{.*?\});</script>", text)[1])  # type: ignore[index]
    rows = [
        row
        for layer in data.values()
        for row in layer
        if isinstance(row, dict) and "at" in row and "fields" in row
    ]
    assert rows[0]["fields"][-2:] == [["上报", "2026-11-23 09:00:00"], ["金额", "1.5"]]
    assert all("NaT" not in str(row) and "nan" not in str(row) for row in rows)


def test_a_town_without_anything_still_opens(open_file: Any) -> None:
    shown = layers()
    opened = open_file(layers(grids=shown.grids[:0], cases=shown.cases[:0], outline=None, labels=None))
    assert opened.errors == []
    assert "未定位\n0" in opened.page.inner_text("#head")


def test_nothing_overlaps_or_is_cut_at_two_sizes(open_file: Any) -> None:
    page = open_file(layers()).page
    for width, height in ((1920, 1080), (3840, 2160)):
        page.set_viewport_size({"width": width, "height": height})
        head, legend = page.locator("#head").bounding_box(), page.locator("#legend").bounding_box()
        where = page.locator(".folium-map").bounding_box()
        assert head["y"] + head["height"] <= legend["y"]
        assert legend["y"] + legend["height"] <= height
        assert max(head["x"] + head["width"], legend["x"] + legend["width"]) <= where["x"]
        assert page.evaluate("document.documentElement.scrollWidth") == width
    page.set_viewport_size({"width": 1920, "height": 1080})


@pytest.mark.parametrize(("table", "column"), [("grids", "on_duty"), ("cases", "severity")])
def test_a_missing_column_is_named(tmp_path: Path, table: str, column: str) -> None:
    shown = layers()
    broken = getattr(shown, table).drop(columns=column)
    with pytest.raises(GeoError, match=column):
        write_snapshot(tmp_path / "snapshot.html", layers(**{table: broken}))
