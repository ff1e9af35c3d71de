"""What single columns cannot tell: codes that nobody knows, and columns that contradict one another."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import pandas as pd
from sqlalchemy import Column, select

from data.domain.weights import read_weights
from data.loaders.modules.records import Pair, Records
from data.loaders.readers import Chunk
from data.loaders.rejects import Reject
from data.store.unit_of_work import Store
from data.world import World

VALUES_AT_ONCE = 5_000
UNKNOWN_UNIT = ("单位编码不在 units.csv 里", "请改正编码，或先补进 units.csv")
UNKNOWN_VILLAGE = ("村（社区）编码不在 villages.csv 里", "请改正编码，或先补进 villages.csv")


def broken_rules(world: World, records: Records, typed: pd.DataFrame, chunk: Chunk) -> list[Reject]:
    """Return every reason for which rows of a chunk are refused."""
    rejects = [*_unknown_codes(world, records, typed, chunk)]
    for pair in records.order:
        rejects += _in_wrong_order(pair, typed, chunk)
    for pair in records.together:
        rejects += _half_filled(pair, typed, chunk)
    for name in records.weights:
        rejects += _unclear_weights(name, typed, chunk)
    return rejects


def _unknown_codes(world: World, records: Records, typed: pd.DataFrame, chunk: Chunk) -> Iterator[Reject]:
    town = world.town
    for name, (column, book) in records.known.items():
        words = (f"{book}里没有这个编码", f"请先载入{book}，或改正编码")
        yield from _not_among(_existing(world.store, column, typed, name), name, typed, chunk, words)
    for name in records.units if town.units_by_code else ():
        yield from _not_among(town.units_by_code, name, typed, chunk, UNKNOWN_UNIT)
    for name in records.villages if town.villages_by_code else ():
        yield from _not_among(town.villages_by_code, name, typed, chunk, UNKNOWN_VILLAGE)


def _existing(store: Store, column: Column[str], typed: pd.DataFrame, name: str) -> set[str]:
    """Return those of a chunk's codes that the database knows."""
    if name not in typed:
        return set()
    wanted = [str(code) for code in typed[name].dropna().unique()]
    found: set[str] = set()
    with store.read() as connection:
        for start in range(0, len(wanted), VALUES_AT_ONCE):
            some = column.in_(wanted[start : start + VALUES_AT_ONCE])
            found |= {*connection.execute(select(column).where(some)).scalars()}
    return found


def _not_among(
    codes: Iterable[str], name: str, typed: pd.DataFrame, chunk: Chunk, words: tuple[str, str]
) -> Iterator[Reject]:
    if name in typed:
        is_bad = typed[name].notna() & ~typed[name].isin(list(codes))
        yield from (chunk.refuse(int(row), name, *words) for row in typed.index[is_bad])


def _in_wrong_order(pair: Pair, typed: pd.DataFrame, chunk: Chunk) -> Iterator[Reject]:
    """Refuse where the second column is before (or less than) the first; missing ones contradict nothing."""
    first, second = pair
    if not {first, second} <= {*typed}:
        return
    is_bad = typed[second].notna() & typed[first].notna() & (typed[second] < typed[first])
    is_number = pd.api.types.is_numeric_dtype(typed[first])
    ours, other = (chunk.names.get(name, name) for name in (second, first))
    refused, reason = (first, f"大于“{ours}”") if is_number else (second, f"早于“{other}”")
    for row in typed.index[is_bad]:
        yield chunk.refuse(int(row), refused, reason, "请核对两项是否填反")


def _half_filled(pair: Pair, typed: pd.DataFrame, chunk: Chunk) -> Iterator[Reject]:
    """Refuse where one of two columns is filled without the other."""
    for name, other in (pair, pair[::-1]):
        if other not in typed:
            continue
        missing = typed[name].isna() if name in typed else pd.Series(True, index=typed.index)
        reason = f"填了“{chunk.names.get(other, other)}”而没有填这一项"
        for row in typed.index[missing & typed[other].notna()]:
            yield chunk.refuse(int(row), name, reason, "请两项都填，或都留空")


def _unclear_weights(name: str, typed: pd.DataFrame, chunk: Chunk) -> Iterator[Reject]:
    cure = "请写成 按期处置率=40；群众评价=60，各项不重名，合计 100"
    for row, text in typed[name].items():
        if read_weights(text) is None:
            yield chunk.refuse(int(str(row)), name, "权重写法不清或合计不是 100", cure)
