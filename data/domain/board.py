"""What a module's board is made of: a few kinds of parts in words and numbers, and layers of points on the map.

A module's view says what stands there (`data/views/modules/`), the layouts how it looks (`layouts/parts/board.py`).
`tone` is "", "good", "soon" or "bad". `pick` is the code of what a press opens: the board is asked for again with it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Number:
    """One figure: its name, its value and unit in words, and what must be known beside it (2023年公布, 演示)."""

    name: str
    value: str
    unit: str = ""
    note: str = ""
    tone: str = ""


@dataclass(frozen=True, slots=True)
class Numbers:
    """Figures in a row."""

    title: str
    items: tuple[Number, ...]
    note: str = ""


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar: `share` is its length against the longest, 0 to 1."""

    name: str
    value: str
    share: float
    note: str = ""
    tone: str = ""
    pick: str = ""


@dataclass(frozen=True, slots=True)
class Bars:
    """Bars below one another."""

    title: str
    bars: tuple[Bar, ...]
    note: str = ""


@dataclass(frozen=True, slots=True)
class Columns:
    """A value for each hour, day or month; None is a gap. `targets` are drawn as marks; `unit` is written out."""

    title: str
    labels: tuple[str, ...]
    values: tuple[float | None, ...]
    unit: str
    targets: tuple[float | None, ...] = ()
    note: str = ""
    decimals: int = 0


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell of a list: words, how they are meant, what a press opens (in which pane) or where it leads."""

    words: str
    tone: str = ""
    pick: str = ""
    href: str = ""
    pane: str = ""


@dataclass(frozen=True, slots=True)
class Listing:
    """A short list with heads; `numbers` are the places of right-aligned columns. Whole tables stand in the records."""

    title: str
    heads: tuple[str, ...]
    rows: tuple[tuple[Cell | str, ...], ...]
    numbers: tuple[int, ...] = ()
    note: str = ""
    is_wide: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a matrix: words and a level from 0 (none) to 5 (most) for each head; a level of None is no data."""

    name: str
    cells: tuple[tuple[str, int | None], ...]


@dataclass(frozen=True, slots=True)
class Matrix:
    """Lines against heads, e.g. windows by hour, coloured by level."""

    title: str
    heads: tuple[str, ...]
    lines: tuple[Line, ...]
    note: str = ""


@dataclass(frozen=True, slots=True)
class Slip:
    """A card in a lane."""

    title: str
    lines: tuple[str, ...] = ()
    tone: str = ""
    pick: str = ""


@dataclass(frozen=True, slots=True)
class Lane:
    """A stage: what stands in it; `more` are those that are not shown."""

    name: str
    count: int
    note: str = ""
    slips: tuple[Slip, ...] = ()
    more: int = 0


@dataclass(frozen=True, slots=True)
class Lanes:
    """Stages beside one another, in their order."""

    title: str
    lanes: tuple[Lane, ...]
    note: str = ""


@dataclass(frozen=True, slots=True)
class Facts:
    """Names with values, for the card of one thing."""

    title: str
    facts: tuple[tuple[str, str], ...]
    note: str = ""


Part = Numbers | Bars | Columns | Listing | Matrix | Lanes | Facts


@dataclass(frozen=True, slots=True)
class Board:
    """A module's board: its parts, and those of the card of what was picked."""

    parts: tuple[Part, ...]
    card: tuple[Part, ...] = ()
    card_title: str = ""


@dataclass(frozen=True, slots=True)
class Spot:
    """A point on the map, metres from the town's centre; `kind` is one of its layer's."""

    x: float
    y: float
    name: str
    kind: str = ""
    pick: str = ""


@dataclass(frozen=True, slots=True)
class Layer:
    """A layer of a module's map: points of kinds, or a number for each village (code → words and level 0 to 5).

    `kinds` are the keys and words of what points are, in the order of the legend; `note` says what is not shown.
    """

    key: str
    name: str
    kinds: tuple[tuple[str, str], ...] = ()
    spots: tuple[Spot, ...] = ()
    villages: Mapping[str, tuple[str, int]] = field(default_factory=dict)
    note: str = ""
