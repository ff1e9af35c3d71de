"""The two forms of an appeal of an assessment: raising it, and deciding it case by case. Both are checked first."""

from __future__ import annotations

from dash import dcc, html
from dash.development.base_component import Component

from layouts.ids import Id
from layouts.parts.forms import actions, answer_place, labelled, told_field, typed_field, words_field
from layouts.parts.text import panel, text


def appeal_panels() -> list[Component]:
    """Return both forms, hidden until somebody opens what he may appeal or decide."""
    return [_raise_form(), _decide_form(), dcc.Store(id=Id.APPEAL_PICKED)]


def _raise_form() -> html.Details:
    fields = [
        told_field("考核", Id.APPEAL_ABOUT),
        html.Fieldset(
            [html.Legend(text("申请免计的案卷（列出当月扣分的）")), _checklist(Id.APPEAL_CASES)],
            className="change-field wide",
        ),
        labelled("其他案卷号", typed_field(Id.APPEAL_MORE, "当月到期的案卷，多件用顿号隔开；可不填")),
        labelled("理由", words_field(Id.APPEAL_REASON, "为什么不应计入，500 字以内")),
    ]
    acts = actions(Id.APPEAL_CHECK, Id.APPEAL_ACCEPT, "检查", "提出申诉")
    rest = [acts, answer_place(Id.APPEAL_TOLD), dcc.Store(id=Id.APPEAL_CHECKED)]
    body = panel("申诉考核：先检查，再提出", html.Div(fields, className="change-form"), *rest)
    return html.Details(
        [html.Summary(text("申诉考核")), body], id=Id.APPEAL_FORM, className="change", hidden=True
    )


def _decide_form() -> html.Details:
    fields = [
        told_field("申诉", Id.VERDICT_ABOUT),
        html.Fieldset(
            [html.Legend(text("准予免计的案卷（全不勾选即不予准予）")), _checklist(Id.VERDICT_CASES)],
            className="change-field wide",
        ),
        labelled("裁定理由", words_field(Id.VERDICT_REASON, "500 字以内")),
    ]
    acts = actions(Id.VERDICT_CHECK, Id.VERDICT_ACCEPT, "检查", "作出裁定")
    rest = [acts, answer_place(Id.VERDICT_TOLD), dcc.Store(id=Id.VERDICT_CHECKED)]
    body = panel("裁定申诉：逐件准予，先检查", html.Div(fields, className="change-form"), *rest)
    return html.Details(
        [html.Summary(text("裁定考核申诉")), body], id=Id.VERDICT_FORM, className="change", hidden=True
    )


def _checklist(place: Id) -> dcc.Checklist:
    return dcc.Checklist([], [], id=place, className="change-checks")
