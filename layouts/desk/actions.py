"""Buttons that act: what each says, and what it carries for the browser to send."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from dash import html

from data.domain.offers import MEANS, UNITS, Field, Offer
from layouts.parts.text import text

Units = Sequence[tuple[str, str]]


def offer_data(offer: Offer, units: Units) -> dict[str, str]:
    """Return the attribute that tells the browser what a button does and what has to be typed for it."""
    said = {
        "action": str(offer.action),
        "words": offer.words,
        "fields": [_field(field, units) for field in offer.fields],
        "details": dict(offer.details),
    }
    return {"data-do": json.dumps(said, ensure_ascii=False, separators=(",", ":"))}


def _field(field: Field, units: Units) -> dict[str, Any]:
    options = units if field.options and field.options[0][0] == UNITS else field.options
    return {
        "name": field.name,
        "label": field.label,
        "kind": str(field.kind),
        "is_required": field.is_required,
        "options": [list(option) for option in options],
        "min": field.least,
        "max": field.most,
    }


def small_button(offer: Offer, units: Units, *, is_link: bool = False) -> html.Button:
    """Return a button for a lesser action, or a link for a rare one."""
    look = "link-button" if is_link else "small-button"
    return html.Button(text(offer.words), className=look, **offer_data(offer, units))


def menu(offers: Sequence[Offer], units: Units) -> html.Details | None:
    """Return the menu of the other actions; None where there are none."""
    if not offers:
        return None
    rows = [
        html.Button([text(offer.words), *meaning(offer)], className="menu-row", **offer_data(offer, units))
        for offer in offers
    ]
    return html.Details(
        [html.Summary(text("其他"), **{"aria-label": "其他操作"}), html.Div(rows, className="menu-rows")],
        className="menu",
    )


def meaning(offer: Offer) -> list[html.Span]:
    """Return what an action means, where its word alone could be taken for another."""
    words = MEANS.get(offer.action)
    return [text(words, "means")] if words else []


def primary(offer: Offer, units: Units, note: Sequence[Any], extra: Mapping[str, str]) -> html.Button:
    """Return the one button that says what it will do."""
    words = html.Span(note, className="primary-note") if note else None
    return html.Button(
        [text(offer.words, "primary-words"), *([words] if words else [])],
        className="primary",
        **offer_data(offer, units),
        **extra,
    )
