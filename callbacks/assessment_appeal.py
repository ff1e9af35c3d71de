"""Appealing an assessment and deciding an appeal on the page of 党建绩效: checked, told, and only then written."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any
from uuid import uuid4

from dash import Dash, Input, Output, State, ctx, no_update
from dash.development.base_component import Component

from callbacks.actors import current_actor
from callbacks.audit import tell_use
from callbacks.context import Context
from callbacks.threads import in_thread
from data.domain.errors import CloudError
from data.domain.party import AppealOutcome
from data.domain.people import Actor
from data.domain.rights import Right
from data.services.appeal_judgement import DecideAppeal, RaiseAppeal
from data.services.assessment_appeals import check_appeal, check_decision, decide_appeal, raise_appeal
from data.views.modules.appeal_offers import Offer, appeal_offer, decision_offer, recount_words
from data.world import World, utc_now
from layouts.ids import Id
from layouts.parts.forms import form_refused, form_told

BETWEEN = re.compile(r"[、，,;；\s]+")
LONGEST_PICK = 100
FORMS = {
    "appeal": (Id.APPEAL_FORM, Id.APPEAL_ABOUT, Id.APPEAL_CASES),
    "verdict": (Id.VERDICT_FORM, Id.VERDICT_ABOUT, Id.VERDICT_CASES),
}
Shown = dict[str, Any]


def register(app: Dash, context: Context) -> None:
    """Register what opens the forms for whoever may use them, and their two presses each."""

    @app.callback(
        output={
            "picked": Output(Id.APPEAL_PICKED, "data"),
            **{f"{name}_{part}": out for name, ids in FORMS.items() for part, out in _form(*ids).items()},
        },
        inputs={"wish": Input(Id.BOARD_WISH, "data"), "picked": State(Id.APPEAL_PICKED, "data")},
        prevent_initial_call=True,
    )
    async def offer(wish: dict[str, Any] | None, picked: str | None) -> Shown:
        pick = str((wish or {}).get("pick") or "")[:LONGEST_PICK]
        if picked is not None and pick == picked:
            return dict.fromkeys(_offer_names(), no_update)
        return await in_thread(offers_shown, context.world, pick, current_actor())

    _register_raising(app, context)
    _register_deciding(app, context)


def _form(form: Id, about: Id, cases: Id) -> dict[str, Output]:
    return {
        "hidden": Output(form, "hidden"),
        "open": Output(form, "open"),
        "about": Output(about, "children"),
        "options": Output(cases, "options"),
        "value": Output(cases, "value"),
    }


def _offer_names() -> list[str]:
    parts = ("hidden", "open", "about", "options", "value")
    return ["picked", *(f"{name}_{part}" for name in FORMS for part in parts)]


def _register_raising(app: Dash, context: Context) -> None:
    @app.callback(
        output=_outputs(Id.APPEAL_TOLD, Id.APPEAL_CHECKED, Id.APPEAL_ACCEPT),
        inputs={
            "check": Input(Id.APPEAL_CHECK, "n_clicks"),
            "accept": Input(Id.APPEAL_ACCEPT, "n_clicks"),
            "typed": {
                "picked": State(Id.APPEAL_PICKED, "data"),
                "cases": State(Id.APPEAL_CASES, "value"),
                "more": State(Id.APPEAL_MORE, "value"),
                "reason": State(Id.APPEAL_REASON, "value"),
            },
            "checked": State(Id.APPEAL_CHECKED, "data"),
        },
        prevent_initial_call=True,
    )
    async def appeal(check: int | None, accept: int | None, typed: Shown, checked: Shown | None) -> Shown:
        is_final = ctx.triggered_id == Id.APPEAL_ACCEPT
        if not (accept if is_final else check):
            return dict.fromkeys(("told", "checked", "is_hidden"), no_update)
        words = (checked or {}) if is_final else typed
        return await in_thread(appeal_shown, context.world, words, current_actor(), is_final=is_final)


def _register_deciding(app: Dash, context: Context) -> None:
    @app.callback(
        output=_outputs(Id.VERDICT_TOLD, Id.VERDICT_CHECKED, Id.VERDICT_ACCEPT),
        inputs={
            "check": Input(Id.VERDICT_CHECK, "n_clicks"),
            "accept": Input(Id.VERDICT_ACCEPT, "n_clicks"),
            "typed": {
                "picked": State(Id.APPEAL_PICKED, "data"),
                "cases": State(Id.VERDICT_CASES, "value"),
                "reason": State(Id.VERDICT_REASON, "value"),
            },
            "checked": State(Id.VERDICT_CHECKED, "data"),
        },
        prevent_initial_call=True,
    )
    async def verdict(check: int | None, accept: int | None, typed: Shown, checked: Shown | None) -> Shown:
        is_final = ctx.triggered_id == Id.VERDICT_ACCEPT
        if not (accept if is_final else check):
            return dict.fromkeys(("told", "checked", "is_hidden"), no_update)
        words = (checked or {}) if is_final else typed
        return await in_thread(verdict_shown, context.world, words, current_actor(), is_final=is_final)


def _outputs(told: Id, checked: Id, accept: Id) -> dict[str, Output]:
    return {
        "told": Output(told, "children"),
        "checked": Output(checked, "data"),
        "is_hidden": Output(accept, "hidden"),
    }


def offers_shown(world: World, pick: str, actor: Actor) -> Shown:
    """Return both forms for what was picked: each is shown to whoever may use it on that, and empty otherwise."""
    offers = {
        "appeal": appeal_offer(world, pick, actor, utc_now()),
        "verdict": decision_offer(world, pick, actor),
    }
    shown: Shown = {"picked": pick}
    for name, offer in offers.items():
        shown |= {f"{name}_{part}": value for part, value in _offered(offer).items()}
    return shown


def _offered(offer: Offer | None) -> Shown:
    if offer is None:
        return {"hidden": True, "open": False, "about": "", "options": [], "value": []}
    options = [{"value": number, "label": f"{number} {words}".strip()} for number, words in offer.cases]
    return {"hidden": False, "open": True, "about": offer.about, "options": options, "value": []}


def appeal_shown(world: World, typed: Mapping[str, Any], actor: Actor, *, is_final: bool) -> Shown:
    """Return what raising the appeal does, or why it cannot be; only what was checked is written."""
    command = RaiseAppeal(_code(typed, "assessed"), _numbers(typed), str(typed.get("reason") or ""))
    try:
        if is_final:
            made = raise_appeal(world, command, actor, utc_now(), str(typed.get("key") or ""))
            return _done(f"已提出申诉 {made.number}，等待领导裁定")
        checked = check_appeal(world, command, actor, utc_now())
    except CloudError as error:
        return _refused(error, Right.APPEAL_ASSESSMENT)
    lines = [f"申请免计 {len(checked.cases)} 件：{'、'.join(checked.cases)}"]
    lines += recount_words(world, checked.assessment, checked.cases, utc_now())
    return _checked(form_told("检查通过，尚未提出", lines), typed)


def verdict_shown(world: World, typed: Mapping[str, Any], actor: Actor, *, is_final: bool) -> Shown:
    """Return what the decision does, or why it cannot be; only what was checked is written."""
    command = DecideAppeal(_code(typed, "appeal"), _numbers(typed), str(typed.get("reason") or ""))
    try:
        if is_final:
            made = decide_appeal(world, command, actor, utc_now(), str(typed.get("key") or ""))
            return _done(
                f"已裁定 {made.number}：{AppealOutcome(made.outcome).label}，免计 {len(made.granted)} 件"
            )
        checked = check_decision(world, command, actor)
    except CloudError as error:
        return _refused(error, Right.DECIDE_ASSESSMENT)
    lines = [f"{AppealOutcome(checked.outcome).label}，免计 {len(checked.granted)} 件"]
    lines += recount_words(world, checked.assessment, checked.granted, utc_now())
    return _checked(form_told("检查通过，尚未裁定", lines), typed)


def _code(typed: Mapping[str, Any], kind: str) -> str:
    found, _, code = str(typed.get("picked") or "").partition(":")
    return code if found == kind else ""


def _numbers(typed: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the ticked cases and those typed besides, each once."""
    more = [word for word in BETWEEN.split(str(typed.get("more") or "")) if word]
    return tuple(dict.fromkeys([*map(str, typed.get("cases") or ()), *more]))


def _checked(told: list[Component], typed: Mapping[str, Any]) -> Shown:
    """Keep what was checked, under a request key of its own: pressed twice it is written once."""
    return {"told": told, "checked": {**typed, "key": uuid4().hex}, "is_hidden": False}


def _done(words: str) -> Shown:
    return {"told": form_told(words, is_done=True), "checked": no_update, "is_hidden": True}


def _refused(error: CloudError, right: Right) -> Shown:
    tell_use(right, "assessment", error)
    return {"told": form_refused(error.message, error.cure or ""), "checked": None, "is_hidden": True}
