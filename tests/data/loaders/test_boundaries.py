"""Boundary sets."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import geopandas as gpd
import pytest
from shapely.geometry import shape
from sqlalchemy import event, select

from data.domain.errors import Conflict
from data.loaders import boundaries
from data.loaders.boundary_plan import Plan
from data.loaders.errors import LoadRefused
from data.loaders.grid_rows import GridRows, prepare
from data.loaders.pipeline import load
from data.store.tables import cases, grids
from data.store.unit_of_work import Store
from data.world import World
from tests.data.loaders.conftest import (
    GOOD,
    NOW,
    STEP,
    WEST,
    feature,
    square,
    town_features,
    write_features,
)

TOMORROW = NOW + timedelta(days=1)
WriteCsv = Callable[..., Path]


def versions_of(world: World) -> list[tuple[Any, ...]]:
    columns = (grids.c.code, grids.c.valid_from, grids.c.valid_to, grids.c.replaces)
    with world.store.read() as connection:
        return [
            tuple(r) for r in connection.execute(select(*columns).order_by(grids.c.code, grids.c.valid_from))
        ]


def test_the_same_set_again_changes_nothing(world: World, tmp_path: Path) -> None:
    before = versions_of(world), world.store.revision()
    report = load(world, "grids", write_features(tmp_path / "g.geojson", town_features()), TOMORROW)
    assert (report.counts.unchanged, report.counts.inserted, report.counts.updated) == (6, 0, 0)
    assert (versions_of(world), world.store.revision()) == before


def test_a_moved_boundary_ends_the_old_version_and_opens_a_new_one(world: World, tmp_path: Path) -> None:
    report = load(world, "grids", write_features(tmp_path / "g.geojson", shifted()), TOMORROW)
    assert report.counts.inserted == 2
    found = [row for row in versions_of(world) if row[0] in ("C0", "C1")]
    assert found == [
        (code, start, end, replaced)
        for code in ("C0", "C1")
        for start, end, replaced in (
            (date(2026, 11, 23), date(2026, 11, 24), None),
            (date(2026, 11, 24), None, code),
        )
    ]


GONE = [
    ("ends later", {"停用": "2027-01-01"}),
    ("began and ends later", {"启用": "2026-01-01", "停用": "2027-01-01"}),
    ("has ended", {"启用": "2026-01-01", "停用": "2026-11-01"}),
    ("begins later", {"启用": "2027-01-01"}),
]


@pytest.mark.parametrize("days", [c[1] for c in GONE], ids=[c[0] for c in GONE])
def test_a_set_with_days_changes_nothing_the_second_and_third_time(
    world: World, tmp_path: Path, days: dict[str, Any]
) -> None:
    more = feature("P2", "police", square(0, 2, 2), **days)
    path = write_features(tmp_path / "g.geojson", [*town_features(), more])
    assert load(world, "grids", path, NOW).counts.inserted == 1
    before = versions_of(world), world.store.revision()
    for when in (NOW, TOMORROW, NOW + timedelta(days=90)):
        counts = load(world, "grids", path, when).counts
        assert (counts.unchanged, counts.inserted, counts.updated) == (7, 0, 0)
    assert (versions_of(world), world.store.revision()) == before


def renamed(start: str) -> list[dict[str, Any]]:
    """Grids of the same ground with other codes, from a day on."""
    features = town_features()
    for number, row in enumerate(features):
        row["properties"] |= {"编码": row["properties"]["编码"][0] + str(number + 3), "启用": start}
    return features


def test_a_set_of_the_future_leaves_the_town_its_grids_until_then(world: World, tmp_path: Path) -> None:
    path = write_features(tmp_path / "g.geojson", renamed("2027-01-01"))
    for when in (TOMORROW, TOMORROW + timedelta(days=1)):
        load(world, "grids", path, when)
        days = [date(2026, 11, 24) + timedelta(days=n) for n in range(60)]
        assert {len(world.grids.current(day).frame) for day in days} == {6}
        assert set(world.grids.current(date(2026, 12, 31)).frame["code"]) == {
            "P0",
            "P1",
            "C0",
            "C1",
            "C2",
            "C3",
        }
        assert "C5" in set(world.grids.current(date(2027, 1, 1)).frame["code"])


def test_a_set_of_the_future_is_called_off_by_the_old_set(mini: World, tmp_path: Path) -> None:
    load(mini, "grids", write_features(tmp_path / "g.geojson", renamed("2027-01-01")), TOMORROW)
    report = load(mini, "grids", write_features(tmp_path / "old.geojson", town_features()), TOMORROW)
    assert report.counts.inserted == 0
    assert {code for code, _, end, _ in versions_of(mini) if end is None} == {
        "P0",
        "P1",
        "C0",
        "C1",
        "C2",
        "C3",
    }
    assert len(mini.grids.current(date(2027, 6, 1)).frame) == 6


def test_a_set_is_written_with_few_statements(mini: World, tmp_path: Path) -> None:
    """However many grids: one statement for those that end, one for new ones, one for the images."""
    told: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        told.append(statement)

    event.listen(mini.store.engine, "before_cursor_execute", note)
    report = load(mini, "grids", write_features(tmp_path / "g.geojson", renamed("2026-11-24")), TOMORROW)
    event.remove(mini.store.engine, "before_cursor_execute", note)
    assert (report.counts.inserted, report.counts.updated) == (6, 6)
    writing = [s.split("(")[0].split(" SET")[0].strip() for s in told if s.startswith(("INSERT", "UPDATE"))]
    assert [w for w in writing if "grids" in w or "images" in w] == [
        "UPDATE grids",
        "INSERT INTO grids",
        "INSERT INTO before_images",
    ]


def test_grids_that_changed_meanwhile_are_not_overwritten(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = versions_of(world)

    def meanwhile(store: Store, plan: Plan, lineage: dict[str, Any]) -> GridRows:
        with store.write() as transaction:
            transaction.changed("grids", TOMORROW)
        return prepare(store, plan, lineage)

    monkeypatch.setattr(boundaries, "prepare", meanwhile)
    with pytest.raises(Conflict, match="由另一个进程改动"):
        load(world, "grids", write_features(tmp_path / "g.geojson", shifted()), TOMORROW)
    assert versions_of(world) == before


def test_a_grid_that_comes_back_is_a_new_version(mini: World, tmp_path: Path) -> None:
    """Its days outside are not rewritten; loading the set once more changes nothing."""
    more = feature("P2", "police", square(0, 2, 2), 启用="2026-01-01")
    whole = write_features(tmp_path / "whole.geojson", [*town_features(), more])
    less = write_features(tmp_path / "less.geojson", town_features())
    for days, path in enumerate((whole, less, whole, whole)):
        load(mini, "grids", path, NOW + timedelta(days=days))
    assert [row[1:3] for row in versions_of(mini) if row[0] == "P2"] == [
        (date(2026, 1, 1), date(2026, 11, 24)),
        (date(2026, 11, 25), None),
    ]


def test_a_grid_that_ended_without_a_beginning_is_refused(mini: World, tmp_path: Path) -> None:
    more = feature("P2", "police", square(0, 2, 2), 停用="2026-11-01")
    path = write_features(tmp_path / "g.geojson", [*town_features(), more])
    with pytest.raises(LoadRefused, match="P2 的停用日期 2026-11-01 已过，却没有启用日期"):
        load(mini, "grids", path, NOW)


def shifted() -> list[dict[str, Any]]:
    """The two southern grids meet half a square further east."""
    features = town_features()
    middle = WEST + 1.5 * STEP
    features[2]["geometry"] = _box(WEST, middle)
    features[3]["geometry"] = _box(middle, WEST + 2 * STEP)
    return features


def _box(west: float, east: float) -> dict[str, object]:
    south, north = 31.75, 31.77
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    return {"type": "Polygon", "coordinates": [ring]}


def test_a_case_keeps_the_grid_that_was_valid_when_it_happened(
    world: World, tmp_path: Path, write_csv: WriteCsv
) -> None:
    load(world, "grids", write_features(tmp_path / "g.geojson", shifted()), TOMORROW)
    moved = GOOD.replace("120.611", "120.625")
    path = write_csv(moved, moved.replace("A1", "A2").replace("11-20 10", "11-24 09"))
    load(world, "calls", path, TOMORROW)
    with world.store.read() as connection:
        query = select(cases.c.external_number, cases.c.comprehensive_code)
        assert dict(connection.execute(query).all()) == {"A1": "C1", "A2": "C0"}


def test_an_attribute_is_written_in_place(mini: World, tmp_path: Path) -> None:
    features = town_features()
    features[2]["properties"]["人口"] = 250
    report = load(mini, "grids", write_features(tmp_path / "g.geojson", features), TOMORROW)
    assert (report.counts.updated, report.counts.inserted) == (1, 0)
    with mini.store.read() as connection:
        assert connection.execute(select(grids.c.population).where(grids.c.code == "C0")).scalar_one() == 250


def test_a_set_in_projected_metres_is_the_same_set(mini: World, tmp_path: Path) -> None:
    import zipfile

    features = town_features()
    frame = gpd.GeoDataFrame(
        [f["properties"] for f in features], geometry=[shape(f["geometry"]) for f in features], crs=4326
    )
    frame.to_crs("EPSG:4549").to_file(tmp_path / "g.shp", encoding="GB18030", engine="pyogrio")
    with zipfile.ZipFile(tmp_path / "g.zip", "w") as archive:
        for suffix in (".shp", ".shx", ".dbf"):
            archive.write(tmp_path / f"g{suffix}", f"g{suffix}")
    report = load(mini, "grid_layer", tmp_path / "g.zip", TOMORROW)
    assert report.counts.unchanged == 6


def test_without_grids_no_case_can_be_placed(mini: World, write_csv: WriteCsv) -> None:
    with mini.store.write() as transaction:
        transaction.connection.execute(grids.delete())
    with pytest.raises(LoadRefused, match="数据库里还没有网格"):
        load(mini, "calls", write_csv(GOOD), NOW)


def test_places_are_graded(mini: World, write_csv: WriteCsv) -> None:
    lines = [
        GOOD,
        GOOD.replace("A1", "A2").replace("120.611,31.761", "120.60501,31.75501"),  # at the default point
        GOOD.replace("A1", "A3").replace("120.611,31.761", ","),  # no coordinates
        GOOD.replace("A1", "A4").replace("120.611,31.761", "120.7,31.761"),  # outside, kept by this source
        GOOD.replace("A1", "A5").replace("120.611,31.761", "120.6199,31.761"),  # 9 m from the next grid
    ]
    load(mini, "kept", write_csv(*lines), NOW)
    columns = (cases.c.external_number, cases.c.location_grade, cases.c.comprehensive_code, cases.c.is_edge)
    with mini.store.read() as connection:
        found = {row[0]: tuple(row[1:]) for row in connection.execute(select(*columns))}
    assert found == {
        "A1": ("A", "C0", False),
        "A2": ("D", "C0", False),
        "A3": ("none", None, False),
        "A4": ("none", None, False),
        "A5": ("A", "C0", True),
    }


def test_a_new_feature_of_the_town_needs_no_more_than_a_row(mini: World, tmp_path: Path) -> None:
    more = feature("P2", "police", square(0, 2, 2))
    path = write_features(tmp_path / "g.geojson", [*town_features(), more])
    assert load(mini, "grids", path, TOMORROW).counts.inserted == 1
