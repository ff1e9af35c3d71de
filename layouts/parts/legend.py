"""What the colours and symbols of the map mean, in words and numbers."""

from __future__ import annotations

from dash import html

from data.domain.vocabulary import Severity
from layouts import theme
from layouts.parts.text import live, text


def legend() -> html.Div:
    """Return load bands with their numbers, the hatching for no duty, the severities, and people where shown."""
    return html.Div(
        [_bands(), _no_duty(), _severities(), _staff()], className="legend", **{"aria-label": "图例"}
    )


def mark(severity: Severity) -> html.Span:
    """Return the symbol of a severity; its word stands beside it or in its label."""
    return html.Span(
        className=f"mark {severity.value}", role="img", title=severity.label, **{"aria-label": severity.label}
    )


def _bands() -> html.Div:
    """One swatch and number per band; the browser rewrites the numbers when the scale changes."""
    steps = [
        html.Span(
            [
                html.Span(className="swatch", style={"background": colour}),
                live(f"band-{index}", "band-number"),
            ],
            className="band",
        )
        for index, (colour, _) in enumerate(theme.BANDS)
    ]
    return html.Div([text("在办"), *steps], className="legend-group")


def _no_duty() -> html.Div:
    return html.Div([html.Span(className="swatch hatched"), text("无人值守")], className="legend-group")


def _severities() -> html.Div:
    rows = [html.Span([mark(s), text(s.label)], className="band") for s in reversed(Severity)]
    return html.Div(rows, className="legend-group")


def _staff() -> html.Div:
    """People on duty; the browser shows it while their layer is on."""
    return html.Div(
        [html.Span(className="mark staff"), text("在岗人员")],
        className="legend-group",
        hidden=True,
        **{"data-legend": "staff"},
    )
