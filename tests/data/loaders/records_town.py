"""The shipped town with the example workbooks of every record source loaded, and what tests ask of it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from sqlalchemy import Boolean, Table, Text, select

from data.loaders.modules import RECORDS
from data.loaders.modules.records import Records
from data.loaders.pipeline import Report, load
from data.settings import Settings
from data.town import SourceProfile, load_town
from data.world import World, open_world
from tests.data.loaders.conftest import NOW
from tests.data.loaders.sample_books import FOLDER, book, header, sample_rows

TOWN = load_town("fenghuang")
SAMPLES = sample_rows()
SOURCES = [key for key in SAMPLES if TOWN.sources[key].target in RECORDS]
GRIDS = Path(__file__).parents[3] / "data" / "towns" / "fenghuang" / "grids.geojson"


def contract_of(key: str) -> Records:
    """Return the contract of a source."""
    return RECORDS[TOWN.sources[key].target]


def open_town(url: str) -> World:
    """Open the town on a database, with its grids."""
    world = open_world(Settings(database_url=url, town="fenghuang", hash_key="key"))
    load(world, "grids", GRIDS, NOW)
    return world


def load_samples(world: World) -> dict[str, Report]:
    """Load the example workbooks in their order."""
    return {key: load(world, key, FOLDER / f"{key}.xlsx", NOW) for key in SAMPLES}


def write_book(folder: Path, key: str, rows: list[list[str]]) -> Path:
    """Write a workbook of a source."""
    path = folder / f"{key}.xlsx"
    path.write_bytes(book(TOWN.sources[key], rows))
    return path


def stored(world: World, table: Table) -> list[dict[str, Any]]:
    """Return the rows of a table by id."""
    with world.store.read() as connection:
        return [dict(row) for row in connection.execute(select(table).order_by(table.c.id)).mappings()]


def with_cell(key: str, field: str, text: str) -> list[list[str]]:
    """Return a source's sample rows with one cell of the first row replaced."""
    rows = [list(row) for row in SAMPLES[key]]
    rows[0][place_of(key, field)] = text
    return rows


def place_of(key: str, field: str) -> int:
    """Return the position of a field in the rows of a source."""
    return list(TOWN.sources[key].columns).index(field)


def name_of(key: str, field: str) -> str:
    """Return the header of a field."""
    return header(TOWN.sources[key])[place_of(key, field)]


def changed_cell(key: str) -> tuple[str, str]:
    """Return an owned field of a source and another good value for the first row."""
    source, contract = TOWN.sources[key], contract_of(key)
    for field in source.owns:
        kind, text = contract.table.c[field].type, SAMPLES[key][0][place_of(key, field)]
        if isinstance(kind, Text) and field not in (*contract.known, *contract.weights):
            return field, f"{text}改"
        if isinstance(kind, Boolean):
            return field, "否" if text == "是" else "是"
        if field in contract.ahead:
            return field, "2027-03-05"
        if source.columns[field].type in ("number", "integer") and field not in ("lon", "lat"):
            return field, str(float(text or 0) - 1 if field == "stars" else float(text or 0) + 1)
        if field in contract.words:
            return field, other_word(source, field, text)
    raise AssertionError(f"{key} owns nothing that a test can change")


def other_word(source: SourceProfile, field: str, text: str) -> str:
    """Return another word of a column of words."""
    words = source.value_maps[field]
    return next(word for word, value in words.items() if value != words.get(text))
