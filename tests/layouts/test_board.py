"""Every kind of part is drawn: its words, what can be pressed, and what is missing."""

import json

import pytest

from data.domain.board import (
    Bar,
    Bars,
    Board,
    Cell,
    Columns,
    Facts,
    Lane,
    Lanes,
    Line,
    Listing,
    Matrix,
    Number,
    Numbers,
    Part,
    Slip,
)
from layouts.parts.board import DRAW, board_part, board_parts, card_parts

PARTS = (
    Numbers("数", (Number("规上", "203", "家", "2023年公布"),), "注"),
    Bars("条", (Bar("新材料", "9.6", 1.0, "22%", "good", "industry:x"),)),
    Columns("柱", ("1月", "2月"), (1.0, None), "亿元", (2.0, None)),
    Listing(
        "表", ("企业", "缺"), ((Cell("甲", pick="enterprise:x"), "3"), (Cell("乙", href="/desk"), "1")), (1,)
    ),
    Matrix("阵", ("8", "9"), (Line("窗口1", (("3", 5), ("", None))),)),
    Lanes("栏", (Lane("成交", 4, "中位 3 天", (Slip("一期", ("已 5 天",), "soon", "project:x"),), 3),)),
    Facts("实", (("产业", "新材料"),)),
)


def said(component):
    return json.dumps(component.to_plotly_json(), default=lambda o: o.to_plotly_json(), ensure_ascii=False)


def test_every_kind_of_part_can_be_drawn():
    assert {type(part) for part in PARTS} == set(DRAW) == set(Part.__args__)


@pytest.mark.parametrize(
    ("part", "words"),
    zip(
        PARTS,
        (
            ("203", "2023年公布", "注"),
            ("新材料", '"data-pick": "industry:x"'),
            ("column-area gap", "1月 1 亿元，目标 2", "2月 缺", "最高 1 亿元"),
            ('"data-pick": "enterprise:x"', '"href": "/desk"', "right"),
            (r"[[\"3\", 5], [\"\", null]]", "窗口1"),
            ("成交", "另 3 个", '"data-pick": "project:x"', "slip soon"),
            ("产业", "新材料"),
        ),
        strict=True,
    ),
    ids=[type(part).__name__ for part in PARTS],
)
def test_a_part_says_its_words(part, words):
    drawn = said(board_part(part))
    assert not [word for word in (part.title, *words) if word not in drawn]


@pytest.mark.parametrize(
    "part",
    [
        Bars("条", ()),
        Columns("柱", (), (), "元"),
        Columns("柱", ("1月",), (None,), "%", (100.0,)),
        Listing("表", ("企业",), ()),
        Matrix("阵", (), ()),
    ],
)
def test_a_part_without_data_says_so(part):
    assert "暂无数据" in said(board_part(part))


def test_a_board_without_parts_says_so_and_a_card_needs_a_pick():
    assert "还没有数据" in said(board_parts(Board(()))[0])
    assert card_parts(Board(())) == []
    [card] = card_parts(Board((), card=(PARTS[6],), card_title="甲公司"))
    assert "甲公司" in said(card)
    assert '"data-value": "pick"' in said(card)
