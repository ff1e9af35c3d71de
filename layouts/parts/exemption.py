"""The form of 首违不罚: whom and what is looked up, and below the answer, where a person judges and decides.

Nothing is chosen beforehand, and no colour, size or order makes one decision look better than another.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from dash import dcc, html
from dash.development.base_component import Component

from data.domain.exemption import LONGEST_TEXT, Answer, CheckDecision, Earlier, Record
from layouts.ids import Id, Slot
from layouts.parts.text import panel, text

KINDS = (("firm", "企业或场所"), ("person", "个人"))
RECORD_HEADS = ("类别", "编号", "日期", "结果")
NOTE = "系统只列出记录、依据和条件，不提出处罚或不罚的建议，也不提出罚款数额；由执法人员核对并决定"
NOBODY = Earlier("", "", "", 0, ("",), "", False, date.min, date.min, (), (), (), 0, ())
"""An answer about nobody, so that Dash knows every id of one."""


def exemption_place() -> list[Component]:
    """Return the place of the form, which is filled for whoever may check, and the stores by which it hears."""
    return [
        html.Div(id=Id.EXEMPTION, className="exemption", **{"data-wish": Id.EXEMPTION_WISH}),
        dcc.Store(id=Id.EXEMPTION_WISH),
        dcc.Store(id=Id.EXEMPTION_START),
    ]


def exemption_form(
    matters: Sequence[tuple[str, str]],
    cases: Sequence[tuple[str, str]],
    case: str = "",
    answer: Sequence[Component] = (),
    checked: dict[str, Any] | None = None,
) -> list[Component]:
    """Return the form; it stands open with its answer where somebody came with an undecided case."""
    fields = [
        _labelled(
            "未决案件", _typed(Id.EXEMPTION_CASE, "从案件开始：选编号，其余不填", "exemption-cases", case)
        ),
        _kinds(),
        _labelled("主体", _typed(Id.EXEMPTION_SUBJECT, "统一社会信用代码、登记名称，或个人证件号", "")),
        _labelled("事项", _typed(Id.EXEMPTION_MATTER, "按编码或名称查找", "exemption-matters")),
        _labelled("发现日期", _typed(Id.EXEMPTION_DAY, "年-月-日，不填即今天", "")),
        _names("exemption-cases", cases),
        _names("exemption-matters", matters),
    ]
    look = html.Button(text("查询在前记录"), id=Id.EXEMPTION_LOOK, className="button")
    body = panel(
        "首违不罚核对",
        html.P(text(NOTE), className="list-note"),
        html.Div(fields, className="change-form"),
        html.Div(look, className="change-actions"),
        html.Div(
            list(answer), id=Id.EXEMPTION_ANSWER, className="exemption-answer", **{"aria-live": "polite"}
        ),
        dcc.Store(id=Id.EXEMPTION_CHECKED, data=checked),
    )
    return [html.Details([html.Summary(text("首违不罚核对")), body], className="change", open=bool(case))]


def exemption_answer(found: Earlier) -> list[Component]:
    """Return what was found before with the legal text, and below it what a person fills in."""
    facts = (
        *((("案件", found.case_number),) if found.case_number else ()),
        ("主体", found.subject + ("" if found.is_registered else "；登记库中没有这个主体")),
        ("事项", f"{found.matter_name}（{found.matter_code}）"),
        ("依据", found.citation),
        ("本次发现", found.found_on.isoformat()),
        (
            "回溯期",
            f"{found.window_months} 个月：{found.since.isoformat()} 起，至 {found.found_on.isoformat()} 之前",
        ),
    )
    return [
        html.Div([_fact(name, words) for name, words in facts], className="exemption-facts"),
        html.P(text(found.said()), className="exemption-told"),
        _records("回溯期内的在前记录", found.within),
        *(
            [_records("本次发现当日及以后的记录（是否即本次发现，由执法人员认定）", found.beside)]
            if found.beside
            else []
        ),
        *([_records("回溯期以前的记录", found.outside)] if found.outside else []),
        html.P(text(f"同一主体在其他事项中的记录：{found.other_matters} 条"), className="list-note"),
        *_judging(found),
    ]


def _judging(found: Earlier) -> list[Component]:
    rows = [_condition(n, words) for n, words in enumerate(found.conditions)]
    none = [html.P(text("这个事项没有填写首违不罚条件"), className="list-note")] if not rows else []
    record = html.Button(text("记录核对"), id=Id.EXEMPTION_RECORD, className="button")
    return [
        html.H3(text("条件：逐条核对，选“符合”须写证据")),
        *rows,
        *none,
        html.Fieldset(
            [html.Legend(text("决定（由执法人员作出）")), _choices(Id.EXEMPTION_DECISION, CheckDecision)],
            className="exemption-choice",
        ),
        _labelled("理由", _area(Id.EXEMPTION_REASON, "事实和依据")),
        _labelled(
            "另写理由",
            _area(
                Id.EXEMPTION_AGAINST,
                "回溯期内有在前记录或有条件未认定符合，而决定为首违不罚的，在此写明；否则不填",
            ),
        ),
        html.Div(record, className="change-actions"),
        html.Div(id=Id.EXEMPTION_TOLD, className="change-told", **{"aria-live": "polite"}),
    ]


def _condition(n: int, words: str) -> html.Fieldset:
    return html.Fieldset(
        [
            html.Legend(text(words)),
            _choices({"type": Slot.CONDITION, "index": n}, Answer),
            _labelled(
                f"证据：{words}", _area({"type": Slot.EVIDENCE, "index": n}, "凭什么认定，可写文书或照片编号")
            ),
        ],
        className="exemption-choice",
    )


def _choices(name: str | dict[str, Any], words: type[Answer] | type[CheckDecision]) -> dcc.RadioItems:
    options = [{"label": word.label, "value": word.value} for word in words]
    return dcc.RadioItems(options, None, id=name, inline=True, className="change-kinds")


def _kinds() -> html.Fieldset:
    options = [{"label": label, "value": value} for value, label in KINDS]
    choice = dcc.RadioItems(options, None, id=Id.EXEMPTION_KIND, inline=True, className="change-kinds")
    return html.Fieldset([html.Legend(text("主体类型")), choice], className="change-field exemption-kind")


def _typed(name: str, hint: str, names: str, value: str = "") -> dcc.Input:
    choices = {"list": names} if names else {}
    return dcc.Input(id=name, type="text", placeholder=hint, autoComplete="off", value=value, **choices)


def _area(name: str | dict[str, Any], hint: str) -> dcc.Textarea:
    return dcc.Textarea(id=name, placeholder=hint, maxLength=LONGEST_TEXT, rows=2, className="exemption-text")


def _labelled(word: str, field: Component) -> html.Label:
    return html.Label([text(word), field], className="change-field")


def _names(name: str, rows: Sequence[tuple[str, str]]) -> html.Datalist:
    return html.Datalist([html.Option(value=code, label=f"{code} {words}") for code, words in rows], id=name)


def _fact(name: str, words: str) -> html.Div:
    return html.Div([text(name, "fact-name"), text(words, "fact-value")], className="fact")


def _records(title: str, records: Sequence[Record]) -> html.Div:
    head = html.H3(text(f"{title}：{len(records)} 条"))
    if not records:
        return html.Div([head])
    heads = html.Thead(html.Tr([html.Th(text(word)) for word in RECORD_HEADS]))
    rows = [
        html.Tr([html.Td(text(words)) for words in (one.kind, one.number, one.on.isoformat(), one.words)])
        for one in records
    ]
    table = html.Table([heads, html.Tbody(rows)], **{"aria-label": title})
    return html.Div([head, html.Div(table, className="table-scroll")])


def exemption_refused(message: str, cure: str) -> list[Component]:
    """Return why something cannot be, and what helps."""
    return [html.P([text(message, "bad"), text(f"　{cure}" if cure else "")])]


def exemption_kept(number: int, decision: str, *, goes_against: bool, is_repeated: bool) -> list[Component]:
    """Return that a check was kept; no word praises or blames the decision."""
    head = f"核对 {number} 已记录" + ("（此前已提交，没有重复记录）" if is_repeated else "")
    lines = [f"决定：{decision}", *(["与在前记录或条件不一致，另写的理由已一并保存"] if goes_against else [])]
    lines.append("记录不再修改；需要更正时重新核对，两次都列出")
    return [html.P(text(head)), html.Ul([html.Li(text(line)) for line in lines])]
