"""What every reader gives: pieces of a file as text, each row under its number in the file."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

import pandas as pd

from data.loaders.rejects import Reject, shown
from data.town import SourceProfile

CHUNK_ROWS = 12_000


@dataclass(frozen=True, slots=True, eq=False)
class Chunk:
    """Some rows of a file.

    `frame` has one column of text per target field (empty text where a cell is empty; geometries as
    shapely objects), its index being the row numbers as the file has them, `sheet` the worksheet where
    there are several. `names` leads from a target field to the file's own name for it. `rejects` are
    rows that could not even be read.
    """

    frame: pd.DataFrame
    names: dict[str, str]
    rejects: list[Reject] = field(default_factory=list)
    sheet: str | None = None

    @property
    def rows_read(self) -> int:
        """How many rows of the file this piece accounts for."""
        return len(self.frame) + len({reject.row_number for reject in self.rejects})

    def refuse(self, row: int, name: str, reason: str, cure: str) -> Reject:
        """Return a reject of a row for one of its fields, named and written as the file has it."""
        own = self.names.get(name, name)
        value = self.frame.at[row, name] if name in self.frame else None
        return Reject(row, f"{self.sheet}!{own}" if self.sheet else own, shown(value), reason, cure)


class Reader(Protocol):
    """Reads one format. Raises `LoadRefused` where the file's shape is wrong, and nothing else."""

    def __call__(self, path: Path, profile: SourceProfile) -> Iterator[Chunk]:
        """Yield the file in pieces of about `CHUNK_ROWS` rows."""
        ...


def text_frame(columns: Mapping[str, Sequence[str]], numbers: Sequence[int]) -> pd.DataFrame:
    """Build a chunk's frame from lists of text by target field."""
    index = pd.Index(numbers, dtype="int64", name="row")
    data = {name: pd.Series(cells, index=index, dtype=object) for name, cells in columns.items()}
    return pd.DataFrame(data, index=index, copy=False)


def names_of(header: Sequence[str], found: dict[str, int]) -> dict[str, str]:
    """Return the file's own name of each target field."""
    return {field: str(header[at]).strip().lstrip("\ufeff") for field, at in found.items()}
