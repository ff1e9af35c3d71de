"""The mechanisms as the town shows them: what files bring, and over it what was edited here."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, Connection, select

from data.domain.mediation import MechanismField
from data.store.account_tables import users
from data.store.mechanism_tables import mechanism_changes, mechanism_settings
from data.store.modules.mediation import mechanisms


@dataclass(frozen=True, slots=True)
class Mechanism:
    """A mechanism; `own_name` is what was typed here, which a published name goes before."""

    key: str
    file_name: str
    is_published: bool
    own_name: str | None = None
    description: str = ""
    is_active: bool = True
    active_from: date | None = None

    @property
    def name(self) -> str:
        """What screens call it."""
        return self.file_name if self.is_published or not self.own_name else self.own_name

    def is_on(self, day: date) -> bool:
        """Whether it is in force on a day; before the day of the last switch it was the opposite."""
        return self.is_active if self.active_from is None or day >= self.active_from else not self.is_active

    def state_on(self, day: date) -> str:
        """Return in words whether it is in force, and what is going to change."""
        word = "启用" if self.is_on(day) else "停用"
        if self.active_from is None:
            return word
        if day < self.active_from:
            return f"{word}，{self.active_from} 起{'启用' if self.is_active else '停用'}"
        return f"{word}（{self.active_from} 起）"


@dataclass(frozen=True, slots=True)
class Change:
    """One edit: who changed which field of which mechanism, from what to what."""

    key: str
    at: datetime
    by: str
    field: MechanismField
    before: str
    after: str

    @property
    def words(self) -> str:
        """The edit in one line."""
        return f"{self.field.label}：{self.before or '—'} → {self.after or '—'}"


def read_mechanisms(connection: Connection) -> list[Mechanism]:
    """Return the mechanisms in their order: those with a place of their own, then published ones, then the rest."""
    m, s = mechanisms.c, mechanism_settings.c
    columns = (m.key, m.name, m.is_published, s.name.label("own_name"), s.description)
    query = select(*columns, s.is_active, s.active_from).outerjoin(
        mechanism_settings, s.mechanism_key == m.key
    )
    rows = connection.execute(query.order_by(s.position.is_(None), s.position, m.is_published.desc(), m.id))
    return [
        Mechanism(
            row.key,
            row.name,
            row.is_published,
            row.own_name,
            row.description or "",
            row.is_active is not False,
            row.active_from,
        )
        for row in rows
    ]


def read_changes(connection: Connection, *wanted: ColumnElement[bool], most: int = 20) -> Sequence[Change]:
    """Return the newest edits, by the names under which colleagues know who made them."""
    c = mechanism_changes.c
    query = select(mechanism_changes, users.c.display_name).outerjoin(users, users.c.name == c.changed_by)
    rows = connection.execute(query.where(*wanted).order_by(c.changed_at.desc(), c.id.desc()).limit(most))
    return [
        Change(
            row.mechanism_key,
            row.changed_at,
            row.display_name or row.changed_by,
            MechanismField(row.field),
            row.before or "",
            row.after or "",
        )
        for row in rows
    ]
