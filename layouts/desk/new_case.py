"""The sheet 登记案卷: its fields as one table; the browser puts the inputs into their places and keeps what is typed."""

from __future__ import annotations

from dataclasses import dataclass

from dash import dcc, html

from layouts.ids import Id
from layouts.parts.text import text


@dataclass(frozen=True, slots=True)
class Field:
    """One field: its key in the command, its label, the kind of input, its longest text, and a hint."""

    key: str
    label: str
    kind: str = "text"
    longest: int = 0
    hint: str = ""


MATTER = (
    Field("title", "标题", longest=60, hint="什么事，一句话"),
    Field("description", "情况", "textarea", 2000, "反映人怎么说；可删除的个人信息写在这里"),
)
PLACE = (Field("address", "地点", "search", 200, "村、组、路、企业、网格，或直接点地图"),)
KIND = (Field("category", "类别", "select"), Field("severity", "等级", "select"))
SENDER = (
    Field("intake_channel", "渠道", "select"),
    Field("happened_at", "发生时间", "time", 24, "不填即现在；14:30 或 11-25 14:30"),
    Field("external_number", "来单编号", longest=64, hint="12345 或上级来单"),
    Field("external_due_at", "来单时限", "time", 24, "14:30 或 11-25 14:30"),
)
REPORTER = (
    Field("reporter_name", "反映人", longest=50),
    Field("reporter_telephone", "电话", "tel", 30),
)
FIELDS = (*MATTER, *PLACE, *KIND, *SENDER, *REPORTER)


def new_case_sheet() -> list[html.Dialog | dcc.Store]:
    """Return the sheet beside the map, and the two stores by which it asks and hears."""
    sheet = html.Dialog(
        html.Div([_head(), html.Div(_body(), className="new-case-body"), _foot()], className="new-case-form"),
        className="new-case",
        **{"data-new-case": "sheet", "aria-label": "登记案卷"},
    )
    return [sheet, dcc.Store(id=Id.NEW_CASE_ASK), dcc.Store(id=Id.NEW_CASE_ANSWER)]


def _head() -> html.Header:
    close = html.Button(text("关闭 Esc"), className="quiet", **{"data-new-case": "close"})
    return html.Header([html.H2(text("登记案卷")), close])


def _body() -> list[html.Div]:
    return [
        _fields(MATTER),
        _place("suggestion", "类别建议"),
        _fields(PLACE),
        _place("hits", "地名库"),
        _place("spot", "所在网格"),
        _fields(KIND, "pair"),
        _police_hint(),
        _place("questions", "询问"),
        _place("duplicates", "疑似重复"),
        _fields(SENDER, "pair"),
        _fields(REPORTER, "pair"),
        _photos(),
    ]


def _photos() -> html.Div:
    """The browser puts its file input first, out of sight but not out of reach: label and words are ours."""
    pick = [
        html.Label(text("选择照片"), className="photo-button", htmlFor="nc-photos"),
        html.Span(
            "未选择，可选多张", className="photo-names", **{"data-new-case": "photo-names", "data-text": ""}
        ),
    ]
    return html.Div(
        [
            html.Div(text("照片"), className="field-label"),
            html.Div(pick, className="photo-pick", **{"data-new-case": "photos"}),
        ],
        className="field",
    )


def _police_hint() -> html.Div:
    """What the caller must hear before a police matter can be filed."""
    return html.Div(
        [
            html.P(className="police-words", **{"data-new-case": "police-words", "data-text": ""}),
            html.Label(
                [
                    html.Span(**{"data-input": "told_110"}),
                    html.Span(**{"data-new-case": "police-tick", "data-text": ""}),
                ],
                className="police-told",
            ),
            _error("told_110"),
        ],
        className="police-hint",
        role="alert",
        hidden=True,
        **{"data-new-case": "police"},
    )


def _foot() -> html.Footer:
    press = html.Button(
        [text("登记案卷"), text("Ctrl + Enter", "press-key")],
        className="new-case-press",
        **{"data-new-case": "press"},
    )
    note = html.P(className="new-case-note", role="status", **{"data-new-case": "note", "data-text": ""})
    return html.Footer([note, press])


def _fields(fields: tuple[Field, ...], class_name: str = "") -> html.Div:
    return html.Div([_field(field) for field in fields], className=f"fields {class_name}".strip())


def _field(field: Field) -> html.Div:
    return html.Div(
        [
            html.Label(text(field.label), className="field-label", htmlFor=f"nc-{field.key}"),
            html.Div(
                className="field-input",
                **{
                    "data-input": field.key,
                    "data-kind": field.kind,
                    "data-longest": str(field.longest or ""),
                    "data-hint": field.hint,
                },
            ),
            _error(field.key),
        ],
        className="field",
    )


def _error(key: str) -> html.P:
    return html.P(className="field-error", role="alert", **{"data-error": key, "data-text": ""})


def _place(name: str, label: str) -> html.Div:
    """A part that the server fills; it takes no room while it has nothing to say."""
    return html.Div(
        [
            html.Div(text(label), className="field-label"),
            html.Div(className="advice-body", **{"data-advice": name}),
        ],
        className="field advice",
        hidden=True,
    )
