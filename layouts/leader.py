"""领导驾驶舱: a card alike for every module, what needs attention, who stands where; every figure opens to its rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from dash import dcc, html
from dash.development.base_component import Component

from layouts.ids import Id
from layouts.map import Geometry
from layouts.parts.indicators import IndicatorRow, curve, late_mark, period_switch, target
from layouts.parts.text import cut, live, panel, text
from layouts.situation import select, village_options

LEADER = "leader"
"""What the browser asks for instead of a module."""


@dataclass(frozen=True, slots=True)
class ModuleCard:
    """A module with its headline figures and the address of its page."""

    name: str
    path: str
    rows: tuple[IndicatorRow, ...]


@dataclass(frozen=True, slots=True)
class Notice:
    """Something that needs attention; `indicator` and `by` are what a press opens, "" for nothing."""

    title: str
    words: str
    indicator: str
    by: str
    tone: str


@dataclass(frozen=True, slots=True)
class RankRow:
    """A place in a ranking; `share` is the length of its bar, 0 to 1."""

    place: int
    name: str
    value: str
    share: float
    sample: str


@dataclass(frozen=True, slots=True)
class RankingPart:
    """A ranking by one indicator."""

    id: str
    by: str
    title: str
    unit: str
    rows: tuple[RankRow, ...]
    note: str


@dataclass(frozen=True, slots=True)
class Shown:
    """The whole page in words."""

    cards: tuple[ModuleCard, ...]
    notices: tuple[Notice, ...]
    rankings: tuple[RankingPart, ...]


def leader_page(geometry: Geometry) -> html.Div:
    """Return the page: the choices that stand in the address, and places that the browser asks to be filled."""
    bar = html.Div(
        [
            html.H1(text("领导驾驶舱")),
            period_switch(),
            select("village", "全镇", village_options(geometry)),
            html.Span(className="leader-space"),
            live("demo", "demo-badge print-only"),
            html.Button(text("打印"), className="button", **{"data-print": ""}),
        ],
        className="leader-bar",
    )
    shown = html.Div(
        [html.P(text("正在读取指标"), className="list-note")],
        id=Id.INDICATORS,
        className="leader-body",
        **{"data-indicators": LEADER, "data-by": "unit", "data-narrows": "village"},
    )
    drill = html.Div(id=Id.INDICATOR_DRILL, className="drill leader-drill", **{"aria-live": "polite"})
    stores = [dcc.Store(id=Id.INDICATOR_WISH), dcc.Store(id=Id.INDICATOR_ASK)]
    return html.Div([bar, shown, drill, *stores], className="leader-page")


def leader_parts(shown: Shown) -> list[Component]:
    """Return cards on the left, attention and rankings on the right."""
    cards = [_card(card) for card in shown.cards] or [html.P(text("还没有指标"), className="list-note")]
    side = [_notices(shown.notices), *(_ranking(one) for one in shown.rankings)]
    return [html.Div(cards, className="leader-cards"), html.Div(side, className="leader-side")]


def _card(card: ModuleCard) -> html.Section:
    title = dcc.Link(text(card.name), href=card.path, className="card-link")
    return panel(title, *(_figure(row) for row in card.rows), class_name="leader-card")


def _figure(row: IndicatorRow) -> html.Button:
    value = (
        [text(row.value, "indicator-value"), text(row.unit, "indicator-unit")]
        if row.value
        else [text("—", "indicator-value")]
    )
    age = html.Span(**{"data-age": row.as_of or "", "data-text": ""})
    notes = [*([text(row.note)] if row.note else []), age, *late_mark(row)]
    return html.Button(
        [
            html.Span(
                [
                    text(row.name, "indicator-name"),
                    html.Span(notes, className="indicator-note"),
                ],
                className="indicator-head",
            ),
            html.Span(value, className="indicator-figure"),
            html.Span([curve(row.trend), target(row)], className="leader-trend"),
            text(row.change, f"indicator-change {row.change_tone}".strip()),
        ],
        className="leader-figure",
        title=row.definition,
        **{"data-indicator": row.id},
    )


def _notices(notices: Sequence[Notice]) -> html.Section:
    shown = [_notice(one) for one in notices] or [
        html.P(text("没有低于目标或明显变差的指标，也没有迟到的数据"), className="list-note")
    ]
    return panel("请关注", *shown, aside=text("变化与主要来源", "aside"), class_name="leader-notices")


def _notice(one: Notice) -> Component:
    words = [
        text(one.title, f"notice-title {one.tone}".strip()),
        html.Span(one.words, className="notice-words", **{"data-text": ""}),
    ]
    if not one.indicator:
        return html.Div(words, className="notice")
    opened = {"data-indicator": one.indicator} | ({"data-by": one.by} if one.by else {})
    return html.Button(words, className="notice", **opened)


def _ranking(ranking: RankingPart) -> html.Section:
    rows = [_rank_row(ranking, row) for row in ranking.rows] or [
        html.P(text("没有足够的数据可以排名"), className="list-note")
    ]
    words = {"unit": "单位", "village": "村社区", "grid": "网格"}[ranking.by]
    note = html.P(text(ranking.note), className="list-note")
    aside = text(f"单位 {ranking.unit}", "aside")
    return panel(f"{words}排名：{ranking.title}", *rows, note, aside=aside, class_name="leader-ranking")


def _rank_row(ranking: RankingPart, row: RankRow) -> html.Button:
    name = cut(row.name, "part-name")
    bar = html.Span(html.I(style={"width": f"{100 * row.share:.0f}%"}), className="part-bar")
    return html.Button(
        [
            text(str(row.place), "rank-place"),
            name,
            bar,
            text(row.value, "part-value"),
            text(row.sample, "part-sample"),
        ],
        className="rank",
        **{"data-indicator": ranking.id, "data-by": ranking.by},
    )
