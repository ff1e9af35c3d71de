"""GET /cases/{id}/plan: what one press would send, and why."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter

from callbacks.actors import current_actor
from callbacks.context import Context
from callbacks.threads import in_thread
from data.domain.rights import Right, authorise
from data.views.plan import plan_for, plan_json
from data.world import utc_now


def router(context: Context) -> APIRouter:
    """Return the route of plans; who may not see plans is refused before anything is read."""
    routes = APIRouter(prefix="/api/v1", tags=["派遣"])

    @routes.get("/cases/{case_id}/plan", summary="派遣方案：对象、理由、缺口、时限、渠道")
    async def case_plan(case_id: int) -> dict[str, Any]:
        authorise(current_actor(), Right.SEE_PLAN)
        return plan_json(await in_thread(plan_for, context.world, case_id, utc_now()))

    return routes
