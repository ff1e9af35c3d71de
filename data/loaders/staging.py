"""Writing the cases of a load where nobody sees them yet, chunk by chunk in short transactions.

New cases go into `cases` under a load that is still staging, which `visible_cases` hides. Changes to
cases that exist already go to `staged_changes`.
"""

from __future__ import annotations

import json
import secrets
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import numpy as np
import pandas as pd
from sqlalchemy import Connection, Text, bindparam, func, select, text
from sqlalchemy.dialects.postgresql import ARRAY

from data.loaders.bulk import as_lists, insert_rows, part_fixed
from data.loaders.cases import CONTENTS, OWNED
from data.loaders.ledger import Counts, Origin
from data.store.numbers import take_numbers_by_day
from data.store.tables import case_contents, cases
from data.store.unit_of_work import Store
from data.town import Profile

COORDINATE_TOLERANCE_DEGREES = 1e-9
STAGE_ROWS = 6_000
OWN_WORDS = frozenset(
    {"severity", "state", "intake_channel", "location_grade", "is_open", "is_edge", "is_due_provisional"}
)
STAGED_COLUMNS = ("load_id", "row_id", "source_line", "after")


@dataclass(frozen=True, slots=True, eq=False)
class Sorted:
    """The rows of a chunk by what they mean: new ones, and changes to existing rows (row id, line, JSON)."""

    new: pd.DataFrame
    changes: list[tuple[int, int, str]]
    unchanged: int

    def add_to(self, counts: Counts) -> None:
        """Count them."""
        counts.inserted += len(self.new)
        counts.updated += len(self.changes)
        counts.unchanged += self.unchanged


def has_cases(store: Store, source_key: str) -> bool:
    """Whether the source ever loaded anything: a first load needs no comparing."""
    with store.read() as connection:
        query = select(cases.c.id).where(cases.c.source_key == source_key).limit(1)
        return connection.execute(query).first() is not None


def sort_rows(store: Store, rows: pd.DataFrame, source_key: str, owns: Sequence[str]) -> Sorted:
    """Compare rows with what the database has of this source, by natural key."""
    with store.read() as connection:
        old = _existing(connection, source_key, rows["external_number"].tolist())
    is_known = rows["external_number"].isin(old.index)
    known = rows[is_known]
    before = old.loc[known["external_number"]].set_axis(known.index)
    changed = _changed_columns(known, before, owns)
    cells = dict(zip(changed, known.loc[list(changed)].to_dict("records"), strict=True))
    ids = before["id"].to_dict()
    changes = [
        (int(ids[row]), row, _as_json({name: cells[row][name] for name in sorted(names)}))
        for row, names in changed.items()
    ]
    return Sorted(rows[~is_known], changes, len(known) - len(changes))


def stage_rows(store: Store, found: Sorted, origin: Origin, town: Profile) -> None:
    """Write a chunk in short transactions; everything that can be prepared is prepared outside them."""
    for start in range(0, len(found.new), STAGE_ROWS):
        _stage_new(store, found.new.iloc[start : start + STAGE_ROWS], origin, town)
    staged = [(origin.load_id, *change) for change in found.changes]
    for start in range(0, len(staged), STAGE_ROWS):
        with store.write() as transaction:
            part = staged[start : start + STAGE_ROWS]
            insert_rows(transaction.connection, "staged_changes", STAGED_COLUMNS, part)


def _stage_new(store: Store, rows: pd.DataFrame, origin: Origin, town: Profile) -> None:
    """Insert new cases; ids and numbers can only be taken inside the transaction."""
    lines = rows.index.to_series(index=rows.index)
    told = {name: rows[name] for name in rows if name not in CONTENTS}
    ready = as_lists({**told, "source_line": lines}, len(rows), is_sqlite=store.is_sqlite)
    varying, fixed = part_fixed(ready, OWN_WORDS)
    fixed = {**_fixed_columns(origin), **fixed}
    days = _days(rows["reported_at"], town)
    with store.write() as transaction:
        connection = transaction.connection
        ids = _take_ids(connection, len(rows))
        columns = {"id": ids, "number": _numbers(connection, days, town.code), **varying}
        cells = zip(*columns.values(), strict=True)
        insert_rows(connection, "cases", list(columns), cells, fixed)
        _write_contents(connection, ids, rows)


def _fixed_columns(origin: Origin) -> dict[str, Any]:
    """The columns that are the same in every new row of a load."""
    return {
        "source_key": origin.source.key,
        "is_joint": False,
        "returns": 0,
        "reworks": 0,
        "reopens": 0,
        "is_withdrawn": False,
        "changed_by": origin.actor,
        "load_id": origin.load_id,
        "source_hash": origin.file_hash,
        "is_demo": origin.source.is_demo,
    }


