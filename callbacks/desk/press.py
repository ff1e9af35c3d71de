"""Presses: each intention of a desk goes to the service that REST uses, and is answered by its key.

An intention is kept by the browser until its answer is final, and sent again: the key makes that harmless.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from typing import Any

from dash import Dash, Input, Output
from pydantic import ValidationError

from callbacks.actors import current_actor
from callbacks.audit import tell_use
from callbacks.context import Context
from callbacks.rest.actions import NewAction, carry_out
from callbacks.threads import in_thread
from data.domain.errors import CloudError, InvalidInput
from data.domain.offers import SAID
from data.domain.people import Actor
from data.domain.rights import Right, authorise
from data.domain.typed_time import read_typed_time
from data.domain.vocabulary import Action
from data.views.cases import case_numbered, village_of_case
from data.world import World, utc_now
from layouts.ids import Id

MOST_AT_ONCE = 20
Fields = Mapping[str, Any]
Outcome = dict[str, Any]
Reader = Callable[[World, Any], Fields]

FLAGS = {"yes": True, "no": False, "True": True, "False": False}
LABELS = {"intents": "按下的操作", "action": "动作", "version": "案卷版本", "case_id": "案卷"} | {
    field.name: field.label for fields in SAID.values() for field in fields
}
"""What the forms call each field."""

OUTSIDE = frozenset({"action", "version"})
"""What an intention says of itself; no form asks for it."""

logger = logging.getLogger(__name__)


def register(app: Dash, context: Context) -> None:
    """Register the callback that carries out what was pressed."""

    @app.callback(Output(Id.DESK_OUTCOMES, "data"), Input(Id.DESK_INTENTS, "data"), prevent_initial_call=True)
    async def press(asked: Any) -> dict[str, Any]:
        return {"outcomes": await in_thread(outcomes_of, context.world, intents_in(asked), current_actor())}


def intents_in(asked: Any) -> list[Any]:
    """Return what was pressed; whatever is no list of intentions stands for one that cannot be read."""
    found = asked.get("intents") if isinstance(asked, Mapping) else asked
    if found is None:
        return []
    return found if isinstance(found, list) else [found]


def outcomes_of(world: World, intents: list[Any], actor: Actor) -> list[Outcome]:
    """Carry out intentions in their order, each by itself; one refusal stops none of the others."""
    authorise(actor, Right.SEE_DESK)
    return [outcome_of(world, intent, actor) for intent in intents[:MOST_AT_ONCE]]


def outcome_of(world: World, intent: Any, actor: Actor) -> Outcome:
    """Carry out one intention; a refusal is an answer, only a failure of the server's own is not final."""
    if not isinstance(intent, Mapping):
        error = _unreadable(str(intent), "intents", "不是一次操作", "请刷新页面后重试")
        tell_use(Right.ACT_ON_CASE, "case", error)
        return _refused("", str(error))
    key = str(intent.get("key") or "")
    what = f"case:{intent.get('case_id')} {intent.get('action')}"
    try:
        receipt = _carry_out(world, intent, actor, key)
    except (CloudError, ValidationError) as error:
        tell_use(Right.ACT_ON_CASE, what, error)
        return _refused(key, _sentence(error, intent))
    except Exception as error:
        logger.exception("a press could not be carried out")
        tell_use(Right.ACT_ON_CASE, what, error)
        return {"key": key, "ok": False, "is_final": False, "message": "服务器暂时无法处理"}
    tell_use(Right.ACT_ON_CASE, what)
    return {
        "key": key,
        "ok": True,
        "is_final": True,
        "words": _done_words(intent, receipt),
        "receipt": receipt,
    }


def _refused(key: str, message: str) -> Outcome:
    return {"key": key, "ok": False, "is_final": True, "message": message}


def _carry_out(world: World, intent: Fields, actor: Actor, key: str) -> dict[str, Any]:
    if not key or len(key) > 128:
        raise InvalidInput("这次操作没有编号", field="key", value=key[:32], cure="请刷新页面后重试")
    _check_account(intent.get("account", actor.name), actor)
    return carry_out(world, _case_id(intent), typed(world, intent), actor, key)


