"""The map's figure: every grid once, sizes in rem, and nothing in it that must travel again."""

from __future__ import annotations

import json
from collections import Counter
from typing import Any

import pytest

from data.domain.vocabulary import GridKind, Severity
from layouts import theme
from layouts.map import map_figure
from tests.layouts.samples import COUNTS, geometry, square


@pytest.fixture(scope="module")
def figure() -> dict[str, Any]:
    return map_figure(geometry())


def role(figure: dict[str, Any], name: str) -> list[dict[str, Any]]:
    return [trace for trace in figure["data"] if trace["meta"]["role"] == name]


def layer(figure: dict[str, Any], name: str) -> dict[str, Any]:
    return next(row for row in figure["layers"] if row["role"] == name)


def test_each_grid_is_one_trace(figure: dict[str, Any]) -> None:
    grids = role(figure, "grid")
    assert Counter(trace["meta"]["kind"] for trace in grids) == COUNTS
    assert len({trace["meta"]["code"] for trace in grids}) == 130
    assert all(trace["fill"] == "toself" for trace in grids)


def test_one_kind_is_shown_at_first(figure: dict[str, Any]) -> None:
    shown = {trace["meta"]["kind"] for trace in role(figure, "grid") if trace["visible"]}
    assert shown == {GridKind.COMPREHENSIVE}


def test_each_grid_can_be_numbered(figure: dict[str, Any]) -> None:
    assert {kind: len(layer(figure, f"numbers-{kind}")["rows"]) for kind in COUNTS} == COUNTS


def test_no_duty_is_a_pattern_and_a_colour(figure: dict[str, Any]) -> None:
    pattern = figure["layout"]["meta"]["pattern"]
    assert pattern == {"shape": "/", "colour": theme.NO_DUTY_COLOUR}
    assert all(trace["fillpattern"]["fgcolor"] == pattern["colour"] for trace in role(figure, "grid"))


def test_each_severity_has_its_own_look(figure: dict[str, Any]) -> None:
    layers = [layer(figure, severity.value) for severity in Severity]
    assert len({(row["symbol"], row["colour"], row["size"]) for row in layers}) == len(Severity)


def test_urgent_cases_lie_above_the_words(figure: dict[str, Any]) -> None:
    """People, lesser cases, words, urgent cases, choice: each kind of layer in one piece."""
    order = [row["role"] for row in figure["layers"]]
    numbers = [f"numbers-{kind}" for kind in GridKind]
    words = ["names", "places", *numbers]
    assert order == [
        "staff", "normal", "elevated", *words, "urgent", "critical", "chosen", "chosen-case", "picked"
    ]  # fmt: skip


def test_lines_lie_above_the_grids(figure: dict[str, Any]) -> None:
    order = [trace["meta"]["role"] for trace in figure["data"]]
    assert order.index("outline") > max(i for i, name in enumerate(order) if name == "grid")


def test_scale_is_true_in_both_directions(figure: dict[str, Any]) -> None:
    layout = figure["layout"]
    assert layout["yaxis"]["scaleanchor"] == "x"
    assert layout["yaxis"]["scaleratio"] == 1
    assert layout["xaxis"]["range"][0] < 0 < 1000 < layout["xaxis"]["range"][1]


def test_view_survives_what_changes(figure: dict[str, Any]) -> None:
    assert figure["layout"]["uirevision"]


def test_rings_and_lines_are_parted_by_gaps(figure: dict[str, Any]) -> None:
    outline = role(figure, "outline")[0]
    assert len(outline["x"]) == 5 + 1 + 5
    assert outline["x"][5] is None
    assert outline["y"][5] is None


def test_every_trace_and_layer_says_what_it_is_and_how_large(figure: dict[str, Any]) -> None:
    assert all(trace["meta"]["role"] and trace["meta"]["width"] > 0 for trace in figure["data"])
    for row in figure["layers"]:
        assert len({"width", "size", "text"} & set(row)) == 1, row["role"]


def test_figure_is_plain_json_and_small(figure: dict[str, Any]) -> None:
    assert len(json.dumps(figure, ensure_ascii=False)) < 120_000


def test_a_grid_of_two_parts_stays_one_trace() -> None:
    town = geometry({"police": 1})
    town["grids"][0]["rings"] = [square(0, 0), square(300, 300)]
    assert len(role(map_figure(town), "grid")[0]["x"]) == 11


def test_a_town_without_anything_has_a_map() -> None:
    empty = {name: [] for name in ("outline", "grids", "villages", "roads", "rivers", "places")}
    assert role(map_figure({"bounds": [0, 0, 1, 1], **empty}), "grid") == []
