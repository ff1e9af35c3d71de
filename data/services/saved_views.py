"""Saved views: a combination of the queue's filters under a name, kept for the person who made it."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

from sqlalchemy import delete, func, insert, select

from data.domain.errors import Conflict, Forbidden, InvalidInput
from data.domain.people import Actor
from data.domain.rights import Right, authorise
from data.store.work_tables import saved_views
from data.world import World

MOST_VIEWS = 30
LONGEST_NAME = 40
LONGEST_QUERY = 300
QUERY = re.compile(r"\?[A-Za-z0-9_=&%.+-]+")


def list_views(world: World, actor: Actor) -> list[dict[str, Any]]:
    """Return the views of whoever asks, in the order of their names; a program and a visitor have none."""
    if actor.user_id is None:
        return []
    query = select(saved_views.c.id, saved_views.c.name, saved_views.c.query)
    own = query.where(saved_views.c.user_id == actor.user_id).order_by(saved_views.c.name, saved_views.c.id)
    with world.store.read() as connection:
        return [dict(row) for row in connection.execute(own).mappings()]


def save_view(world: World, name: str, query: str, actor: Actor, now: datetime) -> None:
    """Keep a view; the same name anew replaces the old one.

    Raises `Forbidden` without an account, `InvalidInput` for a name or query that cannot be, `Conflict` for
    more than `MOST_VIEWS`.
    """
    user_id = _account(actor)
    row = {"user_id": user_id, "name": _checked_name(name), "query": _checked_query(query), "created_at": now}
    mine = saved_views.c.user_id == user_id
    with world.store.write() as transaction:
        connection = transaction.connection
        connection.execute(delete(saved_views).where(mine, saved_views.c.name == row["name"]))
        count = connection.execute(select(func.count()).select_from(saved_views).where(mine)).scalar_one()
        if count >= MOST_VIEWS:
            raise Conflict(
                f"已保存 {count} 个视图", field="name", value=row["name"], cure="请先删除不再使用的视图"
            )
        connection.execute(insert(saved_views).values(row))


def drop_view(world: World, view_id: int, actor: Actor) -> None:
    """Forget one of the actor's own views; somebody else's, or one that is gone, is left as it is."""
    own = (saved_views.c.user_id == _account(actor), saved_views.c.id == view_id)
    with world.store.write() as transaction:
        transaction.connection.execute(delete(saved_views).where(*own))


def _account(actor: Actor) -> int:
    authorise(actor, Right.SEE_DESK)
    if actor.user_id is None:
        raise Forbidden("没有账号，不能保存视图", field="actor", value=actor.name, cure="请先登录")
    return actor.user_id


def _checked_name(name: str) -> str:
    wanted = " ".join(name.split())
    if not wanted or len(wanted) > LONGEST_NAME:
        raise InvalidInput(
            f"视图名应为 1 至 {LONGEST_NAME} 字", field="name", value=wanted[:60], cure="请重新命名"
        )
    return wanted


def _checked_query(query: str) -> str:
    if len(query) > LONGEST_QUERY or not QUERY.fullmatch(query):
        raise InvalidInput("筛选条件无法保存", field="query", value=query[:60], cure="请重新选择筛选条件")
    return query
