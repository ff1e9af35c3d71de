"""The alarm strip's one callback: what runs, and acknowledging or shelving it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from dash import Dash, Input, Output

from callbacks.actors import current_actor
from callbacks.audit import tell_use
from callbacks.context import Context
from callbacks.threads import in_thread
from data.domain.errors import CloudError, InvalidInput
from data.domain.people import Actor
from data.domain.rights import Right, authorise, may
from data.services.alarms import Attention, acknowledge_alarm, shelve_alarm
from data.views.alarms import alarm_board
from data.world import World, utc_now
from layouts.ids import Id

VERBS = {"acknowledge": acknowledge_alarm, "shelve": shelve_alarm}


def register(app: Dash, context: Context) -> None:
    """Register the callback."""

    @app.callback(Output(Id.ALARM_ANSWER, "data"), Input(Id.ALARM_ASK, "data"), prevent_initial_call=True)
    async def alarms(question: dict[str, Any] | None) -> dict[str, Any]:
        try:
            return await in_thread(answer, context.world, question or {}, current_actor(), utc_now())
        except CloudError as error:
            return {"refusal": error.message}


def answer(world: World, question: Mapping[str, Any], actor: Actor, now: datetime) -> dict[str, Any]:
    """Do what was asked, then return the board; a refusal stands beside it and names who was first."""
    authorise(actor, Right.SEE_DESK)
    refusal, refused = None, None
    verb = question.get("verb")
    if verb in VERBS:
        failed: CloudError | None = None
        try:
            VERBS[verb](world, _attention(question, now), actor, now)
        except CloudError as error:
            failed, refusal, refused = error, error.message, question.get("id")
        tell_use(Right.HANDLE_ALARM, f"alarm:{question.get('id')} {verb}", failed)
    board = alarm_board(world, now)
    known = {alarm["id"] for alarm in board["alarms"]}
    answered = {
        "refusal": refusal,
        "refused": refused if isinstance(refused, int) and refused in known else None,
        "n": question.get("n"),
        "may_handle": may(actor, Right.HANDLE_ALARM),
    }
    return board | answered


def _attention(question: Mapping[str, Any], now: datetime) -> Attention:
    minutes, alarm_id = question.get("minutes"), question.get("id")
    if not isinstance(minutes, int) or not isinstance(alarm_id, int):
        raise InvalidInput("没有写明哪个报警、多少分钟", field="minutes", value=minutes, cure="请重新选择")
    until = now + timedelta(minutes=max(0, min(minutes, 1440)))
    return Attention(alarm_id, str(question.get("reason") or ""), until)
