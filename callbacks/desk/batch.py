"""The waiting cases of a queue assigned together: the desk asks whom it would send, and presses each case itself."""

from __future__ import annotations

from typing import Any

from dash import Dash, Input, Output
from pydantic import ValidationError

from callbacks.actors import current_actor
from callbacks.context import Context
from callbacks.rest.dispatch_batches import NewBatch
from callbacks.threads import in_thread
from data.domain.errors import CloudError
from data.domain.people import Actor
from data.services.dispatch_batches import BatchProposal, propose_batch
from data.views.batch import BatchItem
from data.world import World, utc_now
from layouts.ids import Id


def register(app: Dash, context: Context) -> None:
    """Register the callback that proposes an assignment; the presses that follow take the desk's own way."""

    @app.callback(Output(Id.DESK_BATCH, "data"), Input(Id.DESK_BATCH_WISH, "data"), prevent_initial_call=True)
    async def batch(wish: Any) -> dict[str, Any]:
        return await in_thread(batch_of, context.world, wish, current_actor())


def batch_of(world: World, wish: Any, actor: Actor) -> dict[str, Any]:
    """Return the assignment of the cases that are wished for, under the wish's number; a refusal is a sentence."""
    n = wish.get("n") if isinstance(wish, dict) else None
    try:
        asked = NewBatch.model_validate({"cases": wish["cases"], "dry_run": True})
        commands = [case.command() for case in asked.cases]
        return {"n": n, "refusal": None} | _shown(propose_batch(world, commands, actor, utc_now()))
    except (ValidationError, KeyError, TypeError):
        return {"n": n, "refusal": "选中的案卷无法读取，请刷新页面后重试"}
    except CloudError as error:
        return {"n": n, "refusal": str(error)}


def _shown(proposal: BatchProposal) -> dict[str, Any]:
    plan = proposal.plan
    return {
        "items": [_item(item) for item in plan.items] if plan else [],
        "refused": {str(one.case_id): one.message for one in proposal.refused},
        "total_cost": plan.total_cost if plan else 0.0,
        "one_by_one_cost": plan.one_by_one_cost if plan else 0.0,
    }


def _item(item: BatchItem) -> dict[str, Any]:
    person = item.person
    return {
        "case_id": item.case_id,
        "number": item.number,
        "version": item.version,
        "main_unit": item.main_unit,
        "main_unit_name": item.main_unit_name,
        "person": person.name if person else "",
        "reasons": [reason.words for reason in person.reasons] if person else [],
        "responders": list(item.responders),
        "notes": list(item.notes),
    }
