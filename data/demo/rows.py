"""From drawn cases to rows of the database: case, content, orders and the chained journal."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import numpy as np

from data.demo.actors import Actors
from data.demo.block import CASE_COLUMNS, ORDER_COLUMNS, Block, Row
from data.demo.draw import GRADES, Reports
from data.demo.history import History
from data.demo.order_states import order_progress
from data.demo.paths import SLOTS, Course
from data.demo.scene import Scene
from data.demo.working import instant, utc_text
from data.domain.clock import deadline
from data.domain.journal import Entry, commitment
from data.domain.vocabulary import Action, CaseState
from data.store.journal import chained

SOURCE_KEY = "demo"
JOINT_ACTIONS = frozenset({Action.SIGN, Action.ARRIVE, Action.HANDLE, Action.UNIT_CONFIRM})
"""Steps that the assisting units of a demo case take together with the main one."""

ASSISTED_SHARE = 0.22
REPORTER = "演示市民"

HANDLED = CaseState.HANDLED


@dataclass(frozen=True, slots=True, eq=False)
class Draft:
    """Cases to be written: what was drawn about them, and where they stand in the books.

    `steps` has a column per entry of `SLOTS`; steps after `reference` have not happened yet.
    `first_id` is the id of the first case; `numbers` holds for each day what its case numbers begin after.
    """

    scene: Scene
    days: list[date]
    reports: Reports
    course: Course
    steps: np.ndarray
    lags: np.ndarray
    draws: np.ndarray
    is_joint: np.ndarray
    salts: list[str]
    reference: int
    numbers: list[int]
    first_id: int = 1
    load_id: int = 0


def build_block(draft: Draft, first: int, last: int) -> Block:
    """Return the rows of the cases from index `first` up to but without `last`."""
    block = Block()
    for index in range(first, last):
        writer = CaseWriter(draft, index)
        entries = writer.entries()
        block.journal += [_journal_row(row) for row in chained(entries, {})]
        block.cases.append(writer.case_row(entries))
        block.contents.append(writer.content_row())
        block.replies += writer.reply_rows(entries)
        block.orders += writer.order_rows(entries)
    return block


def _journal_row(row: dict[str, Any]) -> Row:
    """Turn a chained row, in the order of the table's columns, into plain values."""
    recorded, happened = row["recorded_at"], row["happened_at"]
    row["recorded_at"] = text = utc_text(recorded)
    row["happened_at"] = text if happened is recorded else utc_text(happened)
    row["is_time_flagged"] = int(row["is_time_flagged"])
    return tuple(row.values())


