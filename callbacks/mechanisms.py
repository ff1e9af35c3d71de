"""Editing a mechanism on the page of 多元解纷: what was typed is checked and told, and only what was told is saved."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import uuid4

from dash import Dash, Input, Output, State, ctx, no_update

from callbacks.actors import current_actor
from callbacks.audit import tell_use
from callbacks.context import Context
from callbacks.threads import in_thread
from data.domain.errors import CloudError, InvalidInput
from data.domain.mediation import MechanismField
from data.domain.people import Actor
from data.domain.rights import Right, may
from data.services.mechanisms import ChangeMechanism, change_mechanism, check_mechanism
from data.views.mechanism_form import mechanism_filled
from data.world import World, utc_now
from layouts.ids import Id
from layouts.parts.forms import form_refused, form_told
from layouts.parts.mechanism_form import FIELD_IDS, OFF, ON

LONGEST = 400
PICK = "mechanism:"
RIGHT = Right.CHANGE_MECHANISMS
Shown = dict[str, Any]
FILLED = ("picked", "hidden", "open", "about", "is_fixed", *FIELD_IDS)


def register(app: Dash, context: Context) -> None:
    """Register what fills the form, and its two presses."""
    _register_filling(app, context)
    _register_changing(app, context)


def _register_filling(app: Dash, context: Context) -> None:
    @app.callback(
        output={
            "picked": Output(Id.MECHANISM_PICKED, "data"),
            "hidden": Output(Id.MECHANISM_FORM, "hidden"),
            "open": Output(Id.MECHANISM_FORM, "open"),
            "about": Output(Id.MECHANISM_ABOUT, "children"),
            "is_fixed": Output(Id.MECHANISM_NAME, "disabled"),
            **{name: Output(place, "value") for name, place in FIELD_IDS.items()},
        },
        inputs={
            "wish": Input(Id.BOARD_WISH, "data"),
            "fresh": Input(Id.MECHANISM_FRESH, "n_clicks"),
            "picked": State(Id.MECHANISM_PICKED, "data"),
        },
        prevent_initial_call=True,
    )
    async def fill(wish: Shown | None, fresh: int | None, picked: Shown | None) -> Shown:
        pick = str((wish or {}).get("pick") or "")[:LONGEST]
        is_fresh = ctx.triggered_id == Id.MECHANISM_FRESH
        is_named = pick.startswith(PICK)
        if picked is not None and not is_fresh and (pick == picked["pick"] or not is_named):
            return dict.fromkeys(FILLED, no_update) | {"picked": {**picked, "pick": pick}}
        key = pick.removeprefix(PICK) if is_named and not is_fresh else ""
        shown = await in_thread(form_shown, context.world, key, current_actor())
        return {**shown, "open": shown["open"] or is_fresh, "picked": {"pick": pick, "key": key}}


def _register_changing(app: Dash, context: Context) -> None:
    @app.callback(
        output={
            "told": Output(Id.MECHANISM_TOLD, "children"),
            "checked": Output(Id.MECHANISM_CHECKED, "data"),
            "is_hidden": Output(Id.MECHANISM_ACCEPT, "hidden"),
        },
        inputs={
            "check": Input(Id.MECHANISM_CHECK, "n_clicks"),
            "accept": Input(Id.MECHANISM_ACCEPT, "n_clicks"),
            "typed": {
                "picked": State(Id.MECHANISM_PICKED, "data"),
                **{name: State(place, "value") for name, place in FIELD_IDS.items()},
            },
            "checked": State(Id.MECHANISM_CHECKED, "data"),
        },
        prevent_initial_call=True,
    )
    async def change(check: int | None, accept: int | None, typed: Shown, checked: Shown | None) -> Shown:
        is_final = ctx.triggered_id == Id.MECHANISM_ACCEPT
        if not (accept if is_final else check):
            return dict.fromkeys(("told", "checked", "is_hidden"), no_update)
        words = (checked or {}) if is_final else typed
        return await in_thread(change_shown, context.world, words, current_actor(), is_final=is_final)


def form_shown(world: World, key: str, actor: Actor) -> Shown:
    """Return the form filled with a mechanism as it stands, empty for a new one; hidden from whoever may not."""
    filled = mechanism_filled(world, key, utc_now())
    return {
        "hidden": not may(actor, RIGHT),
        "open": bool(filled.key) and may(actor, RIGHT),
        "about": filled.about,
        "is_fixed": filled.is_published,
        "name": filled.name,
        "description": filled.description,
        "active": ON if filled.is_active else OFF,
        "active_from": filled.active_from,
        "position": filled.position,
    }


def change_shown(world: World, typed: Mapping[str, Any], actor: Actor, *, is_final: bool) -> Shown:
    """Return what an edit changes, or why it cannot be; only what was checked is saved."""
    try:
        command = _command(typed)
        if is_final:
            made = change_mechanism(world, command, actor, utc_now(), str(typed.get("key") or ""))
        else:
            made = check_mechanism(world, command, actor, utc_now())
    except CloudError as error:
        tell_use(RIGHT, "mechanism", error)
        return {"told": form_refused(error.message, error.cure or ""), "checked": None, "is_hidden": True}
    lines = [
        f"{MechanismField(field).label}：{was or '—'} → {now or '—'}" for field, was, now in made.changes
    ]
    if is_final:
        told = form_told(f"已保存：{made.name}", lines, is_done=True)
        return {"told": told, "checked": no_update, "is_hidden": True}
    told = form_told(f"检查通过，尚未保存：{made.name}", lines)
    return {"told": told, "checked": {**typed, "key": uuid4().hex}, "is_hidden": False}


def _command(typed: Mapping[str, Any]) -> ChangeMechanism:
    words = {name: str(typed.get(name) or "").strip()[:LONGEST] for name in FIELD_IDS}
    return ChangeMechanism(
        key=str((typed.get("picked") or {}).get("key") or ""),
        name=words["name"],
        description=words["description"],
        is_active=words["active"] != OFF,
        active_from=_day(words["active_from"]),
        position=_number(words["position"]),
    )


def _day(word: str) -> date | None:
    try:
        return date.fromisoformat(word) if word else None
    except ValueError as error:
        cure = "请按 年-月-日 填写，例如 2026-12-01"
        raise InvalidInput(
            f"“{word[:20]}”不是日期", field="active_from", value=word[:20], cure=cure
        ) from error


def _number(word: str) -> int | None:
    if word and not (word.isdecimal() and len(word) < 4):
        raise InvalidInput(
            f"“{word[:20]}”不是次序", field="position", value=word[:20], cure="请填 1、2、3 这样的数"
        )
    return int(word) if word else None
