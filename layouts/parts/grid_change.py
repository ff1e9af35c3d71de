"""The form by which grids are merged, moved and split: typed, checked, and only then carried out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from dash import dcc, html
from dash.development.base_component import Component

from data.domain.vocabulary import GridChangeKind
from layouts.ids import Id
from layouts.map import Geometry
from layouts.parts.text import panel, text


@dataclass(frozen=True, slots=True)
class Made:
    """What a change does, in words; `load_id` is that of its load once it is carried out."""

    word: str
    begins_on: str
    ended: tuple[str, ...]
    begun: tuple[str, ...]
    notes: tuple[str, ...]
    load_id: int | None


def field_id(name: str) -> str:
    """Return the id of a field of the form."""
    return FIELD_IDS[name]


FIELD_IDS = {
    "kind": Id.GRID_CHANGE_KIND,
    "grids": Id.GRID_CHANGE_GRIDS,
    "village": Id.GRID_CHANGE_VILLAGE,
    "name": Id.GRID_CHANGE_NAME,
    "begins_on": Id.GRID_CHANGE_DAY,
    "line": Id.GRID_CHANGE_LINE,
}


def grid_change_panel(geometry: Geometry) -> html.Details:
    """Return the form, folded away until somebody wants it."""
    lines = [row["name"] for row in (*geometry["roads"], *geometry["rivers"]) if row.get("name")]
    form = html.Div(
        [
            _labelled("调整", _kinds()),
            _labelled("网格", _typed("grids", "名称或编码；合并填两个以上，用顿号隔开", "grid-names")),
            _labelled("划入村社区", _typed("village", "划转时填写", "village-names")),
            _labelled("拆分线", _typed("line", "拆分时填道路、河流名，或 经度,纬度 经度,纬度", "line-names")),
            _labelled("新名称", _typed("name", "可不填", "")),
            _labelled("生效日期", _typed("begins_on", "年-月-日", "")),
            _names("grid-names", [grid["name"] for grid in geometry["grids"]]),
            _names("village-names", [row["name"] for row in geometry["villages"]]),
            _names("line-names", list(dict.fromkeys(lines))),
        ],
        className="change-form",
    )
    actions = html.Div(
        [
            html.Button(text("检查"), id=Id.GRID_CHANGE_CHECK, className="button"),
            html.Button(text("采用这项调整"), id=Id.GRID_CHANGE_ACCEPT, className="button", hidden=True),
        ],
        className="change-actions",
    )
    told = html.Div(id=Id.GRID_CHANGE_TOLD, className="change-told", **{"aria-live": "polite"})
    store = dcc.Store(id=Id.GRID_CHANGE_CHECKED)
    body = panel("调整网格：先检查，再采用", form, actions, told, store)
    return html.Details([html.Summary(text("调整网格")), body], className="change")


def _kinds() -> dcc.RadioItems:
    options = [{"label": kind.label, "value": kind.value} for kind in GridChangeKind]
    return dcc.RadioItems(
        options, GridChangeKind.MERGE.value, id=field_id("kind"), inline=True, className="change-kinds"
    )


def _typed(name: str, hint: str, names: str) -> dcc.Input:
    choices = {"list": names} if names else {}
    return dcc.Input(id=field_id(name), type="text", placeholder=hint, autoComplete="off", **choices)


def _labelled(word: str, field: Component) -> html.Label:
    return html.Label([text(word), field], className="change-field")


def _names(name: str, words: Sequence[str]) -> html.Datalist:
    return html.Datalist([html.Option(value=word) for word in words], id=name)


def change_told(made: Made) -> list[Component]:
    """Return what a checked or carried out change does."""
    is_done = made.load_id is not None
    head = (
        f"已采用，载入编号 {made.load_id}，可用 rollback {made.load_id} 撤回"
        if is_done
        else "检查通过，尚未采用"
    )
    lines = [
        f"{made.begins_on} 起{made.word}",
        f"停用：{'、'.join(made.ended)}",
        f"启用：{'、'.join(made.begun)}",
        *made.notes,
    ]
    return [html.P(text(head, "good")), html.Ul([html.Li(text(line)) for line in lines])]


def change_refused(message: str, cure: str, problems: Sequence[str]) -> list[Component]:
    """Return why a change cannot be, and what helps."""
    listed = [html.Ul([html.Li(text(problem)) for problem in problems])] if problems else []
    return [html.P([text(message, "bad"), text(f"　{cure}" if cure else "")]), *listed]
