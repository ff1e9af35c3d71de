"""When cases come: shares by category, with weights by hour, weekday and month and a yearly trend."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from data.domain.vocabulary import IntakeChannel
from data.town.base import TownModel
from data.town.tables import TwoDigits

Weight = Annotated[float, Field(ge=0, allow_inf_nan=False)]


class MajorArrival(TownModel):
    """One major category: its share of all cases and how they spread; weights are relative (mean 1 is usual).

    `weekdays` begins with Monday, `months` with January; `yearly_trend` 0.05 means 5 % more each year;
    `minors` are shares within the major by two-digit minor, `channels` shares by intake channel.
    """

    share: Annotated[float, Field(gt=0, le=1)]
    yearly_trend: Annotated[float, Field(gt=-1, lt=1)] = 0.0
    hours: Annotated[tuple[Weight, ...], Field(min_length=24, max_length=24)]
    weekdays: Annotated[tuple[Weight, ...], Field(min_length=7, max_length=7)]
    months: Annotated[tuple[Weight, ...], Field(min_length=12, max_length=12)]
    minors: dict[TwoDigits, Weight]
    channels: dict[IntakeChannel, Weight] = Field(default={})


class ArrivalPattern(TownModel):
    """The arrival table of a town; empty `majors` mean that none is known."""

    cases_per_day: Annotated[float, Field(ge=0)] = 0.0
    citation: str = ""
    is_demo: bool = False
    majors: dict[TwoDigits, MajorArrival] = Field(default={})

    def category_shares(self) -> dict[str, float]:
        """Return each category code's share of all cases; the shares add up to 1 (or the dict is empty)."""
        shares = {
            major + minor: row.share * weight / sum(row.minors.values())
            for major, row in self.majors.items()
            for minor, weight in row.minors.items()
        }
        total = sum(shares.values())
        return {code: share / total for code, share in shares.items()}
