"""One offline HTML file of a situation, made with Folium, to be handed on and opened anywhere."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import folium
import numpy as np
import pandas as pd
import shapely
from branca.element import Element
from folium.template import Template

from geo.errors import GeoError
from geo.measure import as_area
from geo.snapshot_page import Key, head_html, inlined_assets, json_of, legend_html, text_of

DEFAULT_BANDS = (
    ("#16283f", 0),
    ("#1b3d5a", 1),
    ("#1f5673", 2),
    ("#2b7386", 4),
    ("#4a9391", 6),
    ("#86b79a", 9),
)
_KIND_NAMES = {"comprehensive": "综合网格", "police": "警务网格", "professional": "专业网格"}
_KIND_STYLES: dict[str, dict[str, Any]] = {
    "comprehensive": {"color": "#6f8fb5", "weight": 1, "fillOpacity": 0.9},
    "police": {"color": "#5fb0ff", "weight": 2.5, "fillOpacity": 0.35},
    "professional": {"color": "#eaf1fb", "weight": 2, "dashArray": "2 5", "fillOpacity": 0.45},
}
_GRID_COLUMNS = ("code", "kind", "name", "open", "on_duty")
_CASE_COLUMNS = ("number", "title", "severity", "color", "lon", "lat")
_FIELD_NAMES = {"code": "编码", "open": "在办", "on_duty": "在岗", "number": "案卷号", "severity": "等级"}


@dataclass(frozen=True, eq=False)
class SnapshotLayers:
    """What the file shows. Coordinates are storage degrees; the caller leaves out what must not be handed on.

    `grids`: columns code, kind, name, open, on_duty, geometry; on_duty 0 is hatched. `cases`: number, title,
    severity (label), color, lon, lat (NaN: counted as 未定位), optionally shape (triangle, diamond, circle,
    dot); severities are listed as they first occur, the first above the others on the map. Every further
    column of both that has a Chinese name goes into the pop-up under that name; others are left out.
    `labels`: name, lon, lat. `facts`: key figures beside the title.
    `bands`: (colour, lowest number of open cases).
    """

    title: str
    as_of: str
    is_demo: bool
    outline: Any
    grids: Any
    cases: pd.DataFrame
    labels: pd.DataFrame | None = None
    facts: tuple[tuple[str, str], ...] = ()
    bands: tuple[tuple[str, int], ...] = DEFAULT_BANDS


def write_snapshot(path: Path | str, layers: SnapshotLayers) -> Path:
    """Write the file, complete in itself (no outside address), and return its path."""
    page = _empty_map()
    if layers.outline is not None:
        _Drawn("镇界", "outline", _rings(as_area(layers.outline))).add_to(page)
    keys = [*_add_grids(page, layers), *_add_cases(page, layers)]
    if layers.labels is not None:
        _Drawn("地名", "labels", _label_rows(layers.labels)).add_to(page)
    folium.LayerControl(collapsed=False).add_to(page)
    _fit(page, layers)
    return _save(page, layers, keys, Path(path))


class _Plain(Element):
    """Text put into the page as it is: Folium's own elements would read it as a template."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self._text = text

    def render(self, **kwargs: Any) -> str:
        """The text."""
        return self._text


class _Drawn(folium.map.Layer):
    """A Folium layer drawn by one function of assets/snapshot.js from its entry in `snapshotData`."""

    _template = Template(
        """
        {% macro script(this, kwargs) %}
            var {{ this.get_name() }} = snapshot.{{ this.function }}(
                {{ this._parent.get_name() }}, snapshotData.{{ this.get_name() }});
        {% endmacro %}
        """
    )

    def __init__(self, label: str, function: str, rows: list[Any], show: bool = True) -> None:
        super().__init__(name=text_of(label), overlay=True, control=True, show=show)
        self._name = "Drawn"
        self.function = function
        self.rows = rows


def _empty_map() -> folium.Map:
    page = folium.Map(
        location=(0.0, 0.0), tiles=None, control_scale=True, attribution_control=False, zoom_snap=0.25,
        zoom_control="bottomright",
    )  # fmt: skip
    page.default_js, page.default_css = [], []
    return page


def _add_grids(page: folium.Map, layers: SnapshotLayers) -> list[Key]:
    _require(layers.grids, _GRID_COLUMNS, "grids")
    for kind, name in _KIND_NAMES.items():
        part = layers.grids[layers.grids["kind"] == kind]
        rows = [
            _area_row(row, layers.bands) for row in part.to_dict("records") if row["geometry"] is not None
        ]
        _Drawn(f"{name} {len(part)}", "areas", rows, show=kind == "comprehensive").add_to(page)
    bands = [
        Key(f"{lowest}" + "+" * (lowest == layers.bands[-1][1]), colour, "box")
        for colour, lowest in layers.bands
    ]
    return [*bands, Key("无人值守", "url(#hatch)", "box")]


