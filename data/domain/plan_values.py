"""What goes into a dispatch plan and what comes out of it, as plain frozen values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import NamedTuple

from data.domain.clock import stricter
from data.domain.plan_rules import CardRule
from data.domain.vocabulary import (
    Channel,
    ClockKind,
    GridKind,
    LocationGrade,
    ResponderKind,
    Severity,
    ShortfallReason,
)

OFFICERS = frozenset({"police", "auxiliary"})
"""Staff roles that are never named or shown singly."""


# --- What is known -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Neighbour:
    """The nearest other grid of a kind, `metres` from the case."""

    kind: GridKind
    code: str
    name: str
    metres: float


@dataclass(frozen=True, slots=True)
class PlanCase:
    """The case as a plan sees it; grid codes are None where no grid of that kind holds the point."""

    id: int
    number: str
    version: int
    severity: Severity
    category_code: str
    category_name: str
    has_place: bool
    location_grade: LocationGrade
    comprehensive: str | None = None
    comprehensive_name: str = ""
    professional: str | None = None
    professional_name: str = ""
    neighbours: tuple[Neighbour, ...] = ()
    needs_police: bool = False
    skills: tuple[str, ...] = ()
    equipment: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Duties:
    """Who answers for the category at that place, and the document that says so."""

    main: str | None
    assisting: tuple[str, ...] = ()
    citation: str = ""


@dataclass(frozen=True, slots=True)
class PlanPerson:
    """One member of staff; `grids` are those that he covers now, `load` his open orders.

    `distance_m` and `fix_age` belong to his newest fix, whatever its age; None where there is none.
    """

    staff_id: int
    name: str
    unit_code: str
    role: str
    grids: frozenset[str]
    skills: frozenset[str] = frozenset()
    load: int = 0
    distance_m: float | None = None
    fix_age: timedelta | None = None
    is_on_duty: bool = True


@dataclass(frozen=True, slots=True)
class PlanUnit:
    """One unit; `open` orders are in its hands, `overdue` of them too late. `skills` None: not registered."""

    code: str
    name: str
    kind: str
    open: int = 0
    overdue: int = 0
    skills: frozenset[str] | None = None
    equipment: frozenset[str] | None = None


@dataclass(frozen=True, slots=True)
class PlanLimit:
    """The category's limit; `case_due_at` is of the case, whose clock starts once, `order_due_at` of new orders."""

    amount: float
    kind: ClockKind
    case_due_at: datetime
    order_due_at: datetime
    is_provisional: bool = False


@dataclass(frozen=True, slots=True)
class PlanFacts:
    """Everything that `dispatch_plan` looks at."""

    case: PlanCase
    duties: Duties
    limit: PlanLimit
    external_due_at: datetime | None = None
    people: tuple[PlanPerson, ...] = ()
    units: Mapping[str, PlanUnit] = field(default_factory=dict)
    cards: tuple[CardRule, ...] = ()


# --- What is proposed --------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a responder is proposed, in words, and the points that this gave."""

    words: str
    points: int = 0


@dataclass(frozen=True, slots=True)
class Responder:
    """One who can be sent; `key` names him in a press, `is_proposed` marks whom one press sends.

    `distance_m` is None without a usable fix; `load` counts his open orders against `load_limit`.
    """

    key: str
    kind: ResponderKind
    unit_code: str
    staff_id: int | None
    name: str
    is_main: bool
    reasons: tuple[Reason, ...]
    is_proposed: bool
    distance_m: float | None = None
    load: int = 0
    load_limit: int = 0
    has_skill: bool = True
    is_own_grid: bool = True

    @property
    def points(self) -> int:
        """The sum of the reasons' points."""
        return sum(reason.points for reason in self.reasons)


@dataclass(frozen=True, slots=True)
class Shortfall:
    """A gap: what was wanted, why it is missing, and the sentence of it."""

    wanted: str
    reason: ShortfallReason
    words: str


@dataclass(frozen=True, slots=True)
class PlanStep:
    """One step of the plan card; `missing` says what the proposed responders lack for it."""

    words: str
    unit_name: str | None
    missing: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PlanCard:
    """The plan card (预案) that the severity asks for, and all that is missing for it."""

    key: str
    name: str
    steps: tuple[PlanStep, ...]
    citation: str

    @property
    def missing(self) -> tuple[str, ...]:
        """Everything that some step lacks, each once."""
        return tuple(dict.fromkeys(words for step in self.steps for words in step.missing))


class QueueChange(NamedTuple):
    """A unit's open orders now and after the press; `overdue` of them are late, and whether the new one would be."""

    now: int
    after: int
    overdue: int
    is_new_overdue: bool


@dataclass(frozen=True, slots=True)
class DispatchPlan:
    """A proposal for one case (一键决策): who, why, by when, over which channels, and what is missing."""

    case_id: int
    number: str
    version: int
    made_at: datetime
    main_unit: str | None
    main_unit_name: str
    responders: tuple[Responder, ...]
    shortfalls: tuple[Shortfall, ...]
    card: PlanCard | None
    limit: PlanLimit
    external_due_at: datetime | None
    is_edge: bool
    edge_note: str | None
    location_grade: LocationGrade
    location_note: str | None
    channels: tuple[Channel, ...]
    is_at_once: bool
    queue_after: Mapping[str, QueueChange]

    @property
    def due_at(self) -> datetime:
        """The stricter of the case's two deadlines."""
        return stricter(self.limit.case_due_at, self.external_due_at) or self.limit.case_due_at

    @property
    def proposed(self) -> tuple[Responder, ...]:
        """The responders whom one press sends."""
        return tuple(responder for responder in self.responders if responder.is_proposed)
