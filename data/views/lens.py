"""From stored rows to what a screen may show: names for codes, metres for degrees, sensitive text masked."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from data.domain.vocabulary import WallSensitivity
from data.store.grids import GridSet
from data.town import Town
from geo.crs import Projector

Row = Mapping[str, Any]


def moment(instant: datetime | None) -> str | None:
    """Write an instant for the browser: UTC, milliseconds, Z."""
    if instant is None:
        return None
    return instant.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


@dataclass(frozen=True, slots=True)
class Lens:
    """How one town's rows are shown; built once per set of grids."""

    town: Town
    grid_names: Mapping[str, str]
    grid_villages: Mapping[str, str | None]
    village_names: Mapping[str, str]
    origin: tuple[float, float]
    projector: Projector

    @classmethod
    def build(cls, town: Town, grids: GridSet) -> Lens:
        """Return the lens for a town and its current grids."""
        frame = grids.frame
        projector = Projector(town.profile.projected_crs)
        x, y = projector.forward([town.profile.centre_lon], [town.profile.centre_lat])
        return cls(
            town=town,
            grid_names=dict(zip(frame["code"], frame["name"], strict=True)),
            grid_villages=dict(zip(frame["code"], frame["village_code"], strict=True)),
            village_names={v.code: v.short_name or v.name for v in town.villages},
            origin=(float(x[0]), float(y[0])),
            projector=projector,
        )

    def relative(self, lon: Iterable[Any], lat: Iterable[Any]) -> list[tuple[float | None, float | None]]:
        """Return metres east and north of the town centre, to 0.1 m; None where degrees are missing."""
        x, y = self.projector.forward([_number(v) for v in lon], [_number(v) for v in lat])
        return [
            (None, None)
            if a != a
            else (round(float(a) - self.origin[0], 1), round(float(b) - self.origin[1], 1))
            for a, b in zip(x, y, strict=True)
        ]

    def sensitivity(self, category_code: str) -> WallSensitivity:
        """Return what a screen may show of a category; an unknown one is shown masked."""
        category = self.town.category(category_code)
        return category.wall_sensitivity if category else WallSensitivity.DIMMED

    def case(self, row: Row, x: float | None, y: float | None, is_plain: bool = False) -> dict[str, Any]:
        """Return a case as screens know it (see `docs/architecture.md`), masked where it is sensitive.

        `is_plain` leaves nothing out; only a seat with the right to see it may be given such a case.
        """
        grid = row["comprehensive_code"] or row["police_code"]
        shown = _facts(row) | {
            "category_name": self._category_name(row["category_code"]),
            "place": self._place(row, grid),
            "grid": grid,
            "village": self.grid_villages.get(grid) if grid else None,
            "x": x,
            "y": y,
        }
        if is_plain or self.sensitivity(row["category_code"]) is WallSensitivity.NORMAL:
            return shown
        major = self.major_name(row["category_code"])
        masked = {"title": major, "category_name": major, "place": self._grid_name(grid), "is_dimmed": True}
        return (
            shown
            | masked
            | {"category": row["category_code"][:2], "professional": None, "x": None, "y": None}
        )

    def _category_name(self, code: str) -> str:
        category = self.town.category(code)
        return f"{category.major_name}·{category.name}" if category else code

    def major_name(self, code: str) -> str:
        """Return the name of a category's major class, all that is shown of a sensitive case."""
        category = self.town.category(code)
        return category.major_name if category else "其他"

    def _place(self, row: Row, grid: str | None) -> str:
        """The shortest words that say where: the address, the professional site, or the grid."""
        site = row["professional_code"]
        return row["address"] or (self.grid_names.get(site) if site else None) or self._grid_name(grid)

    def _grid_name(self, grid: str | None) -> str:
        return self.grid_names.get(grid, "未定位") if grid else "未定位"


def _facts(row: Row) -> dict[str, Any]:
    """The fields of a case that need no names."""
    return {
        "id": row["id"],
        "number": row["number"],
        "title": row["title"],
        "category": row["category_code"],
        "severity": row["severity"],
        "state": row["state"],
        "version": row["version"],
        "channel": row["intake_channel"],
        "police": row["police_code"],
        "professional": row["professional_code"],
        "reported_at": moment(row["reported_at"]),
        "due_at": moment(row["due_at"]),
        "is_provisional": bool(row["is_due_provisional"]),
        "grade": row["location_grade"],
        "is_dimmed": False,
        "is_demo": bool(row["is_demo"]),
    }


def _number(value: Any) -> float:
    return float("nan") if value is None else float(value)
