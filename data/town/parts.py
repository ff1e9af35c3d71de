"""What the files of a town folder hold before they are checked against each other."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from data.town.approval import ApprovalRules
from data.town.arrivals import ArrivalPattern
from data.town.base import TownModel
from data.town.dispatch import DispatchTable, PlanCardList
from data.town.indicators import IndicatorDefinition
from data.town.mediation import MediationRules
from data.town.profile import Profile
from data.town.questions import QuestionList
from data.town.reading import Document, Sheet
from data.town.score import ScoreTable
from data.town.sources import SourceProfile
from data.town.tables import (
    CalendarDay,
    Category,
    EscalationStep,
    OrganisationForm,
    PublishedFigure,
    Responsibility,
    StageLimit,
    Unit,
    Village,
    WorkingPeriod,
)


class IndicatorList(TownModel):
    """The content of one file of indicators/."""

    indicators: tuple[IndicatorDefinition, ...] = ()


@dataclass(frozen=True, slots=True)
class TownParts:
    """Every file of a folder as read, with lines for messages."""

    profile: Document[Profile]
    villages: Sheet[Village]
    units: Sheet[Unit]
    categories: Sheet[Category]
    working_time: Sheet[WorkingPeriod]
    calendar: Sheet[CalendarDay]
    responsibilities: Sheet[Responsibility]
    escalation: Sheet[EscalationStep]
    stage_limits: Sheet[StageLimit]
    arrivals: Document[ArrivalPattern]
    indicators: tuple[Document[IndicatorList], ...]
    dispatch: Document[DispatchTable]
    plan_cards: Document[PlanCardList]
    score: Document[ScoreTable]
    mediation: Document[MediationRules]
    approval: Document[ApprovalRules]
    sources: tuple[Document[SourceProfile], ...]
    published: Sheet[PublishedFigure]
    organisation: Sheet[OrganisationForm]
    questions: Document[QuestionList]
    outline: dict[str, Any] | None
    base: dict[str, Any] | None
