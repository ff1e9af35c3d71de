"""Two forms of 综合执法: answering what observers said, and making the links by which they look on."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from dash import dcc, html
from dash.development.base_component import Component

from data.domain.observing import DEFAULT_DAYS, LONGEST_TEXT, MOST_DAYS
from layouts.ids import Id
from layouts.parts.text import panel, text

FIELD_IDS = {
    "observer": Id.OBSERVER_LINK_WHO,
    "cases": Id.OBSERVER_LINK_CASES,
    "matter": Id.OBSERVER_LINK_MATTER,
    "last_days": Id.OBSERVER_LINK_LAST,
    "days": Id.OBSERVER_LINK_DAYS,
}


def observer_panels() -> list[Component]:
    """Return both forms, hidden until it is known who looks, folded away until somebody wants them."""
    return [_answers(), _links()]


def _answers() -> html.Details:
    waiting = dcc.RadioItems([], id=Id.OBSERVER_WAITING, className="observer-rows")
    answer = html.Label(
        [
            text(f"答复（{LONGEST_TEXT} 字以内，不写当事人名称）"),
            dcc.Textarea(id=Id.OBSERVER_ANSWER_TEXT, maxLength=LONGEST_TEXT, rows=3, value=""),
        ],
        className="change-field",
    )
    send = html.Button(text("提交答复"), id=Id.OBSERVER_ANSWER_SEND, className="button")
    body = panel(
        "待答复的观察意见：选一条，写答复",
        html.Div(waiting, className="observer-list"),
        answer,
        html.Div(send, className="change-actions"),
        html.Div(id=Id.OBSERVER_ANSWER_TOLD, className="change-told", **{"aria-live": "polite"}),
        dcc.Store(id=Id.OBSERVER_ANSWER_KEY),
    )
    summary = html.Summary(text("答复观察意见"), id=Id.OBSERVER_ANSWER_OPEN)
    return html.Details(
        [summary, body], id=Id.OBSERVER_ANSWERS, className="change observer-form", hidden=True
    )


def _links() -> html.Details:
    form = html.Div(
        [
            _typed("observer", "观察员", "编号，从名录中选", "observer-codes"),
            _typed("cases", "案件编号", "可多个，用顿号或空格隔开；可不填"),
            _typed("matter", "或：事项", "这一事项的案件", "observer-matters"),
            _typed("last_days", "近多少天发现的", "选了事项时填写"),
            _typed("days", "链接有效天数", f"1 至 {MOST_DAYS}", value=str(DEFAULT_DAYS)),
            html.Datalist(id=Id.OBSERVER_CODES, children=[]),
            html.Datalist(id=Id.OBSERVER_MATTERS, children=[]),
        ],
        className="change-form",
    )
    make = html.Button(text("生成链接"), id=Id.OBSERVER_LINK_MAKE, className="button")
    revoke = html.Button(text("撤销选中的链接"), id=Id.OBSERVER_LINK_REVOKE, className="button quiet")
    body = panel(
        "执法观察员的链接：只显示一次，请复制后交给本人",
        form,
        html.Div(make, className="change-actions"),
        html.Div(id=Id.OBSERVER_LINK_SHOWN, className="observer-secret"),
        html.Div(id=Id.OBSERVER_LINK_TOLD, className="change-told", **{"aria-live": "polite"}),
        html.Div(
            dcc.RadioItems([], id=Id.OBSERVER_LINK_LIST, className="observer-rows"), className="observer-list"
        ),
        html.Div(revoke, className="change-actions"),
        dcc.Store(id=Id.OBSERVER_LINK_KEY),
    )
    summary = html.Summary(text("执法观察员链接"), id=Id.OBSERVER_LINK_OPEN)
    return html.Details([summary, body], id=Id.OBSERVER_LINKS, className="change observer-form", hidden=True)


def _typed(name: str, word: str, hint: str, names: str = "", value: str = "") -> html.Label:
    choices = {"list": names} if names else {}
    field = dcc.Input(
        id=FIELD_IDS[name], type="text", placeholder=hint, autoComplete="off", value=value, **choices
    )
    return html.Label([text(word), field], className="change-field")


def choices_of(pairs: Sequence[tuple[str, str]]) -> list[Component]:
    """Return the entries of a list to choose from: value and what is said of it."""
    return [html.Option(word, value=value) for value, word in pairs]


def row_option(value: Any, first: str, second: str, *, is_ended: bool = False) -> dict[str, Any]:
    """Return a row of a list to choose from, in two lines; one that has ended cannot be chosen.

    A label is plain text: Dash loses its way in a list of components that grows.
    """
    return {"label": f"{first}\n{second}", "value": value, "disabled": is_ended}


def cut_options(options: Sequence[dict[str, Any]], most: int, rest: str) -> list[dict[str, Any]]:
    """Return at most so many rows of a list; where there are more, a last one that cannot be chosen says so."""
    more = [row_option("", f"只列 {most} 条", rest, is_ended=True)] if len(options) > most else []
    return [*options[:most], *more]


def secret_shown(url: str, words: str) -> list[Component]:
    """Return a link to be copied; one press marks the whole of it."""
    return [html.Code(url, className="observer-url", **{"data-secret": ""}), html.P(text(words, "good"))]


def told(words: str, tone: str = "", cure: str = "") -> list[Component]:
    """Return what came of a press."""
    return [html.P([text(words, tone), *([text(f"　{cure}")] if cure else [])])]
