"""Indicators of a module: one row each with target, curve and change; what was chosen, split, and the rows behind it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from dash import dcc, html
from dash.development.base_component import Component

from data.domain.periods import PeriodKind
from layouts.ids import Id
from layouts.parts.text import cut, panel, text

PERIODS = (PeriodKind.DAY, PeriodKind.WEEK, PeriodKind.MONTH, PeriodKind.QUARTER, PeriodKind.YEAR)
PERIOD_WORDS = {
    PeriodKind.DAY: "今日",
    PeriodKind.WEEK: "本周",
    PeriodKind.MONTH: "本月",
    PeriodKind.QUARTER: "本季",
    PeriodKind.YEAR: "本年",
}
SPLIT_WORDS = (
    ("unit", "单位"),
    ("village", "村社区"),
    ("grid", "网格"),
    ("category", "类别"),
    ("month", "月份"),
)


@dataclass(frozen=True, slots=True)
class IndicatorRow:
    """One indicator as a row: everything in words but the curve; `reached` is 1 where the target is met.

    `notes` say why there is no value, or what must be known beside it; `late` names sources that are late; `as_of` is
    an ISO instant, which the browser turns into an age.
    """

    id: str
    name: str
    definition: str
    value: str
    unit: str
    notes: tuple[str, ...]
    late: str
    target: str
    reached: float | None
    trend: tuple[float | None, ...]
    change: str
    change_tone: str
    as_of: str | None


@dataclass(frozen=True, slots=True)
class SplitRow:
    """One part of a split: its name, its value in words, its length against the longest, how many rows."""

    name: str
    value: str
    share: float
    sample: str


@dataclass(frozen=True, slots=True)
class SourceRow:
    """A row behind a figure: its number, title and state, why it is only listed, and where it came from."""

    number: str
    title: str
    state: str
    day: str
    flag: str
    origin: str
    case_id: int | None


@dataclass(frozen=True, slots=True)
class Drill:
    """What was chosen: its name and definition, a split, the newest rows and how many there are, None where unknown."""

    name: str
    definition: str
    by: str
    parts: tuple[SplitRow, ...]
    rows: tuple[SourceRow, ...]
    total: int | None
    late: str = ""


def indicator_panel(module: str, by: str = "unit") -> html.Section:
    """Return the panel of a module's indicators; the browser asks for its rows and keeps them fresh.

    `by` is how a chosen one is split at first.
    """
    return panel(
        "指标",
        html.Div(className="narrowed", hidden=True, **{"data-narrowed": ""}),
        html.Div(id=Id.INDICATORS, className="indicators", **{"data-indicators": module, "data-by": by}),
        indicator_drill("drill"),
        dcc.Store(id=Id.INDICATOR_WISH),
        dcc.Store(id=Id.INDICATOR_ASK),
        aside=period_switch(),
        class_name="indicator-panel",
    )


def indicator_drill(class_name: str) -> html.Div:
    """Return the place of what is behind a chosen figure; the keyboard goes there and comes back."""
    said = {"role": "region", "aria-label": "指标明细", "aria-live": "polite"}
    return html.Div(id=Id.INDICATOR_DRILL, className=class_name, tabIndex=-1, **said)


def period_switch() -> html.Div:
    """Return the choice of a period; the browser keeps it in the address."""
    periods = [_period(kind) for kind in PERIODS]
    return html.Div(periods, className="switch", role="group", **{"aria-label": "时段"})


def _period(kind: PeriodKind) -> html.Button:
    return html.Button(
        text(PERIOD_WORDS[kind]),
        className="switch-button",
        **{"data-switch": "period", "data-value": str(kind), "aria-pressed": "false"},
    )


def indicator_rows(rows: Sequence[IndicatorRow]) -> list[Component]:
    """Return a row for each indicator, or a sentence where a module has none."""
    return [_row(row) for row in rows] or [html.P(text("这个模块还没有定义指标"), className="list-note")]


def _row(row: IndicatorRow) -> html.Button:
    value = [text(row.value, "indicator-value"), text(row.unit, "indicator-unit")] if row.value else []
    age = html.Span(**{"data-age": row.as_of or "", "data-text": ""})
    notes = [*map(text, row.notes), age, *late_mark(row)]
    return html.Button(
        [
            html.Span(
                [text(row.name, "indicator-name"), html.Span(notes, className="indicator-note")],
                className="indicator-head",
            ),
            html.Span(value, className="indicator-figure"),
            curve(row.trend),
            target(row),
            text(row.change, f"indicator-change {row.change_tone}".strip()),
        ],
        className="indicator",
        title=row.definition,
        **{"data-indicator": row.id},
    )


def late_mark(row: IndicatorRow) -> list[Component]:
    """Say beside a figure that a source is late; which one and since when stands in the tooltip and behind the figure."""
    said = {"data-text": "", "aria-label": row.late}
    return [html.Span("来源迟到", className="late-mark", title=row.late, **said)] if row.late else []


def curve(trend: Sequence[float | None]) -> html.Span:
    """Return bars as long as values are great, those below zero marked; a period without a figure is a gap."""
    if not any(value is not None for value in trend):
        return html.Span(className="curve", **{"aria-hidden": "true"})
    most = max(abs(value) for value in trend if value is not None) or 1.0
    bars = [
        html.I(
            className="gap" if value is None else "minus" if value < 0 else "",
            style={"height": f"{max(4.0, 100 * abs(value or 0.0) / most):.0f}%"},
        )
        for value in trend
    ]
    return html.Span(bars, className="curve", **{"aria-hidden": "true"})


def target(row: IndicatorRow) -> html.Span:
    """Return the target in words over a bar of how far it is reached, nothing where there is none."""
    if not row.target:
        return html.Span(className="indicator-target")
    width = 0.0 if row.reached is None else min(1.0, row.reached)
    is_met = row.reached is not None and row.reached >= 1
    bar = html.Span(
        html.I(style={"width": f"{100 * width:.0f}%"}),
        className=f"target-bar {'met' if is_met else ''}".strip(),
    )
    return html.Span([text(row.target), bar], className="indicator-target")


def drill_parts(drill: Drill) -> list[Component]:
    """Return what was chosen: a switch of splits, its parts as bars, and the rows behind the figure."""
    splits = [
        html.Button(
            text(word), className="switch-button",
            **{"data-split": key, "aria-pressed": "true" if key == drill.by else "false"},
        )
        for key, word in SPLIT_WORDS
    ]  # fmt: skip
    close = html.Button(className="close", **{"data-close-drill": "", "aria-label": "关闭指标明细"})
    parts = [_part(part) for part in drill.parts] or [html.P(text("没有数据"), className="list-note")]
    return [
        html.Header(
            [html.H3(text(drill.name)), html.Div(splits, className="switch"), close], className="drill-head"
        ),
        html.P(text(drill.definition), className="list-note"),
        *([html.P(text(drill.late), className="late-mark")] if drill.late else []),
        html.Div(parts, className="parts"),
        _rows(drill),
    ]


def drill_refusal(message: str) -> list[Component]:
    """Return the reason why something cannot be split."""
    close = html.Button(className="close", **{"data-close-drill": "", "aria-label": "关闭指标明细"})
    return [
        html.Header([html.H3(text("无法拆分")), close], className="drill-head"),
        html.P(text(message), className="gap"),
    ]


def _part(part: SplitRow) -> html.Div:
    bar = html.Span(html.I(style={"width": f"{100 * part.share:.0f}%"}), className="part-bar")
    name = cut(part.name, "part-name")
    return html.Div(
        [name, bar, text(part.value, "part-value"), text(part.sample, "part-sample")], className="part"
    )


def _rows(drill: Drill) -> html.Details:
    rows = [
        html.Tr(
            [
                html.Td(_number(row)),
                html.Td(
                    html.Span(row.title, className="cell", title=row.title, **{"data-may-ellipsize": ""})
                ),
                html.Td(text(row.state)),
                html.Td(text(row.day)),
                html.Td(text(row.flag, "soon")),
                html.Td(text(row.origin)),
            ]
        )
        for row in drill.rows
    ]
    heads = [html.Th(text(word)) for word in ("编号", "事项", "状态", "计入日", "备注", "来源")]
    total, few = drill.total, f"列出最近 {len(rows)} 行"
    shown = (
        f"背后的行：{few}"
        if total is None
        else f"背后的行：共 {total} 行{f'，{few}' if total > len(rows) else ''}"
    )
    table = html.Table([html.Thead(html.Tr(heads)), html.Tbody(rows)], **{"aria-label": "指标背后的行"})
    return html.Details(
        [html.Summary(text(shown)), html.Div(table, className="table-scroll")],
        className="source-rows",
        open=True,
    )


def _number(row: SourceRow) -> Component:
    if row.case_id is None:
        return text(row.number)
    return dcc.Link(text(row.number), href=f"/desk?tab=all&case={row.case_id}", className="row-link")
