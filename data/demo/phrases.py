"""The words of the demo's cases: titles by category, and where the cases of each major usually are."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from data.town import Town
from data.town.arrivals import Weight
from data.town.base import TownModel
from data.town.reading import read_document
from data.town.tables import FourDigits, TwoDigits

PLACE_KINDS = ("road", "settlement", "field", "site")
USUAL_PLACES = {"road": 0.3, "settlement": 0.45, "field": 0.1, "site": 0.15}


class Phrases(TownModel):
    """Titles by category code, weights of the kinds of place by major, and reasons for steps back."""

    titles: dict[FourDigits, Annotated[tuple[str, ...], Field(min_length=1)]] = Field(default={})
    places: dict[TwoDigits, dict[str, Weight]] = Field(default={})
    return_reasons: tuple[str, ...] = ("非本单位职责",)
    rework_reasons: tuple[str, ...] = ("现场仍有遗留问题",)
    reopen_reasons: tuple[str, ...] = ("问题再次出现",)
    decline_reasons: tuple[str, ...] = ("不属于本镇受理范围",)

    def titles_of(self, town: Town, code: str) -> tuple[str, ...]:
        """Return the titles of a category; its own name where none is written."""
        category = town.category(code)
        return self.titles.get(code) or ((category.name if category else code),)

    def place_weights(self, major: str) -> list[float]:
        """Return the weights of the kinds of place, in the order of `PLACE_KINDS`."""
        weights = self.places.get(major) or USUAL_PLACES
        return [weights.get(kind, 0.0) for kind in PLACE_KINDS]


def read_phrases(town: Town) -> Phrases:
    """Read phrases.yaml of the town folder; a town without one uses its categories' names."""
    path = town.folder / "phrases.yaml"
    return read_document(path, Phrases).value if path.exists() else Phrases()
