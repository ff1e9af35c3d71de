"""Moments and countdowns: the browser writes them from the instant and the server's clock."""

from __future__ import annotations

from datetime import datetime

from dash import html


def when(instant: datetime, class_name: str = "", *, with_seconds: bool = False) -> html.Span:
    """Return a place for a moment of day; with seconds it is that of a record, else that of a deadline."""
    return html.Span(
        className=class_name,
        **{"data-when": instant.isoformat(), "data-seconds": "1" if with_seconds else "", "data-text": ""},
    )


def left(due_at: datetime | None, class_name: str = "") -> html.Span:
    """Return a place for the time that is left until a deadline; it turns red by itself."""
    return html.Span(
        className=class_name, **{"data-due": due_at.isoformat() if due_at else "", "data-text": ""}
    )


def on_time(is_kept: bool) -> str:
    """Return the word for a limit that was kept or not."""
    return "按期" if is_kept else "超期"


def verdict(is_kept: bool, class_name: str = "") -> html.Span:
    """Return the word for a limit that was kept or not, in its colour."""
    tone = "good" if is_kept else "bad"
    return html.Span(on_time(is_kept), className=f"{class_name} {tone}".strip(), **{"data-text": ""})
