"""The key figures: one table, one card each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from dash import html

from layouts.parts.text import text


@dataclass(frozen=True, slots=True)
class Figure:
    """A key figure: its key in the picture, its label, the unit, and the alarm when it is above zero."""

    key: str
    label: str
    unit: str
    alarm: str = ""


FIGURES = (
    Figure("open", "在办", "件"),
    Figure("overdue", "超期", "件", "bad"),
    Figure("due_within_hour", "一小时内到期", "件", "soon"),
    Figure("on_duty", "在岗", "人"),
    Figure("grids_without_duty", "无人值守网格", "个", "soon"),
    Figure("late_sources", "迟到数据源", "个", "soon"),
    Figure("today", "今日上报", "件"),
)
BY_KEY = {figure.key: figure for figure in FIGURES}


def figure_cards(keys: Sequence[str] = tuple(BY_KEY)) -> html.Section:
    """Return the cards of the figures called `keys`; the browser writes value, unit and age."""
    cards = [_card(BY_KEY[key]) for key in keys]
    return html.Section(cards, className="figures", **{"aria-label": "关键数字"})


def _card(figure: Figure) -> html.Div:
    head = html.Div([text(figure.label, "figure-label"), _part("age", "figure-age")], className="figure-head")
    value = html.Div(
        [_part("value", "figure-value"), _part("unit", "figure-unit", figure.unit)], className="figure-body"
    )
    return html.Div(
        [head, value],
        className="figure",
        **{"data-figure": figure.key, "data-alarm": figure.alarm, "data-unit": figure.unit},
    )


def _part(name: str, class_name: str, content: str | None = None) -> html.Span:
    return html.Span(content, className=class_name, **{"data-part": name, "data-text": ""})
