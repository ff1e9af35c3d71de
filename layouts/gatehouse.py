"""The pages before the house: login and refusal, plain HTML that needs no script."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from html import escape

PAGE = """<!DOCTYPE html>
<html lang="zh-CN" data-page="gatehouse">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<link rel="icon" href="/_favicon.ico"><link rel="stylesheet" href="/assets/cloud.css">
<link rel="stylesheet" href="/assets/gatehouse.css"></head>
<body><main class="gatehouse">{body}</main></body>
</html>"""


@dataclass(frozen=True, slots=True)
class DemoSeat:
    """One demo account on the login page: its name, what it is called, and what it may do."""

    name: str
    label: str
    words: str


@dataclass(frozen=True, slots=True)
class LoginPage:
    """What the login page shows; `next_path` is where the browser goes afterwards."""

    platform_name: str
    centre_name: str
    next_path: str = "/"
    problem: str = ""
    logged_in: str = ""
    demo_seats: tuple[DemoSeat, ...] = ()
    visitors_may_look: bool = False
    has_accounts: bool = True


def login_page(page: LoginPage) -> str:
    """Return the login page as HTML."""
    parts = [
        f'<h1 class="brand">{escape(page.platform_name)}</h1>',
        f'<p class="subtitle">{escape(page.centre_name)}</p>',
        _problem(page.problem),
        _logged_in(page.logged_in),
        _demo(page) if page.demo_seats else "",
        _password(page),
        '<p class="aside"><a href="/">不登录，只看地图</a></p>' if page.visitors_may_look else "",
    ]
    return _page(f"登录 · {page.platform_name}", parts)


def refusal_page(message: str, cure: str, heading: str = "没有权限") -> str:
    """Return the page that says why a door stays shut, and what to do."""
    parts = [
        f'<h1 class="brand">{escape(heading)}</h1>',
        f'<p class="problem" role="alert">{escape(message)}</p>',
        f"<p>{escape(cure)}</p>" if cure else "",
        '<p class="aside"><a href="/">回到一图感知</a> · <a href="/login">换一个账号登录</a></p>',
    ]
    return _page(heading, parts)


def _page(title: str, parts: Iterable[str]) -> str:
    return PAGE.format(title=escape(title), body="".join(parts))


def _problem(words: str) -> str:
    return f'<p class="problem" role="alert">{escape(words)}</p>' if words else ""


def _logged_in(who: str) -> str:
    if not who:
        return ""
    return (
        f'<form class="seat-now" method="post" action="/logout"><span>当前：{escape(who)}</span>'
        '<button type="submit" class="quiet">退出</button></form>'
    )


def _demo(page: LoginPage) -> str:
    """One button for each role; the first one has the focus, so Enter alone is enough."""
    buttons = "".join(
        f'<button type="submit" name="account" value="{escape(seat.name, quote=True)}"'
        f"{' autofocus' if index == 0 else ''}><strong>{escape(seat.label)}</strong>"
        f"<span>{escape(seat.words)}</span></button>"
        for index, seat in enumerate(page.demo_seats)
    )
    return (
        '<section><h2>演示账号<span class="aside">按一下即登录，只在本机的演示镇有效</span></h2>'
        f'<form class="seats" method="post" action="/login">{_next(page.next_path)}{buttons}</form></section>'
    )


def _password(page: LoginPage) -> str:
    if not page.has_accounts:
        hint = (
            "还没有账号。在服务器上运行 <code>.venv/bin/python -m data.cli user add</code> 建立第一个账号。"
        )
        return "" if page.demo_seats else f"<section><p>{hint}</p></section>"
    focus = "" if page.demo_seats else " autofocus"
    return (
        f'<section><h2>账号登录</h2><form class="password" method="post" action="/login">'
        f"{_next(page.next_path)}"
        f'<label>账号<input name="name" autocomplete="username" required maxlength="64"{focus}></label>'
        '<label>密码<input name="password" type="password" autocomplete="current-password" required '
        'maxlength="200"></label><button type="submit" class="primary">登录</button></form></section>'
    )


def _next(path: str) -> str:
    return f'<input type="hidden" name="next" value="{escape(path, quote=True)}">'
