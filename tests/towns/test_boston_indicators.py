"""The share of Boston's requests closed in time, by department: the engine's sums beside pandas straight from the file."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pandas as pd
import pytest

from data.domain.periods import PeriodKind
from data.loaders.pipeline import load
from data.services.measures import count_days
from data.settings import Settings
from data.town import load_town
from data.views.indicators import Wanted, figures_of, split_of
from data.world import World, open_world

BOSTON = Path(__file__).parent / "boston"
JUDGED = 43_664
NOW = datetime(2061, 1, 1, tzinfo=UTC)  # the file has deadlines up to 2059
SHARE = "external_on_time_rate"


@pytest.fixture(scope="module")
def judged(shared_dir: Path) -> pd.DataFrame:
    """Return the rows of the file that carry target, close and verdict."""
    told = pd.read_csv(shared_dir / "real" / "boston311_2011H2.csv.gz", dtype=str)
    return told[told[["target_dt", "closed_dt", "ontime"]].notna().all(axis=1)]


@pytest.fixture(scope="module")
def boston(
    judged: pd.DataFrame, shared_dir: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[World]:
    """Load those rows alone, with the home town's definition of the share, and count the days of their deadlines."""
    folder = tmp_path_factory.mktemp("judged")
    judged.to_csv(folder / "judged.csv", index=False)
    opened = open_world(Settings(database_url=f"sqlite:///{folder}/boston.db", town=str(BOSTON)))
    (share,) = (one for one in load_town("fenghuang").indicators if one.id == SHARE)
    share = share.model_copy(update={"valid_from": date(2010, 1, 1), "minimum_sample": 0})
    world = replace(opened, town=replace(opened.town, indicators=(share,)))
    load(world, "districts_geojson", shared_dir / "real" / "boston_police_districts_wgs84.geojson", NOW)
    load(world, "requests", folder / "judged.csv", NOW)
    days = {date.fromisoformat(day) for day in judged["target_dt"].str[:10]}
    assert count_days(world, "dispatch", days, NOW) == len(days)
    yield world
    world.close()


def by_year(world: World, name: str = "unit") -> dict[str, tuple[float, int]]:
    """Return kept and due by code over all years in which a deadline lies."""
    kept: dict[str, float] = {}
    due: dict[str, int] = {}
    for year in range(2011, 2060):
        for code, figure in split_of(world, SHARE, name, Wanted(PeriodKind.YEAR, date(year, 12, 31)), NOW):
            kept[code] = kept.get(code, 0.0) + (figure.value or 0.0) * figure.sample / 100
            due[code] = due.get(code, 0) + figure.sample
    return {code: (round(kept[code], 6), due[code]) for code in due if due[code]}


def test_the_share_by_department_equals_pandas_straight_from_the_file(
    boston: World, judged: pd.DataFrame
) -> None:
    groups = judged.assign(kept=judged["ontime"] == "ONTIME").groupby("department")["kept"]
    expected = {code: (float(kept.sum()), len(kept)) for code, kept in groups}
    assert by_year(boston) == expected
    assert sum(due for _, due in by_year(boston).values()) == JUDGED


def test_the_whole_of_a_year_is_that_of_the_file(boston: World, judged: pd.DataFrame) -> None:
    in_year = judged[judged["target_dt"].str.startswith("2011")]
    (found,) = figures_of(boston, "dispatch", Wanted(PeriodKind.YEAR, date(2011, 12, 31)), NOW)
    assert found.figure.sample == len(in_year)
    assert found.figure.value == pytest.approx(100 * (in_year["ontime"] == "ONTIME").mean())
