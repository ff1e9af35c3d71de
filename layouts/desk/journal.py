"""The journal as a timeline, with the result of checking its chain."""

from __future__ import annotations

from collections.abc import Sequence

from dash import html

from data.domain.drawer import JournalLine
from layouts.desk.moments import when
from layouts.parts.text import text


def journal_section(lines: Sequence[JournalLine], broken_at: int | None) -> html.Section:
    """Return the timeline, newest entry last as it was written."""
    checked = (
        text("校验通过", "good")
        if broken_at is None
        else text(f"第 {broken_at} 条校验不符，请报告值班长", "bad")
    )
    head = html.Header([html.H3(text("流转记录")), checked], className="section-head")
    return html.Section(
        [head, html.Ol([_line(line) for line in lines], className="timeline")], className="journal"
    )


def _line(line: JournalLine) -> html.Li:
    words = " · ".join(word for word in (line.actor, line.words) if word)
    late = [text("补记", "flag")] if line.is_time_flagged else []
    return html.Li(
        [
            when(line.happened_at, "line-time", with_seconds=True),
            text(line.action, "line-action"),
            html.Span([text(words), *late], className="line-words"),
        ]
    )
