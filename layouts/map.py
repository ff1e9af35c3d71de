"""The map: a Plotly figure of polygons and lines in projected metres, and the layers drawn over it.

Plotly holds what seldom changes (grids, roads, lines) and the moving about; what changes with every case lies
in `layers`, which the browser draws on two canvases with the words between them (`assets/points.js`,
`assets/words.js`). Sizes are in rem (the browser multiplies them with its rem), so that 1080 and 4320 rows
show the same picture. Every trace's `meta.role` and every layer's `role` says what it is.
"""

from __future__ import annotations

from typing import Any

from data.domain.vocabulary import GridKind, Severity
from layouts import theme

Geometry = dict[str, Any]
Trace = dict[str, Any]
Layer = dict[str, Any]
Ring = list[list[float]]

MARGIN = 0.015


def map_figure(geometry: Geometry) -> dict[str, Any]:
    """Return traces, layout and layers of a town's geometry; coordinates are metres in its projected CRS.

    Bottom to top: grid fills, water, roads, lines, then the layers.
    """
    grids = geometry["grids"]
    data = [
        *(_grid(grid) for grid in grids),
        _lines("rivers", [river["line"] for river in geometry["rivers"]], theme.RIVER, 0.16),
        _lines("roads", [road["line"] for road in geometry["roads"]], theme.ROAD, 0.11),
        *(_outlines(kind, grids) for kind in GridKind),
        _lines("villages", _village_rings(geometry), theme.VILLAGE_LINE, 0.07),
        _lines("outline", geometry["outline"], theme.OUTLINE, 0.09),
    ]
    return {"data": data, "layout": _layout(geometry), "layers": map_layers(geometry)}


def map_layers(geometry: Geometry) -> list[Layer]:
    """Return what is drawn over the polygons, bottom to top: people, lesser cases, words, urgent cases, choice."""
    return [
        _points("staff", theme.STAFF_MARK),
        *(
            _points(severity.value, theme.MARKS[severity])
            for severity in (Severity.NORMAL, Severity.ELEVATED)
        ),
        _words("names", geometry["villages"], 1.0, theme.TEXT),
        _words("places", geometry["places"], 0.9, theme.SECOND),
        *(_numbers(kind, geometry["grids"]) for kind in GridKind),
        *(
            _points(severity.value, theme.MARKS[severity])
            for severity in (Severity.URGENT, Severity.CRITICAL)
        ),
        {"role": "chosen", "colour": theme.SELECTION, "width": 0.16},
        _points("chosen-case", theme.CHOICE_MARK),
        _points("picked", theme.PICK_MARK),
    ]


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


def _points(role: str, mark: theme.Mark) -> Layer:
    return {
        "role": role,
        "symbol": mark.symbol,
        "colour": mark.colour,
        "size": mark.size_rem,
        "rim": theme.GROUND,
    }


def _words(role: str, rows: list[dict[str, Any]], size_rem: float, colour: str) -> Layer:
    words = [{"x": row["x"], "y": row["y"], "words": row["name"]} for row in rows]
    return {"role": role, "text": size_rem, "colour": colour, "rows": words}


def _numbers(kind: GridKind, grids: list[dict[str, Any]]) -> Layer:
    """The layer 编号: the last digits of each code, at the grid's label point."""
    rows = [
        {"x": grid["label"][0], "y": grid["label"][1], "name": grid["code"][-3:].lstrip("0") or grid["code"]}
        for grid in grids
        if grid["kind"] == kind
    ]
    return _words(f"numbers-{kind.value}", rows, 0.8, theme.SECOND)


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
        "hovermode": False,
        "dragmode": "pan",
        "uirevision": "town",
        "autosize": True,
        "meta": {**scale_meta(), "bounds": [xmin - grow, ymin - grow, xmax + grow, ymax + grow]},
    }
