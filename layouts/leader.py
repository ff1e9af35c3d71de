"""领导驾驶舱: a card alike for every module, what needs attention, who stands where; every figure opens to its rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from dash import dcc, html
from dash.development.base_component import Component

from data.modules import MODULES
from layouts.ids import Id
from layouts.map import Geometry
from layouts.parts.indicators import IndicatorRow, curve, indicator_drill, late_mark, period_switch, target
from layouts.parts.text import cut, live, panel, text
from layouts.situation import select, switch_button, village_options

LEADER = "leader"
"""What the browser asks for instead of a module."""

YEARLY = "yoy"
"""The choice to tell changes against last year."""

COLUMNS = 3
"""How many cards stand in a row on a large screen (leader.css)."""

BY_WORDS = {"unit": "单位", "village": "村社区", "grid": "网格"}


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
class ResidentsRow:
    """A figure of what residents say; a press opens its indicator, or leads to a page."""

    name: str
    note: str
    value: str
    unit: str
    indicator: str = ""
    path: str = ""


@dataclass(frozen=True, slots=True)
class ResidentsPart:
    """What residents say: how many reports there were, and figures of them."""

    total: str
    rows: tuple[ResidentsRow, ...]


@dataclass(frozen=True, slots=True)
class Shown:
    """The whole page in words; `against` says what changes are told against."""

    cards: tuple[ModuleCard, ...]
    notices: tuple[Notice, ...]
    rankings: tuple[RankingPart, ...]
    residents: ResidentsPart | None
    is_single: bool
    against: str


def leader_page(geometry: Geometry) -> html.Div:
    """Return the page: the choices that stand in the address, and places that the browser asks to be filled."""
    bar = html.Div(
        [
            html.H1(text("领导驾驶舱")),
            period_switch(),
            html.Div(switch_button("compare", YEARLY, "同比"), className="switch"),
            select("module", "全部模块", [(module.key, module.name) for module in MODULES]),
            select("village", "全部村社区", village_options(geometry)),
            select("unit", "全部单位", []),
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
        **{"data-indicators": LEADER, "data-by": "unit"},
    )
    drill = indicator_drill("drill leader-drill")
    stores = [dcc.Store(id=Id.INDICATOR_WISH), dcc.Store(id=Id.INDICATOR_ASK)]
    return html.Div([bar, shown, drill, *stores], className="leader-page")


def leader_parts(shown: Shown) -> list[Component]:
    """Return cards on the left; attention, residents and rankings on the right.

    The first ranking stands among the cards where their last row has room for it, so that nine modules fill three rows.
    """
    cards = [_card(card) for card in shown.cards] or [html.P(text("还没有指标"), className="list-note")]
    others = shown.rankings
    if others and len(cards) % COLUMNS:
        first, *others = others
        cards.append(_ranking(first))
    side = [
        _notices(shown.notices, shown.against),
        *([_residents(shown.residents)] if shown.residents is not None else []),
        *([_rankings(others)] if others else []),
    ]
    kind = "leader-cards single" if shown.is_single else "leader-cards"
    return [html.Div(cards, className=kind), html.Div(side, className="leader-side")]


def _card(card: ModuleCard) -> html.Section:
    title = dcc.Link(text(card.name), href=card.path, className="card-link")
    figures = html.Div([_figure(row) for row in card.rows], className="card-figures")
    return panel(title, figures, class_name="leader-card")


def _figure(row: IndicatorRow) -> html.Button:
    value = (
        [text(row.value, "indicator-value"), text(row.unit, "indicator-unit")]
        if row.value
        else [text("—", "indicator-value")]
    )
    age = html.Span(**{"data-age": row.as_of or "", "data-text": ""})
    notes = [*map(text, row.notes), age, *late_mark(row)]
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


def _notices(notices: Sequence[Notice], against: str) -> html.Section:
    shown = [_notice(one) for one in notices] or [
        html.P(text("没有低于目标或明显变差的指标，也没有迟到的数据"), className="list-note")
    ]
    return panel("请关注", *shown, aside=text(f"{against}，及主要来源", "aside"), class_name="leader-notices")


def _notice(one: Notice) -> Component:
    words = [
        text(one.title, f"notice-title {one.tone}".strip()),
        html.Span(one.words, className="notice-words", **{"data-text": ""}),
    ]
    if not one.indicator:
        return html.Div(words, className="notice")
    opened = {"data-indicator": one.indicator} | ({"data-by": one.by} if one.by else {})
    return html.Button(words, className="notice", **opened)


def _residents(found: ResidentsPart) -> html.Section:
    rows = [_residents_row(row) for row in found.rows]
    return panel("群众诉求", *rows, aside=text(found.total, "aside"), class_name="leader-residents")


def _residents_row(row: ResidentsRow) -> Component:
    words = [
        html.Span(
            [text(row.name, "indicator-name"), text(row.note, "indicator-note")], className="indicator-head"
        ),
        html.Span(
            [
                text(row.value or "—", "indicator-value"),
                text(row.unit if row.value else "", "indicator-unit"),
            ],
            className="indicator-figure",
        ),
    ]
    if row.path:
        return dcc.Link(words, href=row.path, className="residents-row")
    return html.Button(words, className="residents-row", **{"data-indicator": row.indicator})


def _rankings(rankings: Sequence[RankingPart]) -> html.Div:
    """Several rankings in one place, of which the browser shows the one that was chosen, at first the first."""
    choice = [switch_button("rank", one.id, f"{BY_WORDS[one.by]}·{one.title}") for one in rankings]
    shown = [
        html.Div(_ranking(one), hidden=place > 0, **{"data-rank": one.id})
        for place, one in enumerate(rankings)
    ]
    switch = html.Div(choice, className="switch", role="group", **{"aria-label": "排名"})
    return html.Div([switch, *shown], className="leader-rankings")


def _ranking(ranking: RankingPart) -> html.Section:
    rows = [_rank_row(ranking, row) for row in ranking.rows] or [
        html.P(text("没有足够的数据可以排名"), className="list-note")
    ]
    note = html.P(text(ranking.note), className="list-note")
    aside = text(f"单位 {ranking.unit}", "aside")
    title = f"{BY_WORDS[ranking.by]}排名：{ranking.title}"
    return panel(title, *rows, note, aside=aside, class_name="leader-ranking")


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
