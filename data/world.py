"""What every service and view is given: the settings, the town, its database and its clockwork."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from datetime import UTC, datetime

from sqlalchemy.exc import OperationalError

from data.domain.clock import WorkingCalendar
from data.domain.errors import CloudError, TownError
from data.settings import Settings
from data.store.grids import GridBook
from data.store.migrate import migrate
from data.store.unit_of_work import Store
from data.town import Town, load_town


@dataclass(frozen=True, slots=True)
class World:
    """One town, opened: everything a service or a view needs besides its own arguments."""

    settings: Settings
    town: Town
    store: Store
    calendar: WorkingCalendar
    grids: GridBook
    demo_key: bytes = field(default_factory=lambda: secrets.token_bytes(32), repr=False)
    drawn_token: str = field(default_factory=lambda: secrets.token_urlsafe(32), repr=False)

    @property
    def is_simulated(self) -> bool:
        """Whether simulated cases arrive: only in a demo town, and only while the setting is above 0."""
        return self.town.profile.is_demo and self.settings.simulate > 0

    @property
    def is_local_demo(self) -> bool:
        """Whether this is the demo town on one's own machine: the one place where nobody needs a password."""
        return self.town.profile.is_demo and self.settings.is_local

    def demo_token(self) -> str | None:
        """Return the bearer token of the demo town on this machine, set or drawn at start; elsewhere None."""
        if not self.is_local_demo:
            return None
        return self.settings.demo_token.get_secret_value() or self.drawn_token

    def hash_key(self) -> bytes:
        """Return the key of the persons' hash; a demo town without one draws a random key at each start.

        Raises `TownError` in a real town without one: hashes under a key that nobody keeps are lost.
        """
        key = self.settings.hash_key.get_secret_value()
        if key:
            return key.encode()
        if self.town.profile.is_demo:
            return self.demo_key
        raise TownError(
            "未设置人员哈希密钥，不能写入人员信息",
            field="CLOUD_HASH_KEY",
            cure="请在环境变量 CLOUD_HASH_KEY 中设置一个长随机串，并妥善保管",
        )

    def close(self) -> None:
        """Close the database."""
        self.store.close()


def open_world(settings: Settings) -> World:
    """Read the town folder, open its database and bring it to the newest schema.

    Raises `TownError` for a town folder that cannot be used and `CloudError` for a database that
    does not answer.
    """
    town = load_town(settings.town)
    store = Store.open(settings.database_url)
    try:
        migrate(store.engine)
    except OperationalError as error:
        raise CloudError(
            f"数据库打不开：{str(error.orig)[:200]}",
            code="database_unavailable",
            status=503,
            field="CLOUD_DATABASE_URL",
            cure="请核对 CLOUD_DATABASE_URL、文件权限或数据库服务是否在运行",
        ) from error
    return World(settings, town, store, working_calendar(town), GridBook(store, town.profile.projected_crs))


def working_calendar(town: Town) -> WorkingCalendar:
    """Return the town's working time as the clock wants it."""
    days = town.calendar.days
    periods = tuple((period.start, period.end) for period in town.working_time)
    return WorkingCalendar(
        zone=town.profile.zone,
        periods=periods or WorkingCalendar(town.profile.zone).periods,
        holidays=frozenset(day for day, row in days.items() if row.kind == "holiday"),
        workdays=frozenset(day for day, row in days.items() if row.kind == "workday"),
        covers_until=town.calendar.covers_until,
    )


def utc_now() -> datetime:
    """Return the present instant; the only place from which services take it."""
    return datetime.now(UTC)
