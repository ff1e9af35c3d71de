"""The orders of a case: those that somebody still works on first, the returned and withdrawn ones folded away."""

from __future__ import annotations

from collections.abc import Sequence

from dash import html
from dash.development.base_component import Component

from data.domain.drawer import Drawer, OrderLine
from data.domain.vocabulary import OrderState
from layouts.desk.actions import small_button
from layouts.desk.moments import when
from layouts.parts.text import text

GIVEN_BACK = frozenset({OrderState.RETURNED, OrderState.RECALLED})


def orders_section(drawer: Drawer) -> html.Section:
    """Return the orders, and the buttons of the thirty seconds while they last."""
    head: list[Component] = [html.H3(text("派遣单"))]
    if drawer.undo_until is not None:
        keys = [("撤销 Z", "Z"), *([("立即发送 S", "S")] if drawer.may_send_now else [])]
        buttons = [
            html.Button(text(words), className="small-button", **{"data-key": key}) for words, key in keys
        ]
        head.append(html.Span(buttons, **{"data-until": drawer.undo_until.isoformat()}))
    current = [line for line in drawer.orders if line.state not in GIVEN_BACK]
    ended = [line for line in drawer.orders if line.state in GIVEN_BACK]
    return html.Section(
        [
            html.Header(head, className="section-head"),
            *(_order(line, drawer) for line in current),
            *([_ended(ended, drawer)] if ended else []),
        ],
        className="orders",
    )


def _ended(lines: Sequence[OrderLine], drawer: Drawer) -> html.Details:
    counts = [(state, sum(line.state is state for line in lines)) for state in OrderState]
    words = "、".join(f"{state.label} {count} 张" for state, count in counts if count)
    return html.Details(
        [html.Summary(text(words)), *(_order(line, drawer) for line in lines)], className="ended"
    )


def _order(line: OrderLine, drawer: Drawer) -> html.Div:
    names = [text(line.unit, "responder-name"), text("主办" if line.is_main else "协办", "tag")]
    due = [text(" · 时限 "), when(line.due_at)] if line.due_at else []
    facts = [text(f"{line.kind.label} · {line.number} · "), when(line.sent_at), text(" 派出"), *due]
    buttons = [small_button(offer, drawer.units, is_link=n > 0) for n, offer in enumerate(line.offers)]
    return html.Div(
        [
            html.Div(names, className="responder-head"),
            text(line.state.label, "order-state"),
            html.Div(facts, className="responder-where"),
            *([html.Div(buttons, className="order-buttons")] if buttons else []),
        ],
        className="responder",
        **{"data-order": line.number},
    )


def returned_notes(drawer: Drawer) -> list[html.P]:
    """Say of a case that came back who gave it back and why, so that it is not sent there again unseen."""
    back = [line for line in drawer.orders if line.is_main and line.state is OrderState.RETURNED]
    return [
        html.P(text(f"{line.unit}已退单：{line.returned or '未写原因'}；请核对主办单位"), className="gap")
        for line in back[-1:]
    ]
