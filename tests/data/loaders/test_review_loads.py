"""A file of reviews and the cases that it opens: what the centre wrote no file changes, and no rollback takes away."""

from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest
from sqlalchemy import select

from data.cli.commands import COMMANDS
from data.loaders.pipeline import Report, load
from data.loaders.rollback import rollback
from data.services.review_cases import open_review_cases
from data.store.modules.approval import approvals, reviews
from data.store.tables import cases
from data.world import World
from tests.data.loaders import records_town
from tests.worlds import NOW, make_world


@pytest.fixture
def town(sqlite_url: str) -> Iterator[World]:
    """Return the home town with the approvals that reviews are about."""
    world = make_world(sqlite_url)
    with world.store.write() as transaction:
        times = {"received_at": NOW, "due_at": NOW, "is_online": True, "item_code": "I1"}
        transaction.connection.execute(approvals.insert().values(number="A1", **times))
    yield world
    world.close()


@pytest.fixture
def bring(town: World, tmp_path: Path) -> Callable[..., Report]:
    """Return a function that loads lines of the register."""

    def load_lines(*lines: str) -> Report:
        return load(town, "approval_reviews", book(tmp_path, *lines), NOW)

    return load_lines


def book(folder: Path, *lines: str) -> Path:
    """Write reviews: number, approval, stars, when it was said, when the register calls it made good."""
    return records_town.write_book(folder, "approval_reviews", [line.split(",") for line in lines])


def review(world: World) -> SimpleNamespace | None:
    """Return the review R1 as it stands."""
    with world.store.read() as connection:
        row = connection.execute(select(reviews).where(reviews.c.number == "R1")).mappings().one_or_none()
    return None if row is None else SimpleNamespace(**row)


def test_a_load_on_the_command_line_opens_the_case(town: World, tmp_path: Path, capsys) -> None:
    run = next(run for name, run, *_ in COMMANDS if name == "load")
    path = book(tmp_path, "R1,A1,1,2026-11-22 10:00,", "R2,A1,5,2026-11-22 10:00,")
    for dry_run in (True, False, False):
        run(town, SimpleNamespace(source="approval_reviews", path=path, dry_run=dry_run))
    assert capsys.readouterr().out.count("差评立案 1 件：") == 1
    with town.store.read() as connection:
        (case,) = connection.execute(select(cases)).all()
    assert case.is_demo  # as its source says


def test_the_register_does_not_overwrite_the_case_or_its_end(town, bring) -> None:
    bring("R1,A1,1,2026-11-22 10:00,")
    (receipt,) = open_review_cases(town, NOW).receipts
    again = bring("R1,A1,2,2026-11-22 10:00,2026-11-23 08:00")
    assert again.counts.updated == 1
    assert (review(town).stars, review(town).case_id, review(town).repaired_at) == (2, receipt.id, None)
    before = bring("R1,A1,1,2026-11-22 10:00,")
    rollback(town.store, before.load_id, NOW)
    assert (review(town).stars, review(town).case_id) == (2, receipt.id)


def test_a_rollback_keeps_the_review_of_a_case_and_says_why(town, bring) -> None:
    report = bring("R1,A1,1,2026-11-22 10:00,", "R2,A1,5,2026-11-22 10:00,")
    (receipt,) = open_review_cases(town, NOW).receipts
    told = rollback(town.store, report.load_id, NOW)
    assert [(kept.name, kept.why[:5]) for kept in told.kept] == [("R1", "已据此立案")]
    assert (told.withdrawn, review(town).case_id) == (1, receipt.id)
    assert open_review_cases(town, NOW).receipts == []


def test_a_later_load_and_both_rolled_back_keep_it_too(town, bring) -> None:
    """The first load is gone when the second goes back: its row would be, too, were there no case."""
    first = bring("R1,A1,1,2026-11-22 10:00,")
    (receipt,) = open_review_cases(town, NOW).receipts
    second = bring("R1,A1,2,2026-11-22 10:00,")
    rollback(town.store, first.load_id, NOW)
    rollback(town.store, second.load_id, NOW)
    assert review(town).case_id == receipt.id


def test_a_review_rolled_back_before_anybody_looked_opens_none(town, bring) -> None:
    report = bring("R1,A1,1,2026-11-22 10:00,")
    rollback(town.store, report.load_id, NOW)
    assert review(town) is None
    assert open_review_cases(town, NOW).receipts == []
