"""POST /cases/{id}/actions: one step of a case's life, by the same services as every other door."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated, Any

from fastapi import APIRouter, Header
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from callbacks.actors import current_actor
from callbacks.context import Context
from callbacks.threads import in_thread
from data.domain.errors import InvalidInput
from data.domain.people import Actor
from data.domain.vocabulary import Action, ReturnCode
from data.services.acting import act
from data.services.actions import REASON_LIMIT, TEXT_LIMIT, WORD_LIMIT, CaseAction, check_fields
from data.services.dispatch import dispatch_case
from data.services.dispatch_choice import MOST_RESPONDERS, DispatchCase
from data.world import World, utc_now

Word = Annotated[str, Field(max_length=WORD_LIMIT)]
OWN_WAYS = frozenset({Action.REPORT, Action.IMPORT, Action.WITHDRAW, Action.RECLOCK})
"""What has a door of its own, or is the program's alone."""
STEP = frozenset({"reason", "reason_code", "happened_at"})


class Responsibility(BaseModel):
    """A dated correction of the responsibility list that comes with a decision."""

    model_config = ConfigDict(extra="forbid")

    village: Annotated[Word | None, Field(description="村社区编码；全镇填 *")] = None
    assisting: list[Word] | None = None
    citation: Annotated[str | None, Field(max_length=200)] = None


class NewAction(BaseModel):
    """A step: what, on which version seen, and what this step wants to know besides."""

    model_config = ConfigDict(extra="forbid", allow_inf_nan=False)

    action: Annotated[Action, Field(description="动作，须为案卷当前状态所允许")]
    version: Annotated[int, Field(ge=1, description="提交者看到的案卷版本；已变则 409")]
    reason: Annotated[str | None, Field(max_length=REASON_LIMIT)] = None
    reason_code: ReturnCode | None = None
    happened_at: AwareDatetime | None = None
    responders: Annotated[
        list[Word] | None, Field(max_length=MOST_RESPONDERS, description="派遣：保留的对象")
    ] = None
    main_unit: Annotated[Word | None, Field(description="派遣：改派的主办单位")] = None
    send_now: Annotated[bool | None, Field(description="派遣：不等 30 秒，立即发送")] = None
    order_id: Annotated[int | None, Field(ge=1, description="协办派遣单")] = None
    joint: bool | None = None
    into_case_id: Annotated[int | None, Field(ge=1, description="并案：并入的案卷")] = None
    unit: Annotated[Word | None, Field(description="裁定：主办单位")] = None
    responsibility: Responsibility | None = None
    text: Annotated[str | None, Field(max_length=TEXT_LIMIT, description="回复的正文")] = None
    rating: Annotated[int | None, Field(ge=1, le=5)] = None
    revisited: bool | None = None
    until: Annotated[AwareDatetime | None, Field(description="挂起：恢复的时间")] = None
    exempt: Annotated[bool | None, Field(description="申诉裁定：是否免计")] = None
    reply_by: Annotated[AwareDatetime | None, Field(description="督办：回复期限")] = None
    supervision: Annotated[Word | None, Field(description="督办回复：督办编号")] = None


def router(context: Context) -> APIRouter:
    """Return the route of actions; who acts comes from the session or the token, never from the body."""
    routes = APIRouter(prefix="/api/v1", tags=["案卷"])

    @routes.post("/cases/{case_id}/actions", summary="对案卷执行一步：受理、派遣、签收、核查、结案……")
    async def case_action(
        case_id: int,
        new: NewAction,
        idempotency_key: Annotated[str | None, Header(min_length=1, max_length=128)] = None,
    ) -> dict[str, Any]:
        return await in_thread(carry_out, context.world, case_id, new, current_actor(), idempotency_key)

    return routes


def carry_out(world: World, case_id: int, new: NewAction, actor: Actor, key: str | None) -> dict[str, Any]:
    """Hand a step to its service and return the receipt; a field that the step does not know is refused."""
    given = new.model_dump(exclude={"action", "version"}, exclude_none=True)
    if new.action in OWN_WAYS:
        raise InvalidInput(
            f"“{new.action.label}”不能从这里执行",
            field="action",
            value=str(new.action),
            cure="请选择案卷当前可用的动作",
        )
    check_fields(new.action, given)
    if new.action is Action.DISPATCH:
        keys = given.pop("responders", None)
        press = DispatchCase(case_id, new.version, None if keys is None else tuple(keys), **given)
        return asdict(dispatch_case(world, press, actor, utc_now(), key))
    step = {name: given.pop(name) for name in STEP & set(given)}
    action = CaseAction(case_id, new.action, new.version, **step, details=given)
    return asdict(act(world, action, actor, utc_now(), key))
