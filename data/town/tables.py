"""The rows of a town's tables: villages, units, categories, working time, calendar, duties, escalation."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, time
from types import MappingProxyType
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, model_validator

from data.domain.clock import Limit
from data.domain.vocabulary import ClockKind, Severity, WallSensitivity
from data.town.base import Dated, Flag, TownModel, Words, split_words

TwoDigits = Annotated[str, Field(pattern=r"^\d{2}$")]
FourDigits = Annotated[str, Field(pattern=r"^\d{4}$")]


class Village(TownModel):
    """A village or community with its statistical code (12 digits in China)."""

    code12: str
    name: str
    type: str
    short_name: str

    @property
    def code(self) -> str:
        """The code under which grids name their village."""
        return self.code12


class Unit(TownModel):
    """A unit that can be given work; `parent` is another unit's code."""

    code: str
    name: str
    kind: Literal["office", "bureau", "centre", "village", "police", "linked", "line"]
    parent: str | None = None
    staff_kinds: Words = ()
    is_demo: Flag = False
    citation: str = ""


class Category(Dated):
    """A minor category with its sample limit; `limit_amount` counts in the unit of `limit_clock`."""

    major: TwoDigits
    major_name: str
    minor: TwoDigits
    name: str
    severity: Severity = Severity.NORMAL
    limit_amount: Annotated[float, Field(gt=0, allow_inf_nan=False)]
    limit_clock: ClockKind
    main_unit: str | None = None
    assisting_units: Words = ()
    needs_police: Flag = False
    skills: Words = ()
    equipment: Words = ()
    evidence: Words = ()
    wall_sensitivity: WallSensitivity = WallSensitivity.NORMAL
    is_public: Flag = True

    @property
    def code(self) -> str:
        """Major and minor together, four digits of text."""
        return self.major + self.minor

    @property
    def limit(self) -> Limit:
        """How long the handling may take."""
        return Limit(self.limit_amount, self.limit_clock)


class WorkingPeriod(TownModel):
    """A stretch of working time within a day, in the town's zone."""

    start: time
    end: time

    @model_validator(mode="after")
    def _in_order(self) -> WorkingPeriod:
        if self.end <= self.start:
            raise ValueError("结束时间应晚于开始时间")
        return self


class CalendarDay(TownModel):
    """A day that differs from the week: a holiday, or a make-up workday (调休)."""

    date: date
    kind: Literal["holiday", "workday"]
    name: str
    citation: str


@dataclass(frozen=True, slots=True)
class Calendar:
    """The special days by date; after `covers_until` weekends alone count and deadlines are 暂定."""

    days: Mapping[date, CalendarDay]
    covers_from: date | None
    covers_until: date | None

    @classmethod
    def of(cls, days: tuple[CalendarDay, ...]) -> Calendar:
        """Build a calendar that covers the whole years its days lie in."""
        years = sorted({day.date.year for day in days})
        return cls(
            MappingProxyType({day.date: day for day in days}),
            date(years[0], 1, 1) if years else None,
            date(years[-1], 12, 31) if years else None,
        )

    def covers(self, day: date) -> bool:
        """Whether the make-up days around `day` are known."""
        return self.covers_from is not None and self.covers_from <= day <= (self.covers_until or day)

    def is_workday(self, day: date) -> bool:
        """Whether people work on `day`: the table first, else Monday to Friday."""
        special = self.days.get(day)
        return special.kind == "workday" if special else day.weekday() < 5


class Responsibility(Dated):
    """Who does a category in a village (`*` = everywhere); a row with a village goes before one with `*`."""

    category_code: FourDigits
    village_code: str = "*"
    main_unit: str
    assisting_units: Words = ()


class StageLimit(TownModel):
    """How long a stage around handling may take, in minutes of elapsed time."""

    stage: Literal["accept", "dispatch", "verify"]
    minutes: Annotated[float, Field(gt=0, le=1440)]
    citation: str


class EscalationStep(TownModel):
    """What happens once a share (`percent`) of the limit is used; `at_once` lists severities told at once."""

    percent: Annotated[int, Field(gt=0, le=1000)]
    name: str
    audience: Literal["handler", "unit_lead", "centre", "leader"]
    action: Literal["remind", "warn", "alarm", "digest"]
    at_once: Annotated[tuple[Severity, ...], BeforeValidator(split_words)] = ()
    citation: str


class OrganisationForm(TownModel):
    """A form that the town's organisation had, as it published it; `since` is empty where no year was told."""

    since: str = ""
    form: str
    note: str = ""
    citation: str


class PublishedFigure(TownModel):
    """A figure that the town itself published; a screen shows `citation` (2023年公布) beside it."""

    key: str
    name: str
    value: Annotated[float, Field(allow_inf_nan=False)]
    unit: str
    year: int
    citation: str
