"""Leases: of all processes that could do a timed job, one does it."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import or_, update

from data.store.tables import leases
from data.store.unit_of_work import Store
from data.store.upsert import insert_if_new


def hold(store: Store, name: str, holder: str, now: datetime, seconds: float) -> bool:
    """Take or keep the lease `name` for `seconds`; return whether `holder` has it.

    A lease that ran out, its holder killed, is anybody's.
    """
    until = now + timedelta(seconds=seconds)
    free = or_(leases.c.holder == holder, leases.c.until <= now)
    with store.write() as transaction:
        row = {"name": name, "holder": holder, "until": until}
        if insert_if_new(transaction.connection, leases, row):
            return True
        taken = update(leases).where(leases.c.name == name, free).values(holder=holder, until=until)
        return bool(transaction.connection.execute(taken).rowcount)
