"""What every model of a town folder shares: frozen, no unknown field, lists and flags as written."""

from __future__ import annotations

import re
from datetime import date
from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict

_YES_NO = {"是": True, "否": False}


class TownModel(BaseModel):
    """A frozen value read from a town folder; an unknown field is an error."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", coerce_numbers_to_str=True, str_strip_whitespace=True
    )


class Dated(TownModel):
    """A row with effective dates (inclusive, the last one open when empty) and its source."""

    valid_from: date
    valid_to: date | None = None
    citation: str

    def is_valid_on(self, day: date) -> bool:
        """Whether the row counts on `day`, a date in the town's zone."""
        return self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)


def split_words(value: object) -> object:
    """Turn "a;b" (or "a；b") into ("a", "b"); leave anything but text alone."""
    if not isinstance(value, str):
        return value
    return tuple(part.strip() for part in re.split("[;；]", value) if part.strip())


def read_flag(value: object) -> object:
    """Turn 是/否 into True/False; leave the rest to the ordinary rules."""
    return _YES_NO.get(value, value) if isinstance(value, str) else value


Words = Annotated[tuple[str, ...], BeforeValidator(split_words)]
Flag = Annotated[bool, BeforeValidator(read_flag)]
