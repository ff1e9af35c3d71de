"""Everything about the demo town that does not change from case to case, built once from town, grids and seed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import geopandas as gpd
import numpy as np

from data.demo.moves import Beats, build_beats
from data.demo.phrases import Phrases, read_phrases
from data.demo.places import Places, build_places
from data.demo.roster import Person, Roster, build_roster
from data.domain.clock import WorkingCalendar
from data.domain.errors import TownError
from data.store.grids import read_grids
from data.store.unit_of_work import Store
from data.town import Responsibility, Town
from data.world import working_calendar
from geo.crs import STORAGE_CRS
from geo.locate import GridIndex


@dataclass(frozen=True, slots=True, eq=False)
class Scene:
    """The stage on which the demo plays."""

    town: Town
    calendar: WorkingCalendar
    grids: gpd.GeoDataFrame
    places: Places
    phrases: Phrases
    roster: Roster
    duties: dict[tuple[str, str], Responsibility]
    members: dict[str, tuple[Person, ...]]
    desk: tuple[str, ...]
    police_unit: str | None
    first_staff_id: int = 1

    def beats(self) -> Beats:
        """Return the lines that people walk."""
        return build_beats(self.town, self.grids, self.places)

    def responsible(self, category_code: str, village: str | None) -> tuple[str, tuple[str, ...]]:
        """Return main and assisting units: the village's own row, the town's row, else the category's."""
        row = self.duties.get((category_code, village or "*")) or self.duties.get((category_code, "*"))
        if row is not None:
            return row.main_unit, row.assisting_units
        category = self.town.category(category_code)
        return (category.main_unit or "", category.assisting_units) if category else ("", ())


def build_scene(town: Town, grids: gpd.GeoDataFrame, seed: int) -> Scene:
    """Return the scene of a town on its grids (EPSG:4490)."""
    if grids.empty:
        raise TownError(
            f"城镇“{town.profile.name}”还没有网格，无法生成演示数据",
            field="grids.geojson",
            cure="请先载入网格：python -m data.cli init",
        )
    grids = grids.sort_values(["kind", "code"], ignore_index=True)
    index = GridIndex.build(grids, town.profile.projected_crs)
    places = build_places(town, grids, index, np.random.default_rng([seed, 11]))
    calendar = working_calendar(town)
    roster = build_roster(town, grids, calendar, seed)
    return Scene(
        town=town,
        calendar=calendar,
        grids=grids,
        places=places,
        phrases=read_phrases(town),
        roster=roster,
        duties={(row.category_code, row.village_code): row for row in town.responsibilities},
        members=_members(roster),
        desk=_desk(town, roster),
        police_unit=next((unit.code for unit in town.units if unit.kind == "police"), None),
    )


def _members(roster: Roster) -> dict[str, tuple[Person, ...]]:
    """Return the grid members of each comprehensive grid."""
    found: dict[str, list[Person]] = {}
    for person in roster.people:
        if person.role == "grid_member" and person.grid_code:
            found.setdefault(person.grid_code, []).append(person)
    return {code: tuple(people) for code, people in found.items()}


def _desk(town: Town, roster: Roster) -> tuple[str, ...]:
    """Return the staff numbers of the command centre's own people."""
    centre = {unit.code for unit in town.units if unit.kind == "centre"}
    return tuple(p.staff_no for p in roster.people if p.role == "bureau" and p.unit_code in centre)


def town_grids(store: Store, town: Town, on: date) -> gpd.GeoDataFrame:
    """Return the grids valid on a day: those of the database, or of the town folder where it has none yet."""
    with store.read() as connection:
        grids = read_grids(connection, on)
    if grids.empty and town.grids_path is not None:
        grids = gpd.read_file(town.grids_path).to_crs(STORAGE_CRS)
    return grids
