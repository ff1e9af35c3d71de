"""The drawer: one case with limits, facts, plan or orders, journal, and one button that says what it will do."""

from __future__ import annotations

import json
from datetime import timedelta

from dash import html
from dash.development.base_component import Component

from data.domain.case_clock import ClockReading
from data.domain.case_times import Stage
from data.domain.drawer import Drawer, Likely, OrderLine
from data.domain.lifecycle import ORDER_DONE
from data.domain.vocabulary import Action, CaseState, LocationGrade, PhotoKind
from layouts.desk.actions import meaning, menu, primary, small_button
from layouts.desk.journal import journal_section
from layouts.desk.moments import left, verdict, when
from layouts.desk.orders import orders_section, returned_notes
from layouts.desk.plan import plan_section, press_note
from layouts.parts.legend import mark
from layouts.parts.text import text


def drawer_rest() -> list[Component]:
    """Return what the drawer shows while no case is chosen."""
    words = [
        text("未选择案卷", "rest-title"),
        text("点按队列或地图上的案卷查看", "rest-hint"),
        html.Span("按 N 登记新案卷", className="rest-hint", **{"data-text": "", "data-needs": "report"}),
    ]
    return [html.Div(words, className="drawer-rest")]


def drawer_refusal(message: str) -> list[Component]:
    """Return the drawer of a case that cannot be shown, with the reason."""
    return [html.Div([text("不能显示", "rest-title"), text(message, "rest-hint")], className="drawer-rest")]


def drawer_parts(drawer: Drawer) -> list[Component]:
    """Return the drawer's children for a case."""
    subject = {name: getattr(drawer, name) for name in ("case_id", "number", "title", "version")}
    may_press = drawer.primary is not None and drawer.primary.action is Action.DISPATCH
    middle: list[Component] = [_facts(drawer)]
    if drawer.plan is not None and drawer.state is CaseState.RETURNED:
        middle += returned_notes(drawer)
    if drawer.plan is not None:
        middle.append(plan_section(drawer.plan, drawer.units, is_open=may_press))
    elif drawer.no_plan:
        middle.append(html.P(text(f"没有派遣方案：{drawer.no_plan}"), className="gap"))
    if drawer.orders:
        middle.append(orders_section(drawer))
    middle += _photos(drawer)
    middle.append(journal_section(drawer.journal, drawer.broken_at))
    return [
        html.Div(
            [
                _head(drawer),
                _limits(drawer),
                html.Div(middle, className="drawer-body", tabIndex=0),
                _foot(drawer),
            ],
            className="drawer-case",
            **{"data-subject": json.dumps(subject, ensure_ascii=False)},
        )
    ]


def _head(drawer: Drawer) -> html.Header:
    badges = [text("演示数据", "demo-badge")] if drawer.facts.is_demo else []
    if drawer.facts.is_sensitive:
        badges.append(text("敏感，大屏遮蔽", "flag"))
    title = html.H2(
        drawer.title, className="drawer-title", title=drawer.title, tabIndex=-1,
        **{"data-text": "", "data-may-ellipsize": ""},
    )  # fmt: skip
    line = [text(f"{drawer.number} · {drawer.state.label}"), *badges]
    return html.Header(
        [mark(drawer.severity), title, html.Div(line, className="drawer-number")], className="drawer-head"
    )


def _limits(drawer: Drawer) -> html.Div:
    """The stage's limit, the case's own, and how often this place came up."""
    clock = drawer.clock
    amount = f"{drawer.limit.amount:g} {drawer.limit.kind.label}"
    boxes = []
    if clock.stage in (Stage.ACCEPT, Stage.DISPATCH, Stage.VERIFY) and clock.due_at:
        boxes.append(
            _limit(left(clock.due_at, "limit-value"), [f"{clock.stage.label}时限 ", when(clock.due_at)])
        )
    handling = clock.category_due_at or (drawer.plan.limit.case_due_at if drawer.plan else None)
    if clock.category_due_at is None and handling is not None:
        boxes.append(_limit(text(amount, "limit-value quiet-value"), ["处置时限，派遣后起算"]))
    elif handling is not None and clock.stage is not Stage.DONE:
        boxes.append(_limit(left(handling, "limit-value"), ["处置时限 ", when(handling), f"（{amount}）"]))
    boxes += _settled(clock)
    if clock.external_due_at is not None:
        kept = clock.keeps_external if clock.stage is Stage.DONE else None
        value = left(clock.external_due_at, "limit-value") if kept is None else verdict(kept, "limit-value")
        boxes.append(_limit(value, ["来单时限 ", when(clock.external_due_at)]))
    if drawer.repeats > 1:
        boxes.append(_limit(text(f"{drawer.repeats} 件", "limit-value soon"), ["30 天内同地点"]))
    return html.Div([html.Div(boxes, className="limit-row"), *_clock_notes(drawer)], className="limits")


def _settled(clock: ClockReading) -> list[html.Div]:
    """The verdict on a case that is done: whether the limit of its closing was kept."""
    if clock.closed_on_time is None or clock.closing_due_at is None:
        return []
    words: list[Component | str] = ["结案时限 ", when(clock.closing_due_at)]
    if clock.ended_at is not None:
        words += ["，", when(clock.ended_at), " 办结"]
    return [_limit(verdict(clock.closed_on_time, "limit-value"), words)]


def _limit(value: Component, words: list[Component | str]) -> html.Div:
    said = [text(word) if isinstance(word, str) else word for word in words]
    return html.Div([value, html.Div(said, className="limit-words")], className="limit")


