"""A lock before every callback of Dash, put on when all are registered: none can be forgotten.

It also writes into the audit log what the callback tells of the rights that it used.
"""

from __future__ import annotations

import functools
import logging
from collections.abc import Awaitable, Callable
from typing import Any

from dash.exceptions import PreventUpdate

from callbacks.actors import current_actor
from callbacks.audit import AuditBook, Use, hearing_uses, outcome_of
from callbacks.rights import WRITING, Lock, callback_key, callback_lock
from data.domain.errors import CloudError, Forbidden
from data.domain.people import Actor
from data.domain.rights import Right, require
from data.services.audit import Outcome

logger = logging.getLogger(__name__)

Callback = Callable[..., Awaitable[Any]]


def lock_callbacks(callback_map: dict[str, dict[str, Any]], audit: AuditBook) -> dict[str, tuple[str, Lock]]:
    """Lock every callback that runs here; return key and lock by the output that the browser names."""
    locks: dict[str, tuple[str, Lock]] = {}
    for output, spec in callback_map.items():
        if "callback" not in spec:  # runs in the browser
            continue
        key = callback_key(output, spec)
        lock = callback_lock(key)
        spec["callback"] = _locked(spec["callback"], key, lock, audit)
        locks[output] = key, lock
    return locks


def _locked(callback: Callback, key: str, lock: Lock, audit: AuditBook) -> Callback:
    @functools.wraps(callback)
    async def locked(*args: Any, **kwargs: Any) -> Any:
        actor = current_actor()
        _pass(actor, key, lock, audit)
        with hearing_uses() as uses:
            try:
                answer = await callback(*args, **kwargs)
                if lock in WRITING and not uses:
                    uses.append(Use(str(lock), f"callback {key}", Outcome.DONE))
                return answer
            except PreventUpdate:
                raise
            except Exception as error:
                _tell(key, error)
                if lock in WRITING:
                    uses.append(Use(str(lock), f"callback {key}", outcome_of(error)))
                raise
            finally:
                for use in uses:
                    audit.note(actor, use.right, use.what, use.outcome)

    return locked


def _pass(actor: Actor, key: str, lock: Lock, audit: AuditBook) -> None:
    try:
        if not isinstance(lock, Right):
            raise Forbidden(
                "这个操作没有登记权限，已关闭", code="shut", value=key, cure="请联系管理员登记后再用"
            )
        require(actor, lock)
    except Forbidden:
        right = str(lock) if isinstance(lock, Right) else lock.name.lower()
        audit.note(actor, right, f"callback {key}", Outcome.REFUSED)
        raise


def _tell(key: str, error: Exception) -> None:
    """Write a failure of our own into the log: Dash answers 500 and says nothing there."""
    if not isinstance(error, CloudError):
        logger.error("callback %s failed", key, exc_info=error)
