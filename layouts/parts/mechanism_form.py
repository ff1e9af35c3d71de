"""The form of a mechanism: the one that was picked, or a new one. Checked first, saved on a second press."""

from __future__ import annotations

from dash import dcc, html
from dash.development.base_component import Component

from layouts.ids import Id
from layouts.parts.forms import actions, answer_place, told_field, typed_field
from layouts.parts.text import panel, text

FIELD_IDS = {
    "name": Id.MECHANISM_NAME,
    "description": Id.MECHANISM_SENTENCE,
    "active": Id.MECHANISM_ACTIVE,
    "active_from": Id.MECHANISM_DAY,
    "position": Id.MECHANISM_PLACE,
}
ON, OFF = "on", "off"


def mechanism_panel() -> list[Component]:
    """Return the form, hidden until somebody comes who may use it."""
    form = html.Div(
        [
            told_field("机制", Id.MECHANISM_ABOUT),
            _labelled("名称", typed_field(Id.MECHANISM_NAME, "30 字以内；公布的名称不能改")),
            _labelled("一句话说明", typed_field(Id.MECHANISM_SENTENCE, "120 字以内"), "broad"),
            html.Fieldset([html.Legend(text("状态")), _states()], className="change-field"),
            _labelled("从哪天起", typed_field(Id.MECHANISM_DAY, "年-月-日；不填为今天")),
            _labelled("排在第几", typed_field(Id.MECHANISM_PLACE, "不填不动")),
        ],
        className="change-form",
    )
    acts = actions(Id.MECHANISM_CHECK, Id.MECHANISM_ACCEPT, "检查", "保存")
    fresh = html.Button(text("改为新增一项"), id=Id.MECHANISM_FRESH, className="button quiet")
    acts.children = [*acts.children, fresh]
    rest = [acts, answer_place(Id.MECHANISM_TOLD), dcc.Store(id=Id.MECHANISM_CHECKED)]
    body = panel("编辑解纷机制：先检查，再保存", form, *rest)
    summary = html.Summary(text("编辑解纷机制"))
    return [
        html.Details([summary, body], id=Id.MECHANISM_FORM, className="change", hidden=True),
        dcc.Store(id=Id.MECHANISM_PICKED),
    ]


def _labelled(word: str, field: Component, more: str = "") -> html.Label:
    return html.Label([text(word), field], className=f"change-field {more}".strip())


def _states() -> dcc.RadioItems:
    options = [{"label": "启用", "value": ON}, {"label": "停用", "value": OFF}]
    return dcc.RadioItems(options, ON, id=Id.MECHANISM_ACTIVE, inline=True, className="change-kinds")
