"""Many rows at once: what is sent with each row, and how instants are written."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest
from sqlalchemy import select

from data.loaders.bulk import instant_texts, part_fixed
from data.loaders.pipeline import load
from data.store.tables import cases
from data.world import World
from tests.data.loaders.conftest import GOOD, NOW

TIMES = [
    "1949-12-31 23:59:59",
    "1970-01-01",
    "2011-07-01 00:00:09",
    "2026-11-23 09:32:08",
    "2026-11-23 23:59:59",
]


@pytest.mark.parametrize("more", [[], ["2026-11-23 09:32:08.000004"]], ids=["seconds", "fractions"])
def test_instants_are_written_as_sqlite_keeps_them(more: list[str]) -> None:
    moments = pd.Series(pd.to_datetime([*TIMES, *more], format="ISO8601", utc=True)).dt.as_unit("us")
    assert instant_texts(moments) == [f"{at:%Y-%m-%d %H:%M:%S.%f}" for at in moments]
    assert instant_texts(moments.iloc[:0]) == []


def test_only_words_of_our_own_are_fixed_and_empty_columns_left_out() -> None:
    columns = {
        "title": ["甲", "甲"],
        "state": ["closed"] * 2,
        "is_open": [False] * 2,
        "address": [None] * 2,
        "is_edge": [True, False],
    }
    assert part_fixed(columns, {"state", "is_open", "is_edge", "address"}) == (
        {"title": ["甲", "甲"], "is_edge": [True, False]},
        {"state": "closed", "is_open": False},
    )


def test_what_a_file_says_is_never_part_of_a_statement(world: World, write_csv: Callable[..., Path]) -> None:
    title = "x'); DELETE FROM journal; --%s ?"
    load(world, "calls", write_csv(GOOD.replace("井盖破损", title)), NOW)
    with world.store.read() as connection:
        assert connection.execute(select(cases.c.title)).scalar_one() == title
