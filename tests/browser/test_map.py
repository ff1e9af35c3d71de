"""The map in a real browser: all grids, all cases, and a view that stays."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page

from tests.browser.conftest import OpenPage
from tests.browser.server import Server

pytestmark = pytest.mark.browser

GRAPH = "document.querySelector('#map.js-plotly-plot, #map .js-plotly-plot')"
GRIDS_BY_KIND = f"""() => {{
  const found = {{}};
  for (const trace of {GRAPH}.data) {{
    if (!trace.meta || trace.meta.role !== 'grid') continue;
    const kind = found[trace.meta.kind] = found[trace.meta.kind] || {{ all: 0, shown: 0 }};
    kind.all += 1;
    kind.shown += trace.visible === false ? 0 : 1;
  }}
  return found;
}}"""
DRAWN_FILLS = f"() => {GRAPH}.querySelectorAll('.scatterlayer path.js-fill').length"
DRAWN_CASES = """() => {
  const { normal, elevated, urgent, critical } = window.cloud.points.counts();
  return normal + elevated + urgent + critical;
}"""
RANGE = f"() => [...{GRAPH}.layout.xaxis.range, ...{GRAPH}.layout.yaxis.range].map(Math.round)"
KINDS = {"comprehensive": 90, "police": 20, "professional": 20}


def press(page: Page, name: str, value: str) -> None:
    page.click(f'[data-switch="{name}"][data-value="{value}"]')


def live(page: Page, name: str) -> str:
    return page.inner_text(f'[data-live="{name}"]')


def test_map_shows_130_grids(open_page: OpenPage, live_server: Server) -> None:
    """90 + 20 + 20 grids stand on the map; each kind in its turn is drawn."""
    page = open_page(live_server.url)
    found = page.evaluate(GRIDS_BY_KIND)
    assert {kind: row["all"] for kind, row in found.items()} == KINDS
    for kind, count in KINDS.items():
        press(page, "kind", kind)
        page.wait_for_function(
            f"() => {GRAPH}.data.filter((t) => t.meta && t.meta.role === 'grid' && t.meta.kind === '{kind}'"
            f" && t.visible !== false).length === {count}"
        )
        page.wait_for_function(f"() => {GRAPH}.querySelectorAll('path.js-fill').length >= {count}")


def test_every_open_case_is_on_the_map_or_counted_beside_it(open_page: OpenPage, live_server: Server) -> None:
    """Map + unplaced + masked + hidden = open, as REST counts it."""
    page = open_page(live_server.url)
    picture = live_server.get("/api/v1/situation")
    placed = [row for row in picture["cases"].values() if row["x"] is not None]
    assert placed
    page.wait_for_function(f"() => ({DRAWN_CASES})() === {len(placed)}")
    assert f"在办 {picture['figures']['open']['value']:,} = 图上 {len(placed):,}" in live(page, "equation")
    assert live(page, "count-tray") == str(
        sum(row["x"] is None and not row["is_dimmed"] for row in picture["cases"].values())
    )


def test_key_figures_are_those_of_rest(open_page: OpenPage, live_server: Server) -> None:
    page = open_page(live_server.url)
    figures = live_server.get("/api/v1/situation")["figures"]
    shown = page.evaluate(
        "() => Object.fromEntries([...document.querySelectorAll('[data-figure]')]"
        ".map((card) => [card.dataset.figure, card.querySelector('[data-part=value]').textContent]))"
    )
    steady = ("open", "on_duty", "grids_without_duty", "today")
    assert {key: shown[key] for key in steady} == {key: f"{figures[key]['value']:,}" for key in steady}
    assert set(shown) == set(figures)


def test_demo_data_are_labelled(open_page: OpenPage, live_server: Server) -> None:
    page = open_page(live_server.url)
    assert "演示" in live(page, "demo")


# A pixel that the page itself says lies in a grid, far from every symbol; the same on every run.
FREE_SPOT = """(clear) => {
  const box = document.getElementById('map').getBoundingClientRect();
  const rays = [0, 1, 2, 3, 4, 5, 6, 7].map((i) => [Math.cos(i * Math.PI / 4), Math.sin(i * Math.PI / 4)]);
  for (let y = box.top + 40; y < box.bottom - 40; y += 11) {
    for (let x = box.left + 40; x < box.right - 40; x += 11) {
      const hit = window.cloud.map.at(x, y);
      if (!hit || !hit.grid || hit.case) continue;
      const around = rays.map(([dx, dy]) => window.cloud.map.at(x + clear * dx, y + clear * dy));
      const isFree = around.every((one) => one.grid === hit.grid && !one.case);
      if (isFree && document.elementFromPoint(x, y).closest('#map')) return { x, y, grid: hit.grid };
    }
  }
  return null;
}"""
CARD_OF = "(grid) => document.getElementById('grid-card').textContent.includes(grid) && location.search.includes(grid)"


def free_spot(page: Page) -> dict[str, Any]:
    return page.wait_for_function(FREE_SPOT, arg=12).json_value()


def test_a_click_on_a_grid_opens_its_card(open_page: OpenPage, live_server: Server) -> None:
    """The card shows people, firms, open cases, last patrol and who is on duty."""
    page = open_page(live_server.url)
    spot = free_spot(page)
    page.mouse.click(spot["x"], spot["y"])
    page.wait_for_function(CARD_OF, arg=spot["grid"])
    words = page.inner_text("#grid-card")
    for word in ("人口", "企业", "在办", "巡查", "在岗"):
        assert word in words


def test_a_click_is_not_lost_when_the_map_redraws_under_it(open_page: OpenPage, live_server: Server) -> None:
    """The whole chart is made anew between press and release, and the grid is chosen all the same."""
    page = open_page(live_server.url)
    spot = free_spot(page)
    page.mouse.move(spot["x"], spot["y"])
    page.mouse.down()
    page.evaluate(f"async () => {{ const g = {GRAPH}; await Plotly.newPlot(g, g.data, g.layout); }}")
    page.mouse.up()
    page.wait_for_function(CARD_OF, arg=spot["grid"])


def test_moving_the_map_chooses_nothing(open_page: OpenPage, live_server: Server) -> None:
    page = open_page(live_server.url)
    spot = free_spot(page)
    page.mouse.move(spot["x"], spot["y"])
    page.mouse.down()
    page.mouse.move(spot["x"] + 60, spot["y"] + 30, steps=6)
    page.mouse.up()
    page.wait_for_function("() => location.search.includes('at=')")
    assert "grid=" not in page.url


def test_the_view_stands_in_the_address_and_survives_a_reload(
    open_page: OpenPage, live_server: Server, grid_point: Any
) -> None:
    """Kind, choices and the zoomed range are kept across an update and a reload, and travel with the link."""
    page = open_page(live_server.url)
    press(page, "kind", "police")
    page.select_option('[data-choose="severity"]', "urgent")
    box = page.locator("#map").bounding_box()
    assert box
    page.mouse.move(box["x"] + box["width"] * 0.4, box["y"] + box["height"] * 0.5)
    page.mouse.wheel(0, -600)
    page.wait_for_function("() => location.search.includes('at=')")
    page.wait_for_timeout(500)
    address, view = page.url, page.evaluate(RANGE)
    assert "kind=police" in address
    assert "severity=urgent" in address

    open_before = _figure(page, "open")
    live_server.post_case("视野不变", **grid_point(live_server))
    page.wait_for_function(
        "(before) => document.querySelector('[data-figure=open] [data-part=value]').textContent !== before",
        arg=open_before,
    )
    assert page.evaluate(RANGE) == view

    page.reload()
    page.wait_for_function("() => document.documentElement.dataset.link === 'live'")
    page.wait_for_function(f"() => {GRAPH} && {GRAPH}.layout && {GRAPH}.layout.xaxis")
    page.wait_for_function(f"(view) => JSON.stringify(({RANGE})()) === JSON.stringify(view)", arg=view)
    assert page.url == address

    other = open_page(address)
    assert other.evaluate(RANGE) == view
    assert other.input_value('[data-choose="severity"]') == "urgent"


def _figure(page: Page, name: str) -> str:
    return page.inner_text(f'[data-figure="{name}"] [data-part="value"]')


def test_choices_narrow_map_and_list_alike(open_page: OpenPage, live_server: Server) -> None:
    page = open_page(live_server.url)
    page.select_option('[data-choose="severity"]', "elevated")
    cases = live_server.get("/api/v1/situation")["cases"].values()
    chosen = [row for row in cases if row["severity"] == "elevated"]
    placed = sum(row["x"] is not None for row in chosen)
    page.wait_for_function(f"() => ({DRAWN_CASES})() === {placed}")
    assert live(page, "count-urgent") == f"{len(chosen):,}"


OTHER_BOUNDARIES = """(stamps) => {
  const { cloud } = window;
  let reloads = 0;
  cloud.watchdog.reload = () => { reloads += 1; };
  const counted = [];
  for (const stamp of stamps) {
    const { picture } = cloud.feed.state;
    cloud.feed.receive({ ...picture, kind: 'full', geometry: stamp || cloud.screen.state.directory.geometry });
    counted.push(reloads);
  }
  return counted;
}"""
DROP_A_GRID = """() => {
  const { picture } = window.cloud.feed.state;
  const [code] = Object.keys(picture.grids);
  const delta = { kind: 'delta', seq: picture.seq + 1, from: picture.seq, grids: { put: {}, drop: [code] } };
  return [code in picture.grids, code in window.cloud.feed.reduce(picture, delta).grids];
}"""


def test_other_boundaries_load_the_page_anew_once_for_each_stamp(
    open_page: OpenPage, live_server: Server
) -> None:
    page = open_page(live_server.url)
    assert page.evaluate(OTHER_BOUNDARIES, [None, "new", "new", None, "newer", "new"]) == [0, 1, 1, 1, 2, 2]


def test_a_grid_that_ended_leaves_the_picture(open_page: OpenPage, live_server: Server) -> None:
    page = open_page(live_server.url)
    assert page.evaluate(DROP_A_GRID) == [True, False]


def test_a_window_that_was_resized_shows_the_town_as_before(open_page: OpenPage, live_server: Server) -> None:
    """A tablet is turned and turned back: the town does not shrink."""
    page = open_page(live_server.url, width=1180, height=820)
    before = page.evaluate(RANGE)
    page.set_viewport_size({"width": 820, "height": 1180})
    page.wait_for_function(f"(before) => JSON.stringify(({RANGE})()) !== JSON.stringify(before)", arg=before)
    page.set_viewport_size({"width": 1180, "height": 820})
    page.wait_for_function(
        f"(before) => ({RANGE})().every((metres, i) => Math.abs(metres - before[i]) < 50)", arg=before
    )
    assert page.evaluate("() => cloud.view.state.view.range") is None
