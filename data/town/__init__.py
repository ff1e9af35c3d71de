"""A town as data: one typed loader for everything that stands in a town folder."""

from data.town.arrivals import ArrivalPattern, MajorArrival
from data.town.dispatch import DispatchTable, PlanCardRow, Team
from data.town.indicators import IndicatorDefinition
from data.town.loader import TOWNS_FOLDER, load_town
from data.town.profile import DefaultPoint, GridKindRule, Profile
from data.town.questions import Question
from data.town.sources import ColumnRule, SourceProfile
from data.town.tables import (
    Calendar,
    CalendarDay,
    Category,
    EscalationStep,
    PublishedFigure,
    Responsibility,
    Unit,
    Village,
    WorkingPeriod,
)
from data.town.town import Town

__all__ = [
    "TOWNS_FOLDER",
    "ArrivalPattern",
    "Calendar",
    "CalendarDay",
    "Category",
    "ColumnRule",
    "DefaultPoint",
    "DispatchTable",
    "EscalationStep",
    "GridKindRule",
    "IndicatorDefinition",
    "MajorArrival",
    "PlanCardRow",
    "Profile",
    "PublishedFigure",
    "Question",
    "Responsibility",
    "SourceProfile",
    "Team",
    "Town",
    "Unit",
    "Village",
    "WorkingPeriod",
    "load_town",
]
