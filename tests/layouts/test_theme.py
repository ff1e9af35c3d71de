"""The theme keeps its promises: contrast of every text, and how large the wall's smallest character is."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import layouts
from data.domain.vocabulary import Freshness, Severity
from layouts import theme

STYLESHEET = (Path(layouts.__file__).parent / "assets" / "cloud.css").read_text(encoding="utf-8")
PAIRS = [(text, ground, least) for text, grounds, least in theme.TEXT_ON_GROUND for ground in grounds]


@pytest.mark.parametrize(
    ("first", "second", "ratio"),
    [("#000000", "#ffffff", 21.0), ("#777777", "#ffffff", 4.48), ("#123456", "#123456", 1.0)],
)
def test_contrast_is_that_of_wcag(first: str, second: str, ratio: float) -> None:
    assert theme.contrast(first, second) == pytest.approx(ratio, abs=0.005)
    assert theme.contrast(second, first) == theme.contrast(first, second)


def test_no_style_sheet_came_to_nothing() -> None:
    """A page without its rules still answers every test that does not look at it."""
    sheets = sorted((Path(layouts.__file__).parent / "assets").glob("*.css"))
    assert [sheet.name for sheet in sheets if "{" not in sheet.read_text(encoding="utf-8")] == []


@pytest.mark.parametrize(("text", "ground", "least"), PAIRS)
def test_every_text_stands_out(text: str, ground: str, least: float) -> None:
    assert theme.contrast(text, ground) >= least


@pytest.mark.parametrize(
    "colour", [*theme.FRESHNESS_COLOURS.values(), *(m.colour for m in theme.MARKS.values())]
)
def test_marks_stand_out_on_every_load(colour: str) -> None:
    """A symbol carries its own dark rim, so it is measured against the ground."""
    assert theme.contrast(colour, theme.GROUND) >= 7


def test_load_bands_grow_lighter_and_begin_at_nothing() -> None:
    colours, least = zip(*theme.BANDS, strict=True)
    brightness = [theme.contrast(colour, "#000000") for colour in colours]
    assert brightness == sorted(brightness)
    assert least[:2] == (0, 1)
    assert list(least) == sorted(set(least))


def test_severity_and_freshness_are_whole_tables() -> None:
    assert set(theme.MARKS) == set(Severity)
    assert set(theme.FRESHNESS_COLOURS) == set(Freshness)
    shapes = {(mark.symbol, mark.size_rem) for mark in theme.MARKS.values()}
    assert len(shapes) == len(Severity), "colour never speaks alone"


@pytest.mark.parametrize(
    ("distance_m", "wall_height_m", "rows", "pixels"),
    [(8.0, 2.2, 1080, 25.04), (8.0, 2.2, 2160, 50.08), (4.0, 2.2, 1080, 12.52), (8.0, 4.4, 1080, 12.52)],
)
def test_smallest_character(distance_m: float, wall_height_m: float, rows: float, pixels: float) -> None:
    assert theme.smallest_px(distance_m, wall_height_m, rows) == pytest.approx(pixels, abs=0.01)


@pytest.mark.parametrize("measures", [(0, 2.2, 1080), (8, -1, 1080), (8, 2.2, 0)])
def test_impossible_measures_are_refused(measures: tuple[float, float, float]) -> None:
    with pytest.raises(ValueError, match="must be above 0"):
        theme.smallest_px(*measures)


@pytest.mark.parametrize(
    ("name", "colour"),
    [
        ("ground", theme.GROUND),
        ("panel", theme.PANEL),
        ("raised", theme.RAISED),
        ("line", theme.LINE),
        ("text", theme.TEXT),
        ("second", theme.SECOND),
        ("third", theme.THIRD_DESK),
        ("selection", theme.SELECTION),
        ("primary", theme.PRIMARY),
        ("bad", theme.BAD_TEXT),
        ("soon", theme.SOON),
        ("good", theme.GOOD),
    ],
)
def test_stylesheet_has_the_theme_s_colours(name: str, colour: str) -> None:
    assert re.search(rf"--{name}: {colour};", STYLESHEET)


def test_stylesheet_loads_nothing() -> None:
    assert not re.search(r"url\(|@import|@font-face", STYLESHEET)


def test_desk_may_use_the_third_colour_of_the_wall_too() -> None:
    assert f"--third: {theme.THIRD_WALL};" in STYLESHEET
