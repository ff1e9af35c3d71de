"""The layers over the map: what is painted, what the legend says, which card is shown."""

from __future__ import annotations

from typing import Any

import pytest

from data.domain.vocabulary import Severity
from data.town import load_town
from layouts import theme
from tests.browser.conftest import OpenPage
from tests.browser.server import Server
from tests.browser.test_map import DRAWN_CASES, free_spot, live, press

pytestmark = pytest.mark.browser

# The pixels of both canvases as they are, and again after everything was drawn anew.
PIXELS_TWICE = """async () => {
  const { cloud } = window;
  const frames = (count) => new Promise((done) => {
    const step = () => (count-- > 0 ? requestAnimationFrame(step) : done());
    step();
  });
  const pixels = () => [...document.querySelectorAll('canvas[data-points]')].map((canvas) => {
    const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
    return data.reduce((sum, value, i) => (sum * 31 + value * (i % 251)) % 2147483647, 7);
  });
  await frames(3);
  const before = pixels();
  cloud.map.state.place = 'elsewhere';
  cloud.map.follow();
  await frames(3);
  return [before, pixels()];
}"""
COLOUR_OF_CASE = """(id) => {
  const { cloud } = window;
  const row = cloud.feed.state.picture.cases[id];
  const frame = cloud.frame.of(cloud.map.find(), 16);
  const canvas = document.querySelector('canvas[data-points=upper]');
  const at = [frame.px(row.x), frame.py(row.y)].map((px) => Math.round(px * frame.ratio));
  return [...canvas.getContext('2d').getImageData(...at, 1, 1).data];
}"""


def test_a_new_case_is_painted_as_if_all_were_painted_anew(
    open_page: OpenPage, live_server: Server, grid_point: Any
) -> None:
    """Only the surroundings of a change are drawn; the pixels are those of a whole drawing."""
    page = open_page(live_server.url)
    before = page.evaluate(DRAWN_CASES)
    answer = live_server.post_case("局部重画", **{**grid_point(live_server), "category": "0401"})
    page.wait_for_function(f"(before) => ({DRAWN_CASES})() === before + 1", arg=before)
    first, again = page.evaluate(PIXELS_TWICE)
    assert first == again
    row = live_server.get("/api/v1/situation")["cases"][str(answer["id"])]
    assert row["severity"] in {"urgent", "critical"}
    mark = theme.MARKS[Severity(row["severity"])].colour
    assert page.evaluate(COLOUR_OF_CASE, str(answer["id"])) == [*bytes.fromhex(mark[1:]), 255]


def test_a_shared_link_names_its_category(open_page: OpenPage, live_server: Server) -> None:
    page = open_page(live_server.url + "/?category=05")
    name = next(row.major_name for row in load_town("fenghuang").categories if row.major == "05")
    page.wait_for_function(
        "(name) => document.querySelector('[data-choose=category]').selectedOptions[0].textContent === name",
        arg=name,
    )
    assert "关键数字仍为全镇" in live(page, "list-note")


def test_one_card_at_a_time(open_page: OpenPage, live_server: Server) -> None:
    """A link that names both shows the case first, and the grid when the case was closed."""
    page = open_page(live_server.url)
    spot = free_spot(page)
    page.mouse.click(spot["x"], spot["y"])
    page.wait_for_selector("#grid-card .card-head")
    page.locator("button.case-button").first.click()
    page.wait_for_selector("#case-card .card-head")
    assert "grid=" not in page.url
    both = open_page(f"{page.url}&grid={spot['grid']}")
    both.wait_for_selector("#case-card .card-head")
    both.wait_for_selector("#grid-card .card-head", state="attached")
    assert not both.is_visible("#grid-card")
    both.click('#case-card [data-switch="close"]')
    both.wait_for_selector("#grid-card .card-head")


def test_people_stand_in_the_legend_while_they_are_shown(open_page: OpenPage, live_server: Server) -> None:
    page = open_page(live_server.url)
    assert not page.is_visible('[data-legend="staff"]')
    press(page, "layer", "staff")
    page.wait_for_selector('[data-legend="staff"]')


def test_unknown_patrols_are_no_zero(open_page: OpenPage, live_server: Server) -> None:
    page = open_page(live_server.url)
    words = page.evaluate(
        """() => {
          const { picture } = window.cloud.feed.state;
          const grids = { one: { open: 0, on_duty: 0, last_patrol: null } };
          return cloud.derive.modules({ ...picture, grids }, cloud.screen.state.directory, cloud.clock.now());
        }"""
    )
    assert words["patrolled"] == "暂无数据"
