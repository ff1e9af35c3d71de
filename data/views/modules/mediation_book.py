"""Everything that the board of 多元解纷 is told from, read once."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection

from data.views.modules.mediation_disputes import (
    Agreement,
    Dispute,
    Station,
    read_agreements,
    read_disputes,
    read_stations,
)
from data.views.modules.mediation_signals import GridSigns, read_warnings
from data.views.modules.view import Asked, today_of
from data.world import World


@dataclass(frozen=True, slots=True)
class Book:
    """Stations, the disputes and agreements of a year and all open ones, and the grids with a warning."""

    stations: list[Station]
    disputes: list[Dispute]
    agreements: list[Agreement]
    warnings: list[GridSigns]

    @property
    def open(self) -> list[Dispute]:
        """The disputes that have not ended."""
        return [one for one in self.disputes if one.is_open]


def read_book(world: World, connection: Connection, asked: Asked) -> Book:
    """Read the book as it stands now."""
    found = read_disputes(connection, asked.now)
    agreed = read_agreements(connection, today_of(world, asked.now))
    warned = read_warnings(world, connection, found, agreed, asked.now)
    return Book(read_stations(connection), found, agreed, warned)
