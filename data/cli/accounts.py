"""`user …`, `token …` and `audit`: accounts from the server's own command line, the first one at `init`."""

from __future__ import annotations

import argparse
import getpass
import sys
from datetime import datetime

from data.domain.errors import InvalidInput
from data.domain.people import COMMAND_LINE
from data.domain.vocabulary import Role
from data.services.accounts import (
    NewAccount,
    change_password,
    change_role,
    create_account,
    revoke_all,
    set_disabled,
)
from data.services.tokens import add_token, revoke_token
from data.views.accounts import account_list, audit_list, has_accounts, token_list
from data.world import World, utc_now

FIRST_ROLE = Role.SHIFT_LEAD
MOST_LINES = 10_000
NO_ACCOUNT = "尚无账号：只有本机能看，没有人能操作；建立第一个账号：.venv/bin/python -m data.cli user add"


def make_first_account(world: World) -> None:
    """Make a real town's first account, as the environment or a person at the terminal says; never by default."""
    if world.town.profile.is_demo or has_accounts(world):
        return
    settings = world.settings
    name, password = settings.first_user, settings.first_password.get_secret_value()
    if not name and not sys.stdin.isatty():
        print(NO_ACCOUNT)
        return
    name = name or input("第一个账号的账号名（值班长，直接回车以后再建）：").strip()
    if not name:
        print(NO_ACCOUNT)
        return
    new = NewAccount(name, name, FIRST_ROLE, password or _read_password())
    create_account(world, new, COMMAND_LINE, utc_now())
    print(f"已建立第一个账号“{name}”（{FIRST_ROLE.label}）")


def _add(world: World, options: argparse.Namespace) -> None:
    password = _read_password()
    new = NewAccount(
        options.name, options.display or options.name, Role(options.role), password, options.unit
    )
    create_account(world, new, COMMAND_LINE, utc_now())
    print(f"已建立账号“{new.name}”（{new.role.label}）")


def _list(world: World, options: argparse.Namespace) -> None:
    print("账号  姓名  角色  单位  状态  建立")
    for row in account_list(world):
        demo = "（演示）" if row["is_demo"] else ""
        unit = row["unit_code"] or "—"
        state = _state(row["is_disabled"], row["locked_until"])
        role = Role(row["role"]).label
        made = _stamp(world, row["created_at"])
        print(f"{row['name']}{demo}  {row['display_name']}  {role}  {unit}  {state}  {made}")


def _password(world: World, options: argparse.Namespace) -> None:
    change_password(world, options.name, _read_password(), COMMAND_LINE, utc_now())
    print(f"“{options.name}”的密码已更换，原有登录和令牌全部失效")


def _role(world: World, options: argparse.Namespace) -> None:
    role = Role(options.role)
    change_role(world, options.name, role, options.unit, COMMAND_LINE, utc_now())
    print(f"“{options.name}”的角色已改为{role.label}，原有登录和令牌全部失效")


def _disable(world: World, options: argparse.Namespace) -> None:
    set_disabled(world, options.name, True, COMMAND_LINE, utc_now())
    print(f"账号“{options.name}”已停用，原有登录和令牌全部失效")


def _enable(world: World, options: argparse.Namespace) -> None:
    set_disabled(world, options.name, False, COMMAND_LINE, utc_now())
    print(f"账号“{options.name}”已启用")


def _revoke(world: World, options: argparse.Namespace) -> None:
    revoke_all(world, options.name, COMMAND_LINE, utc_now())
    print(f"“{options.name}”的登录和令牌已全部失效")


def _add_token(world: World, options: argparse.Namespace) -> None:
    made = add_token(world, options.user, options.purpose, COMMAND_LINE, utc_now(), options.days)
    print(f"令牌 {made.id}（只显示这一次，请立即保存）：{made.secret}")


def _list_tokens(world: World, options: argparse.Namespace) -> None:
    print("编号  账号  用途  建立  到期")
    for row in token_list(world):
        until = _stamp(world, row["expires_at"]) if row["expires_at"] else "不到期"
        made = _stamp(world, row["created_at"])
        print(f"{row['id']}  {row['user']}  {row['name']}  {made}  {until}")


def _revoke_token(world: World, options: argparse.Namespace) -> None:
    revoke_token(world, options.id, COMMAND_LINE, utc_now())
    print(f"令牌 {options.id} 已失效")


def show_audit(world: World, options: argparse.Namespace) -> None:
    """Print the newest lines of the audit log, newest first."""
    if not 1 <= options.limit <= MOST_LINES:
        raise InvalidInput(
            f"条数应在 1 至 {MOST_LINES} 之间", field="limit", value=options.limit, cure="请改 --limit"
        )
    print("时间  账号  角色  权限  对象  结果  说明")
    for row in audit_list(world, options.limit):
        at, outcome = _stamp(world, row["at"]), OUTCOMES[row["outcome"]]
        what = (row["actor"], Role(row["actor_role"]).label, row["right"], row["object"] or "—", outcome)
        print("  ".join((at, *what, row["detail"] or "")).rstrip())


def _read_password() -> str:
    """Read a password from the terminal, twice and unseen, or one line from stdin; never from an argument."""
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\r\n")
    first = getpass.getpass("密码（不显示）：")
    if getpass.getpass("再输一次：") != first:
        raise InvalidInput("两次输入的密码不同", field="password", cure="请重新运行命令")
    return first


def _state(is_disabled: bool, locked_until: datetime | None) -> str:
    if is_disabled:
        return "停用"
    return "锁定" if locked_until is not None and locked_until > utc_now() else "正常"


def _stamp(world: World, instant: datetime) -> str:
    return f"{instant.astimezone(world.town.profile.zone):%Y-%m-%d %H:%M}"


OUTCOMES = {"done": "完成", "refused": "拒绝", "failed": "失败"}
ROLES = tuple(str(role) for role in Role if role != Role.SYSTEM)
_NAME = (("name",), {"help": "账号名"})
_ROLE = (("--role",), {"required": True, "choices": ROLES, "help": "角色"})
_UNIT = (("--unit",), {"help": "单位编号（承办单位的账号必填）"})
USER_COMMANDS = (
    (
        "add",
        _add,
        "建立账号，密码从终端或标准输入读取",
        (_NAME, _ROLE, _UNIT, (("--display",), {"help": "画面上显示的姓名"})),
    ),
    ("list", _list, "列出账号", ()),
    ("password", _password, "更换密码", (_NAME,)),
    ("role", _role, "更换角色", (_NAME, _ROLE, _UNIT)),
    ("disable", _disable, "停用账号", (_NAME,)),
    ("enable", _enable, "启用账号", (_NAME,)),
    ("revoke", _revoke, "让一个账号的登录和令牌全部失效", (_NAME,)),
)
TOKEN_COMMANDS = (
    (
        "add",
        _add_token,
        "换发接口令牌，只显示一次",
        (
            (("user",), {"help": "令牌以哪个账号的身份操作"}),
            (("--purpose",), {"required": True, "help": "给谁用"}),
            (("--days",), {"type": int, "help": "有效天数，不写则不到期"}),
        ),
    ),
    ("list", _list_tokens, "列出有效令牌", ()),
    ("revoke", _revoke_token, "让一个令牌失效", ((("id",), {"type": int, "help": "令牌编号"}),)),
)