class CaseWriter:
    """Writes out one case of a draft."""

    __slots__ = (
        "actors", "assisting", "code", "day", "draft", "grid", "id", "index", "is_joint", "main", "number", "place",
        "title",
    )  # fmt: skip

    def __init__(self, draft: Draft, index: int) -> None:
        scene, reports = draft.scene, draft.reports
        self.draft, self.index = draft, index
        self.id = draft.first_id + index
        self.day = draft.days[reports.day[index]]
        in_day = int(reports.number[index]) + draft.numbers[reports.day[index]]
        self.number = f"{scene.town.profile.code}-{self.day:%Y%m%d}-{in_day:04d}"
        self.code = reports.category[index]
        place = int(reports.place[index])
        self.place = place if place >= 0 else None
        self.grid = scene.places.comprehensive[place] if place >= 0 else None
        village = scene.roster.villages.get(self.grid) if self.grid else None
        self.main, assisting = scene.responsible(self.code, village)
        titles = scene.phrases.titles_of(scene.town, self.code)
        self.title = titles[reports.title[index] % len(titles)]
        self.is_joint = bool(draft.is_joint[index])
        self.assisting = self._assisting(assisting if draft.draws[index, 1] < ASSISTED_SHARE else ())
        self.actors = Actors(scene, self.grid, self.main, draft.draws[index])

    def _assisting(self, units: tuple[str, ...]) -> tuple[str, ...]:
        """A joint case asks the police desk besides; nobody assists himself."""
        wanted = [unit for unit in units[:1] if unit != self.main]
        police = self.draft.scene.police_unit
        if self.is_joint and police and police not in (*wanted, self.main):
            wanted.append(police)
        return tuple(wanted)

    def entries(self) -> list[Entry]:
        """Return what has happened up to the reference, in order."""
        draft, index = self.draft, self.index
        steps, lags = draft.steps[index].tolist(), draft.lags[index].tolist()
        drawn = ((SLOTS[slot], at, lags[slot]) for slot, at in enumerate(steps) if at)
        chance = float(draft.draws[index, 4])
        channel = draft.reports.channel[index]
        return History(self.id, self.actors, channel, chance, draft.reference, self._payload).write(drawn)

    def _payload(self, action: Action) -> dict[str, object]:
        match action:
            case Action.REPORT:
                channel = self.draft.reports.channel[self.index]
                content = commitment(self._salt, *self._texts)
                return {"category": self.code, "channel": channel, "content": content}
            case Action.DISPATCH:
                return {"unit": self.main}
            case Action.RETURN:
                return {"code": self.actors.return_code}
            case Action.REPLY:
                return {"text_hash": commitment(self._reply_salt, self._reply_text)}
            case Action.RATE:
                return {"rating": self.actors.rating, "revisited": True}
        return {"joint": True} if self.assisting and action in JOINT_ACTIONS else {}

    @property
    def _reply_text(self) -> str:
        return f"（演示）您反映的“{self.title}”已办结，感谢监督。"

    @property
    def _reply_salt(self) -> str:
        return self._salt[::-1]

    @property
    def _salt(self) -> str:
        return self.draft.salts[self.index]

    @property
    def _texts(self) -> tuple[str, str, None]:
        return f"（演示）{self._address or '地点待核实'}，{self.title}，请派人查看。", REPORTER, None

    @property
    def _address(self) -> str | None:
        return None if self.place is None else self.draft.scene.places.address[self.place]

    def content_row(self) -> Row:
        """Return the row of the erasable texts, obviously not a person's."""
        return (self.id, *self._texts, self._salt)

    def reply_rows(self, entries: list[Entry]) -> Iterator[Row]:
        """Yield the rows of the erasable replies."""
        for entry in entries:
            if entry.action is Action.REPLY:
                at = utc_text(entry.recorded_at)
                yield (self.id, at, entry.actor, self._reply_text, self._reply_salt)

    def case_row(self, entries: list[Entry]) -> Row:
        """Return the row of the case as its entries left it."""
        values = self._fixed() | self._where() | self._progress(entries)
        return tuple(values[name] for name in CASE_COLUMNS)

    def _fixed(self) -> dict[str, Any]:
        """The columns that the report itself sets."""
        draft, index = self.draft, self.index
        external = int(draft.course.external_due[index])
        channel = draft.reports.channel[index]
        return {
            "id": self.id,
            "number": self.number,
            "source_key": SOURCE_KEY,
            "external_number": f"演示-{channel}-{self.number}" if external else None,
            "title": self.title,
            "category_code": self.code,
            "severity": str(draft.scene.town.categories_by_code[self.code].severity),
            "intake_channel": channel,
            "main_unit": self.main or None,
            "is_joint": int(self.is_joint),
            "external_due_at": utc_text(instant(external)) if external else None,
            "is_withdrawn": 0,
            "load_id": draft.load_id,
            "is_demo": 1,
        }

    def _where(self) -> dict[str, Any]:
        """The columns about the place; a case without one has only its grade."""
        places, place = self.draft.scene.places, self.place
        has_place = place is not None
        return {
            "lon": float(places.lon[place]) if has_place else None,
            "lat": float(places.lat[place]) if has_place else None,
            "input_crs": "cgcs2000" if has_place else None,
            "address": self._address,
            "location_grade": str(GRADES[self.draft.reports.grade[self.index]]),
            "comprehensive_code": self.grid,
            "police_code": places.police[place] if has_place else None,
            "professional_code": places.professional[place] if has_place else None,
            "is_edge": int(places.is_edge[place]) if has_place else 0,
        }

    def _progress(self, entries: list[Entry]) -> dict[str, Any]:
        """The columns that follow from what has happened."""
        done = [entry.action for entry in entries]
        state = entries[-1].to_state
        is_sent = Action.DISPATCH in done
        sent = next((entry for entry in entries if entry.action is Action.DISPATCH), None)
        handled = next((e for e in reversed(entries) if e.to_state is HANDLED is not e.from_state), None)
        closed = _last(entries, Action.CLOSE) if not state.is_open else None
        return {
            "state": str(state),
            "is_open": int(state.is_open),
            "version": len(entries),
            "reported_at": utc_text(entries[0].happened_at),
            "dispatched_at": utc_text(sent.recorded_at) if sent else None,
            "due_at": utc_text(self._due(entries)),
            "category_due_at": utc_text(instant(self.draft.course.category_due[self.index]))
            if is_sent
            else None,
            "is_due_provisional": int(is_sent and bool(self.draft.course.is_provisional[self.index])),
            "handled_at": utc_text(handled.happened_at) if handled else None,
            "closed_at": utc_text(closed),
            "returns": done.count(Action.RETURN),
            "reworks": done.count(Action.REWORK),
            "reopens": done.count(Action.REOPEN),
            "changed_by": entries[-1].actor,
        }

    def _due(self, entries: list[Entry]) -> datetime:
        """The deadline of the stage that an open case is in; of a finished one the deadline of its handling."""
        last, stages = entries[-1], self.draft.scene.town.stages
        strict = instant(self.draft.course.strict[self.index])
        match last.to_state:
            case CaseState.REPORTED | CaseState.DECLINED:
                return entries[0].recorded_at + stages.accept
            case CaseState.ACCEPTED:
                return last.recorded_at + stages.dispatch
            case CaseState.FILED:
                start = last if last.action is Action.REOPEN else entries[-2]
                return start.recorded_at + stages.dispatch
            case CaseState.HANDLED:
                return min(last.happened_at, strict) + stages.verify
            case CaseState.VERIFIED:
                return min(entries[-2].happened_at, strict) + stages.verify
        return strict

    def order_rows(self, entries: list[Entry]) -> Iterator[Row]:
        """Yield the rows of the main orders, one per dispatch, each with its assisting ones."""
        starts = [i for i, entry in enumerate(entries) if entry.action is Action.DISPATCH]
        for count, start in enumerate(starts, 1):
            end = starts[count] if count < len(starts) else len(entries)
            stretch = entries[start:end]
            due = utc_text(self._order_due(stretch[0].recorded_at if count > 1 else None))
            number = f"{self.number}-{count}"
            staff = self.actors.member_id if self.main == self.actors.village else None
            yield self._order_row(number, True, self.main, staff, due, stretch)
            for helper, unit in enumerate(self.assisting, 1):
                yield self._order_row(f"{number}A{helper}", False, unit, None, due, stretch)

    def _order_row(
        self, number: str, is_main: bool, unit: str, staff: int | None, due: str | None, stretch: list[Entry]
    ) -> Row:
        values: dict[str, Any] = dict.fromkeys(ORDER_COLUMNS) | order_progress(stretch, number, is_main)
        values |= {"case_id": self.id, "number": number, "is_main": int(is_main), "unit_code": unit}
        values |= {"staff_id": staff, "due_at": due, "is_demo": 1}
        return tuple(values.values())

    def _order_due(self, again: datetime | None) -> datetime:
        """The deadline of an order: of the first one the case's, of a later one counted from its own dispatch."""
        course, scene = self.draft.course, self.draft.scene
        if again is None:
            return instant(course.strict[self.index])
        category = scene.town.categories_by_code[self.code]
        own = deadline(again, category.limit_amount, category.limit_clock, scene.calendar).at
        external = int(course.external_due[self.index])
        return min(own, instant(external)) if external else own


def _last(entries: list[Entry], action: Action) -> datetime | None:
    return next((entry.happened_at for entry in reversed(entries) if entry.action is action), None)