def _check_account(account: Any, actor: Actor) -> None:
    """Refuse what another account pressed: somebody else may have logged in since, in another tab."""
    if account != actor.name:
        shown = str(account)[:64]
        cure = f"现在登录的是“{actor.name}”，请刷新页面后重试"
        raise InvalidInput(f"这是账号“{shown}”按下的", field="account", value=shown, cure=cure)


def _case_id(intent: Fields) -> int:
    return _whole(intent.get("case_id"), "case_id")


def typed(world: World, intent: Fields) -> NewAction:
    """Return what a form's texts mean; raise `InvalidInput` or `ValidationError` for what cannot be meant."""
    given = intent.get("fields") or {}
    if not isinstance(given, Mapping):
        raise InvalidInput("填写的内容无法读取", field="fields", cure="请刷新页面后重试")
    fields = {name: value for name, value in given.items() if value not in ("", None)}
    for name in tuple(fields):
        if name in READERS:
            fields |= READERS[name](world, fields.pop(name))
    if fields.pop("corrects", False):
        village = village_of_case(world, _case_id(intent))
        fields["responsibility"] = {"village": village, "citation": fields.get("citation")}
    fields.pop("citation", None)
    for name in OUTSIDE & set(fields):
        raise _unreadable(str(fields[name]), name, "不能写在填写的内容里", "请刷新页面后重试")
    return NewAction(action=intent.get("action"), version=intent.get("version"), **fields)  # type: ignore[arg-type]


def _whole(given: Any, name: str) -> int:
    text = str(given).strip()
    try:
        return int(text)
    except ValueError:
        raise _unreadable(text, name, "不是整数", "请填写整数") from None


def _number(name: str) -> Reader:
    return lambda _world, given: {name: _whole(given, name)}


def _flag(name: str) -> Reader:
    def read(_world: World, given: Any) -> Fields:
        if str(given) not in FLAGS:
            raise _unreadable(str(given), name, "不是“是”或“否”", "请从选项中选择")
        return {name: FLAGS[str(given)]}

    return read


def _moment(name: str) -> Reader:
    def read(world: World, given: Any) -> Fields:
        """The browser sends what the town's clock shows."""
        found = read_typed_time(str(given), utc_now(), world.town.profile.zone)
        if found is None:
            raise _unreadable(str(given), name, "不是时间", "请写成 2026-12-01 09:30 的样子")
        return {name: found}

    return read


def _unreadable(given: str, name: str, why: str, cure: str) -> InvalidInput:
    shown = given[:20]
    return InvalidInput(f"{LABELS.get(name, name)}：“{shown}”{why}", field=name, value=shown, cure=cure)


def _into(world: World, number: Any) -> Fields:
    """The case that goes on is named by its number, as people read it."""
    return {"into_case_id": case_numbered(world, str(number).strip())}


READERS: Mapping[str, Reader] = {
    "into_number": _into,
    "rating": _number("rating"),
    "order_id": _number("order_id"),
    "revisited": _flag("revisited"),
    "exempt": _flag("exempt"),
    "corrects": _flag("corrects"),
    "until": _moment("until"),
    "reply_by": _moment("reply_by"),
}
"""How the texts of a form become what REST takes."""


def _sentence(error: CloudError | ValidationError, intent: Fields) -> str:
    """Say what was refused, naming what was typed wrongly as the form names it."""
    if isinstance(error, CloudError):
        return str(error)
    first = error.errors()[0]
    name = str(first["loc"][0])
    own = {field.name: field.label for field in SAID.get(str(intent.get("action")), ())}
    label = (LABELS | own).get(name, name)
    longest = (first.get("ctx") or {}).get("max_length")
    if longest:
        return f"{label}超过了 {longest} 字，请缩短"
    if first.get("input") is None:
        return f"{label}没有填写，请填写后重试"
    return f"{label}不能是“{str(first['input'])[:30]}”，请改正后重试"


def _done_words(intent: Fields, receipt: Mapping[str, Any]) -> str:
    if intent.get("action") == Action.DISPATCH:
        return f"已派遣 {len(receipt.get('orders') or ())} 个对象"
    return f"已{intent.get('words') or '办理'}"
