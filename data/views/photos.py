"""The photos of a case: which there are, and one of them."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, select

from data.domain.errors import NotFound
from data.domain.people import Actor
from data.domain.rights import Owned, Right, authorise
from data.domain.vocabulary import PhotoKind
from data.store.tables import orders, staff, visible_cases
from data.store.work_tables import photos
from data.world import World


def list_photos(world: World, case_id: int, actor: Actor) -> list[dict[str, Any]]:
    """Return what photos a case has, oldest first, without their content."""
    with world.store.read() as connection:
        authorise(actor, Right.SEE_CASE, owned_case(connection, case_id))
        rows = known_photos(connection, case_id)
    return [
        {
            "index": index,
            "kind": row.kind,
            "kind_label": PhotoKind(row.kind).label,
            "media_type": row.media_type,
            "width": row.width,
            "height": row.height,
            "sha256": row.sha256,
            "added_at": row.added_at.isoformat(),
            "url": f"/api/v1/cases/{case_id}/photos/{index}",
        }
        for index, row in enumerate(rows, 1)
    ]


def read_photo(world: World, case_id: int, index: int, actor: Actor) -> tuple[bytes, str]:
    """Return content and media type of one photo, counted from 1; raise `NotFound` where it is not there."""
    with world.store.read() as connection:
        authorise(actor, Right.SEE_CASE, owned_case(connection, case_id))
        query = select(photos.c.content, photos.c.media_type).where(photos.c.case_id == case_id)
        place = max(0, min(index - 1, 2**31))
        row = connection.execute(query.order_by(photos.c.id).offset(place).limit(1)).first()
    if row is None or index < 1:
        raise NotFound(
            f"案卷 {case_id} 没有第 {index} 张照片", field="n", value=index, cure="请先查看照片列表"
        )
    return row.content, row.media_type


def owned_case(connection: Connection, case_id: int) -> Owned:
    """Return whose a case is; raise `NotFound` for one that is not there."""
    query = select(visible_cases.c.main_unit).where(visible_cases.c.id == case_id)
    row = connection.execute(query).first() if 0 < case_id < 2**63 else None
    if row is None:
        raise NotFound(f"没有编号为 {case_id} 的案卷", field="id", value=case_id, cure="请核对案卷编号")
    sent = (
        select(orders.c.unit_code, staff.c.staff_no)
        .outerjoin(staff, staff.c.id == orders.c.staff_id)
        .where(orders.c.case_id == case_id)
    )
    found = connection.execute(sent).all()
    units = {row.main_unit, *(order.unit_code for order in found)} - {None}
    return Owned(frozenset(units), frozenset(order.staff_no for order in found if order.staff_no))


def known_photos(connection: Connection, case_id: int) -> Any:
    names = ("id", "kind", "media_type", "width", "height", "sha256", "added_at")
    query = select(*(photos.c[name] for name in names)).where(photos.c.case_id == case_id)
    return connection.execute(query.order_by(photos.c.id)).all()
