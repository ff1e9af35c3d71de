"""Boston's requests of half a year through the ordinary command: the figures of the file's own README."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from sqlalchemy import select, text

from data.cli import main
from data.domain.case_clock import ClockReading, Stage, read_clock
from data.domain.clock import Limit
from data.domain.journal import Entry
from data.domain.vocabulary import Action, CaseState, Role
from data.settings import Settings
from data.store.tables import cases, journal
from data.world import World, open_world

BOSTON = Path(__file__).parent / "boston"
REQUESTS = "boston311_2011H2.csv.gz"
ROWS, DEFAULT_POINTS, JUDGED = 58_251, 4_775, 43_664


@pytest.fixture(scope="module")
def boston(tmp_path_factory: pytest.TempPathFactory, shared_dir: Path) -> Iterator[World]:
    """Load the districts (degrees) and the requests once."""
    real = shared_dir / "real"
    url = f"sqlite:///{tmp_path_factory.mktemp('boston')}/boston.db"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CLOUD_DATABASE_URL", url)
        for source, name in (
            ("districts_geojson", "boston_police_districts_wgs84.geojson"),
            ("requests", REQUESTS),
        ):
            assert main(["load", source, str(real / name), "--town", str(BOSTON)]) == 0
    world = open_world(Settings(database_url=url, town=str(BOSTON)))
    yield world
    world.close()


@pytest.fixture(scope="module")
def loaded(boston: World) -> pd.DataFrame:
    """Return the loaded cases by the file's own number."""
    with boston.store.read() as connection:
        rows = connection.execute(text("SELECT * FROM visible_cases WHERE source_key = 'requests'"))
        frame = pd.DataFrame(rows.mappings().all())
    return frame.set_index("external_number")


@pytest.fixture(scope="module")
def told(shared_dir: Path) -> pd.DataFrame:
    """Return the file itself."""
    return pd.read_csv(shared_dir / "real" / REQUESTS, dtype=str).set_index("case_enquiry_id")


def test_every_row_is_a_case(loaded: pd.DataFrame) -> None:
    assert len(loaded) == ROWS


def test_nearly_all_lie_in_a_district(loaded: pd.DataFrame) -> None:
    assert loaded["police_code"].notna().sum() == 58_237
    assert round(loaded["police_code"].notna().mean() * 100, 2) == 99.98


def test_rows_at_the_default_point_are_flagged(loaded: pd.DataFrame, told: pd.DataFrame) -> None:
    flagged = loaded.index[loaded["location_grade"] == "D"]
    at_city_hall = told.index[(told["latitude"] == "42.3594") & (told["longitude"] == "-71.0587")]
    assert len(flagged) == DEFAULT_POINTS
    assert set(flagged) == set(at_city_hall)


def test_our_district_agrees_with_the_file_s_own(loaded: pd.DataFrame) -> None:
    trusted = loaded[loaded["location_grade"] != "D"]
    agreement = (trusted["police_code"] == trusted["source_district"]).mean()
    assert round(agreement * 100, 2) == 99.64


def test_our_verdict_equals_the_file_s_on_every_row(loaded: pd.DataFrame, told: pd.DataFrame) -> None:
    has_all = told[["target_dt", "closed_dt", "ontime"]].notna().all(axis=1)
    judged = loaded.loc[told.index[has_all]]
    is_on_time = judged["closed_at"] <= judged["external_due_at"]
    assert len(judged) == JUDGED
    assert (is_on_time == (told.loc[judged.index, "ontime"] == "ONTIME")).all()


def test_the_clock_s_verdict_equals_the_file_s_on_every_row(boston: World, told: pd.DataFrame) -> None:
    has_verdict = set(told.index[told["ontime"].notna()])
    is_on_time = {}
    for number, reading in _readings(boston):
        if reading.stage is Stage.DONE and reading.external_due_at is not None and number in has_verdict:
            is_on_time[number] = reading.keeps_external
    assert len(is_on_time) == JUDGED
    assert all(kept == (told.at[number, "ontime"] == "ONTIME") for number, kept in is_on_time.items())


