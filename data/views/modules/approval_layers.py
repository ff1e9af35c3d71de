"""The map of 审批服务: enterprises whom an agent helps, the service centre, and where bad reviews are made good."""

from __future__ import annotations

from collections import defaultdict
from datetime import timedelta

from sqlalchemy import Connection, Row, func, select

from data.domain.board import Layer
from data.store.modules.approval import assist_jobs, reviews
from data.store.modules.economy import enterprises
from data.store.tables import visible_cases
from data.views.modules.view import Asked, Located, spots_of
from data.world import World

LATELY = timedelta(days=30)
JOBS = (("running", "代办在办"), ("late", "代办超期"), ("done", "近 30 天办结"))
GRAVEST = ("late", "running", "done")
"""How the jobs of an enterprise stand; the point shows the gravest."""

CENTRE, REVIEW = ("centre", "便民服务中心"), ("review", "差评整改中")
J, E, C = assist_jobs.c, enterprises.c, visible_cases.c


def layers(world: World, asked: Asked) -> tuple[Layer, ...]:
    """Return the enterprises by how their jobs stand, the centre and the open cases; a visitor sees no names."""
    with world.store.read() as connection:
        jobs, unplaced = _jobs(connection, asked)
        places = _places(world, connection, asked)
    note = f"另有 {unplaced} 件委托人没有登记位置，未上图" if unplaced else ""
    return (
        Layer("assist", "帮代办企业", JOBS, spots_of(world, asked.now, jobs), note=note),
        Layer("centre", "服务中心与差评", (REVIEW, CENTRE), spots_of(world, asked.now, places)),
    )


def _jobs(connection: Connection, asked: Asked) -> tuple[list[Located], int]:
    """One point for each enterprise with a job that runs or ended lately; and how many jobs have no point."""
    query = (
        select(J.due_at, J.closed_at, E.code, E.name, E.lon, E.lat)
        .outerjoin(enterprises, J.subject_key == "enterprise:" + E.code)
        .where(J.closed_at.is_(None) | (J.closed_at > asked.now - LATELY))
    )
    found: dict[str, list[Row[tuple[object, ...]]]] = defaultdict(list)
    unplaced = 0
    for row in connection.execute(query):
        if row.lon is None:
            unplaced += 1
        else:
            found[row.code].append(row)
    return [_enterprise(asked, rows) for rows in found.values()], unplaced


def _enterprise(asked: Asked, rows: list[Row[tuple[object, ...]]]) -> Located:
    counts = dict.fromkeys((key for key, _word in JOBS), 0)
    for row in rows:
        counts["done" if row.closed_at is not None else "late" if row.due_at < asked.now else "running"] += 1
    kind = next(key for key in GRAVEST if counts[key])
    told = "、".join(f"{word} {counts[key]} 件" for key, word in JOBS if counts[key])
    return rows[0].lon, rows[0].lat, f"{rows[0].name} · {told}" if asked.may_see_rows else "", kind, ""


def _places(world: World, connection: Connection, asked: Asked) -> list[Located]:
    """The centre, and each place at which cases of bad reviews are open; one at the centre stands for it."""
    of_reviews = select(reviews.c.case_id).where(reviews.c.case_id.is_not(None))
    query = select(C.lon, C.lat, func.count().label("count")).where(
        C.id.in_(of_reviews), C.is_open.is_(True), C.is_withdrawn.is_(False), C.lon.is_not(None)
    )
    found = {(row.lon, row.lat): row.count for row in connection.execute(query.group_by(C.lon, C.lat))}
    centre = world.town.approval.service_centre
    spots: list[Located] = []
    for (lon, lat), count in found.items():
        is_centre = centre is not None and _is_same(lon, lat, centre.lon, centre.lat)
        name = f"{centre.name} · " if is_centre and centre else ""
        told = f"{name}差评整改中 {count} 件" if asked.may_see_rows else ""
        spots.append((lon, lat, told, REVIEW[0], ""))
    if centre is not None and not any(_is_same(lon, lat, centre.lon, centre.lat) for lon, lat in found):
        spots.append((centre.lon, centre.lat, centre.name if asked.may_see_rows else "", CENTRE[0], ""))
    return spots


def _is_same(lon: float, lat: float, other_lon: float, other_lat: float) -> bool:
    return abs(lon - other_lon) < 1e-5 and abs(lat - other_lat) < 1e-5
