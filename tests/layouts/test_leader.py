"""Where cards and rankings stand on the leader's page: three rows of three, whatever the town has."""

from __future__ import annotations

import pytest

from layouts.leader import ModuleCard, RankingPart, Shown, leader_parts
from layouts.parts.indicators import IndicatorRow

ROW = IndicatorRow("open", "在办", "", "3", "件", (), "", "", None, (), "", "", None)
RANKINGS = tuple(RankingPart(name, "unit", name, "分", (), "") for name in ("score", "returns"))


@pytest.mark.parametrize(("modules", "cells", "in_side"), [(8, 9, 1), (9, 9, 2), (1, 2, 1)])
def test_the_first_ranking_fills_the_last_row_of_cards(modules: int, cells: int, in_side: int) -> None:
    cards = tuple(ModuleCard(f"模块{n}", f"/m/{n}", (ROW,) * 3) for n in range(modules))
    left, right = leader_parts(Shown(cards, (), RANKINGS, None, False, "与上期比"))
    assert len(left.children) == cells
    rankings = right.children[-1]
    assert len(rankings.children) == 1 + in_side  # the switch, and each ranking
    assert [part.hidden for part in rankings.children[1:]] == [False, True][:in_side]


def test_a_town_without_rankings_has_its_cards_alone() -> None:
    card = ModuleCard("网格管理", "/m/grid", (ROW,))
    left, right = leader_parts(Shown((card,), (), (), None, False, "与上期比"))
    assert (len(left.children), len(right.children)) == (1, 1)