def _add_cases(page: folium.Map, layers: SnapshotLayers) -> list[Key]:
    _require(layers.cases, _CASE_COLUMNS, "cases")
    placed = layers.cases[layers.cases["lon"].notna() & layers.cases["lat"].notna()]
    keys = []
    for severity in pd.unique(layers.cases["severity"]):
        part = placed[placed["severity"] == severity]
        rows = [_point_row(row) for row in part.to_dict("records")]
        _Drawn(f"{severity} {len(rows)}", "points", rows).add_to(page)
        first = layers.cases[layers.cases["severity"] == severity].iloc[0]
        keys.append(Key(str(severity), str(first["color"]), _shape(first)))
    return keys


def _area_row(row: dict[str, Any], bands: tuple[tuple[str, int], ...]) -> dict[str, Any]:
    fill = [colour for colour, lowest in bands if lowest <= row["open"] or lowest == bands[0][1]][-1]
    return {
        "title": str(row["name"]),
        "fields": _fields(row),
        "rings": _rings(row["geometry"]),
        "style": {**_KIND_STYLES[row["kind"]], "fillColor": fill},
        "hatched": bool(row["on_duty"] == 0),
    }


def _point_row(row: dict[str, Any]) -> dict[str, Any]:
    return {
        "title": str(row["title"]),
        "fields": _fields(row),
        "at": [round(float(row["lat"]), 6), round(float(row["lon"]), 6)],
        "color": str(row["color"]),
        "shape": _shape(row),
    }


def _label_rows(labels: pd.DataFrame) -> list[dict[str, Any]]:
    known = labels[labels["lon"].notna() & labels["lat"].notna()]
    return [{"name": str(row["name"]), "at": [row["lat"], row["lon"]]} for row in known.to_dict("records")]


def _fields(row: dict[str, Any]) -> list[list[str]]:
    """What a pop-up lists: the known columns and those named in Chinese; others are the program's own."""
    shown = {key: value for key, value in row.items() if key in _FIELD_NAMES or not str(key).isascii()}
    return [
        [_FIELD_NAMES.get(key, key), str(value)] for key, value in shown.items() if not _is_missing(value)
    ]


def _is_missing(value: Any) -> bool:
    return value is None or value is pd.NaT or value is pd.NA or value != value


def _shape(row: Any) -> str:
    shape = row.get("shape")
    return shape if shape in ("triangle", "diamond", "circle", "dot") else "circle"


def _rings(area: Any) -> list[Any]:
    """Leaflet's nesting: polygons, each of rings, each of [latitude, longitude], rounded to about 0.1 m."""
    polygons = [shapely.get_rings(part) for part in shapely.get_parts(area)]
    return [
        [np.round(shapely.get_coordinates(ring)[:, ::-1], 6).tolist() for ring in rings] for rings in polygons
    ]


def _fit(page: folium.Map, layers: SnapshotLayers) -> None:
    shapes = [*layers.grids.geometry.array, *([] if layers.outline is None else [as_area(layers.outline)])]
    bounds = shapely.total_bounds(np.array(shapes, dtype=object)) if shapes else np.full(4, np.nan)
    if np.isfinite(bounds).all():
        west, south, east, north = (float(value) for value in bounds)
        page.fit_bounds(
            [[south, west], [north, east]], padding_top_left=(24, 24), padding_bottom_right=(200, 24)
        )


def _save(page: folium.Map, layers: SnapshotLayers, keys: list[Key], path: Path) -> Path:
    figure: Any = page.get_root()
    figure.title = text_of(f"{layers.title} {layers.as_of}")
    data = {child.get_name(): child.rows for child in page._children.values() if isinstance(child, _Drawn)}
    script = f"<script>const snapshotData = {json_of(data)};</script>"
    figure.header.add_child(_Plain(inlined_assets() + script), name="assets")
    unplaced = int((layers.cases["lon"].isna() | layers.cases["lat"].isna()).sum())
    counts = (("图上案卷", str(len(layers.cases) - unplaced)), ("未定位", str(unplaced)))
    head = head_html(layers.title, layers.as_of, layers.is_demo, (*layers.facts, *counts))
    figure.html.add_child(_Plain(f'<aside id="side">{head}{legend_html(keys)}</aside>'), name="panels")
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(figure.render(), encoding="utf-8")
    return path


def _require(table: Any, columns: tuple[str, ...], name: str) -> None:
    missing = [column for column in columns if column not in table.columns]
    if missing:
        raise GeoError(f"快照的 {name} 缺少列 {'、'.join(missing)}", value=missing, cure="请补全这些列")
