"""What the search found: cases first, then names of places; a choice leads there."""

from __future__ import annotations

from collections.abc import Sequence

from dash import html
from dash.development.base_component import Component

from data.domain.drawer import CaseHit, PlaceHit
from layouts.desk.moments import on_time
from layouts.parts.legend import mark
from layouts.parts.text import text


def found_list(wanted: str, cases: Sequence[CaseHit], places: Sequence[PlaceHit]) -> list[Component]:
    """Return the rows, or a sentence where nothing was found."""
    rows: list[Component] = [*(_case(hit) for hit in cases), *(_place(hit) for hit in places)]
    return rows or [
        html.P(text(f"没有找到“{wanted}”：可试案卷号、标题、地址、企业或网格名"), className="found-none")
    ]


def _case(hit: CaseHit) -> html.Button:
    where = html.Span(
        hit.place or hit.number,
        className="found-hint",
        title=hit.number,
        **{"data-text": "", "data-may-ellipsize": ""},
    )
    return _row(
        [mark(hit.severity), _name(hit.title), where, text(_state(hit), "found-kind")], f"case:{hit.id}"
    )


def _state(hit: CaseHit) -> str:
    """The state, and of a case that is done whether it kept its limit."""
    return hit.state.label if hit.is_on_time is None else f"{hit.state.label} · {on_time(hit.is_on_time)}"


def _place(hit: PlaceHit) -> html.Button:
    place = f"grid:{hit.grid}" if hit.grid and hit.grid_kind else f"at:{hit.x}_{hit.y}"
    parts = [
        html.Span(className="mark-space"),
        _name(hit.name),
        text(hit.hint, "found-hint"),
        text(hit.kind, "found-kind"),
    ]
    return _row(parts, place, hit.grid_kind)


def _name(words: str) -> html.Span:
    return html.Span(
        words, className="found-name", title=words, **{"data-text": "", "data-may-ellipsize": ""}
    )


def _row(parts: list[Component], found: str, kind: str | None = None) -> html.Button:
    return html.Button(parts, className="found-row", **{"data-found": found, "data-kind": kind or ""})
