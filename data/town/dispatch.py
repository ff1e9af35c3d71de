"""dispatch.yaml and plan_cards.yaml: how a town makes its plans, and the cards (预案) it has prepared."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated

from pydantic import Field

from data.domain.plan_rules import CardRule, CardStep, Costs, PlanRules, Points
from data.domain.vocabulary import Channel, Severity
from data.town.base import Dated, TownModel, Words

_RULES, _POINTS, _COSTS = PlanRules(), Points(), Costs()
Given = Annotated[int, Field(ge=0, le=1000)]
Cost = Annotated[float, Field(ge=0, le=1_000_000, allow_inf_nan=False)]
Limit = Annotated[int, Field(ge=1, le=100_000)]


class PointTable(TownModel):
    """The most points that each reason can give."""

    duty: Given = _POINTS.duty
    same_village: Given = _POINTS.same_village
    skill: Given = _POINTS.skill
    load: Given = _POINTS.load
    distance: Given = _POINTS.distance
    fix: Given = _POINTS.fix


class CostTable(TownModel):
    """The weights of the cost formula of a batch."""

    km: Cost = _COSTS.km
    unknown_place: Cost = _COSTS.unknown_place
    load: Cost = _COSTS.load
    other_grid: Cost = _COSTS.other_grid
    skill_missing: Cost = _COSTS.skill_missing
    unassigned: Cost = _COSTS.unassigned


class Team(TownModel):
    """What a unit's people can do and what stands in its yard."""

    skills: Words = ()
    equipment: Words = ()


class DispatchTable(TownModel):
    """The content of dispatch.yaml; what a town leaves out keeps the sample value."""

    points: PointTable = Field(default_factory=PointTable)
    costs: CostTable = Field(default_factory=CostTable)
    radius_m: Annotated[float, Field(gt=0, le=100_000)] = _RULES.radius_m
    fix_limit_minutes: Annotated[float, Field(gt=0, le=30)] = _RULES.fix_limit.total_seconds() / 60
    person_limit: Limit = _RULES.person_limit
    unit_limit: Limit = _RULES.unit_limit
    unit_limits: dict[str, Limit] = Field(default={})
    assist_from: Severity = _RULES.assist_from
    channels: dict[Severity, tuple[Channel, ...]] = Field(default={})
    teams: dict[str, Team] = Field(default={})
    citation: str = ""

    def rules(self) -> PlanRules:
        """Return the table as the plan's rules."""
        return PlanRules(
            points=Points(**self.points.model_dump()),
            costs=Costs(**self.costs.model_dump()),
            radius_m=self.radius_m,
            fix_limit=timedelta(minutes=self.fix_limit_minutes),
            person_limit=self.person_limit,
            unit_limit=self.unit_limit,
            unit_limits=self.unit_limits,
            assist_from=self.assist_from,
            channels=self.channels,
        )


class CardStepRow(TownModel):
    """One step of a card."""

    do: str
    unit: str | None = None
    skill: str | None = None
    equipment: str | None = None


class PlanCardRow(Dated):
    """One plan card; `categories` are four-digit codes, two-digit majors or `*`, no severity means any."""

    key: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]
    name: str
    categories: Annotated[
        tuple[Annotated[str, Field(pattern=r"^(\d{2}|\d{4}|\*)$")], ...], Field(min_length=1)
    ]
    severities: tuple[Severity, ...] = ()
    steps: Annotated[tuple[CardStepRow, ...], Field(min_length=1)]

    def rule(self) -> CardRule:
        """Return the card as a plan uses it."""
        steps = tuple(CardStep(step.do, step.unit, step.skill, step.equipment) for step in self.steps)
        return CardRule(self.key, self.name, self.categories, self.severities, steps, self.citation)


class PlanCardList(TownModel):
    """The content of plan_cards.yaml."""

    plan_cards: tuple[PlanCardRow, ...] = ()