def _clock_notes(drawer: Drawer) -> list[html.P]:
    """What moved or stopped the clock, in words."""
    clock = drawer.clock
    notes: list[Component] = []
    if clock.is_provisional:
        notes.append(text("时限暂定：日历尚未公布到该日，公布后重算"))
    notes += [text(words, "soon") for words in drawer.pending]
    if clock.extensions:
        notes.append(text(f"已延期 {clock.extensions} 次"))
    for pause in clock.pauses:
        words = [text("暂停 "), when(pause.begin), text(" 至 "), when(pause.end)]
        why = "，".join(word for word in (pause.reason, pause.approver and f"{pause.approver} 批准") if word)
        notes.append(html.Span([*words, text(f"：{why}" if why else "")]))
    if clock.overdue_since:
        notes.append(html.Span([text("曾超期，自 "), when(clock.overdue_since)], className="bad"))
    if clock.elapsed > timedelta() and clock.stage is Stage.DONE:
        notes.append(text(f"用时 {_span(clock.elapsed)}"))
    return [html.P(note, className="clock-note") for note in notes]


def _span(time: timedelta) -> str:
    minutes = int(time.total_seconds() // 60)
    return f"{minutes} 分" if minutes < 60 else f"{minutes // 60} 小时 {minutes % 60} 分"


def _facts(drawer: Drawer) -> html.Dl:
    facts = drawer.facts
    place: list[Component] = [text(facts.address or "未写地址"), _grade(facts.grade)]
    grids: list[Component] = [text(" · ".join(f"{kind} {name}" for kind, name in facts.grids) or "未定位")]
    if facts.edge_note and drawer.plan is None:
        grids.append(text(facts.edge_note, "soon"))
    source = " · ".join(
        w for w in (facts.channel, facts.external_number and f"来单 {facts.external_number}") if w
    )
    rows: list[tuple[str, list[Component]]] = [
        ("位置", place),
        ("网格", grids),
        ("类别", [text(facts.category)]),
        ("来源", [text(source), when(facts.reported_at, "second")]),
        *([("情况", [text(facts.description)])] if facts.description else []),
        *([("反映人", [text(facts.reporter)])] if facts.reporter else []),
        *([("询问", [_answer(*pair) for pair in facts.answers])] if facts.answers else []),
        *([("疑似重复", [_likely(one, drawer) for one in drawer.likely])] if drawer.likely else []),
    ]
    return html.Dl([_fact(name, parts) for name, parts in rows], className="drawer-facts")


def _fact(name: str, parts: list[Component]) -> html.Div:
    return html.Div([html.Dt(text(name)), html.Dd(parts)])


def _answer(words: str, answer: str) -> html.Span:
    return html.Span([text(f"{words} ", "second"), text(answer)])


def _grade(grade: LocationGrade) -> html.Span:
    tone = {"A": "good", "B": "good"}.get(grade.value, "soon")
    words = grade.label if grade is LocationGrade.NONE else f"{grade.value} 级 {grade.label}"
    return text(words, tone)


def _likely(one: Likely, drawer: Drawer) -> html.Div:
    look = html.Button(
        text(f"{one.title}"), className="link-button", title=one.number, **{"data-look": str(one.case_id)}
    )
    buttons = [] if one.merge is None else [small_button(one.merge, drawer.units)]
    return html.Div([when(one.reported_at), look, text(one.words, "second"), *buttons], className="likely")


def _photos(drawer: Drawer) -> list[html.Div]:
    """The photos, and a button that adds one; the browser opens the file dialog."""
    shown = [
        html.A(
            html.Img(src=photo["url"], alt=photo["kind_label"]),
            href=photo["url"], target="_blank", title=photo["kind_label"],
        )
        for photo in drawer.photos
    ]  # fmt: skip
    kinds = [
        html.Button(text(f"＋ {kind.label}"), className="small-button", **{"data-photo": str(kind)})
        for kind in PhotoKind
    ]
    adds = (
        [html.Div([text("照片", "second"), *kinds], className="photo-adds")] if drawer.may_add_photo else []
    )
    strip = [html.Div(shown, className="photos", **{"aria-label": "照片"})] if shown else []
    return [*strip, *adds]


def _foot(drawer: Drawer) -> html.Footer:
    """The one button, and the menu beside it; where nothing is to be done here it says whose turn it is."""
    parts: list[Component] = []
    if drawer.primary is None:
        parts.append(html.P(text(_waits(drawer)), className="no-primary"))
    elif drawer.primary.action is Action.DISPATCH and drawer.plan is not None:
        note = press_note(drawer.plan, drawer.severity)
        parts.append(primary(drawer.primary, drawer.units, note, {"data-plan": "1"}))
    else:
        parts.append(primary(drawer.primary, drawer.units, meaning(drawer.primary), {}))
    others = menu(drawer.menu, drawer.units)
    return html.Footer([*parts, *([others] if others else [])], className="drawer-foot")


def _waits(drawer: Drawer) -> str:
    """Whose turn it is, or what is waited for, where this seat has nothing to do."""
    if drawer.state is CaseState.HANDLED and any(_is_out(line) for line in drawer.orders):
        return "协办派遣单办完或撤回之后，才能核查"
    if not drawer.waits_for:
        owed = "，还没有回复来单方" if drawer.owes_reply else ""
        return f"案卷{drawer.state.label}{owed}"
    return f"“{drawer.state.label}”：下一步由{'、'.join(drawer.waits_for)}办理"


def _is_out(line: OrderLine) -> bool:
    return not line.is_main and line.state not in ORDER_DONE
