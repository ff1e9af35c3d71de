"""The mechanisms on the board of 多元解纷: what each is, whether it is in force, what it is used for, who changed it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from data.domain.board import Cell, Facts, Listing, Part
from data.domain.mediation import Outcome
from data.store.mechanism_tables import mechanism_changes
from data.views.mechanisms import Change, Mechanism, read_changes, read_mechanisms
from data.views.modules.mediation_book import Book
from data.views.modules.mediation_disputes import Dispute
from data.views.modules.view import Asked, today_of
from data.world import World

CHANGES_SHOWN = 8
HEADS = ("机制", "说明", "来历", "状态", "适用", "成功率")


def mechanism_parts(world: World, connection: Connection, book: Book, asked: Asked) -> tuple[Part, ...]:
    """Return the mechanisms with the disputes of a year by each, and the newest edits for whoever may see rows."""
    today, zone = today_of(world, asked.now), world.town.profile.zone
    known = read_mechanisms(connection)
    rows = [_row(one, book, asked, today, zone) for one in known]
    keys = {one.key for one in known}
    unnamed = sum(one.mechanism not in keys for one in book.disputes)
    if unnamed:
        rows.append((Cell("未填机制"), "", "", "", f"{unnamed}", "—"))
    note = "按机制打开说明和改动记录；值班长可改名、说明、启用停用、排序、新增，公布的名称不能改"
    title = f"{len(known)} 项机制（近一年适用）"
    parts: tuple[Part, ...] = (Listing(title, HEADS, tuple(rows), (4, 5), note, is_wide=True),)
    changes = read_changes(connection, most=CHANGES_SHOWN) if asked.may_see_rows else ()
    return (*parts, _changes(world, changes, {one.key: one.name for one in known})) if changes else parts


def _row(one: Mechanism, book: Book, asked: Asked, today: date, zone: ZoneInfo) -> tuple[Cell | str, ...]:
    own = _own(one, book)
    pick = f"mechanism:{one.key}" if asked.may_see_rows else ""
    origin = "2023年公布" if one.is_published else "镇自定"
    state = Cell(one.state_on(today) + _still(one, own, today, zone), "" if one.is_on(today) else "soon")
    return (Cell(one.name, pick=pick), one.description or "—", origin, state, f"{len(own)}", _share(own))


def mechanism_card(
    world: World, connection: Connection, asked: Asked, book: Book, key: str
) -> tuple[tuple[Part, ...], str] | None:
    """Return what a mechanism is, what the file calls it, and every edit; None for a key that names none."""
    one = next((one for one in read_mechanisms(connection) if one.key == key), None)
    if one is None:
        return None
    own, today, zone = _own(one, book), today_of(world, asked.now), world.town.profile.zone
    told = [
        ("说明", one.description or "未说明"),
        ("来历", "2023年公布，名称不能改" if one.is_published else "镇自定"),
        ("状态", one.state_on(today) + _still(one, own, today, zone)),
        ("近一年适用", f"{len(own)} 件，在办 {sum(dispute.is_open for dispute in own)} 件"),
        ("成功率", _share(own)),
    ]
    if one.name != one.file_name:
        told.append(("文件中的名称", f"{one.file_name}（载入不会改动这里的名称）"))
    changes = read_changes(connection, mechanism_changes.c.mechanism_key == key)
    return (Facts("", tuple(told)), _changes(world, changes)), one.name


def _own(one: Mechanism, book: Book) -> list[Dispute]:
    return [dispute for dispute in book.disputes if dispute.mechanism == one.key]


def _share(own: Sequence[Dispute]) -> str:
    ended = [one for one in own if one.outcome]
    agreed = sum(one.outcome == Outcome.AGREED for one in ended)
    return f"{100 * agreed / len(ended):.1f}%" if ended else "—"


def _still(one: Mechanism, own: Sequence[Dispute], today: date, zone: ZoneInfo) -> str:
    """How many disputes were opened by a mechanism since it was switched off."""
    since = one.active_from
    if since is None or one.is_on(today):
        return ""
    used = sum(dispute.opened_at.astimezone(zone).date() >= since for dispute in own)
    return f"，停用后仍用 {used} 件" if used else ""


def _changes(world: World, changes: Sequence[Change], names: Mapping[str, str] | None = None) -> Listing:
    """Edits, the newest first; `names` tell of which mechanism each is, where it may be of several."""
    zone = world.town.profile.zone
    rows = tuple(
        (
            f"{one.at.astimezone(zone):%m-%d %H:%M}",
            one.by,
            *([names.get(one.key, one.key)] if names else []),
            one.words,
        )
        for one in changes
    )
    heads = ("时间", "改动人", *(["机制"] if names else []), "改动")
    return Listing("机制改动记录", heads, rows, is_wide=True)
