"""Who reported what and where, as the desk shows it; residents' words only for those who may see them."""

from __future__ import annotations

import json
from typing import Any

from sqlalchemy import Connection, select

from data.domain.drawer import Facts
from data.domain.people import Actor
from data.domain.rights import Right, may
from data.domain.vocabulary import GridKind, IntakeChannel, LocationGrade, WallSensitivity
from data.store.tables import case_contents
from data.store.work_tables import case_answers
from data.world import World

Row = dict[str, Any]


def facts_of(world: World, connection: Connection, row: Row, actor: Actor) -> Facts:
    """Return the facts of a case row."""
    category = world.town.categories_by_code[row["category_code"]]
    content = _one(connection, case_contents, row["id"]) if may(actor, Right.SEE_RESIDENT) else {}
    told = _one(connection, case_answers, row["id"]) if may(actor, Right.SEE_RESIDENT) else {}
    return Facts(
        category=f"{category.major_name} · {category.name}",
        channel=IntakeChannel(row["intake_channel"]).label,
        external_number=row["external_number"],
        reported_at=row["reported_at"],
        address=row["address"],
        grade=LocationGrade(row["location_grade"]),
        grids=_grids(world, row),
        description=content.get("description"),
        reporter=_joined(content.get("reporter_name"), content.get("reporter_telephone")),
        answers=_answers(world, row["category_code"], told.get("answers")),
        edge_note="靠近网格边界" if row["is_edge"] else None,
        is_sensitive=category.wall_sensitivity is not WallSensitivity.NORMAL,
        is_demo=bool(row["is_demo"]),
    )


def _one(connection: Connection, table: Any, case_id: int) -> Row:
    row = connection.execute(select(table).where(table.c.case_id == case_id)).mappings().first()
    return {} if row is None else dict(row)


def _joined(*words: str | None) -> str | None:
    return " · ".join(word for word in words if word) or None


def _grids(world: World, row: Row) -> tuple[tuple[str, str], ...]:
    """Return kind and name of the grids that hold the case."""
    frame = world.grids.current(row["reported_at"].astimezone(world.town.profile.zone).date()).frame
    names = dict(zip(frame["code"], frame["name"], strict=True))
    codes = ((kind.label.removesuffix("网格"), row[f"{kind}_code"]) for kind in GridKind)
    found = ((word, str(names.get(code, code))) for word, code in codes if code)
    return tuple((word, name.removeprefix(word).lstrip("·")) for word, name in found)


def _answers(world: World, category_code: str, stored: str | None) -> tuple[tuple[str, str], ...]:
    given: dict[str, str] = json.loads(stored) if stored else {}
    asked = {question.key: question.words for question in world.town.questions_of(category_code)}
    return tuple((asked.get(key, key), answer) for key, answer in given.items())
