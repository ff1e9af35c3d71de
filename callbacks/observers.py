"""The two forms of 综合执法: answers to observers, and the links by which they look on."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any
from uuid import uuid4

from dash import Dash, Input, Output, State, ctx, no_update

from callbacks.actors import current_actor
from callbacks.audit import tell_use
from callbacks.context import Context
from callbacks.link_door import LINKS
from callbacks.threads import in_thread
from data.domain.errors import CloudError, InvalidInput
from data.domain.observing import LinkState
from data.domain.people import Actor
from data.domain.rights import Right, may
from data.services.observer_links import InviteObserver, invite_observer, revoke_link
from data.services.observer_opinions import answer_opinion
from data.settings import Settings
from data.views.observers import (
    MOST_SHOWN,
    matter_choices,
    observer_choices,
    observer_links_of,
    waiting_opinions,
)
from data.world import World, utc_now
from layouts.ids import Id
from layouts.parts.observers import FIELD_IDS, choices_of, cut_options, row_option, secret_shown, told

BETWEEN = re.compile(r"[\s、,，;；]+")
Answer = dict[str, Any]

ANSWER_OUT = {
    "is_hidden": Output(Id.OBSERVER_ANSWERS, "hidden"),
    "waiting": Output(Id.OBSERVER_WAITING, "options"),
    "number": Output(Id.OBSERVER_WAITING, "value"),
    "text": Output(Id.OBSERVER_ANSWER_TEXT, "value"),
    "told": Output(Id.OBSERVER_ANSWER_TOLD, "children"),
    "key": Output(Id.OBSERVER_ANSWER_KEY, "data"),
}
ANSWER_IN = {
    "send": Input(Id.OBSERVER_ANSWER_SEND, "n_clicks"),
    "opened": Input(Id.OBSERVER_ANSWER_OPEN, "n_clicks"),
    "number": State(Id.OBSERVER_WAITING, "value"),
    "text": State(Id.OBSERVER_ANSWER_TEXT, "value"),
    "key": State(Id.OBSERVER_ANSWER_KEY, "data"),
}
LINK_OUT = {
    "is_hidden": Output(Id.OBSERVER_LINKS, "hidden"),
    "codes": Output(Id.OBSERVER_CODES, "children"),
    "matters": Output(Id.OBSERVER_MATTERS, "children"),
    "links": Output(Id.OBSERVER_LINK_LIST, "options"),
    "secret": Output(Id.OBSERVER_LINK_SHOWN, "children"),
    "told": Output(Id.OBSERVER_LINK_TOLD, "children"),
    "key": Output(Id.OBSERVER_LINK_KEY, "data"),
}
LINK_IN = {
    "make": Input(Id.OBSERVER_LINK_MAKE, "n_clicks"),
    "revoke": Input(Id.OBSERVER_LINK_REVOKE, "n_clicks"),
    "opened": Input(Id.OBSERVER_LINK_OPEN, "n_clicks"),
    "typed": {name: State(field, "value") for name, field in FIELD_IDS.items()},
    "chosen": State(Id.OBSERVER_LINK_LIST, "value"),
    "key": State(Id.OBSERVER_LINK_KEY, "data"),
}


def register(app: Dash, context: Context) -> None:
    """Register both forms; each finds out by itself who may see it."""
    _register_answers(app, context.world)
    _register_links(app, context.world)


def _register_answers(app: Dash, world: World) -> None:
    @app.callback(
        output=ANSWER_OUT,
        inputs=ANSWER_IN,
        running=[(Output(Id.OBSERVER_ANSWER_SEND, "disabled"), True, False)],
    )
    async def answers(
        send: int | None, opened: int | None, number: str | None, text: str | None, key: str | None
    ) -> Answer:
        actor = current_actor()
        if send and ctx.triggered_id == Id.OBSERVER_ANSWER_SEND:
            return await in_thread(answer_sent, world, number or "", text or "", key or "", actor)
        return await in_thread(answers_shown, world, actor)


def answers_shown(world: World, actor: Actor) -> Answer:
    """Return the form with the opinions that wait for this actor; hidden from whoever may not answer."""
    kept = {"number": no_update, "text": no_update, "told": no_update, "key": uuid4().hex}
    if not may(actor, Right.ANSWER_OBSERVER):
        return {**kept, "is_hidden": True, "waiting": []}
    return {**kept, "is_hidden": False, "waiting": _waiting(world, actor)}


def answer_sent(world: World, number: str, text: str, key: str, actor: Actor) -> Answer:
    """Answer an opinion and return the form as it is then; what was typed stays where it was refused."""
    try:
        answer_opinion(world, number, text, key, actor, utc_now())
    except CloudError as error:
        tell_use(Right.ANSWER_OBSERVER, f"observer_opinion:{number}", error)
        return {**answers_shown(world, actor), "told": told(error.message, "bad", error.cure or "")}
    return {
        **answers_shown(world, actor),
        "number": None,
        "text": "",
        "told": told(f"{number} 已答复", "good"),
    }


def _waiting(world: World, actor: Actor) -> list[dict[str, Any]]:
    options = [
        row_option(
            row.number,
            row.words,
            f"{row.matter} · 案件 {row.case_number} · {row.observer} · {row.given} 提出 · {row.number}",
        )
        for row in waiting_opinions(world, actor)
    ]
    return cut_options(options, MOST_SHOWN, "其余的在以上答复后列出")


def _register_links(app: Dash, world: World) -> None:
    @app.callback(
        output=LINK_OUT,
        inputs=LINK_IN,
        running=[(Output(Id.OBSERVER_LINK_MAKE, "disabled"), True, False)],
    )
    async def links(
        make: int | None,
        revoke: int | None,
        opened: int | None,
        typed: dict[str, Any],
        chosen: int | None,
        key: str | None,
    ) -> Answer:
        actor, pressed = current_actor(), ctx.triggered_id
        if make and pressed == Id.OBSERVER_LINK_MAKE:
            return await in_thread(link_made, world, typed, key or "", actor)
        if revoke and pressed == Id.OBSERVER_LINK_REVOKE:
            return await in_thread(link_revoked, world, chosen, actor)
        return await in_thread(links_shown, world, actor)


def links_shown(world: World, actor: Actor) -> Answer:
    """Return the form with the links; hidden, with nothing in it, from whoever may not invite."""
    kept = {"secret": no_update, "told": no_update, "key": uuid4().hex}
    if not may(actor, Right.INVITE_OBSERVER):
        return {**kept, "is_hidden": True, "codes": [], "matters": [], "links": []}
    return {
        **kept,
        "is_hidden": False,
        "codes": choices_of(observer_choices(world)),
        "matters": choices_of([(name, "") for name in matter_choices(world)]),
        "links": _links(world),
    }


def link_made(world: World, typed: Mapping[str, Any], key: str, actor: Actor) -> Answer:
    """Make a link and show it once; the same press again shows nothing anew."""
    try:
        made = invite_observer(world, read_invitation(typed), key, actor, utc_now())
    except CloudError as error:
        tell_use(Right.INVITE_OBSERVER, "observer_link", error)
        return {**links_shown(world, actor), "told": told(error.message, "bad", error.cure or "")}
    shown = links_shown(world, actor)
    if made.secret is None:
        return {
            **shown,
            "told": told(f"链接 {made.link_id} 已经生成过，只显示一次；没有记下请撤销后重新生成"),
        }
    until = f"{made.expires_at.astimezone(world.town.profile.zone):%Y-%m-%d %H:%M}"
    words = f"链接 {made.link_id}：{made.cases} 件案件，有效至 {until}。离开本页后不再显示"
    return {**shown, "secret": secret_shown(link_url(world.settings, made.secret), words), "told": []}


def link_revoked(world: World, chosen: int | None, actor: Actor) -> Answer:
    """End the chosen link and return the list as it is then."""
    if chosen is None:
        return {**links_shown(world, actor), "told": told("请先在列表中选一条有效的链接", "bad")}
    try:
        revoke_link(world, int(chosen), actor, utc_now())
    except CloudError as error:
        tell_use(Right.INVITE_OBSERVER, f"observer_link:{chosen}", error)
        return {**links_shown(world, actor), "told": told(error.message, "bad", error.cure or "")}
    return {**links_shown(world, actor), "secret": [], "told": told(f"链接 {chosen} 已撤销", "good")}


def read_invitation(typed: Mapping[str, Any]) -> InviteObserver:
    """Return what was typed as a command; raise `InvalidInput` where a number is none."""
    words = {name: str(typed.get(name) or "").strip() for name in FIELD_IDS}
    return InviteObserver(
        observer=words["observer"],
        cases=tuple(filter(None, BETWEEN.split(words["cases"]))),
        matter=words["matter"],
        last_days=_number("近多少天", words["last_days"]) if words["last_days"] else None,
        days=_number("有效天数", words["days"]),
    )


def link_url(settings: Settings, secret: str) -> str:
    """Return the address to be copied."""
    house = settings.public_url or f"http://{settings.host}:{settings.port}"
    return f"{house.rstrip('/')}{LINKS}{secret}"


def _number(what: str, words: str) -> int:
    if not words.isdecimal() or len(words) > 4:
        raise InvalidInput(f"{what}“{words[:20]}”不是天数", field="days", value=words[:20], cure="请填写整数")
    return int(words)


def _links(world: World) -> list[dict[str, Any]]:
    options = [
        row_option(
            row.link_id,
            f"链接 {row.link_id}　{row.observer}　{row.state.label}",
            f"{row.cases} 件案件 · {row.made} 生成 · 有效至 {row.until} · "
            + (f"最近打开 {row.opened}" if row.opened else "未打开过"),
            is_ended=row.state is not LinkState.OPEN,
        )
        for row in observer_links_of(world, utc_now())
    ]
    return cut_options(options, MOST_SHOWN, "更早生成的不再列出")
