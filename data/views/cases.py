"""Cases for REST: a page of them, or one with its orders and journal."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, or_, select

from data.domain.errors import Forbidden, NotFound
from data.domain.people import Actor
from data.domain.rights import BOUND, Right, authorise, may
from data.domain.vocabulary import CaseState, Severity, WallSensitivity
from data.store.tables import journal, orders, visible_cases
from data.store.types import BIGGEST_ID
from data.views.lens import moment
from data.views.photos import owned_case
from data.world import World

SHOWN = (
    "id",
    "number",
    "title",
    "category_code",
    "severity",
    "state",
    "is_open",
    "version",
    "intake_channel",
    "source_key",
    "external_number",
    "reported_at",
    "lon",
    "lat",
    "address",
    "location_grade",
    "comprehensive_code",
    "police_code",
    "professional_code",
    "is_edge",
    "main_unit",
    "is_joint",
    "dispatched_at",
    "due_at",
    "category_due_at",
    "external_due_at",
    "is_due_provisional",
    "handled_at",
    "closed_at",
    "returns",
    "reworks",
    "reopens",
    "is_withdrawn",
    "is_demo",
)
COLUMNS = tuple(visible_cases.c[name] for name in SHOWN)
MASKED = {"title": "内容遮蔽", "address": None, "lon": None, "lat": None, "professional_code": None}


@dataclass(frozen=True, slots=True)
class CaseFilter:
    """Which cases are wanted; None means any."""

    state: CaseState | None = None
    severity: Severity | None = None
    category: str | None = None
    grid: str | None = None
    is_open: bool | None = None

    def conditions(self) -> list[ColumnElement[bool]]:
        """Return the filter as SQL conditions."""
        c = visible_cases.c
        pairs = (
            (c.state, self.state),
            (c.severity, self.severity),
            (c.category_code, self.category),
        )
        wanted = [column == str(value) for column, value in pairs if value is not None]
        if self.is_open is not None:
            wanted.append(c.is_open.is_(self.is_open))
        if self.grid is not None:
            codes = (c.comprehensive_code, c.police_code, c.professional_code)
            wanted.append(or_(*(code == self.grid for code in codes)))
        return wanted


def case_list(
    world: World, wanted: CaseFilter, before: int | None, limit: int, actor: Actor
) -> dict[str, Any]:
    """Return up to `limit` cases with ids below `before`, newest first, and where the next page starts."""
    query = select(*COLUMNS).where(*wanted.conditions(), *_for_screens(world, wanted, actor))
    if before is not None:
        query = query.where(visible_cases.c.id < min(before, BIGGEST_ID))
    with world.store.read() as connection:
        rows = connection.execute(query.order_by(visible_cases.c.id.desc()).limit(limit + 1)).mappings().all()
    items = [_shown(world, dict(row)) for row in rows[:limit]]
    return {
        "items": items,
        "next_before": items[-1]["id"] if len(rows) > limit else None,
        "is_demo": world.town.profile.is_demo,
    }


def case_detail(world: World, case_id: int, actor: Actor) -> dict[str, Any]:
    """Return one case with its orders and journal; raise `NotFound` for an unknown id.

    Both are None for whoever may see the case on a screen but not what is done with it: who acted and why. A case
    that no screen shows is unknown to whoever may not see sensitive ones.
    """
    with world.store.read() as connection:
        row = _row(connection, case_id)
        if row is None or not _is_shown(world, connection, row, actor):
            raise NotFound(
                f"没有编号为 {case_id} 的案卷",
                field="id",
                value=case_id,
                cure="请核对编号，或从案卷列表中选择",
            )
        shown = _shown(world, row)
        if not _may(connection, case_id, actor, Right.SEE_JOURNAL):
            return shown | {"orders": None, "journal": None}
        return shown | {
            "orders": _rows(connection, orders, case_id),
            "journal": _entries(connection, case_id, shown["is_masked"]),
        }


def _for_screens(world: World, wanted: CaseFilter, actor: Actor) -> list[ColumnElement[bool]]:
    """Leave out what no screen shows; a filter must not tell of a masked case what its mask hides."""
    if may(actor, Right.SEE_SENSITIVE) and actor.role not in BOUND:
        return []
    hides = {WallSensitivity.HIDDEN}
    if wanted.category is not None or wanted.grid is not None:
        hides.add(WallSensitivity.DIMMED)
    left_out = [c.code for c in world.town.categories if c.wall_sensitivity in hides]
    return [visible_cases.c.category_code.not_in(left_out)]


def _is_shown(world: World, connection: Connection, row: dict[str, Any], actor: Actor) -> bool:
    category = world.town.category(row["category_code"])
    is_hidden = category is not None and category.wall_sensitivity is WallSensitivity.HIDDEN
    return not is_hidden or _may(connection, row["id"], actor, Right.SEE_SENSITIVE)


def _may(connection: Connection, case_id: int, actor: Actor, right: Right) -> bool:
    try:
        authorise(actor, right, owned_case(connection, case_id))
    except Forbidden:
        return False
    return True


def case_numbered(world: World, number: str) -> int:
    """Return the key of the case with a number; raise `NotFound` for one that no case has."""
    query = select(visible_cases.c.id).where(visible_cases.c.number == number)
    with world.store.read() as connection:
        case_id = connection.execute(query).scalar_one_or_none()
    if case_id is None:
        shown = number[:40]
        raise NotFound(f"没有案卷号为“{shown}”的案卷", field="number", value=shown, cure="请核对案卷号")
    return int(case_id)


def village_of_case(world: World, case_id: int) -> str | None:
    """Return the village in which a case lies, None where that is not known."""
    query = select(visible_cases.c.comprehensive_code, visible_cases.c.reported_at)
    with world.store.read() as connection:
        row = connection.execute(query.where(visible_cases.c.id == case_id)).first()
    if row is None:
        return None
    frame = world.grids.current(row.reported_at.astimezone(world.town.profile.zone).date()).frame
    village = dict(zip(frame["code"], frame["village_code"], strict=True)).get(row.comprehensive_code)
    return village if isinstance(village, str) else None


def _row(connection: Connection, case_id: int) -> dict[str, Any] | None:
    if not 0 < case_id <= BIGGEST_ID:
        return None
    query = select(*COLUMNS).where(visible_cases.c.id == case_id)
    row = connection.execute(query).mappings().one_or_none()
    return None if row is None else dict(row)


def _rows(connection: Connection, table: Any, case_id: int) -> list[dict[str, Any]]:
    query = select(table).where(table.c.case_id == case_id).order_by(table.c.id)
    return [_plain(dict(row)) for row in connection.execute(query).mappings()]


def _shown(world: World, row: dict[str, Any]) -> dict[str, Any]:
    """Return a case in plain JSON; of a sensitive one its kind, grid, state and clock, as on the screens."""
    category = world.town.category(row["category_code"])
    shown = _plain(row) | {"category_name": category.name if category else None, "is_masked": False}
    if category is not None and category.wall_sensitivity is WallSensitivity.NORMAL:
        return shown
    major = category.major_name if category else None
    return (
        shown
        | MASKED
        | {"category_code": row["category_code"][:2], "category_name": major, "is_masked": True}
    )


def _entries(connection: Connection, case_id: int, is_masked: bool) -> list[dict[str, Any]]:
    """Return the journal of a case; of a sensitive one without reasons and payloads."""
    rows = _rows(connection, journal, case_id)
    return [row | {"payload": None, "reason": None} for row in rows] if is_masked else rows


def _plain(row: dict[str, Any]) -> dict[str, Any]:
    return {k: moment(v) if isinstance(v, datetime) else v for k, v in row.items()}
