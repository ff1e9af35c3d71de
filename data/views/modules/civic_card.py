"""The card of a deliberation with its suggestions, or of a suggestion; each row to its file and line."""

from __future__ import annotations

from sqlalchemy import Connection

from data.domain.board import Facts, Part
from data.views.modules.civic_book import Book, Meeting, Suggestion
from data.views.modules.view import Asked, today_of
from data.views.origins import origin_of
from data.world import World

Card = tuple[tuple[Part, ...], str]
NOTHING: Card = ((), "")


def card_of(world: World, connection: Connection, asked: Asked, book: Book) -> Card:
    """Return the card of what was picked, nothing for a pick that names nothing here."""
    kind, _, code = asked.pick.partition(":")
    meetings = {one.code: one for one in book.meetings}
    if kind == "suggestion":
        one = next((one for one in book.suggestions if one.code == code), None)
        return (
            NOTHING if one is None else _suggestion(world, connection, asked, one, meetings.get(one.meeting))
        )
    if kind == "meeting" and code in meetings:
        return _meeting(world, connection, asked, meetings[code], book)
    return NOTHING


def _suggestion(
    world: World, connection: Connection, asked: Asked, one: Suggestion, meeting: Meeting | None
) -> Card:
    told = (
        ("建议", one.words),
        ("议事", meeting.title if meeting else one.meeting),
        ("村社区", world.town.unit_names.get(one.village, one.village or "未注明")),
        ("期限", one.due_on.isoformat()),
        ("办理", _state(world, asked, one)),
        ("来源", origin_of(connection, one.load_id, one.line)),
    )
    return (Facts("", told),), f"建议 {one.code}"


def _meeting(world: World, connection: Connection, asked: Asked, one: Meeting, book: Book) -> Card:
    told = (
        ("议题", one.title),
        ("村社区", world.town.unit_names.get(one.village, one.village)),
        ("日期", one.held_on.isoformat()),
        ("人数", f"{one.attended} 人"),
        ("来源", origin_of(connection, one.load_id, one.line)),
    )
    own = [row for row in book.suggestions if row.meeting == one.code]
    followed = tuple((row.words, f"期限 {row.due_on}，{_state(world, asked, row)}") for row in own)
    return (Facts("", told), Facts("建议跟办", followed)), f"议事 {one.code}"


def _state(world: World, asked: Asked, one: Suggestion) -> str:
    if one.done_on is None:
        late = (today_of(world, asked.now) - one.due_on).days
        return f"逾期 {late} 天" if late > 0 else "办理中"
    return f"{one.done_on} 办结" + ("（逾期）" if one.done_on > one.due_on else "")
