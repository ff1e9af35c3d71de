"""Pieces of the forms on the pages of modules: fields under their words, the two presses, the answer."""

from __future__ import annotations

from collections.abc import Sequence

from dash import dcc, html
from dash.development.base_component import Component

from layouts.ids import Id
from layouts.parts.text import text


def told_field(word: str, place: Id) -> html.Div:
    """Return what the form is about, in words that the server writes."""
    return html.Div([text(word), html.Span(id=place, className="form-about")], className="change-field wide")


def labelled(word: str, field: Component) -> html.Label:
    """Return a field over the whole width under its word."""
    return html.Label([text(word), field], className="change-field wide")


def typed_field(place: Id, hint: str) -> dcc.Input:
    """Return a line to type in."""
    return dcc.Input(id=place, type="text", placeholder=hint, autoComplete="off")


def words_field(place: Id, hint: str) -> dcc.Textarea:
    """Return a few lines to type in."""
    return dcc.Textarea(id=place, placeholder=hint, rows=2)


def actions(check: Id, accept: Id, check_word: str, accept_word: str) -> html.Div:
    """Return the two presses of a form: the second appears once the first has found nothing against it."""
    return html.Div(
        [
            html.Button(text(check_word), id=check, className="button"),
            html.Button(text(accept_word), id=accept, className="button", hidden=True),
        ],
        className="change-actions",
    )


def answer_place(place: Id) -> html.Div:
    """Return where the answer appears, read out to whoever cannot see it."""
    return html.Div(id=place, className="change-told", **{"aria-live": "polite"})


def form_told(head: str, lines: Sequence[str] = (), *, is_done: bool = False) -> list[Component]:
    """Return what a press does, or did."""
    listed = [html.Ul([html.Li(text(line)) for line in lines])] if lines else []
    return [html.P(text(head, "good" if is_done else "")), *listed]


def form_refused(message: str, cure: str) -> list[Component]:
    """Return why something cannot be, and what helps."""
    return [html.P([text(message, "bad"), text(f"　{cure}" if cure else "")])]
