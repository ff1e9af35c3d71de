"""The map as a Plotly figure in projected metres: polygons once, and empty traces for what moves.

Sizes stand in `meta` in rem (the browser multiplies them with its rem), so that 1080 and 4320 rows
show the same picture. Every trace's `meta.role` says what it is; the browser finds it by that.
"""

from __future__ import annotations

from typing import Any

from data.domain.vocabulary import GridKind, Severity
from layouts import theme

Geometry = dict[str, Any]
Trace = dict[str, Any]
Ring = list[list[float]]

MARGIN = 0.015
CASE_ROLES = tuple(severity.value for severity in Severity)


def map_figure(geometry: Geometry) -> dict[str, Any]:
    """Return the figure of a town's geometry; coordinates are metres in its projected CRS.

    Bottom to top: grid fills, water, roads, lines, people, lesser cases, labels, urgent cases, choice.
    """
    grids = geometry["grids"]
    data = [
        *(_grid(grid) for grid in grids),
        _lines("rivers", [river["line"] for river in geometry["rivers"]], theme.RIVER, 0.16),
        _lines("roads", [road["line"] for road in geometry["roads"]], theme.ROAD, 0.11),
        *(_outlines(kind, grids) for kind in GridKind),
        _lines("villages", _village_rings(geometry), theme.VILLAGE_LINE, 0.07),
        _lines("outline", geometry["outline"], theme.OUTLINE, 0.09),
        _points("staff", theme.STAFF, "cross", 0.36),
        _cases(Severity.NORMAL),
        _cases(Severity.ELEVATED),
        _labels("names", geometry["villages"], 1.0, theme.TEXT),
        _labels("places", geometry["places"], 0.9, theme.SECOND),
        *(_numbers(kind, grids) for kind in GridKind),
        _cases(Severity.URGENT),
        _cases(Severity.CRITICAL),
        _lines("chosen", [], theme.SELECTION, 0.16),
        _points("chosen-case", theme.SELECTION, "circle-open", 1.5),
    ]
    return {"data": data, "layout": _layout(geometry)}


def scale_meta() -> dict[str, Any]:
    """Return what the browser needs to colour the grids: bands and the pattern for no duty."""
    return {
        "bands": [{"colour": colour, "least": least} for colour, least in theme.BANDS],
        "pattern": {"shape": theme.NO_DUTY_PATTERN, "colour": theme.NO_DUTY_COLOUR},
    }


def _grid(grid: dict[str, Any]) -> Trace:
    """One fill; `meta` carries what the browser must know of the grid."""
    xs, ys = _path(grid["rings"])
    return {
        "type": "scatter",
        "mode": "lines",
        "x": xs,
        "y": ys,
        "fill": "toself",
        "fillcolor": theme.BANDS[0][0],
        "fillpattern": {
            "shape": "",
            "fgcolor": theme.NO_DUTY_COLOUR,
            "bgcolor": theme.BANDS[0][0],
            "solidity": 0.25,
        },
        "line": {"color": theme.GROUND, "width": 1},
        "hoverinfo": "skip",
        "showlegend": False,
        "visible": grid["kind"] == GridKind.COMPREHENSIVE,
        "meta": {
            "role": "grid",
            "width": 0.05,
            "code": grid["code"],
            "kind": grid["kind"],
            "village": grid["village"],
        },
    }


def _outlines(kind: GridKind, grids: list[dict[str, Any]]) -> Trace:
    rings = [ring for grid in grids if grid["kind"] == kind for ring in grid["rings"]]
    trace = _lines(f"outlines-{kind.value}", rings, theme.SECOND, 0.05)
    return {**trace, "visible": False, "opacity": 0.55}


def _lines(role: str, lines: list[Ring], colour: str, width_rem: float) -> Trace:
    xs, ys = _path(lines)
    return {
        "type": "scatter",
        "mode": "lines",
        "x": xs,
        "y": ys,
        "line": {"color": colour, "width": 1},
        "hoverinfo": "skip",
        "showlegend": False,
        "meta": {"role": role, "width": width_rem},
    }


def _cases(severity: Severity) -> Trace:
    mark = theme.MARKS[severity]
    return _points(severity.value, mark.colour, mark.symbol, mark.size_rem)


def _points(role: str, colour: str, symbol: str, size_rem: float) -> Trace:
    return {
        "type": "scatter",
        "mode": "markers",
        "x": [],
        "y": [],
        "customdata": [],
        "hoverinfo": "none",
        "showlegend": False,
        "cliponaxis": True,
        "marker": {"color": colour, "symbol": symbol, "size": 8, "line": {"color": theme.GROUND, "width": 1}},
        "meta": {"role": role, "size": size_rem},
    }


def _labels(role: str, rows: list[dict[str, Any]], size_rem: float, colour: str) -> Trace:
    return {
        "type": "scatter",
        "mode": "text",
        "x": [row["x"] for row in rows],
        "y": [row["y"] for row in rows],
        "text": [row["name"] for row in rows],
        "textfont": {"size": 14, "color": colour, "family": theme.FONTS},
        "hoverinfo": "skip",
        "showlegend": False,
        "meta": {"role": role, "text": size_rem},
    }


def _numbers(kind: GridKind, grids: list[dict[str, Any]]) -> Trace:
    """The layer 编号: the last digits of each code, at the grid's label point."""
    rows = [
        {"x": grid["label"][0], "y": grid["label"][1], "name": grid["code"][-3:].lstrip("0") or grid["code"]}
        for grid in grids
        if grid["kind"] == kind
    ]
    return {**_labels(f"numbers-{kind.value}", rows, 0.8, theme.SECOND), "visible": False}


def _village_rings(geometry: Geometry) -> list[Ring]:
    return [ring for village in geometry["villages"] for ring in village.get("rings") or ()]


def _path(lines: list[Ring]) -> tuple[list[float | None], list[float | None]]:
    """Join lines into one path, with a gap between them."""
    xs: list[float | None] = []
    ys: list[float | None] = []
    for line in lines:
        xs += [*([None] if xs else []), *(point[0] for point in line)]
        ys += [*([None] if ys else []), *(point[1] for point in line)]
    return xs, ys


def _layout(geometry: Geometry) -> dict[str, Any]:
    xmin, ymin, xmax, ymax = geometry["bounds"]
    grow = MARGIN * max(xmax - xmin, ymax - ymin)
    axis = {"visible": False, "fixedrange": False, "showgrid": False, "zeroline": False, "constrain": "range"}
    return {
        "xaxis": {**axis, "range": [xmin - grow, xmax + grow]},
        "yaxis": {**axis, "range": [ymin - grow, ymax + grow], "scaleanchor": "x", "scaleratio": 1},
        "margin": {"l": 0, "r": 0, "t": 0, "b": 0, "pad": 0},
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
        "font": {"family": theme.FONTS, "color": theme.TEXT},
        "showlegend": False,
        "hovermode": "closest",
        "hoverdistance": 8,
        "clickanywhere": True,
        "dragmode": "pan",
        "uirevision": "town",
        "autosize": True,
        "meta": {**scale_meta(), "bounds": [xmin - grow, ymin - grow, xmax + grow, ymax + grow]},
    }
