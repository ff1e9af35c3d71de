"""The reviewed table of doors: every route, page, callback and socket message with the right that opens it.

What has no row stays shut: the gate refuses it, and a test names it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from enum import Enum
from types import MappingProxyType
from typing import Any

from data.domain.rights import Right
from data.modules import MODULES


class Door(Enum):
    """Doors that no right opens."""

    ANYONE = "open before any login"
    LINK = "open to whoever has the link: its secret is looked up behind the door"
    SHUT = "no row in the table"


Lock = Right | Door
SEE, DESK = Right.SEE_SITUATION, Right.SEE_DESK
ANYONE = Door.ANYONE

# (method, path as the route was declared); a page's own right stands in PAGES.
ROUTES: Mapping[tuple[str, str], Lock] = MappingProxyType(
    {
        ("GET", "/login"): ANYONE,
        ("POST", "/login"): ANYONE,
        ("POST", "/logout"): ANYONE,
        ("GET", "/healthz"): ANYONE,
        ("GET", "/readyz"): ANYONE,
        ("GET", "/assets"): ANYONE,
        ("GET", "/_favicon.ico"): ANYONE,
        ("GET", "/_dash-component-suites/{package_name}/{fingerprinted_path:path}"): ANYONE,
        ("GET", "/observe/{token:path}"): Door.LINK,
        ("POST", "/observe/{token:path}"): Door.LINK,
        ("GET", "/"): SEE,
        ("GET", "{path:path}"): SEE,
        ("GET", "/_dash-layout"): SEE,
        ("GET", "/_dash-dependencies"): SEE,
        ("GET", "/_reload-hash"): SEE,
        ("POST", "/_dash-update-component"): SEE,
        ("WEBSOCKET", "/_dash-ws-callback"): SEE,
        ("GET", "/api/docs"): SEE,
        ("GET", "/api/openapi.json"): SEE,
        ("GET", "/api/static"): SEE,
        ("GET", "/docs/oauth2-redirect"): SEE,
        ("GET", "/api/v1/cases"): SEE,
        ("GET", "/api/v1/cases/{case_id}"): SEE,
        ("POST", "/api/v1/cases"): Right.REPORT_CASE,
        ("GET", "/api/v1/cases/{case_id}/photos"): Right.SEE_CASE,
        ("GET", "/api/v1/cases/{case_id}/photos/{n}"): Right.SEE_CASE,
        ("POST", "/api/v1/cases/{case_id}/photos"): Right.ADD_PHOTO,
        ("GET", "/api/v1/cases/{case_id}/plan"): Right.SEE_PLAN,
        ("GET", "/api/v1/cases/{case_id}/journal"): Right.SEE_JOURNAL,
        ("POST", "/api/v1/cases/{case_id}/actions"): Right.ACT_ON_CASE,
        ("GET", "/api/v1/cases/{case_id}/duplicates"): DESK,
        ("GET", "/api/v1/repeated-places"): DESK,
        ("GET", "/api/v1/units/{code}/score"): Right.SEE_SCORE,
        ("GET", "/api/v1/unit-scores"): Right.SEE_SCORE,
        ("POST", "/api/v1/dispatch-batches"): Right.DISPATCH_CASE,
        ("GET", "/api/v1/categories"): SEE,
        ("GET", "/api/v1/grids"): SEE,
        ("GET", "/api/v1/indicators"): SEE,
        ("GET", "/api/v1/indicators/{indicator}"): SEE,
        ("GET", "/api/v1/indicators/{indicator}/rows"): DESK,
        ("GET", "/api/v1/modules"): SEE,
        ("GET", "/api/v1/modules/{key}/{table}"): DESK,
        ("GET", "/api/v1/modules/{key}/{table}/csv"): DESK,
        ("GET", "/api/v1/situation"): SEE,
        **{(method, "/api/{path:path}"): SEE for method in ("GET", "POST", "PUT", "PATCH", "DELETE")},
    }
)

PAGES: Mapping[str, Right] = MappingProxyType(
    {"/": SEE, "/wall": SEE, "/desk": DESK, "/leader": DESK, **{module.path: SEE for module in MODULES}}
)


def together(*outputs: str) -> str:
    """Return how Dash writes several outputs of one callback."""
    return f"..{'...'.join(outputs)}.."


# By output as Dash writes it (shared outputs without their suffix); a callback without one by its name.
CALLBACKS: Mapping[str, Right] = MappingProxyType(
    {
        "page.children": SEE,
        "directory.data": SEE,
        "grid-card.children": SEE,
        "feed": SEE,
        "feed.data": SEE,
        "indicators.children": SEE,
        "indicator-drill.children": SEE,
        "..board.children...board-card.children...layers.data..": SEE,
        "..grid-change-told.children...grid-change-checked.data...grid-change-accept.hidden..": SEE,
        "..appeal-picked.data..."
        "appeal-form.hidden...appeal-form.open...appeal-about.children...appeal-cases.options...appeal-cases.value..."
        "verdict-form.hidden...verdict-form.open...verdict-about.children...verdict-cases.options...verdict-cases.value..": SEE,
        "..appeal-told.children...appeal-checked.data...appeal-accept.hidden..": SEE,
        "..verdict-told.children...verdict-checked.data...verdict-accept.hidden..": SEE,
        "..exemption.children...exemption-start.data..": SEE,
        "..exemption-answer.children...exemption-checked.data..": Right.CHECK_EXEMPTION,
        "..exemption-told.children...exemption-record.hidden...exemption-subject.value..": Right.CHECK_EXEMPTION,
        together(
            "observer-answers.hidden",
            "observer-waiting.options",
            "observer-waiting.value",
            "observer-answer-text.value",
            "observer-answer-told.children",
            "observer-answer-key.data",
        ): SEE,
        together(
            "observer-links.hidden",
            "observer-codes.children",
            "observer-matters.children",
            "observer-link-list.options",
            "observer-link-shown.children",
            "observer-link-told.children",
            "observer-link-key.data",
        ): SEE,
        "..mechanism-picked.data...mechanism-form.hidden...mechanism-form.open...mechanism-about.children..."
        "mechanism-name.disabled...mechanism-name.value...mechanism-sentence.value...mechanism-active.value..."
        "mechanism-day.value...mechanism-place.value..": SEE,
        "..mechanism-told.children...mechanism-checked.data...mechanism-accept.hidden..": SEE,
        "records.children": SEE,
        "..records-grid.getRowsResponse...records-export.href..": DESK,
        "new-case-answer.data": DESK,
        "alarm-answer.data": DESK,
        "desk-seat.data": DESK,
        "desk-drawer.children": DESK,
        "desk-outcomes.data": Right.ACT_ON_CASE,
        "desk-batch.data": Right.DISPATCH_CASE,
        "desk-found.children": DESK,
        "desk-views.data": DESK,
    }
)

SOCKET_MESSAGES: Mapping[str, Right] = MappingProxyType(
    {
        "callback_request": SEE,  # and the right of the callback that it asks for
        "get_props_response": SEE,
        "heartbeat": SEE,
    }
)

# A use of one of these is written into the audit log, whichever way it came.
WRITING = frozenset(
    {
        Right.REPORT_CASE,
        Right.ACT_ON_CASE,
        Right.DISPATCH_CASE,
        Right.ADD_PHOTO,
        Right.HANDLE_ALARM,
        Right.MANAGE_ACCOUNTS,
        Right.MANAGE_DATA,
        Right.CHANGE_GRIDS,
        Right.APPEAL_ASSESSMENT,
        Right.DECIDE_ASSESSMENT,
        Right.CHANGE_MECHANISMS,
        Right.CHECK_EXEMPTION,
        Right.INVITE_OBSERVER,
        Right.ANSWER_OBSERVER,
    }
)
SHARED_OUTPUT = re.compile(r"@[0-9a-f]+")


def callback_key(output: str, callback: Mapping[str, Any]) -> str:
    """Return under which key a callback of Dash's own map stands in the table."""
    return callback["callback"].__name__ if callback.get("no_output") else SHARED_OUTPUT.sub("", output)


def callback_lock(key: str) -> Lock:
    """Return what opens a callback."""
    return CALLBACKS.get(key, Door.SHUT)


def route_lock(method: str, template: str | None, path: str) -> Lock:
    """Return what opens a route; a path that no route knows needs a known caller, who then gets 404."""
    if template is None or template in ("/", "{path:path}"):
        return PAGES.get(path.rstrip("/") or "/", SEE)
    return ROUTES.get(("GET" if method == "HEAD" else method, template), Door.SHUT)
