"""What the desk shows of one case: plain frozen values, as `data.views.desk` reads them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from data.domain.case_clock import ClockReading
from data.domain.clock import Limit
from data.domain.offers import Offer
from data.domain.plan_values import DispatchPlan
from data.domain.vocabulary import CaseState, LocationGrade, OrderState, ResponderKind, Severity


@dataclass(frozen=True, slots=True)
class Facts:
    """Who reported what, and where; names and words of residents only for those who may see them."""

    category: str
    channel: str
    external_number: str | None
    reported_at: datetime
    address: str | None
    grade: LocationGrade
    grids: tuple[tuple[str, str], ...]
    description: str | None
    reporter: str | None
    answers: tuple[tuple[str, str], ...]
    edge_note: str | None
    is_sensitive: bool
    is_demo: bool


@dataclass(frozen=True, slots=True)
class Likely:
    """A case that may be the same one, with the reasons in words."""

    case_id: int
    number: str
    title: str
    reported_at: datetime
    words: str
    merge: Offer | None


@dataclass(frozen=True, slots=True)
class OrderLine:
    """One order that was sent; `offers` are the reports that the desk takes down for an assisting one.

    `returned` is the reason why it was given back, in words.
    """

    number: str
    unit: str
    kind: ResponderKind
    state: OrderState
    is_main: bool
    sent_at: datetime
    due_at: datetime | None
    returned: str | None
    offers: tuple[Offer, ...]


@dataclass(frozen=True, slots=True)
class JournalLine:
    """One entry of the journal as people read it."""

    sequence: int
    recorded_at: datetime
    happened_at: datetime
    is_time_flagged: bool
    action: str
    actor: str
    words: str


@dataclass(frozen=True, slots=True)
class Drawer:
    """A case with its clocks, its likely duplicates, its plan or its orders, its journal, and what is to do.

    `limit` is the category's; `repeats` counts the cases of the last 30 days at this place; `broken_at` is the
    first journal entry whose hash does not fit, None where the chain holds; `undo_until` is None where there is
    no dispatch that this seat could still undo; `may_send_now` where its notices wait for that; `waits_for` are
    the roles that can take the step that is due; `pending` are requests that wait for a decision, in words;
    `owes_reply` where the sender of a settled case waits for an answer.
    """

    case_id: int
    number: str
    title: str
    version: int
    state: CaseState
    severity: Severity
    facts: Facts
    clock: ClockReading
    limit: Limit
    repeats: int
    likely: tuple[Likely, ...]
    photos: tuple[dict[str, Any], ...]
    may_add_photo: bool
    plan: DispatchPlan | None
    no_plan: str | None
    orders: tuple[OrderLine, ...]
    journal: tuple[JournalLine, ...]
    broken_at: int | None
    primary: Offer | None
    menu: tuple[Offer, ...]
    units: tuple[tuple[str, str], ...]
    undo_until: datetime | None
    may_send_now: bool
    waits_for: tuple[str, ...]
    pending: tuple[str, ...]
    owes_reply: bool


@dataclass(frozen=True, slots=True)
class CaseHit:
    """A case that was found; `is_on_time` is the verdict on one that is done, None for any other."""

    id: int
    number: str
    title: str
    place: str
    severity: Severity
    state: CaseState
    is_on_time: bool | None = None


@dataclass(frozen=True, slots=True)
class PlaceHit:
    """A name that was found: a grid by its code, else a point in metres east and north of the town's centre."""

    name: str
    kind: str
    hint: str
    grid: str | None
    grid_kind: str | None
    x: float
    y: float
