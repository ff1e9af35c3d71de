"""A demo town whose history is counted to the last day, as it stands after some hours of running."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from data.demo.run import generate_demo
from data.opening import open_town
from data.services.measures import count_marked, count_recent
from data.settings import Settings
from data.world import World


@contextmanager
def counted_town(
    reference: datetime, months: int, per_day: float | None = None
) -> Iterator[tuple[Path, World]]:
    """Make the town and count it; give the folder of its `cloud.db` and the open world."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        world = open_town(Settings(database_url=f"sqlite:///{folder / 'cloud.db'}", simulate=0))
        known = {"reference": reference, "seed": 20231, "hmac_key": b"bench", "months": months}
        generate_demo(world.store, world.town, cases_per_day=per_day, **known)
        while count_marked(world, reference):
            pass
        count_recent(world, reference)
        try:
            yield folder, world
        finally:
            world.close()
