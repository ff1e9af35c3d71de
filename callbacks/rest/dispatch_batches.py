"""POST /dispatch-batches: several waiting cases assigned together, proposed or pressed, each with its answer."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated, Any

from fastapi import APIRouter, Header
from pydantic import BaseModel, ConfigDict, Field

from callbacks.actors import current_actor
from callbacks.context import Context
from callbacks.threads import in_thread
from data.domain.people import Actor
from data.services.actions import WORD_LIMIT
from data.services.dispatch_batches import dispatch_batch, propose_batch
from data.services.dispatch_choice import MOST_RESPONDERS, DispatchCase
from data.views.batch import MOST_CASES
from data.world import World, utc_now

Word = Annotated[str, Field(max_length=WORD_LIMIT)]


class BatchCase(BaseModel):
    """One case of a batch, on the version seen; without `responders` the batch assigns them."""

    model_config = ConfigDict(extra="forbid")

    case_id: Annotated[int, Field(ge=1)]
    version: Annotated[int, Field(ge=1, description="提交者看到的案卷版本；已变则只有这一件被拒绝")]
    responders: Annotated[
        list[Word] | None, Field(max_length=MOST_RESPONDERS, description="派遣对象；不填则由批量方案分配")
    ] = None
    main_unit: Annotated[Word | None, Field(description="改派的主办单位")] = None
    send_now: Annotated[bool, Field(description="不等 30 秒，立即发送")] = False

    def command(self) -> DispatchCase:
        """Return the press that this case asks for."""
        keys = None if self.responders is None else tuple(self.responders)
        return DispatchCase(self.case_id, self.version, keys, self.main_unit, self.send_now)


class NewBatch(BaseModel):
    """The cases of a batch; a dry run proposes and writes nothing."""

    model_config = ConfigDict(extra="forbid")

    cases: Annotated[list[BatchCase], Field(min_length=1, max_length=MOST_CASES)]
    dry_run: Annotated[bool, Field(description="true：只给出分配方案，不派遣")] = False


def router(context: Context) -> APIRouter:
    """Return the route of batches; who dispatches comes from the session or the token, never from the body."""
    routes = APIRouter(prefix="/api/v1", tags=["派遣"])

    @routes.post("/dispatch-batches", summary="批量派遣：在负荷上限内合计成本最低，逐案给出结果")
    async def dispatch_batches(
        new: NewBatch,
        idempotency_key: Annotated[str | None, Header(min_length=1, max_length=128)] = None,
    ) -> dict[str, Any]:
        return await in_thread(carry_out, context.world, new, current_actor(), idempotency_key)

    return routes


def carry_out(world: World, new: NewBatch, actor: Actor, key: str | None) -> dict[str, Any]:
    """Propose or press; the results stand in the order of the cases."""
    commands = [case.command() for case in new.cases]
    if new.dry_run:
        return asdict(propose_batch(world, commands, actor, utc_now()))
    results = dispatch_batch(world, commands, actor, utc_now(), key)
    return {"results": [asdict(result) for result in results]}