def _readings(world: World) -> Iterator[tuple[str, ClockReading]]:
    """Read the clock of every case out of its journal."""
    chosen = (journal.c.sequence, journal.c.happened_at, journal.c.action, journal.c.to_state)
    told = (cases.c.id, cases.c.external_number, cases.c.category_code, cases.c.external_due_at)
    query = select(*told, *chosen).join(journal, journal.c.case_id == cases.c.id)
    with world.store.read() as connection:
        rows = connection.execute(query.order_by(cases.c.id, journal.c.sequence)).all()
    for case, group in groupby(rows, key=lambda row: tuple(row)[:4]):
        category = world.town.categories_by_code[case[2]]
        limit = Limit(category.limit_amount, category.limit_clock)
        entries = [_entry(row) for row in group]
        now = entries[-1].happened_at
        yield case[1], read_clock(entries, limit, world.town.stages, world.calendar, case[3], now)


def _entry(row: Any) -> Entry:
    action, state, at = Action(row.action), CaseState(row.to_state), row.happened_at
    return Entry(row.id, row.sequence, at, at, "load", Role.SYSTEM, action, None, state)


def test_a_repeated_hour_is_taken_as_the_first_and_noted(
    boston: World, loaded: pd.DataFrame, told: pd.DataFrame
) -> None:
    repeated = told.index[told["open_dt"].str.startswith("2011-11-06 01:")]
    assert len(repeated) == 3
    for number in repeated:
        local = pd.Timestamp(told.at[number, "open_dt"]).tz_localize("America/New_York", ambiguous=True)
        assert pd.Timestamp(loaded.at[number, "reported_at"], tz="UTC") == local
    with boston.store.read() as connection:
        lineage = connection.execute(
            text("SELECT lineage FROM loads WHERE source_key = 'requests'")
        ).scalar_one()
    assert '"repeated_hour": {"count": 4' in lineage  # one of them is a closing time


def test_every_case_has_a_journal_that_ends_in_its_state(boston: World) -> None:
    last = """
        SELECT count(*) FROM cases c JOIN journal j ON j.case_id = c.id AND j.sequence = c.version
        WHERE j.to_state = c.state
    """
    with boston.store.read() as connection:
        assert connection.execute(text(last)).scalar_one() == ROWS
        total = connection.execute(text("SELECT count(*) FROM journal")).scalar_one()
        assert total == ROWS + (ROWS - 3_681)  # all but 3,681 are closed


def test_the_shapefile_in_feet_and_the_geojson_agree(
    loaded: pd.DataFrame, shared_dir: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = shared_dir / "real"
    url = f"sqlite:///{tmp_path}/feet.db"
    monkeypatch.setenv("CLOUD_DATABASE_URL", url)
    for source, name in (
        ("districts_shp", "boston_police_districts_epsg2249_shp.zip"),
        ("requests", REQUESTS),
    ):
        assert main(["load", source, str(real / name), "--town", str(BOSTON)]) == 0
    world = open_world(Settings(database_url=url, town=str(BOSTON)))
    with world.store.read() as connection:
        rows = connection.execute(text("SELECT external_number, police_code FROM visible_cases"))
        feet = pd.Series(dict(rows.all()))
    world.close()
    degrees = loaded["police_code"]
    assert (feet.loc[degrees.index].fillna("") == degrees.fillna("")).mean() >= 0.9997


def test_the_same_file_again_changes_nothing(
    boston: World, shared_dir: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CLOUD_DATABASE_URL", boston.settings.database_url)
    before = boston.store.revision()
    assert main(["load", "requests", str(shared_dir / "real" / REQUESTS), "--town", str(BOSTON)]) == 0
    assert f"新增 0，更新 0，未变 {ROWS}，拒收 0" in capsys.readouterr().out
    assert boston.store.revision() == before
