"""Changing grids from the page of 网格管理: what was typed is checked and told, and only what was told is carried out."""

from __future__ import annotations

from typing import Any

from dash import Dash, Input, Output, State, ctx, no_update
from dash.development.base_component import Component

from callbacks.actors import current_actor
from callbacks.audit import tell_use
from callbacks.context import Context
from callbacks.threads import in_thread
from data.domain.errors import CloudError
from data.domain.people import Actor
from data.domain.rights import Right, authorise
from data.loaders.boundary_change import ChangeOutcome, change_grids
from data.loaders.boundary_words import FIELDS, read_change
from data.loaders.errors import GridsRefused, located
from data.world import World, utc_now
from layouts.ids import Id
from layouts.parts.grid_change import Made, change_refused, change_told, field_id

MOST_PROBLEMS = 8


def register(app: Dash, context: Context) -> None:
    """Register check and carrying out; both judge the same words by the same service."""

    @app.callback(
        output={
            "told": Output(Id.GRID_CHANGE_TOLD, "children"),
            "checked": Output(Id.GRID_CHANGE_CHECKED, "data"),
            "is_hidden": Output(Id.GRID_CHANGE_ACCEPT, "hidden"),
        },
        inputs={
            "check": Input(Id.GRID_CHANGE_CHECK, "n_clicks"),
            "accept": Input(Id.GRID_CHANGE_ACCEPT, "n_clicks"),
            "typed": {name: State(field_id(name), "value") for name in FIELDS},
            "checked": State(Id.GRID_CHANGE_CHECKED, "data"),
        },
        prevent_initial_call=True,
    )
    async def change(
        check: int | None, accept: int | None, typed: dict[str, Any], checked: dict[str, Any] | None
    ) -> dict[str, Any]:
        is_accepted = ctx.triggered_id == Id.GRID_CHANGE_ACCEPT
        words = (checked or {}) if is_accepted else typed
        if not (accept if is_accepted else check):
            return {"told": no_update, "checked": no_update, "is_hidden": no_update}
        return await in_thread(
            change_shown, context.world, words, current_actor(), is_preview=not is_accepted
        )


def change_shown(world: World, typed: dict[str, Any], actor: Actor, *, is_preview: bool) -> dict[str, Any]:
    """Return what a change does, or why it cannot be; only what can be is kept for carrying out."""
    now = utc_now()
    try:
        authorise(actor, Right.CHANGE_GRIDS)
        change = read_change(world, typed, now)
        outcome = change_grids(world, change, actor, now, is_preview=is_preview)
    except CloudError as error:
        if not is_preview:
            tell_use(Right.CHANGE_GRIDS, "grids", error)
        return {"told": _refused(error), "checked": None, "is_hidden": True}
    if not is_preview:
        tell_use(Right.CHANGE_GRIDS, f"load:{outcome.load_id}")
    told = change_told(_made(outcome, change.kind.label))
    return {"told": told, "checked": typed if is_preview else None, "is_hidden": not is_preview}


def _refused(error: CloudError) -> list[Component]:
    problems = error.problems if isinstance(error, GridsRefused) else ()
    blocking = [located(problem) for problem in problems if problem.is_blocking]
    return change_refused(error.message, error.cure or "", blocking[:MOST_PROBLEMS])


def _made(outcome: ChangeOutcome, word: str) -> Made:
    """Return an outcome in words; a population that is not known says so."""
    begun = [
        (
            one.name,
            one.code,
            f"{one.area_m2 / 1e6:.3f} km²",
            "人口待核实" if one.population is None else f"{one.population:,} 人",
        )
        for one in outcome.begun
    ]
    return Made(
        word=word,
        begins_on=outcome.begins_on.isoformat(),
        ended=tuple(f"{name}（{code}）" for code, name in outcome.ended),
        begun=tuple(f"{name}（{code}，{area}，{people}）" for name, code, area, people in begun),
        notes=outcome.notes,
        load_id=outcome.load_id,
    )
