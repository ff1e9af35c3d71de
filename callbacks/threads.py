"""The one way from a callback to work that blocks: a thread, so that the event loop stays free."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")


async def in_thread(function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Run a blocking function in a worker thread and return its result."""
    return await asyncio.to_thread(function, *args, **kwargs)
