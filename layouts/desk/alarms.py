"""The alarm strip above the desk, and what stands of alarms at its foot: sound test, muted state, load."""

from __future__ import annotations

from dash import dcc, html
from dash.development.base_component import Component

from layouts.ids import Id
from layouts.parts.text import text


def alarm_strip() -> list[Component]:
    """Return the strip that the browser fills with running alarms, hidden while there are none."""
    rows = html.Ul(className="alarm-rows", **{"data-alarms": "rows", "aria-label": "报警"})
    count = html.P(className="alarm-count", hidden=True, **{"data-alarms": "count", "data-text": ""})
    strip = html.Section(
        [rows, count],
        className="alarms",
        role="alert",
        hidden=True,
        **{"data-alarms": "strip", "aria-live": "assertive"},
    )
    return [strip, dcc.Store(id=Id.ALARM_ASK), dcc.Store(id=Id.ALARM_ANSWER)]


def alarm_foot() -> list[Component]:
    """Return sound state with its button, and the alarm load of each seat."""
    mute = html.Button(
        html.Span("静音", **{"data-alarms": "mute-word", "data-text": ""}),
        className="quiet",
        **{"data-alarms": "mute", "aria-pressed": "false"},
    )
    test = html.Button(text("测试声音"), className="quiet", **{"data-alarms": "test"})
    sound = html.Span("声音未测试", className="sound-state", **{"data-alarms": "sound", "data-text": ""})
    load = html.Span(className="alarm-load", **{"data-alarms": "load", "data-text": ""})
    return [sound, test, mute, load]
