"""The page 一图感知: one map, with what can be switched and chosen on it."""

from __future__ import annotations

from dash import html

from data.domain.vocabulary import Severity
from layouts.directory import kinds
from layouts.map import Geometry
from layouts.parts.figures import figure_cards
from layouts.parts.panels import map_panel, sources_panel
from layouts.parts.text import live, text

LAYERS = (("staff", "人员"), ("names", "村名"), ("numbers", "编号"), ("outlines", "其他网格线"))
LISTS = (("urgent", "最紧迫"), ("newest", "最新"), ("tray", "未定位"))


def situation_page(geometry: Geometry) -> html.Div:
    """Return the page for a town's geometry (see `layouts.map`)."""
    return html.Div(
        [
            html.Div([figure_cards(), sources_panel()], className="column left"),
            map_panel(geometry, _toolbar(geometry), is_fixed=False),
            html.Div([case_lists()], className="column right"),
        ],
        className="situation",
        **{"data-map-page": "desk"},
    )


def kind_switch(geometry: Geometry) -> html.Div:
    """Return the switch of grid kinds, each with the number of its grids."""
    buttons = [switch_button("kind", row["key"], f"{row['word']} {row['count']}") for row in kinds(geometry)]
    return html.Div(buttons, className="switch", role="group", **{"aria-label": "网格类别"})


def select(name: str, label: str, options: list[tuple[str, str]]) -> html.Label:
    """Return a labelled choice whose first entry means all; the browser reads it by `name`."""
    entries = [html.Option(label, value=""), *(html.Option(word, value=value) for value, word in options)]
    box = html.Select(entries, className="select", **{"data-choose": name, "aria-label": label})
    return html.Label(box, className="select-label")


def village_options(geometry: Geometry) -> list[tuple[str, str]]:
    """Return the villages as options."""
    return [(row["code"], row["name"]) for row in geometry["villages"]]


def severity_options() -> list[tuple[str, str]]:
    """Return the severities as options, the most urgent first."""
    return [(severity.value, severity.label) for severity in reversed(Severity)]


def _toolbar(geometry: Geometry) -> html.Div:
    layers = [switch_button("layer", key, word) for key, word in LAYERS]
    choices = [
        select("village", "全部村社区", village_options(geometry)),
        select("category", "全部类别", []),
        select("severity", "全部等级", severity_options()),
    ]
    return html.Div(
        [
            kind_switch(geometry),
            html.Div(layers, className="switch layers", role="group", **{"aria-label": "图层"}),
            html.Div([*choices, switch_button("reset", "all", "全镇")], className="choices"),
        ],
        className="toolbar",
    )


def case_lists() -> html.Section:
    """Return the lists of open cases: most urgent, newest, without a place."""
    tabs = [
        html.Button(
            [text(word), live(f"count-{key}", "tab-count")],
            className="tab",
            **{"data-switch": "list", "data-value": key, "aria-pressed": "false"},
        )
        for key, word in LISTS
    ]
    return html.Section(
        [
            html.Div(tabs, className="tabs", role="group", **{"aria-label": "案卷清单"}),
            html.Ul(className="cases", **{"data-list": "chosen"}),
            live("list-note", "list-note", html.P),
        ],
        className="panel lists",
        **{"aria-label": "案卷"},
    )


def switch_button(name: str, value: str, word: str) -> html.Button:
    """Return a button that sets the part `name` of the browser's view to `value`."""
    return html.Button(
        text(word),
        className="switch-button",
        **{"data-switch": name, "data-value": value, "aria-pressed": "false"},
    )
