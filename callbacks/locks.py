"""A lock before every callback of Dash, put on when all are registered: none can be forgotten."""

from __future__ import annotations

import functools
import logging
from collections.abc import Awaitable, Callable
from typing import Any

from dash.exceptions import PreventUpdate

from callbacks.actors import current_actor
from callbacks.audit import AuditBook
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
        try:
            answer = await callback(*args, **kwargs)
        except PreventUpdate:
            raise
        except Exception as error:
            _tell(key, error)
            if lock in WRITING:
                audit.note(actor, str(lock), f"callback {key}", _outcome(error))
            raise
        if lock not in WRITING:
            return answer
        audit.note(actor, str(lock), f"callback {key}", Outcome.DONE)
        return answer

    return locked


def _pass(actor: Actor, key: str, lock: Lock, audit: AuditBook) -> None:
    try:
        if not isinstance(lock, Right):
            raise Forbidden(
                "这个操作没有登记权限，已关闭", code="shut", value=key, cure="请联系管理员登记后再用"
            )
        require(actor, lock)
    except Forbidden:
        audit.note(actor, str(lock), f"callback {key}", Outcome.REFUSED)
        raise


def _tell(key: str, error: Exception) -> None:
    """Write a failure of our own into the log: Dash answers 500 and says nothing there."""
    if not isinstance(error, CloudError):
        logger.error("callback %s failed", key, exc_info=error)


def _outcome(error: Exception) -> Outcome:
    is_refusal = isinstance(error, CloudError) and error.status in (401, 403)
    return Outcome.REFUSED if is_refusal else Outcome.FAILED
