"""mediation.yaml: how long a dispute should stay on a level, and which signs together make a warning."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from data.domain.mediation import Level, SignalKind
from data.town.base import Dated, TownModel


class SignalRule(Dated):
    """A sign that something brews in a grid: so many of its kind within the days that are looked at."""

    kind: SignalKind
    at_least: Annotated[int, Field(ge=1)]


class MediationRules(TownModel):
    """The content of mediation.yaml; a town without it has neither limits nor warnings."""

    ladder_days: dict[Level, Annotated[int, Field(ge=1)]] = Field(default={})
    window_days: Annotated[int, Field(ge=1, le=366)] = 30
    signals: tuple[SignalRule, ...] = ()
