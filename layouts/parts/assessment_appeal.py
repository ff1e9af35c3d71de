"""The two forms of an appeal of an assessment: raising it, and deciding it case by case. Both are checked first."""

from __future__ import annotations

from collections.abc import Sequence

from dash import dcc, html
from dash.development.base_component import Component

from layouts.ids import Id
from layouts.parts.text import panel, text


def appeal_panels() -> list[Component]:
    """Return both forms, hidden until somebody opens what he may appeal or decide."""
    return [_raise_form(), _decide_form(), dcc.Store(id=Id.APPEAL_PICKED)]


def _raise_form() -> html.Details:
    fields = [
        _told("考核", Id.APPEAL_ABOUT),
        html.Fieldset(
            [html.Legend(text("申请免计的案卷（列出当月扣分的）")), _checklist(Id.APPEAL_CASES)],
            className="change-field wide",
        ),
        _labelled("其他案卷号", _typed(Id.APPEAL_MORE, "当月到期的案卷，多件用顿号隔开；可不填")),
        _labelled("理由", _words(Id.APPEAL_REASON, "为什么不应计入，500 字以内")),
    ]
    acts = _actions(Id.APPEAL_CHECK, Id.APPEAL_ACCEPT, "检查", "提出申诉")
    rest = [acts, _place(Id.APPEAL_TOLD), dcc.Store(id=Id.APPEAL_CHECKED)]
    body = panel("申诉考核：先检查，再提出", html.Div(fields, className="change-form"), *rest)
    return html.Details(
        [html.Summary(text("申诉考核")), body], id=Id.APPEAL_FORM, className="change", hidden=True
    )


def _decide_form() -> html.Details:
    fields = [
        _told("申诉", Id.VERDICT_ABOUT),
        html.Fieldset(
            [html.Legend(text("准予免计的案卷（全不勾选即不予准予）")), _checklist(Id.VERDICT_CASES)],
            className="change-field wide",
        ),
        _labelled("裁定理由", _words(Id.VERDICT_REASON, "500 字以内")),
    ]
    acts = _actions(Id.VERDICT_CHECK, Id.VERDICT_ACCEPT, "检查", "作出裁定")
    rest = [acts, _place(Id.VERDICT_TOLD), dcc.Store(id=Id.VERDICT_CHECKED)]
    body = panel("裁定申诉：逐件准予，先检查", html.Div(fields, className="change-form"), *rest)
    return html.Details(
        [html.Summary(text("裁定考核申诉")), body], id=Id.VERDICT_FORM, className="change", hidden=True
    )


def _told(word: str, place: Id) -> html.Div:
    """Return what the form is about, in words that the server writes."""
    return html.Div([text(word), html.Span(id=place, className="form-about")], className="change-field wide")


def _labelled(word: str, field: Component) -> html.Label:
    return html.Label([text(word), field], className="change-field wide")


def _typed(place: Id, hint: str) -> dcc.Input:
    return dcc.Input(id=place, type="text", placeholder=hint, autoComplete="off")


def _words(place: Id, hint: str) -> dcc.Textarea:
    return dcc.Textarea(id=place, placeholder=hint, rows=2)


def _checklist(place: Id) -> dcc.Checklist:
    return dcc.Checklist([], [], id=place, className="change-checks")


def _actions(check: Id, accept: Id, check_word: str, accept_word: str) -> html.Div:
    return html.Div(
        [
            html.Button(text(check_word), id=check, className="button"),
            html.Button(text(accept_word), id=accept, className="button", hidden=True),
        ],
        className="change-actions",
    )


def _place(place: Id) -> html.Div:
    return html.Div(id=place, className="change-told", **{"aria-live": "polite"})


def form_told(head: str, lines: Sequence[str] = (), *, is_done: bool = False) -> list[Component]:
    """Return what a press does, or did."""
    listed = [html.Ul([html.Li(text(line)) for line in lines])] if lines else []
    return [html.P(text(head, "good" if is_done else "")), *listed]


def form_refused(message: str, cure: str) -> list[Component]:
    """Return why something cannot be, and what helps."""
    return [html.P([text(message, "bad"), text(f"　{cure}" if cure else "")])]
