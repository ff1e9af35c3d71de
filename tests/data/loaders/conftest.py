"""A town of four squares, two villages and a handful of sources, written to a folder of the test's own."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import select

from data.loaders.pipeline import Report, load
from data.loaders.rejects import Reject
from data.settings import Settings
from data.store.tables import rejects
from data.world import World, open_world

NOW = datetime(2026, 11, 23, 9, 32, 8, tzinfo=UTC)
WEST, SOUTH, STEP = 120.60, 31.75, 0.02
HEADER = "工单编号,标题,类别,上报时间,经度,纬度,办理时限,办结时间,紧急程度,描述"
GOOD = "A1,井盖破损,井盖,2026-11-20 10:00:00,120.611,31.761,2026-11-22 10:00:00,,紧急,路口井盖翘起"

PROFILE = """
key: mini
name: 小镇
code: "320582999"
centre_lon: 120.62
centre_lat: 31.77
projected_crs: EPSG:4549
time_zone: Asia/Shanghai
grid_code_pattern: ^[PC]\\d$
default_points:
  - {lon: 120.605, lat: 31.755, radius_m: 20, name: 镇政府}
grid_kinds:
  - {kind: police, name: 警务网格, is_tiling: true}
  - {kind: comprehensive, name: 综合网格, is_tiling: true, has_village: true}
"""
CATEGORIES = """major,major_name,minor,name,severity,limit_amount,limit_clock,valid_from,citation
02,公共设施,01,井盖,elevated,2,work_days,2020-01-01,样例
02,公共设施,02,路灯,normal,3,calendar_days,2020-01-01,样例
"""
CALLS = """
key: calls
name: 热线
target: cases
format: {format}
encoding: auto
crs: wgs84
natural_key: [external_number]
columns:
  external_number: {{aliases: [工单编号, 编号], required: true}}
  title: {{aliases: [标题, 诉求标题], required: true}}
  category: {{aliases: 类别, required: true}}
  reported_at: {{aliases: 上报时间, type: datetime, required: true}}
  lon: {{aliases: 经度, type: number}}
  lat: {{aliases: 纬度, type: number}}
  external_due_at: {{aliases: 办理时限, type: datetime}}
  closed_at: {{aliases: 办结时间, type: datetime}}
  severity: {{aliases: 紧急程度}}
  description: {{aliases: 描述}}
category_map: {{井盖: "0201", 路灯: "0202"}}
value_maps:
  severity: {{一般: normal, 较急: elevated, 紧急: urgent, 特急: critical}}
defaults: {{intake_channel: hotline}}
owns: [title, category, external_due_at, closed_at, lon, lat, description]
citation: 测试
"""
GRIDS = """
key: {key}
name: 网格
target: grids
format: {format}
crs: {crs}
natural_key: [code]
columns:
  code: {{aliases: 编码, required: true}}
  kind: {{aliases: 类型, required: true}}
  name: {{aliases: 名称}}
  village_code: {{aliases: 村}}
  geometry: {{type: geometry, required: true}}
  valid_from: {{aliases: 启用, type: date}}
  valid_to: {{aliases: 停用, type: date}}
  population: {{aliases: 人口, type: integer}}
citation: 测试
"""
STAFF = """
key: staff
name: 名册
target: staff
format: csv
natural_key: [staff_no]
columns:
  staff_no: {aliases: 工号, required: true}
  name: {aliases: 姓名}
  telephone: {aliases: 电话}
  unit_code: {aliases: 单位, required: true}
  role: {aliases: 岗位, required: true}
  staff_kind: {aliases: 身份, required: true}
  grid_code: {aliases: 网格}
value_maps:
  role: {网格员: grid_member, 民警: police}
  staff_kind: {编外: contract, 行政: administrative}
owns: [name, telephone, unit_code, role, staff_kind, grid_code]
citation: 测试
"""
SHIFTS = """
key: shifts
name: 排班
target: shifts
format: csv
natural_key: [staff_no, starts_at]
columns:
  staff_no: {aliases: 工号, required: true}
  grid_code: {aliases: 网格编码}
  starts_at: {aliases: 上岗, type: datetime, required: true, format: "%Y-%m-%d %H:%M"}
  ends_at: {aliases: 下岗, type: datetime, required: true, format: "%Y-%m-%d %H:%M"}
