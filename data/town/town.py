"""A whole town as one frozen value."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from data.domain.errors import InvalidInput
from data.domain.plan_rules import PlanRules
from data.domain.stages import StageLimits
from data.town.approval import ApprovalRules
from data.town.arrivals import ArrivalPattern
from data.town.dispatch import DispatchTable, PlanCardRow
from data.town.indicators import IndicatorDefinition
from data.town.mediation import MediationRules
from data.town.profile import Profile
from data.town.questions import Question
from data.town.score import AppealRules, ScoreVersion
from data.town.sources import SourceProfile
from data.town.tables import (
    Calendar,
    Category,
    EscalationStep,
    OrganisationForm,
    PublishedFigure,
    Responsibility,
    Unit,
    Village,
    WorkingPeriod,
)

GeoJson = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Town:
    """Everything that a town folder says; what the folder lacks is empty or None.

    `categories` holds every row; `categories_by_code` the latest row of each code. `outline` and
    `base` are GeoJSON FeatureCollections in EPSG:4490; `base` features carry `layer` (road, river, place).
    """

    folder: Path
    profile: Profile
    villages: tuple[Village, ...]
    units: tuple[Unit, ...]
    categories: tuple[Category, ...]
    categories_by_code: Mapping[str, Category]
    working_time: tuple[WorkingPeriod, ...]
    calendar: Calendar
    arrivals: ArrivalPattern
    responsibilities: tuple[Responsibility, ...]
    escalation: tuple[EscalationStep, ...]
    stages: StageLimits
    sources: Mapping[str, SourceProfile]
    indicators: tuple[IndicatorDefinition, ...]
    dispatch: DispatchTable
    plan_rules: PlanRules
    plan_cards: tuple[PlanCardRow, ...]
    score_versions: tuple[ScoreVersion, ...]
    appeal_rules: AppealRules
    mediation: MediationRules
    approval: ApprovalRules
    published: tuple[PublishedFigure, ...]
    organisation: tuple[OrganisationForm, ...]
    questions: Mapping[str, tuple[Question, ...]]
    police_words: tuple[str, ...]
    outline: GeoJson | None
    base: GeoJson | None
    grids_path: Path | None

    @property
    def key(self) -> str:
        """The town's key, as the database knows it."""
        return self.profile.key

    @property
    def unit_names(self) -> dict[str, str]:
        """Everybody who can be given a case, by code: the villages and the units; a unit's own name goes first."""
        names = {village.code: village.name for village in self.villages}
        return names | {unit.code: unit.name for unit in self.units}

    @property
    def units_by_code(self) -> dict[str, Unit]:
        """The units keyed by code."""
        return {unit.code: unit for unit in self.units}

    @property
    def villages_by_code(self) -> dict[str, Village]:
        """The villages keyed by their 12-digit code."""
        return {village.code12: village for village in self.villages}

    def category(self, code: str) -> Category | None:
        """Return the latest row of a category code, or None."""
        return self.categories_by_code.get(code)

    def known_category(self, code: str) -> Category:
        """Return the latest row of a category code; raise `InvalidInput` where the table lacks it."""
        category = self.category(code)
        if category is None:
            raise InvalidInput(
                f"类别表里没有“{code}”，无法计算时限",
                field="category_code",
                value=code,
                cure="请把这一类别补进 categories.csv",
            )
        return category

    def score_version(self, day: date) -> ScoreVersion | None:
        """Return the method by which units are scored on a day, the newest where several count; None without one."""
        valid = [version for version in self.score_versions if version.is_valid_on(day)]
        return max(valid, key=lambda version: version.valid_from, default=None)

    def questions_of(self, code: str) -> tuple[Question, ...]:
        """Return what to ask for a category: the questions of its major, then its own."""
        return (*self.questions.get(code[:2], ()), *self.questions.get(code, ()))

    def base_layer(self, layer: str) -> tuple[GeoJson, ...]:
        """Return the base features of one layer: road, river or place."""
        features = self.base["features"] if self.base else []
        return tuple(f for f in features if f["properties"].get("layer") == layer)
