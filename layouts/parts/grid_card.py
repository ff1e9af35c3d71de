"""The card of a grid: its name, and facts that each say whence they come and how old they are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from dash import html
from dash.development.base_component import Component

from layouts.parts.text import text


@dataclass(frozen=True, slots=True)
class Fact:
    """One line of a card; `as_of` is an ISO instant or None, the browser turns it into an age.

    An empty `value` means that the age itself is the value.
    """

    label: str
    value: str
    source: str
    as_of: str | None


def grid_card_parts(title: str, subtitle: str, facts: Sequence[Fact]) -> list[Component]:
    """Return the children of the card's holder."""
    close = html.Button(
        className="close", **{"data-switch": "close", "data-value": "grid", "aria-label": "关闭网格卡"}
    )
    head = html.Header(
        [html.H3(text(title), className="card-title"), text(subtitle, "card-subtitle"), close],
        className="card-head",
    )
    return [head, html.Dl([_fact(fact) for fact in facts], className="facts sourced")]


def card_refusal(message: str) -> list[Component]:
    """Return the children of a card that cannot be shown, with the reason."""
    return grid_card_parts("没有网格卡", message, ())


def _fact(fact: Fact) -> html.Div:
    age = html.Span(className="fact-age", **{"data-age": fact.as_of or "", "data-text": ""})
    source = text(fact.source, "fact-source")
    return html.Div(
        [
            html.Dt(text(fact.label), className="fact-name"),
            html.Dd(text(fact.value) if fact.value else age, className="fact-value"),
            html.Dd([source, age] if fact.value else source, className="fact-origin"),
        ],
        className="fact",
    )
