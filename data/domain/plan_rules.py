"""What a town may set about dispatch plans; the values of a town that says nothing else stand here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta

from data.domain.vocabulary import Channel, Severity

UNDO_FOR = timedelta(seconds=30)
AT_ONCE = (Severity.URGENT, Severity.CRITICAL)
"""Severities whose notices do not wait for the undo."""


@dataclass(frozen=True, slots=True)
class Points:
    """The most that each reason can give; load, distance and fix give their share of it."""

    duty: int = 40
    same_village: int = 15
    skill: int = 20
    load: int = 20
    distance: int = 15
    fix: int = 5


@dataclass(frozen=True, slots=True)
class Costs:
    """The cost of giving a case to a person, summed: the formula that several cases share people by.

    cost = km · distance + unknown_place (where no distance is known) + orders that he has then · load
    + other_grid (where he covers for another grid) + skill_missing; a case left without anybody costs `unassigned`.
    """

    km: float = 1.0
    unknown_place: float = 1.5
    load: float = 1.0
    other_grid: float = 2.0
    skill_missing: float = 1.0
    unassigned: float = 50.0


@dataclass(frozen=True, slots=True)
class PlanRules:
    """How a plan is made: points, radius (m), age limit of a fix, load limits in orders, channels."""

    points: Points = field(default_factory=Points)
    costs: Costs = field(default_factory=Costs)
    radius_m: float = 3000.0
    fix_limit: timedelta = timedelta(minutes=30)
    person_limit: int = 4
    unit_limit: int = 40
    unit_limits: Mapping[str, int] = field(default_factory=dict)
    assist_from: Severity = Severity.ELEVATED
    channels: Mapping[Severity, tuple[Channel, ...]] = field(default_factory=dict)

    def limit_of(self, unit_code: str) -> int:
        """Return how many orders a unit can have in hand."""
        return self.unit_limits.get(unit_code, self.unit_limit)

    def channels_of(self, severity: Severity) -> tuple[Channel, ...]:
        """Return the channels of a severity; the responder's web page is always the first."""
        others = self.channels.get(severity, ())
        return (Channel.WEB, *(channel for channel in others if channel is not Channel.WEB))


@dataclass(frozen=True, slots=True)
class CardStep:
    """One step of a plan card: what is done, and who or what it needs."""

    words: str
    unit: str | None = None
    skill: str | None = None
    equipment: str | None = None


@dataclass(frozen=True, slots=True)
class CardRule:
    """A plan card (预案) as the town wrote it; `categories` are codes, majors or `*`."""

    key: str
    name: str
    categories: tuple[str, ...]
    severities: tuple[Severity, ...]
    steps: tuple[CardStep, ...]
    citation: str

    def fit(self, category_code: str, severity: Severity) -> int:
        """Return how closely the card fits: 3 by minor, 2 by major, 1 for any category, 0 not at all."""
        if self.severities and severity not in self.severities:
            return 0
        wanted = (category_code, category_code[:2], "*")
        return next((3 - n for n, code in enumerate(wanted) if code in self.categories), 0)


def choose_card(cards: tuple[CardRule, ...], category_code: str, severity: Severity) -> CardRule | None:
    """Return the card that fits closest, the first of equals, or None."""
    best = max(cards, key=lambda card: card.fit(category_code, severity), default=None)
    return best if best is not None and best.fit(category_code, severity) else None
