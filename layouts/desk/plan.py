"""The dispatch plan: whom one press sends and why, what is missing, and what the operator may change."""

from __future__ import annotations

from collections.abc import Sequence

from dash import html
from dash.development.base_component import Component

from data.domain.plan_values import DispatchPlan, PlanCard, QueueChange, Responder
from data.domain.vocabulary import Severity
from layouts.parts.text import text

Units = Sequence[tuple[str, str]]


def plan_section(plan: DispatchPlan, units: Units, *, is_open: bool) -> html.Section:
    """Return the plan; `is_open` where this seat may change and press it."""
    head = html.Header([html.H3(text("派遣方案")), text(_card_words(plan.card))], className="section-head")
    rows = {one.key: _responder(one, plan, dict(units), is_open) for one in plan.responders}
    others = [rows[one.key] for one in plan.responders if not one.is_proposed]
    parts: list[Component] = [head, *([_main_unit(plan, units)] if is_open else [])]
    parts += [rows[one.key] for one in plan.proposed]
    if others and is_open:
        parts.append(
            html.Details([html.Summary(text(f"其他可派 {len(others)}")), *others], className="others")
        )
    parts += [html.P(text(words), className="gap") for words in _gaps(plan)]
    if plan.card is not None:
        parts.append(_steps(plan.card))
    return html.Section(parts, className="plan")


def press_note(plan: DispatchPlan, severity: Severity) -> list[Component | str]:
    """Return what the press will do: how many, when the notices go out, and that it can be undone."""
    sends = f"立即通知（{severity.label}）" if plan.is_at_once else "30 秒后通知"
    count = html.Span(f"{len(plan.proposed)} 个对象", **{"data-kept-count": "", "data-text": ""})
    return [count, text(f" · {sends} · 30 秒内可撤销")]


def _responder(one: Responder, plan: DispatchPlan, names: dict[str, str], is_open: bool) -> html.Div:
    unit = names.get(one.unit_code, "")
    where = " · ".join(word for word in (one.kind.label, "" if unit == one.name else unit) if word)
    head = [
        *([_tick(one)] if is_open else []),
        text(one.name, "responder-name"),
        *([text("主办", "tag")] if one.is_main else []),
        text(where, "responder-where"),
    ]
    reasons = [text(_reason(reason.words, reason.points)) for reason in one.reasons]
    change = plan.queue_after.get(one.unit_code) if one.staff_id is None else None
    return html.Div(
        [
            html.Div(head, className="responder-head"),
            text(f"{one.points}", "points") if one.points else html.Span(),
            html.Div([*reasons, *([_queue(change)] if change else [])], className="reasons"),
        ],
        className="responder",
    )


def _tick(one: Responder) -> html.Button:
    """A box that keeps a responder in the press or leaves him out."""
    return html.Button(
        className="tick",
        role="checkbox",
        **{
            "data-responder": one.key,
            "data-proposed": "true" if one.is_proposed else "false",
            "aria-checked": "true" if one.is_proposed else "false",
            "aria-label": f"派给{one.name}",
        },
    )


def _main_unit(plan: DispatchPlan, units: Units) -> html.Label:
    """The unit in charge, as the responsibility list names it or as the operator changes it."""
    known = plan.main_unit
    first = [] if known else [html.Option("请选择主办单位", value="")]
    options = [
        *first,
        *(
            html.Option(name, value=code, selected="selected" if code == known else None)
            for code, name in units
        ),
    ]
    box = html.Select(
        options, className="select", **{"data-main-unit": known or "", "aria-label": "主办单位"}
    )
    return html.Label([text("主办单位"), box], className="main-unit")


def _reason(words: str, points: int) -> str:
    return f"{words} {'+' if points > 0 else '−'}{abs(points)}" if points else words


def _gaps(plan: DispatchPlan) -> list[str]:
    """What the operator should know before pressing: the edge of the grid, a vague place, what is missing."""
    notes = [note for note in (plan.edge_note, plan.location_note) if note]
    return [*notes, *(f"缺口：{gap.words}" for gap in plan.shortfalls)]


def _queue(change: QueueChange) -> html.Span:
    """What the unit's queue becomes by the press."""
    late = f"，超期 {change.overdue}" if change.overdue else ""
    new = "，新单将超期" if change.is_new_overdue else ""
    return text(f"派后在办 {change.now} → {change.after}{late}{new}", "soon" if change.is_new_overdue else "")


def _card_words(card: PlanCard | None) -> str:
    if card is None:
        return "无须预案"
    return f"预案：{card.name}（{len(card.steps)} 步，缺 {len(card.missing)} 项）"


def _steps(card: PlanCard) -> html.Details:
    rows = [
        html.Li(
            [
                text(step.words),
                *([text(step.unit_name, "step-unit")] if step.unit_name else []),
                *(text(f"缺 {lack}", "flag") for lack in step.missing),
            ]
        )
        for step in card.steps
    ]
    return html.Details(
        [html.Summary(text("预案步骤")), html.Ol(rows, className="steps")], className="card-steps"
    )
