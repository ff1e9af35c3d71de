"""The one registry of subjects: records name theirs by a key, and whoever is new is registered with the use."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from data.domain.people import person_hash
from data.loaders.gathered import Gathered, Row, known_rows
from data.loaders.ledger import Counts
from data.loaders.modules.records import Records, Subject
from data.store.modules.shared import subject_uses, subjects
from data.town import SourceProfile
from data.world import World

PERSON = "person"
USE_KEY = ("subject_key", "module", "purpose")


@dataclass(slots=True)
class Subjects:
    """The subjects of one source's rows; `parts` are written together with the rows.

    A source that knows one kind alone (the register of enterprises) also owns their names. A person is known
    by a keyed hash and has no name here.
    """

    world: World
    source: SourceProfile
    records: Records
    subject: Subject
    parts: tuple[Gathered, Gathered] = field(
        default_factory=lambda: (Gathered(subjects), Gathered(subject_uses))
    )
    _seen: set[str] = field(default_factory=set)

    @classmethod
    def of(cls, world: World, source: SourceProfile, records: Records) -> Subjects | None:
        """Return the subjects of a source, None where its rows name none."""
        return None if records.subject is None else cls(world, source, records, records.subject)

    def named(self, typed: pd.DataFrame) -> pd.DataFrame:
        """Return rows with the key of their subject."""
        kinds = typed["subject_kind"] if self.subject.kind is None else [self.subject.kind] * len(typed)
        codes = typed[self.subject.code]
        keys = [self._key(kind, code) for kind, code in zip(kinds, codes, strict=True)]
        return typed.assign(subject_key=pd.Series(keys, index=typed.index, dtype=object))

    def add(self, rows: pd.DataFrame) -> None:
        """Gather the subjects and uses that are not registered yet."""
        told = {row["key"]: row for row in self._told(rows) if row["key"] not in self._seen}
        self._seen |= told.keys()
        uses = [self._use(row) for row in told.values()]
        with self.world.store.read() as connection:
            known = known_rows(connection, subjects, ("key",), told.values())
            known_uses = known_rows(connection, subject_uses, USE_KEY, uses)
        owned = ("name",) if self.subject.kind is not None and "name" in self.source.owns else ()
        uncounted = Counts()
        for key, row in told.items():
            self.parts[0].add(known.get((key,)), row, owned, uncounted)
        for use in uses:
            self.parts[1].add(known_uses.get(tuple(use[name] for name in USE_KEY)), use, (), uncounted)

    def _told(self, rows: pd.DataFrame) -> list[Row]:
        names = rows[self.subject.name] if self.subject.name in rows else [None] * len(rows)
        found = []
        for line, key, name in zip(rows.index, rows["subject_key"], names, strict=True):
            kind = key.split(":")[0]
            shown: Any = None if kind == PERSON or not isinstance(name, str) else name
            found.append({"key": key, "kind": kind, "name": shown, "source_line": int(line)})
        return found

    def _use(self, row: Row) -> Row:
        return {
            "subject_key": row["key"],
            "module": self.records.module,
            "purpose": self.records.target,
            "source_line": row["source_line"],
        }

    def _key(self, kind: str, code: str) -> str:
        known_as = person_hash(self.world.hash_key(), code, None) if kind == PERSON else code
        return f"{kind}:{known_as}"
