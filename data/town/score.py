"""score.yaml: by which method units are scored, in dated versions."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, model_validator

from data.domain.score import Rate, ScoreRules
from data.town.base import Dated, TownModel

FULL = 100.0
TOLERANCE = 1e-6
Weight = Annotated[float, Field(ge=0, le=FULL, allow_inf_nan=False)]


class ScoreVersion(Dated):
    """One version of the method: the points of each rate, 100 together."""

    version: Annotated[str, Field(min_length=1)]
    weights: dict[Rate, Weight]
    minimum_orders: Annotated[int, Field(ge=1)] = 1

    @model_validator(mode="after")
    def _whole(self) -> ScoreVersion:
        if self.weights.keys() != set(Rate):
            wanted = "、".join(rate.value for rate in Rate)
            raise ValueError(f"weights 应恰好写出五个比率；请写：{wanted}")
        total = sum(self.weights.values())
        if abs(total - FULL) > TOLERANCE:
            raise ValueError(f"weights 合计为 {total:g}，应为 100；请调整各项分值")
        return self

    def rules(self) -> ScoreRules:
        """Return the version as a score uses it."""
        return ScoreRules(self.version, self.weights, self.minimum_orders, self.citation)


class AppealRules(TownModel):
    """How an assessment may be appealed: for how long, and which part of the method rests on orders.

    `orders_part` is the name of that part in the weights of an assessment method; "" where none does.
    """

    work_days: Annotated[int, Field(ge=1, le=120)] = 25
    orders_part: str = ""
    citation: str = ""


class ScoreTable(TownModel):
    """The content of score.yaml; a town without it scores nobody."""

    versions: tuple[ScoreVersion, ...] = ()
    appeals: AppealRules = AppealRules()
