"""New York's vehicle thefts: a fine and a coarse tiling of the same ground, both resolved."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest
from sqlalchemy import text

from data.cli import main
from data.settings import Settings
from data.world import open_world

NEW_YORK = Path(__file__).parent / "newyork"
BOROUGH_OF_COUNTY = {"36061": "1", "36005": "2", "36047": "3", "36081": "4", "36085": "5"}
LOADS = (
    ("community_districts", "nyc_cd.geojson"),
    ("boroughs", "nyc_boro.geojson"),
    ("thefts", "nyc_vehicle_thefts_2014_2017.csv.gz"),
)


@pytest.fixture(scope="module")
def thefts(tmp_path_factory: pytest.TempPathFactory, shared_dir: Path) -> Iterator[pd.DataFrame]:
    """Load both tilings and the incidents through the ordinary command."""
    url = f"sqlite:///{tmp_path_factory.mktemp('newyork')}/newyork.db"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CLOUD_DATABASE_URL", url)
        for source, name in LOADS:
            assert main(["load", source, str(shared_dir / "real" / name), "--town", str(NEW_YORK)]) == 0
    world = open_world(Settings(database_url=url, town=str(NEW_YORK)))
    with world.store.read() as connection:
        yield pd.DataFrame(connection.execute(text("SELECT * FROM visible_cases")).mappings().all())
    world.close()


def test_every_incident_is_a_case(thefts: pd.DataFrame) -> None:
    assert len(thefts) == 35_746


def test_the_fine_tiling_holds_all_points(thefts: pd.DataFrame) -> None:
    assert round(thefts["comprehensive_code"].notna().mean() * 100, 2) == 100.00
    assert thefts["comprehensive_code"].nunique() > 59


def test_the_county_of_the_census_block_agrees_with_the_borough(thefts: pd.DataFrame) -> None:
    located = thefts[thefts["police_code"].notna()]
    county = located["source_district"].str[:5].map(BOROUGH_OF_COUNTY)
    assert round((county == located["police_code"]).mean() * 100, 3) == 99.975


def test_fine_and_coarse_agree(thefts: pd.DataFrame) -> None:
    """Joint-interest areas along the borough lines aside."""
    both = thefts[thefts["police_code"].notna() & thefts["comprehensive_code"].notna()]
    assert (both["comprehensive_code"].str[0] == both["police_code"]).mean() > 0.999
