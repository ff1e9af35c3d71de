"""The town at a past instant, rebuilt from the journal: what was known then, or what had happened by then.

The two differ where something was recorded late. What nobody keeps is not made up: who was on duty is
unknown (only newest positions are kept), titles, severities and places are those of today.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime, timedelta
from itertools import groupby
from typing import Any

from sqlalchemy import Column, ColumnElement, Connection, and_, exists, or_, select

from data.domain.case_clock import read_clock
from data.domain.errors import InvalidInput
from data.domain.journal import Entry
from data.domain.situation import Picture
from data.domain.vocabulary import FINISHED_STATES, Action, AsOf
from data.store.grids import GridSet
from data.store.journal import entry_of
from data.store.tables import cases, journal, visible_cases
from data.views.duty import last_patrols, past_duty
from data.views.lens import Lens, moment
from data.views.live import Parts, compose
from data.views.situation import (
    CASE_COLUMNS,
    OpenCases,
    PastDays,
    as_open_cases,
    past_days,
    source_ages,
    today_reports,
    with_ages,
)
from data.world import World

AT_ONCE = 400
NOTE = "这一时刻之前没有任何记录，无从得知当时的案卷"
COUNTED: tuple[str, ...] = ("open", "overdue", "due_within_hour", "today")
Row = dict[str, Any]


def situation_at(world: World, instant: datetime, as_of: AsOf, now: datetime) -> Picture:
    """Return the picture of the town at an aware instant up to `now`, in the shape of the live one.

    Beside it `at`, `as` and `note`; `revision` is None. Before the first record the counts are None, and `note`
    says so. Raises `InvalidInput` for an instant in the future.
    """
    if instant > now:
        cure = f"请填写当前时间 {now.astimezone(world.town.profile.zone):%Y-%m-%d %H:%M} 或更早的时间"
        raise InvalidInput("不能查看未来的态势", field="at", value=instant.isoformat(), cure=cure)
    day = instant.astimezone(world.town.profile.zone).date()
    grids = world.grids.current(day)
    with world.store.read() as connection:
        has_records = _has_records(connection, instant, as_of)
        parts = _parts(connection, world, grids, day, instant, as_of, has_records=has_records)
    picture = compose(world, parts, instant)
    picture |= {"revision": None, "server_time": moment(now), "at": moment(instant), "as": str(as_of)}
    picture["sources"] = with_ages(parts.sources, instant)
    unknown: tuple[str, ...] = () if has_records else COUNTED
    if not any(source["last_at"] for source in parts.sources):
        unknown += ("late_sources",)
    return picture | {"figures": _without(picture["figures"], unknown), "note": None if has_records else NOTE}


def _parts(
    connection: Connection,
    world: World,
    grids: GridSet,
    day: date,
    at: datetime,
    as_of: AsOf,
    *,
    has_records: bool,
) -> Parts:
    """Read what the picture is made of, as far as it is kept."""
    lens = Lens.build(world.town, grids)
    return Parts(
        revision=0,
        grids=grids,
        lens=lens,
        cases=_open_cases(connection, world, lens, at, as_of) if has_records else OpenCases(),
        duty=past_duty(connection, at),
        patrols=last_patrols(connection, at),
        sources=source_ages(connection, world.town, at),
        past=past_days(connection, world.town, day) if has_records else PastDays(day, (), 0),
        today=_reports(connection, world, day, at, as_of) if has_records else {},
        today_day=day,
        cases_as_of=at,
        sources_as_of=at,
    )


def _moment_of(as_of: AsOf) -> Column[Any]:
    return journal.c.recorded_at if as_of is AsOf.KNOWN else journal.c.happened_at


def _has_records(connection: Connection, at: datetime, as_of: AsOf) -> bool:
    return (
        connection.execute(select(journal.c.id).where(_moment_of(as_of) <= at).limit(1)).first() is not None
    )


def _open_cases(connection: Connection, world: World, lens: Lens, at: datetime, as_of: AsOf) -> OpenCases:
    """Read the cases that were open, each with state and deadline as its journal up to then says."""
    rows = {row["id"]: dict(row) for row in connection.execute(_were_open(at, as_of)).mappings()}
    for case_id, entries in _entries(connection, list(rows), at, as_of):
        rows[case_id] |= _then(world, rows[case_id], entries, at)
    return as_open_cases(list(rows.values()), lens)


def _were_open(at: datetime, as_of: AsOf) -> Any:
    """Select the cases whose last entry up to the instant left them open: two look-ups by key for each case."""
    first, last, each = journal.alias("first"), journal.alias("last"), journal.alias("each")
    name = _moment_of(as_of).name
    newest = select(each.c.sequence).where(each.c.case_id == cases.c.id, each.c[name] <= at)
    newest = newest.order_by(each.c.sequence.desc()).limit(1).correlate(cases)
    begun = and_(first.c.case_id == cases.c.id, first.c.sequence == 1, first.c[name] <= at)
    is_last = and_(last.c.case_id == cases.c.id, last.c.sequence == newest.scalar_subquery())
    columns = (cases.c[column.name] for column in (*CASE_COLUMNS, cases.c.external_due_at))
    return (
        select(*columns)
        .join(first, begun)
        .join(last, is_last)
        .where(last.c.to_state.not_in([str(state) for state in FINISHED_STATES]), _was_visible(at, as_of))
        .order_by(cases.c.id)
    )


def _was_visible(at: datetime, as_of: AsOf) -> ColumnElement[bool]:
    """What a load brought that was taken back was known until then, and never happened."""
    is_visible = cases.c.id.in_(select(visible_cases.c.id))
    if as_of is AsOf.HAPPENED:
        return is_visible
    taken = journal.alias("taken")
    later = exists().where(
        taken.c.case_id == cases.c.id, taken.c.action == str(Action.WITHDRAW), taken.c.recorded_at > at
    )
    return or_(is_visible, and_(cases.c.is_withdrawn, later))


def _entries(connection: Connection, ids: Sequence[int], at: datetime, as_of: AsOf) -> Any:
    """Yield the journal of each case up to the instant, in journal order."""
    for start in range(0, len(ids), AT_ONCE):
        query = select(journal).where(
            journal.c.case_id.in_(ids[start : start + AT_ONCE]), _moment_of(as_of) <= at
        )
        rows = connection.execute(query.order_by(journal.c.case_id, journal.c.sequence))
        for case_id, found in groupby(rows, key=lambda row: row.case_id):
            yield case_id, [entry_of(row) for row in found]


def _then(world: World, row: Mapping[str, Any], entries: Sequence[Entry], at: datetime) -> Row:
    """Return what was otherwise then: the state, and the deadline that the clock read."""
    then: Row = {"state": str(entries[-1].to_state), "version": None}
    category = world.town.category(row["category_code"])
    if category is None:
        return then | {"due_at": None, "is_due_provisional": False}
    clock = read_clock(entries, category.limit, world.town.stages, world.calendar, row["external_due_at"], at)
    return then | {"due_at": clock.due_at, "is_due_provisional": clock.is_provisional}


def _reports(
    connection: Connection, world: World, day: date, at: datetime, as_of: AsOf
) -> dict[int, timedelta]:
    """Read when the cases of that day were reported, without those of which nothing was told or true yet."""
    found = today_reports(connection, world.town, day)
    known: set[int] = set()
    ids = list(found)
    for start in range(0, len(ids), AT_ONCE):
        query = select(journal.c.case_id).where(journal.c.case_id.in_(ids[start : start + AT_ONCE]))
        query = query.where(journal.c.sequence == 1, _moment_of(as_of) <= at)
        known.update(connection.execute(query).scalars())
    return {case_id: offset for case_id, offset in found.items() if case_id in known}


def _without(figures: Mapping[str, Row], unknown: Collection[str]) -> dict[str, Row]:
    """What nothing was recorded of was not counted: no figure, rather than a zero."""
    return {
        name: {**figure, "value": None} if name in unknown else figure for name, figure in figures.items()
    }