owns: [grid_code, ends_at]
citation: 测试
"""


def square(column: int, row: int, width: int = 1) -> dict[str, object]:
    """Return a square of the town as GeoJSON geometry; `width` squares wide."""
    west, south = WEST + column * STEP, SOUTH + row * STEP
    east, north = west + width * STEP, south + STEP
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    return {"type": "Polygon", "coordinates": [ring]}


def feature(code: str, kind: str, geometry: object, **more: object) -> dict[str, object]:
    """Return a grid as a GeoJSON feature."""
    return {"type": "Feature", "properties": {"编码": code, "类型": kind, **more}, "geometry": geometry}


def town_features() -> list[dict[str, object]]:
    """Return two police grids over four comprehensive ones."""
    fine = [
        feature(f"C{2 * row + column}", "comprehensive", square(column, row), 村=f"V{row}", 人口=100)
        for row in (0, 1)
        for column in (0, 1)
    ]
    return [feature(f"P{row}", "police", square(0, row, 2)) for row in (0, 1)] + fine


def write_features(path: Path, features: list[dict[str, object]]) -> Path:
    """Write features as GeoJSON."""
    content = {"type": "FeatureCollection", "features": features}
    path.write_text(json.dumps(content, ensure_ascii=False), encoding="utf-8")
    return path


@pytest.fixture(scope="session")
def mini_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of the town of four squares."""
    folder = tmp_path_factory.mktemp("mini")
    (folder / "sources").mkdir()
    (folder / "profile.yaml").write_text(PROFILE, encoding="utf-8")
    (folder / "categories.csv").write_text(CATEGORIES, encoding="utf-8")
    for key, format_ in (("calls", "csv"), ("book", "xlsx"), ("points", "geojson"), ("layer", "shapefile")):
        text = CALLS.format(format=format_).replace("key: calls", f"key: {key}")
        (folder / "sources" / f"{key}.yaml").write_text(text, encoding="utf-8")
    kept = CALLS.format(format="csv").replace("key: calls", "key: kept") + "outside: keep\n"
    (folder / "sources" / "kept.yaml").write_text(kept, encoding="utf-8")
    for key, format_, crs in (("grids", "geojson", "wgs84"), ("grid_layer", "shapefile", "EPSG:4549")):
        text = GRIDS.format(key=key, format=format_, crs=crs)
        (folder / "sources" / f"{key}.yaml").write_text(text, encoding="utf-8")
    (folder / "sources" / "staff.yaml").write_text(STAFF, encoding="utf-8")
    (folder / "sources" / "shifts.yaml").write_text(SHIFTS, encoding="utf-8")
    return folder


OpenWorld = Callable[[str], World]


@pytest.fixture
def open_mini(mini_folder: Path, tmp_path: Path) -> Iterator[OpenWorld]:
    """Return a function that opens the town on a database, with its grids loaded."""
    opened: list[World] = []

    def open_it(url: str) -> World:
        world = open_world(Settings(database_url=url, town=str(mini_folder), hash_key="key"))
        opened.append(world)
        load(world, "grids", write_features(tmp_path / "town.geojson", town_features()), NOW)
        return world

    yield open_it
    for world in opened:
        world.close()


@pytest.fixture
def world(open_mini: OpenWorld, database_url: str) -> World:
    """Return the town with its grids, once on SQLite and once on PostgreSQL."""
    return open_mini(database_url)


@pytest.fixture
def mini(open_mini: OpenWorld, sqlite_url: str) -> World:
    """Return the town with its grids on SQLite alone."""
    return open_mini(sqlite_url)


@pytest.fixture
def write_csv(tmp_path: Path) -> Callable[..., Path]:
    """Return a function that writes lines below the usual header."""

    def write(*lines: str, name: str = "calls.csv", header: str = HEADER, encoding: str = "utf-8") -> Path:
        path = tmp_path / name
        path.write_bytes("\n".join([header, *lines, ""]).encode(encoding))
        return path

    return write


def load_rejects(world: World, report: Report) -> list[Reject]:
    """Return what a load refused."""
    columns = (rejects.c.row_number, rejects.c.field, rejects.c.value, rejects.c.reason, rejects.c.cure)
    with world.store.read() as connection:
        query = select(*columns).where(rejects.c.load_id == report.load_id).order_by(rejects.c.id)
        return [Reject(*row) for row in connection.execute(query)]
