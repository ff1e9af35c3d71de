"""The keys of the desk, named at its foot; each can be pressed with a finger, too."""

from __future__ import annotations

from dash import html

from layouts.parts.text import text

KEYS = (("N", "N", "登记新案卷"), ("Escape", "Esc", "关闭"))


def key_strip() -> html.Div:
    """Return the keys of the foot."""
    return html.Div([_key(*key) for key in KEYS], className="keys")


def _key(name: str, cap: str, words: str) -> html.Button:
    return html.Button(
        [html.Span(html.Kbd(text(cap)), className="caps"), text(words)],
        className="key-hint",
        tabIndex=-1,
        **{"data-key": name},
    )
