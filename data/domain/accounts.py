"""The rules of accounts: names, passwords, lock-out, and how long a session lasts."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

from data.domain.errors import InvalidInput
from data.domain.vocabulary import Role

ACCOUNT_NAME = re.compile(r"[\w.-]{2,64}")
RESERVED_NAMES = frozenset({"system", "simulation", "cli", "visitor", "unknown", "rest", "init"})
SHORTEST_PASSWORD, LONGEST_PASSWORD = 10, 200
LONGEST_DISPLAY_NAME = 40

FREE_ATTEMPTS = 5
FIRST_LOCK = timedelta(seconds=30)
LONGEST_LOCK = timedelta(hours=1)

# A wall stands unattended for weeks, and its open screen counts as use.
WALL_SESSION, WALL_IDLE = timedelta(days=90), timedelta(days=7)


def check_account_name(name: str) -> None:
    """Refuse a name that cannot be typed, or that the program signs with itself."""
    if not ACCOUNT_NAME.fullmatch(name) or name in RESERVED_NAMES:
        raise InvalidInput(
            f"“{name[:64]}”不能用作账号名",
            field="name",
            value=name[:64],
            cure="请用 2 至 64 个字母、数字、汉字、点、横线或下划线，且不用系统保留的名字",
        )


def check_display_name(name: str) -> None:
    """Refuse a name that a screen cannot show."""
    if not 1 <= len(name.strip()) <= LONGEST_DISPLAY_NAME or not name.isprintable():
        raise InvalidInput(
            "姓名应为 1 至 40 个可显示的字",
            field="display_name",
            value=name[:LONGEST_DISPLAY_NAME],
            cure="请填写画面上显示的姓名",
        )


def check_password(password: str, name: str) -> None:
    """Refuse a password that is too easily guessed; the refusal never repeats it."""
    is_long = SHORTEST_PASSWORD <= len(password) <= LONGEST_PASSWORD
    is_varied = len(set(password)) >= SHORTEST_PASSWORD // 2
    if is_long and is_varied and name.lower() not in password.lower():
        return
    raise InvalidInput(
        f"密码应为 {SHORTEST_PASSWORD} 至 {LONGEST_PASSWORD} 个字符，不含账号名，也不要由几个字符重复而成",
        field="password",
        cure="请换一个更长的密码，例如四五个不相干的词",
    )


def check_role(role: Role, unit_code: str | None) -> None:
    """Refuse the program's own role, and a unit's handler without a unit."""
    if role == Role.SYSTEM:
        raise InvalidInput("账号不能使用“系统”角色", field="role", value=str(role), cure="请选择其他角色")
    if role == Role.UNIT_HANDLER and not unit_code:
        raise InvalidInput(
            "承办单位的账号须写明单位", field="unit_code", value=None, cure="请用 --unit 写明单位编号"
        )


def lock_after(failed_count: int) -> timedelta | None:
    """Return how long an account is locked after so many failures in a row: it doubles each time."""
    if failed_count < FREE_ATTEMPTS:
        return None
    doublings = min(failed_count - FREE_ATTEMPTS, 16)
    return min(FIRST_LOCK * (1 << doublings), LONGEST_LOCK)


def is_session_over(
    role: Role, seen_at: datetime, expires_at: datetime, idle: timedelta, now: datetime
) -> bool:
    """Whether a session has reached its end or was left alone for too long."""
    allowed = WALL_IDLE if role == Role.WALL else idle
    return now >= expires_at or now - seen_at >= allowed


def session_end(role: Role, now: datetime, length: timedelta) -> datetime:
    """Return when a session that begins now ends in any case."""
    return now + (WALL_SESSION if role == Role.WALL else length)
