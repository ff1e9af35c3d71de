"""Early warnings: grids where signs of different origin come together, each sign with how often it was seen."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, func, select

from data.domain.mediation import SignalKind, are_enough
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
class GridSigns:
    """What was seen in a grid: each kind of sign with its number, those that reach their threshold alone."""

    grid: str
    seen: Mapping[SignalKind, int]

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
    seen = _cases(world, connection, since, now)
    for one in found:
        if one.is_relapse and one.grid and one.opened_at >= since:
            seen[one.grid, SignalKind.RELAPSES] += 1
    for agreement in agreed:
        if agreement.grid and agreement.is_overdue(today) and agreement.due_on >= since.date():
            seen[agreement.grid, SignalKind.UNPERFORMED] += 1
    least = {rule.kind: rule.at_least for rule in rules.signals if rule.is_valid_on(today)}
    signs: dict[str, dict[SignalKind, int]] = {}
    for (grid, kind), count in seen.items():
        if kind in least and count >= least[kind]:
            signs.setdefault(grid, {})[kind] = count
    warned = [GridSigns(grid, kinds) for grid, kinds in signs.items() if are_enough(kinds)]
    return sorted(warned, key=lambda one: (-one.origins, -sum(one.seen.values()), one.grid))


def _cases(
    world: World, connection: Connection, since: datetime, now: datetime
) -> Counter[tuple[str, SignalKind]]:
    """Count the cases of disputes by grid and by who reported them."""
    codes = [row.code for row in world.town.categories if row.major_name == MAJOR]
    c = visible_cases.c
    query = (
        select(c.comprehensive_code, c.intake_channel, func.count().label("cases"))
        .where(c.reported_at >= since, c.reported_at <= now, c.category_code.in_(codes))
        .where(c.comprehensive_code.isnot(None), c.is_withdrawn.is_(False))
        .group_by(c.comprehensive_code, c.intake_channel)
    )
    seen: Counter[tuple[str, SignalKind]] = Counter()
    for row in connection.execute(query):
        kind = CHANNELS.get(IntakeChannel(row.intake_channel))
        if kind is not None:
            seen[row.comprehensive_code, kind] += row.cases
    return seen
