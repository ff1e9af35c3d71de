"""REST under /api/v1, the health probes, and errors as problem+json."""

from __future__ import annotations

from fastapi import FastAPI

from callbacks.context import Context
from callbacks.rest import (
    actions,
    cases,
    catalogue,
    dispatch_batches,
    duplicates,
    health,
    indicators,
    journal,
    photos,
    plans,
    problems,
    records,
    situation,
    unit_scores,
)

PARTS = (
    cases,
    actions,
    journal,
    plans,
    dispatch_batches,
    duplicates,
    unit_scores,
    photos,
    catalogue,
    situation,
    indicators,
    records,
    health,
)


def register(server: FastAPI, context: Context) -> None:
    """Add every route; unknown paths under /api answer 404 as problem+json."""
    problems.register(server)
    for part in PARTS:
        server.include_router(part.router(context))
    server.include_router(problems.unknown_paths())
