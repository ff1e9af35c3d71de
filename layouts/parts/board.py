"""A module's board: its parts as panels, each kind drawn in one way for all modules."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from typing import Any

from dash import dcc, html
from dash.development.base_component import Component

from data.domain.board import (
    Bar,
    Bars,
    Board,
    Cell,
    Columns,
    Facts,
    Lane,
    Lanes,
    Listing,
    Matrix,
    Number,
    Numbers,
    Part,
    Slip,
)
from layouts.parts.text import cut, text

LEAST_SHARE = 0.01


def board_parts(board: Board) -> list[Component]:
    """Return the parts of a board as panels in its order; an empty one says so."""
    return [board_part(part) for part in board.parts] or [
        html.P(text("这个模块还没有数据"), className="list-note")
    ]


def card_parts(board: Board) -> list[Component]:
    """Return the card of what was picked, nothing where nothing is."""
    if not board.card:
        return []
    close = html.Button(
        className="close", **{"data-switch": "close", "data-value": "pick", "aria-label": "关闭"}
    )
    head = html.Header([text(board.card_title, "card-title"), close], className="card-head")
    return [html.Div([head, *(board_part(part) for part in board.card)], className="card")]


def board_part(part: Part) -> html.Section:
    """Return one part as a panel with its title and note."""
    children, class_name = DRAW[type(part)](part)
    note = [html.P(text(part.note), className="list-note")] if part.note else []
    head = [html.Header(html.H2(text(part.title)), className="panel-head")] if part.title else []
    return html.Section([*head, *children, *note], className=f"panel board-part {class_name}")


def _numbers(part: Numbers) -> tuple[list[Component], str]:
    return [html.Div([_number(one) for one in part.items], className="numbers")], "wide"


def _number(one: Number) -> html.Div:
    value = html.Span(
        [text(one.value, f"number-value {one.tone}".strip()), text(one.unit, "number-unit")],
        className="number-body",
    )
    note = [text(one.note, "number-note")] if one.note else []
    return html.Div([text(one.name, "number-name"), value, *note], className="number-card")


def _bars(part: Bars) -> tuple[list[Component], str]:
    return [html.Div([_bar(bar) for bar in part.bars] or _nothing(), className="bars")], ""


def _bar(bar: Bar) -> Component:
    line = html.Span(
        html.I(className=bar.tone, style={"width": f"{100 * max(bar.share, LEAST_SHARE):.1f}%"}),
        className="part-bar",
    )
    row = [cut(bar.name, "part-name"), line, text(bar.value, "part-value"), text(bar.note, "part-sample")]
    return _pressable(row, "part", bar.pick)


def _columns(part: Columns) -> tuple[list[Component], str]:
    known = [value for value in part.values if value is not None]
    most = max((*known, *(aim for aim in part.targets if aim is not None)), default=0.0) or 1.0
    targets = part.targets or (None,) * len(part.values)
    columns = [
        _column(label, value, target, most, part)
        for label, value, target in zip(part.labels, part.values, targets, strict=True)
    ]
    top = text(f"最高 {max(known):,.{part.decimals}f} {part.unit}" if known else "暂无数据", "aside")
    marks = (
        [html.Span([html.I(className="key-target"), text("目标")], className="key")] if part.targets else []
    )
    return [html.Div([top, *marks], className="columns-head"), html.Div(columns, className="columns")], ""


def _column(label: str, value: float | None, target: float | None, most: float, part: Columns) -> html.Div:
    words = "缺" if value is None else f"{value:,.{part.decimals}f}"
    height = 0.0 if value is None else max(0.0, 100 * value / most)
    marks = [] if target is None else [html.B(style={"bottom": f"{100 * target / most:.1f}%"})]
    aim = "" if target is None else f"，目标 {target:,.{part.decimals}f}"
    return html.Div(
        [
            html.Div(
                [html.I(style={"height": f"{height:.1f}%"}), *marks],
                className="column-area" + (" gap" if value is None else ""),
            ),
            text(label, "column-label"),
        ],
        className="column-one",
        title=f"{label} {words} {part.unit}{aim}",
    )


def _listing(part: Listing) -> tuple[list[Component], str]:
    heads = [
        html.Th(text(head), className="right" if n in part.numbers else "")
        for n, head in enumerate(part.heads)
    ]
    rows = [
        html.Tr([_cell(cell, is_right=n in part.numbers) for n, cell in enumerate(row)]) for row in part.rows
    ]
    table = html.Table([html.Thead(html.Tr(heads)), html.Tbody(rows)], **{"aria-label": part.title})
    body = html.Div(table, className="table-scroll") if part.rows else _nothing()[0]
    return [body], "wide" if part.is_wide else ""


def _cell(cell: Cell | str, *, is_right: bool) -> html.Td:
    told = cell if isinstance(cell, Cell) else Cell(cell)
    words: Component = html.Span(told.words, className="cell", title=told.words, **{"data-may-ellipsize": ""})
    if told.href:
        words = dcc.Link(text(told.words), href=told.href, className="row-link")
    elif told.pick:
        pane = {"data-pane-of-pick": told.pane} if told.pane else {}
        words = html.Button(text(told.words), className="row-link", **{"data-pick": told.pick, **pane})
    return html.Td(words, className=f"{'right' if is_right else ''} {told.tone}".strip())


def _matrix(part: Matrix) -> tuple[list[Component], str]:
    """A matrix has more cells than Dash draws in good time: the browser draws it (`matrix.js`) from what it says."""
    if not part.lines:
        return _nothing(), "wide"
    lines = [{"name": line.name, "cells": line.cells} for line in part.lines]
    told = json.dumps({"title": part.title, "heads": part.heads, "lines": lines}, ensure_ascii=False)
    return [html.Div(className="table-scroll matrix", **{"data-matrix": told})], "wide"


def _lanes(part: Lanes) -> tuple[list[Component], str]:
    return [html.Div([_lane(lane) for lane in part.lanes], className="lanes")], "wide"


def _lane(lane: Lane) -> html.Div:
    head = html.Header(
        [text(lane.name, "lane-name"), text(str(lane.count), "lane-count"), text(lane.note, "lane-note")]
    )
    more = [text(f"另 {lane.more} 个", "list-note")] if lane.more else []
    return html.Div([head, *(_slip(slip) for slip in lane.slips), *more], className="lane")


def _slip(slip: Slip) -> Component:
    lines = [cut(line, "slip-line") for line in slip.lines]
    return _pressable([cut(slip.title, "slip-title"), *lines], f"slip {slip.tone}".strip(), slip.pick)


def _facts(part: Facts) -> tuple[list[Component], str]:
    rows = [
        html.Div([text(name, "fact-name"), text(value, "fact-value")], className="fact")
        for name, value in part.facts
    ]
    return [html.Div(rows)], "facts"


def _pressable(children: Sequence[Component], class_name: str, pick: str) -> Component:
    """A row that opens something where there is a pick, else a plain one."""
    if pick:
        return html.Button(list(children), className=f"{class_name} pressable", **{"data-pick": pick})
    return html.Div(list(children), className=class_name)


def _nothing() -> list[Component]:
    return [html.P(text("暂无数据"), className="list-note")]


DRAW: dict[type[Any], Callable[[Any], tuple[list[Component], str]]] = {
    Numbers: _numbers,
    Bars: _bars,
    Columns: _columns,
    Listing: _listing,
    Matrix: _matrix,
    Lanes: _lanes,
    Facts: _facts,
}
