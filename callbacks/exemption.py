"""首违不罚 on the page of 综合执法: what is typed is looked up, what a person decides is kept; nobody else sees the form."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from typing import Any

from dash import ALL, Dash, Input, Output, State, no_update

from callbacks.actors import current_actor
from callbacks.audit import tell_use
from callbacks.context import Context
from callbacks.threads import in_thread
from data.domain.errors import CloudError
from data.domain.exemption import CheckDecision
from data.domain.people import Actor
from data.domain.rights import Right
from data.services.exemption import ExemptionCheck, record_check
from data.views.exemption import Wanted, look_up, matter_choices, may_check, open_cases
from data.world import World, utc_now
from layouts.ids import Id, Slot
from layouts.parts.exemption import exemption_answer, exemption_form, exemption_kept, exemption_refused

CHECK = "check:"
"""How a pick of the page names the case from which a check starts."""

LONGEST = 2000
TYPED = {
    "case_number": Id.EXEMPTION_CASE,
    "kind": Id.EXEMPTION_KIND,
    "subject": Id.EXEMPTION_SUBJECT,
    "matter": Id.EXEMPTION_MATTER,
    "found_on": Id.EXEMPTION_DAY,
}


def register(app: Dash, context: Context) -> None:
    """Register the form, its looking up and its recording."""
    world = context.world

    @app.callback(
        output={"form": Output(Id.EXEMPTION, "children"), "start": Output(Id.EXEMPTION_START, "data")},
        inputs={"wish": Input(Id.EXEMPTION_WISH, "data")},
        state={"start": State(Id.EXEMPTION_START, "data")},
        prevent_initial_call=True,
    )
    async def form(wish: dict[str, Any] | None, start: str | None) -> dict[str, Any]:
        return await in_thread(form_shown, world, wish or {}, start, current_actor())

    @app.callback(
        output={
            "answer": Output(Id.EXEMPTION_ANSWER, "children"),
            "checked": Output(Id.EXEMPTION_CHECKED, "data"),
        },
        inputs={"n": Input(Id.EXEMPTION_LOOK, "n_clicks")},
        state={"typed": {name: State(field, "value") for name, field in TYPED.items()}},
        prevent_initial_call=True,
    )
    async def look(n: int | None, typed: dict[str, Any]) -> dict[str, Any]:
        if not n:
            return {"answer": no_update, "checked": no_update}
        return await in_thread(answer_shown, world, typed, current_actor())

    _register_recording(app, world)


def _register_recording(app: Dash, world: World) -> None:
    @app.callback(
        output={
            "told": Output(Id.EXEMPTION_TOLD, "children"),
            "is_hidden": Output(Id.EXEMPTION_RECORD, "hidden"),
            "subject": Output(Id.EXEMPTION_SUBJECT, "value"),
        },
        inputs={"n": Input(Id.EXEMPTION_RECORD, "n_clicks")},
        state={
            "checked": State(Id.EXEMPTION_CHECKED, "data"),
            "filled": {
                "answers": State({"type": Slot.CONDITION, "index": ALL}, "value"),
                "evidence": State({"type": Slot.EVIDENCE, "index": ALL}, "value"),
                "decision": State(Id.EXEMPTION_DECISION, "value"),
                "reason": State(Id.EXEMPTION_REASON, "value"),
                "against": State(Id.EXEMPTION_AGAINST, "value"),
            },
        },
        prevent_initial_call=True,
    )
    async def record(n: int | None, checked: dict[str, Any] | None, filled: dict[str, Any]) -> dict[str, Any]:
        if not n:
            return {"told": no_update, "is_hidden": no_update, "subject": no_update}
        return await in_thread(record_shown, world, checked or {}, filled, current_actor())


def form_shown(world: World, wish: Mapping[str, Any], start: str | None, actor: Actor) -> dict[str, Any]:
    """Return the form for whoever may check, with the answer of the case that was picked; else nothing.

    A form that stands is drawn anew only when somebody presses 核对 of a case: else what is typed in it stays.
    """
    pick = str(wish.get("pick") or "")
    case = pick.removeprefix(CHECK) if pick.startswith(CHECK) else ""
    if start is not None and not case:
        return {"form": no_update, "start": no_update}
    try:
        may_check(world, actor)
    except CloudError:
        return {"form": [], "start": None}
    answer = answer_shown(world, {"case_number": case}, actor) if case else {"answer": [], "checked": None}
    shown = exemption_form(matter_choices(world), open_cases(world, actor), case, **answer)
    return {"form": shown, "start": case}


def answer_shown(world: World, typed: Mapping[str, Any], actor: Actor) -> dict[str, Any]:
    """Return what was found before, kept for recording under a fresh request key; or why it cannot be told."""
    wanted = _wanted(typed)
    try:
        found = look_up(world, wanted, actor, utc_now())
    except CloudError as error:
        tell_use(Right.CHECK_EXEMPTION, "exemption lookup", error)
        return {"answer": exemption_refused(error.message, error.cure or ""), "checked": None}
    tell_use(Right.CHECK_EXEMPTION, f"exemption lookup:{found.matter_code}")
    kept = {name: getattr(wanted, name) for name in TYPED}
    checked = {"typed": kept, "seen": found.numbers(), "key": secrets.token_hex(16)}
    return {"answer": exemption_answer(found), "checked": checked}


def record_shown(
    world: World, checked: Mapping[str, Any], filled: Mapping[str, Any], actor: Actor
) -> dict[str, Any]:
    """Return that a check was kept, or why it was not; what is typed stays then."""
    try:
        receipt = record_check(
            world, _check(checked, filled), actor, utc_now(), str(checked.get("key") or "")
        )
    except CloudError as error:
        tell_use(Right.CHECK_EXEMPTION, "exemption", error)
        told = exemption_refused(error.message, error.cure or "")
        return {"told": told, "is_hidden": False, "subject": no_update}
    tell_use(Right.CHECK_EXEMPTION, f"exemption:{receipt.id}")
    word = CheckDecision(receipt.decision).label
    told = exemption_kept(
        receipt.id, word, goes_against=receipt.goes_against, is_repeated=receipt.is_repeated
    )
    return {"told": told, "is_hidden": True, "subject": ""}


def _wanted(typed: Mapping[str, Any]) -> Wanted:
    return Wanted(**{name: str(typed.get(name) or "").strip()[:LONGEST] for name in TYPED})


def _check(checked: Mapping[str, Any], filled: Mapping[str, Any]) -> ExemptionCheck:
    typed, seen = checked.get("typed"), checked.get("seen")
    answers, evidence = _listed(filled.get("answers")), _listed(filled.get("evidence"))
    rows = [
        {"answer": str(answer or ""), "evidence": str(words or "")}
        for answer, words in zip(answers, evidence, strict=False)
    ]
    return ExemptionCheck(
        wanted=_wanted(typed if isinstance(typed, Mapping) else {}),
        seen=seen if isinstance(seen, Mapping) else {},
        answers=tuple(rows),
        decision=str(filled.get("decision") or ""),
        reason=str(filled.get("reason") or ""),
        against=str(filled.get("against") or ""),
    )


def _listed(given: Any) -> list[Any]:
    return given if isinstance(given, list) else []
