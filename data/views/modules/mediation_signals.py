"""Early warnings: grids where signs of different origin come together, each sign with the rows that it is."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import Connection, select

from data.domain.mediation import SIGNALS_NEEDED, SignalKind, are_enough
from data.domain.vocabulary import IntakeChannel
from data.store.tables import visible_cases
from data.views.modules.mediation_disputes import Agreement, Dispute
from data.views.modules.view import today_of
from data.world import World

MAJOR = "矛盾纠纷"
CHANNELS = {
    IntakeChannel.GRID_MEMBER: SignalKind.GRID_REPORTS,
    IntakeChannel.PATROL: SignalKind.GRID_REPORTS,
    IntakeChannel.HOTLINE: SignalKind.HOTLINE_CALLS,
    IntakeChannel.POLICE_LINK: SignalKind.POLICE_LINKS,
}


@dataclass(frozen=True, slots=True)
class Sign:
    """One row behind a sign: what it is called, its day, and what a press opens or where it leads."""

    number: str
    day: date
    pick: str = ""
    href: str = ""


Seen = Mapping[SignalKind, Sequence[Sign]]


@dataclass(frozen=True, slots=True)
class GridSigns:
    """A warning: what was seen in a grid, each kind of sign with its rows, those that reach their threshold alone.

    Fewer than two independent signs are no warning, and none can be made of them: `ValueError`.
    """

    grid: str
    seen: Seen

    def __post_init__(self) -> None:
        """Refuse what is no warning."""
        if not are_enough(kind for kind, rows in self.seen.items() if rows):
            raise ValueError(f"{self.grid}: a warning needs {SIGNALS_NEEDED} signs of different origin")

    @property
    def origins(self) -> int:
        """From how many independent origins the signs are."""
        return len({kind.origin for kind in self.seen})


def read_warnings(
    world: World,
    connection: Connection,
    found: Iterable[Dispute],
    agreed: Iterable[Agreement],
    now: datetime,
) -> list[GridSigns]:
    """Return the grids with two independent signs at least within the window, those with the most first."""
    rules, today = world.town.mediation, today_of(world, now)
    since = now - timedelta(days=rules.window_days)
    relapsed = [one for one in found if one.is_relapse and one.grid and one.opened_at >= since]
    signs = _cases(world, connection, since, now, [one.case_id for one in relapsed if one.case_id])
    for one in relapsed:
        day = one.opened_at.astimezone(world.town.profile.zone).date()
        sign = Sign(f"纠纷 {one.number}", day, pick=f"dispute:{one.number}")
        signs[one.grid or ""][SignalKind.RELAPSES].append(sign)
    for agreement in agreed:
        if agreement.grid and agreement.is_overdue(today) and agreement.due_on >= since.date():
            sign = Sign(f"协议 {agreement.number}", agreement.due_on, pick=f"dispute:{agreement.dispute}")
            signs[agreement.grid][SignalKind.UNPERFORMED].append(sign)
    least = {rule.kind: rule.at_least for rule in rules.signals if rule.is_valid_on(today)}
    strong = {
        grid: {kind: rows for kind, rows in seen.items() if kind in least and len(rows) >= least[kind]}
        for grid, seen in signs.items()
    }
    warned = [GridSigns(grid, seen) for grid, seen in strong.items() if are_enough(seen)]
    return sorted(warned, key=lambda one: (-one.origins, -sum(map(len, one.seen.values())), one.grid))


def _cases(
    world: World, connection: Connection, since: datetime, now: datetime, told_already: Sequence[int]
) -> defaultdict[str, defaultdict[SignalKind, list[Sign]]]:
    """Return the cases of disputes by grid and by who reported them, the newest first.

    A case that a relapsed dispute came from is left out: it and the dispute are one sign, not two.
    """
    codes = [row.code for row in world.town.categories if row.major_name == MAJOR]
    c, zone = visible_cases.c, world.town.profile.zone
    query = (
        select(c.id, c.number, c.comprehensive_code, c.intake_channel, c.reported_at)
        .where(c.reported_at >= since, c.reported_at <= now, c.category_code.in_(codes))
        .where(c.comprehensive_code.isnot(None), c.is_withdrawn.is_(False), c.id.not_in(told_already))
        .order_by(c.reported_at.desc(), c.id.desc())
    )
    seen: defaultdict[str, defaultdict[SignalKind, list[Sign]]] = defaultdict(lambda: defaultdict(list))
    for row in connection.execute(query):
        kind = CHANNELS.get(IntakeChannel(row.intake_channel))
        if kind is not None:
            day = row.reported_at.astimezone(zone).date()
            sign = Sign(f"案卷 {row.number}", day, href=f"/desk?tab=all&case={row.id}")
            seen[row.comprehensive_code][kind].append(sign)
    return seen
