"""An indicator as data: what it is called, what it means, and when it may not be shown."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from pydantic import Field

from data.town.base import Flag, TownModel


class RankPer(TownModel):
    """How places are ranked by a count: `times` of it for each of `per`, which is `residents` or a measure.

    A place with less than `minimum` of what it is divided by is listed apart. A rate needs none of this: it is
    ranked by itself, with its minimum sample.
    """

    per: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]
    times: Annotated[float, Field(gt=0)]
    minimum: Annotated[float, Field(gt=0)]
    unit: str


class IndicatorDefinition(TownModel):
    """One indicator; `direction` says which way is good, `targets` is keyed by period (day, month, year).

    `formula` is read by `data.domain.formula`; `sample` names the measure that counts the rows it rests on.
    `exempted` is a formula over measures: how many rows an appeal took out of it, to be said beside it.
    `monthly` says that its sources come once a month: the newest month that has arrived is told. `headline`
    puts it on the leader's card of its module, `rank_by` makes a ranking there. `measures_of` names another
    module whose measures the formula speaks of: the score of units belongs to 党建绩效 and rests on what
    指挥调度 counts.
    """

    id: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]
    module: str
    measures_of: str | None = None
    name: str
    definition: str
    formula: str
    sample: str | None = None
    exempted: str | None = None
    monthly: Flag = False
    headline: Flag = False
    rank_by: Literal["unit", "village", "grid"] | None = None
    rank_per: RankPer | None = None
    decimals: Annotated[int, Field(ge=0, le=3)] = 0
    unit: str
    direction: Literal["up", "down", "none"]
    targets: dict[str, float] = Field(default={})
    sources: tuple[str, ...]
    owner: str | None = None
    version: str
    valid_from: date
    valid_to: date | None = None
    freshness_minutes: Annotated[float, Field(gt=0)]
    minimum_sample: Annotated[int, Field(ge=0)] = 0
    citation: str = ""

    @property
    def facts(self) -> str:
        """The module whose facts it is counted from."""
        return self.measures_of or self.module
