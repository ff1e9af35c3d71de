"""`user`, `token` and `audit` as an administrator types them: what is said, what is refused, what is never shown."""

from __future__ import annotations

import io
import re
from collections.abc import Callable

import pytest

from data.cli import main
from data.cli.accounts import NO_ACCOUNT
from data.domain.errors import Unauthenticated
from data.services.secrets import token_hash
from data.services.sessions import log_in
from data.settings import Settings
from data.views.accounts import session_seat, token_seat
from data.world import World, open_world, utc_now

PASSWORD = "correct horse battery"
OTHER = "staple battery correct"
Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def world(sqlite_url: str, monkeypatch: pytest.MonkeyPatch) -> World:
    """The home town's database, as the command line opens it too."""
    monkeypatch.setenv("CLOUD_DATABASE_URL", sqlite_url)
    return open_world(Settings(database_url=sqlite_url))


@pytest.fixture
def run(world: World, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Return a function that runs a command with a line on its input and gives exit code, output and errors."""

    def run_it(*arguments: str, typed: str = "") -> tuple[int, str, str]:
        monkeypatch.setattr("sys.stdin", io.StringIO(typed))
        code = main(list(arguments))
        captured = capsys.readouterr()
        for secret in (PASSWORD, OTHER):
            assert secret not in captured.out + captured.err
        return code, captured.out, captured.err

    return run_it


@pytest.fixture
def zhang(run: Run) -> str:
    assert (
        run("user", "add", "zhang", "--role", "dispatcher", "--display", "张三", typed=PASSWORD + "\n")[0]
        == 0
    )
    return "zhang"


def _may_log_in(world: World, password: str) -> bool:
    try:
        log_in(world, "zhang", password, utc_now())
    except Unauthenticated:
        return False
    return True


def _session(world: World) -> Callable[[], bool]:
    token = log_in(world, "zhang", PASSWORD, utc_now()).token
    return lambda: session_seat(world, token_hash(token), utc_now()) is not None


def test_an_account_is_made_listed_and_opens(run: Run, world: World) -> None:
    code, out, _ = run(
        "user", "add", "zhang", "--role", "dispatcher", "--display", "张三", typed=PASSWORD + "\r\n"
    )
    assert (code, out) == (0, "已建立账号“zhang”（派遣员）\n")
    assert re.search(r"^zhang  张三  派遣员  —  正常  \d{4}-", run("user", "list")[1], re.M)
    assert _may_log_in(world, PASSWORD)
    assert "argon2" not in run("user", "list")[1]


def test_a_handler_has_a_unit(run: Run) -> None:
    add = ("user", "add", "li", "--role", "unit_handler")
    assert "须写明单位" in run(*add, typed=PASSWORD)[2]
    assert "没有编号为“nowhere”的单位" in run(*add, "--unit", "nowhere", typed=PASSWORD)[2]
    assert run(*add, "--unit", "water", typed=PASSWORD)[0] == 0
    assert "  water  " in run("user", "list")[1]


@pytest.mark.parametrize(
    ("command", "words"),
    [
        (("password", "zhang"), "密码已更换"),
        (("role", "zhang", "--role", "verifier"), "角色已改为核查员"),
        (("disable", "zhang"), "已停用"),
        (("revoke", "zhang"), "登录和令牌已全部失效"),
    ],
)
def test_each_change_ends_what_is_open(
    run: Run, world: World, zhang: str, command: tuple[str, ...], words: str
) -> None:
    is_open = _session(world)
    secret = run("token", "add", zhang, "--purpose", "热线")[1].strip().rpartition("：")[2]
    assert is_open()
    code, out, _ = run("user", *command, typed=OTHER)
    assert (code, words in out) == (0, True)
    assert not is_open()
    assert token_seat(world, token_hash(secret), utc_now()) is None


def test_a_password_and_a_disabled_account(run: Run, world: World, zhang: str) -> None:
    run("user", "password", zhang, typed=OTHER)
    assert (_may_log_in(world, PASSWORD), _may_log_in(world, OTHER)) == (False, True)
    run("user", "disable", zhang)
    assert not _may_log_in(world, OTHER)
    assert "  停用  " in run("user", "list")[1]
    assert run("user", "enable", zhang)[1] == "账号“zhang”已启用\n"
    assert _may_log_in(world, OTHER)


def test_a_locked_account_is_listed_as_locked(run: Run, world: World, zhang: str) -> None:
    for _ in range(5):
        assert not _may_log_in(world, "wrong")
    assert "  锁定  " in run("user", "list")[1]
    run("user", "password", zhang, typed=OTHER)
    assert _may_log_in(world, OTHER)


def test_a_token_is_shown_once_and_ends(run: Run, world: World, zhang: str) -> None:
    code, out, _ = run("token", "add", zhang, "--purpose", "12345 热线", "--days", "30")
    secret = out.strip().rpartition("：")[2]
    assert (code, out.startswith("令牌 1（只显示这一次"), secret.startswith("cf_")) == (0, True, True)
    listed = run("token", "list")[1]
    assert re.search(r"^1  zhang  12345 热线  \d{4}-\d\d-\d\d \d\d:\d\d  \d{4}-", listed, re.M)
    assert secret not in listed
    assert token_seat(world, token_hash(secret), utc_now()) is not None
    assert run("token", "revoke", "1")[1] == "令牌 1 已失效\n"
    assert token_seat(world, token_hash(secret), utc_now()) is None
    assert "热线" not in run("token", "list")[1]
    assert secret not in run("audit")[1]


def test_the_audit_log_says_who_did_what_newest_first(run: Run, world: World, zhang: str) -> None:
    run("token", "add", zhang, "--purpose", "热线")
    _may_log_in(world, "wrong")
    rows = run("audit")[1].splitlines()[1:]
    assert [re.findall(r"(?:user|token):\w+", row) for row in rows] == [
        ["user:zhang"],
        ["token:1"],
        ["user:zhang"],
    ]
    assert ["拒绝" in row for row in rows] == [True, False, False]
    assert ["cli" in row for row in rows] == [False, True, True]
    assert len(run("audit", "--limit", "1")[1].splitlines()) == 2


BAD = [
    (("user", "add", "a b", "--role", "intake"), "“a b”不能用作账号名"),
    (("user", "add", "system", "--role", "intake"), "“system”不能用作账号名"),
    (("user", "add", "x", "--role", "intake"), "“x”不能用作账号名"),
    (("user", "add", "li\x00", "--role", "intake"), "不能用作账号名"),
    (("user", "add", "zhang", "--role", "intake"), "账号“zhang”已存在"),
    (("user", "add", "li", "--role", "intake", "--display", "\x1b[31m"), "姓名应为 1 至 40 个可显示的字"),
    (("user", "password", "nobody"), "没有账号“nobody”"),
    (("user", "role", "nobody", "--role", "intake"), "没有账号“nobody”"),
    (("user", "disable", "nobody"), "没有账号“nobody”"),
    (("user", "enable", "nobody"), "没有账号“nobody”"),
    (("user", "revoke", "nobody"), "没有账号“nobody”"),
    (("token", "add", "nobody", "--purpose", "x"), "没有可用的账号“nobody”"),
    (("token", "add", "zhang", "--purpose", " "), "令牌的用途应为 1 至 64 个可显示的字"),
    (("token", "add", "zhang", "--purpose", "\x1b[2J"), "令牌的用途应为 1 至 64 个可显示的字"),
    (("token", "add", "zhang", "--purpose", "x", "--days", "0"), "有效天数应在 1 至 3660 之间"),
    (("token", "add", "zhang", "--purpose", "x", "--days", "99999999999"), "有效天数应在 1 至 3660 之间"),
    (("token", "revoke", "7"), "没有编号为 7 的有效令牌"),
    (("token", "revoke", str(2**70)), "数据库无法保存"),
    (("audit", "--limit", "0"), "条数应在 1 至 10000 之间"),
    (("audit", "--limit", "-5"), "条数应在 1 至 10000 之间"),
    (("audit", "--limit", str(2**70)), "条数应在 1 至 10000 之间"),
]


@pytest.mark.parametrize(("arguments", "message"), BAD, ids=[" ".join(a)[:40] for a, _ in BAD])
def test_bad_input_is_one_chinese_sentence(
    run: Run, zhang: str, arguments: tuple[str, ...], message: str
) -> None:
    code, out, err = run(*arguments, typed=OTHER)
    assert (code, out) == (1, "")
    assert message in err
    assert err.startswith("错误：")


@pytest.mark.parametrize("password", ["", "short", "aaaaaaaaaaaa", "li-li-li-li-li", "p" * 201])
def test_a_bad_password_is_refused_and_never_repeated(run: Run, password: str) -> None:
    code, _, err = run("user", "add", "li-li", "--role", "intake", typed=password)
    assert (code, "密码应为" in err) == (1, True)
    assert not password or password not in err


@pytest.mark.parametrize(
    "arguments",
    [
        ("user",),
        ("user", "add", "li"),
        ("user", "add", "li", "--role", "system"),
        ("user", "rename", "li"),
        ("token", "revoke", "x"),
    ],
)
def test_a_command_that_is_none_is_refused(run: Run, arguments: tuple[str, ...]) -> None:
    with pytest.raises(SystemExit) as ended:
        run(*arguments)
    assert ended.value.code == 2


def test_a_demo_town_s_init_makes_no_account(run: Run) -> None:
    assert NO_ACCOUNT not in run("init")[1]
    assert "zhang" not in run("user", "list")[1]
