"""What every module's demo rows are made from, and the small helpers that their makers share."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import numpy as np
from sqlalchemy import Table

from data.demo.plan import DemoPlan
from data.demo.scene import Scene
from data.demo.settle import REPORTS_PER_DAY
from data.domain.people import person_hash

Row = Mapping[str, Any]
Rows = Mapping[Table, Iterable[Row]]
"""Rows by table in the order of writing: columns of the table with values of their own types, instants aware."""


@dataclass(frozen=True, slots=True, eq=False)
class Stage:
    """What a maker of rows may use: the scene, the plan, the key for persons."""

    scene: Scene
    plan: DemoPlan
    hmac_key: bytes

    @property
    def today(self) -> date:
        """The town's day of the reference."""
        return self.plan.today(self.scene.town.profile.zone)

    @property
    def reference(self) -> datetime:
        """Nothing has happened after it."""
        return self.plan.reference

    @property
    def scale(self) -> float:
        """How great this demo is beside the full one: small towns for tests have fewer rows of what happens daily."""
        return min(1.0, self.plan.cases_per_day / REPORTS_PER_DAY)

    def rng(self, *parts: int) -> np.random.Generator:
        """A random generator that belongs to the seed, the reference day and a part."""
        return self.plan.generator(self.scene.town.profile.zone, *parts)

    def person(self, code: str) -> str:
        """Return the subject key of an invented person: keyed, as the loaders do it."""
        return f"person:{person_hash(self.hmac_key, code, None)}"

    def spot(self, place: int) -> dict[str, Any]:
        """Return the columns of a point: a place of the scene's pool with the grids that it lies in."""
        places = self.scene.places
        return {
            "lon": float(places.lon[place]),
            "lat": float(places.lat[place]),
            "comprehensive_code": places.comprehensive[place],
            "police_code": places.police[place],
            "professional_code": places.professional[place],
        }


RowsOf = Callable[[Stage], Rows]
"""Makes a module's rows; the same stage gives the same rows."""