def _take_ids(connection: Connection, count: int) -> list[int]:
    """Reserve row ids (on SQLite the writing transaction itself keeps others out)."""
    if connection.dialect.name == "sqlite":
        last = connection.execute(select(func.coalesce(func.max(cases.c.id), 0))).scalar_one()
        return list(range(last + 1, last + 1 + count))
    sequence = "SELECT nextval(pg_get_serial_sequence('cases', 'id')) FROM generate_series(1, :n)"
    return list(connection.execute(text(sequence), {"n": count}).scalars())


def _days(reported: pd.Series, town: Profile) -> list[date]:
    """Return the local day of each report."""
    local = reported.dt.tz_convert(town.zone).dt.tz_localize(None).to_numpy()
    days: list[date] = local.astype("datetime64[D]").tolist()
    return days


def _numbers(connection: Connection, days: list[date], town_code: str) -> list[str]:
    """Take a case number per row, by the local day of its report."""
    taken = take_numbers_by_day(connection, town_code, Counter(days))
    waiting = {day: iter(numbers) for day, numbers in taken.items()}
    return [next(waiting[day]) for day in days]


def _write_contents(connection: Connection, ids: list[int], rows: pd.DataFrame) -> None:
    """Keep residents' words in the erasable table, each with a fresh salt."""
    has_any = rows[list(CONTENTS)].notna().any(axis=1).to_numpy()
    if not has_any.any():
        return
    kept = rows[has_any]
    columns = {
        "case_id": [row for row, has in zip(ids, has_any, strict=True) if has],
        **{name: kept[name] for name in CONTENTS},
        "salt": [secrets.token_hex(16) for _ in range(len(kept))],
    }
    is_sqlite = connection.dialect.name == "sqlite"
    lists = as_lists(columns, len(kept), is_sqlite=is_sqlite)
    insert_rows(connection, "case_contents", list(lists), zip(*lists.values(), strict=True))


def _existing(connection: Connection, source_key: str, keys: list[str]) -> pd.DataFrame:
    """Return the rows of a source with these keys, contents included, by external number."""
    query = (
        select(cases, *(case_contents.c[name] for name in CONTENTS))
        .outerjoin(case_contents, case_contents.c.case_id == cases.c.id)
        .where(cases.c.source_key == source_key, _is_among(connection, keys))
    )
    found = connection.execute(query)
    frame = pd.DataFrame(found.all(), columns=list(found.keys()), dtype=object)
    for column in (name for name in frame if name.endswith("_at")):
        frame[column] = pd.to_datetime(frame[column], utc=True).dt.as_unit("us")
    return frame.set_index("external_number", drop=False)


def _is_among(connection: Connection, keys: list[str]) -> Any:
    """Compare with many keys in one bound value."""
    if connection.dialect.name == "sqlite":
        listed = text("SELECT value FROM json_each(:keys)").bindparams(keys=json.dumps(keys))
        return cases.c.external_number.in_(listed.columns(value=Text).scalar_subquery())
    return cases.c.external_number == func.any(bindparam("keys", keys, ARRAY(Text)))


def _changed_columns(new: pd.DataFrame, old: pd.DataFrame, owns: Sequence[str]) -> dict[int, set[str]]:
    """Return for each changed row the columns to write: the owned ones that differ and what follows."""
    changed: dict[int, set[str]] = {}
    for field in owns:
        compared, following = OWNED.get(field, ((field,), ()))
        for column in compared:
            for row in new.index[_differs(new[column], old[column])]:
                changed.setdefault(int(row), set()).update(compared, following)
    for row in new.index[_is_hidden(old)]:
        changed[int(row)] = {*new.columns} - {"external_number", "version"}
    return changed


def _is_hidden(old: pd.DataFrame) -> np.ndarray:
    """A case that a rollback took away comes back whole."""
    actor = "load:" + old["load_id"].astype(str)
    return (old["is_withdrawn"].astype(bool) & (old["changed_by"] == actor)).to_numpy(dtype=bool)


def _differs(new: pd.Series, old: pd.Series) -> np.ndarray:
    both_missing = (new.isna() & old.isna()).to_numpy()
    if new.dtype == "float64":
        near = np.abs(new.to_numpy() - old.to_numpy(dtype="float64")) <= COORDINATE_TOLERANCE_DEGREES
        return ~(near | both_missing)
    return ~((new == old).to_numpy(dtype=bool) | both_missing)


def _as_json(values: dict[str, Any]) -> str:
    return json.dumps({name: plain(value) for name, value in values.items()}, ensure_ascii=False)


def plain(value: Any) -> Any:
    """Return a value as JSON has it: instants as ISO text, missing as null."""
    if value is None or value is pd.NaT or value != value:
        return None
    if isinstance(value, datetime):
        return value.isoformat()
    return value.item() if isinstance(value, np.generic) else value
