"""The reviewed table of commands: each with the right that it uses. A command without a row is refused.

Whoever can run commands on the server reads and writes its database anyway; the table says what is used,
and the audit log keeps it.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from data.domain.rights import Right

COMMANDS_RIGHTS: Mapping[str, Right] = MappingProxyType(
    {
        "init": Right.MANAGE_DATA,
        "load": Right.MANAGE_DATA,
        "loads": Right.MANAGE_DATA,
        "rejects": Right.MANAGE_DATA,
        "rollback": Right.MANAGE_DATA,
        "erase-check": Right.MANAGE_DATA,
        "erase-opinion": Right.MANAGE_DATA,
        "demo": Right.MANAGE_DATA,
        "learn-categories": Right.MANAGE_DATA,
        "snapshot": Right.SEE_SITUATION,
        "check-grids": Right.MANAGE_DATA,
        "verify-journal": Right.MANAGE_DATA,
        "verify-aggregates": Right.MANAGE_DATA,
        "count-aggregates": Right.MANAGE_DATA,
        "reclock": Right.MANAGE_DATA,
        "user add": Right.MANAGE_ACCOUNTS,
        "user list": Right.MANAGE_ACCOUNTS,
        "user password": Right.MANAGE_ACCOUNTS,
        "user role": Right.MANAGE_ACCOUNTS,
        "user disable": Right.MANAGE_ACCOUNTS,
        "user enable": Right.MANAGE_ACCOUNTS,
        "user revoke": Right.MANAGE_ACCOUNTS,
        "token add": Right.MANAGE_ACCOUNTS,
        "token list": Right.MANAGE_ACCOUNTS,
        "token revoke": Right.MANAGE_ACCOUNTS,
        "audit": Right.SEE_AUDIT,
    }
)
WRITING = frozenset(
    {
        "load",
        "rollback",
        "erase-check",
        "erase-opinion",
        "demo",
        "learn-categories",
        "snapshot",
        "reclock",
        "count-aggregates",
    }
)
"""Commands noted here; what changes an account is noted in the transaction that changes it."""
