"""Every kind of tampering is named: which row, which column where it can be told, and what to do."""

import shutil
from dataclasses import replace

import pytest

from data.domain.journal import GENESIS
from data.store.journal import chained, read_entries
from data.store.unit_of_work import Store
from data.views import verification
from data.views.verification import verify_journal
from tests.data.views.tampering import CLOSED, NEW, RETURNED, tamper, write_history
from tests.worlds import make_world

THIRD = f"case_id = {CLOSED} AND sequence = 3"
FIFTH = f"case_id = {CLOSED} AND sequence = 5"
THIRD_ROW, FIFTH_ROW = f"案卷 {CLOSED} 的流转记录第 3 条", f"案卷 {CLOSED} 的流转记录第 5 条"


@pytest.fixture
def lived(world):
    """A store with the history of three cases, on both databases."""
    write_history(world)
    return world.store


@pytest.fixture(scope="module")
def written(sqlite_template, tmp_path_factory):
    """A SQLite file with that history, to copy from."""
    path = tmp_path_factory.mktemp("written") / "cloud.db"
    shutil.copy(sqlite_template, path)
    world = make_world(f"sqlite:///{path}")
    write_history(world)
    world.close()
    return path


@pytest.fixture
def small(written, tmp_path):
    """A store with that history on SQLite alone, for what the kind of database cannot change."""
    path = tmp_path / "small.db"
    shutil.copy(written, path)
    store = Store.open(f"sqlite:///{path}")
    yield store
    store.close()


def first_finding(store):
    report = verify_journal(store)
    assert report.found == len(report.listed) > 0
    return report.listed[0]


def test_what_nobody_touched_is_as_it_was_written(lived):
    report = verify_journal(lived)
    assert (report.found, report.listed) == (0, [])
    assert (report.cases, report.entries, report.orders, report.seals) == (3, 17, 3, 2)
    assert report.unsealed == 0
    assert report.newest_seal.entry_count == report.entries


def test_progress_goes_up_to_the_end(small):
    heard = []
    verify_journal(small, lambda done, total: heard.append((done, total)))
    assert heard == sorted(heard)
    assert heard[-1] == (34, 34)


COLUMNS = [
    ("recorded_at = '2026-11-23 09:00:00.000000'", "recorded_at"),
    ("happened_at = '2026-11-23 09:31:00.000000'", "happened_at"),
    ("happened_at = 'yesterday'", "happened_at"),
    ("is_time_flagged = NOT is_time_flagged", "is_time_flagged"),
    ("actor = 'somebody'", "actor"),
    ("actor_role = 'leader'", "actor_role"),
    ("action = 'merge'", "action"),
    ("action = 'no such action'", "action"),
    ("from_state = NULL", "from_state"),
    ("to_state = 'closed'", "to_state"),
    ("reason = '另有说法'", "reason"),
    ("payload = '{\"a\":1}'", "payload"),
    ("previous_hash = hash", "previous_hash"),
    (f"hash = '{GENESIS}'", "hash"),
    ("sequence = 99", "sequence"),
    ("id = 2", "id"),
]


@pytest.mark.parametrize(("change", "field"), COLUMNS, ids=[change.split(" ")[0] for change, _ in COLUMNS])
def test_each_column_of_the_journal_is_named(small, change, field):
    where = THIRD if field in ("id", "reason", "payload") else FIFTH
    swap = ["UPDATE journal SET id = 1000 WHERE id = 2"] if field == "id" else []
    tamper(small, *swap, f"UPDATE journal SET {change} WHERE {where}")
    finding = first_finding(small)
    assert finding.field == field
    assert f"{field}（" in str(finding)
    assert finding.cure


def test_the_first_value_is_told_where_it_can_be(small):
    tamper(small, f"UPDATE journal SET to_state = 'closed' WHERE {THIRD}")
    assert str(first_finding(small)).startswith(
        f"{THIRD_ROW}（编号 5） to_state（新状态）：被改动，原为“filed”；请"
    )


def test_what_cannot_be_told_is_not_guessed(small):
    tamper(small, f"UPDATE journal SET payload = '{{}}' WHERE case_id = {CLOSED} AND action = 'dispatch'")
    finding = first_finding(small)
    assert (finding.field, "无法指明" in finding.message) == (None, True)
    assert finding.row.startswith(f"案卷 {CLOSED} 的流转记录第 4 条")


def test_the_case_of_an_entry(small):
    tamper(small, f"UPDATE journal SET case_id = {NEW}, sequence = 2 WHERE {FIFTH}")
    report = verify_journal(small)
    assert str(report.listed[0]).startswith(f"{FIFTH_ROW}：缺失：其后是第 6 条")
    assert any(finding.row.startswith(f"案卷 {NEW} 的流转记录第 2 条") for finding in report.listed)


def test_a_row_taken_from_the_middle(lived):
    tamper(lived, f"DELETE FROM journal WHERE {FIFTH}")
    report = verify_journal(lived)
    assert str(report.listed[0]).startswith(f"{FIFTH_ROW}：缺失")
    assert "第 1 个封存：封存时共 3 件案卷、12 条记录，现为 3 件、11 条；第一个空缺的编号是" in str(
        report.listed[1]
    )


def test_two_rows_swapped(small):
    tamper(
        small,
        f"UPDATE journal SET sequence = 99 WHERE {THIRD}",
        f"UPDATE journal SET sequence = 3 WHERE {FIFTH}",
        f"UPDATE journal SET sequence = 5 WHERE case_id = {CLOSED} AND sequence = 99",
    )
    finding = first_finding(small)
    assert (finding.field, finding.row[: len(FIFTH_ROW)]) == ("sequence", FIFTH_ROW)
    assert "原为“3”" in finding.message


def test_a_tail_cut_off(lived):
    """The chain that is left is whole: what is stored of the case, and the seal, know better."""
    tamper(lived, f"DELETE FROM journal WHERE case_id = {CLOSED} AND action = 'close'")
    report = verify_journal(lived)
    assert (report.listed[0].field, report.listed[0].row[:4]) == ("state", f"案卷 {CLOSED}")
    assert "存为“closed”，按流转记录应为“verified”" in report.listed[0].message
    assert report.listed[-1].row == "第 2 个封存"


def test_a_tail_cut_off_with_what_is_stored_of_it(lived):
    tamper(
        lived,
        f"DELETE FROM journal WHERE case_id = {CLOSED} AND action = 'close'",
        f"UPDATE cases SET state = 'verified', closed_at = NULL, is_open = {(lived.is_sqlite and 1) or 'true'}, "
        f"version = version - 1 WHERE id = {CLOSED}",
    )
    report = verify_journal(lived)
    assert [finding.row for finding in report.listed] == ["第 2 个封存"]


@pytest.mark.parametrize("tables", [("journal",), ("journal", "orders", "cases")])
def test_a_case_that_vanished(lived, tables):
    keys = {"journal": "case_id", "orders": "case_id", "cases": "id"}
    tamper(lived, *(f"DELETE FROM {table} WHERE {keys[table]} = {RETURNED}" for table in tables))
    report = verify_journal(lived)
    places = [finding.row for finding in report.listed]
    assert places[-2:] == ["第 1 个封存", "第 2 个封存"]
    assert ("流转记录全部缺失" in report.listed[0].message) is (tables == ("journal",))


def test_a_journal_whose_case_vanished(small):
    tamper(small, f"DELETE FROM cases WHERE id = {NEW}")
    assert str(first_finding(small)).startswith(f"案卷 {NEW}：所属案卷已不存在，流转记录还有 1 条")


def test_a_whole_chain_forged_with_its_state(small):
    """Whoever recomputes every hash of a case cannot recompute the seal that its head is under."""
    with small.read() as connection:
        (entry,) = read_entries(connection, NEW)
    (row,) = chained([replace(entry, actor="forger")], {})
    tamper(
        small,
        f"UPDATE journal SET actor = 'forger', hash = '{row['hash']}' WHERE case_id = {NEW}",
        f"UPDATE cases SET changed_by = 'forger' WHERE id = {NEW}",
    )
    assert str(first_finding(small)).startswith("第 1 个封存所覆盖的流转记录（编号 1 至 12）：记录数相同")


STATES = [
    ("cases", "state = 'signed'", "state"),
    ("cases", "is_open = NOT is_open", "is_open"),
    ("cases", "version = version + 9", "version"),
    ("cases", "version = 1", "version"),
    ("cases", "version = 'x'", "version"),
    ("cases", "category_code = '0101'", "category_code"),
    ("cases", "intake_channel = 'online'", "intake_channel"),
    ("cases", "reported_at = '2026-11-20 00:00:00.000000'", "reported_at"),
    ("cases", "dispatched_at = NULL", "dispatched_at"),
    ("cases", "handled_at = '2026-11-23 09:32:08.000001'", "handled_at"),
    ("cases", "closed_at = 'never'", "closed_at"),
    ("cases", "returns = 1", "returns"),
    ("cases", "reworks = 1", "reworks"),
    ("cases", "reopens = 1", "reopens"),
    ("cases", "main_unit = 'office'", "main_unit"),
    ("cases", "is_withdrawn = 1", "is_withdrawn"),
    ("cases", "changed_by = 'load:1'", "changed_by"),
    ("orders", "state = 'sent'", "state"),
    ("orders", "unit_code = 'office'", "unit_code"),
    ("orders", "sent_at = '2026-11-23 00:00:00.000000'", "sent_at"),
    ("orders", "signed_at = NULL", "signed_at"),
    ("orders", "arrived_at = NULL", "arrived_at"),
    ("orders", "handled_at = NULL", "handled_at"),
    ("orders", "confirmed_at = NULL", "confirmed_at"),
    ("orders", "returned_at = sent_at", "returned_at"),
    ("orders", "recalled_at = sent_at", "recalled_at"),
    ("orders", "return_code = 'other'", "return_code"),
    ("orders", "return_reason = '不对'", "return_reason"),
]


@pytest.mark.parametrize(("table", "change", "field"), STATES, ids=[f"{t}-{c}" for t, c, _ in STATES])
def test_each_stored_state_is_held_against_the_journal(small, table, change, field):
    key = "id" if table == "cases" else "case_id"
    tamper(small, f"UPDATE {table} SET {change} WHERE {key} = {CLOSED}")
    finding = first_finding(small)
    assert finding.field == field
    assert finding.row.startswith("派遣单" if table == "orders" else f"案卷 {CLOSED}")
    assert "流转记录为准" in finding.cure


def test_an_order_that_vanished(small):
    tamper(small, f"DELETE FROM orders WHERE case_id = {RETURNED} AND state = 'sent'")
    assert "主单 1 张，流转记录派遣了 2 次" in str(first_finding(small))


SEALS = [
    ("sealed_at = '2026-11-23 09:00:00.000000'", None),
    ("up_to_journal_id = up_to_journal_id - 1", None),
    ("case_count = 7", "case_count"),
    ("entry_count = 7", "entry_count"),
    (f"heads_hash = '{GENESIS}'", "heads_hash"),
    (f"previous_hash = '{'1' * 64}'", "previous_hash"),
    (f"hash = '{'1' * 64}'", "hash"),
]


@pytest.mark.parametrize(("change", "field"), SEALS, ids=[change.split(" ")[0] for change, _ in SEALS])
def test_each_column_of_a_seal(small, change, field):
    tamper(small, f"UPDATE seals SET {change} WHERE id = 1")
    finding = first_finding(small)
    assert (finding.row, finding.field) == ("第 1 个封存", field)


def test_a_seal_that_vanished(small):
    tamper(small, "DELETE FROM seals WHERE id = 1")
    assert "不接在第一个之后" in str(first_finding(small))


def test_what_is_not_sealed_yet_is_counted(small):
    tamper(small, "DELETE FROM seals WHERE id = 2")
    report = verify_journal(small)
    assert (report.found, report.seals, report.unsealed) == (0, 1, 5)


def test_slices_meet_without_gap(small, monkeypatch):
    tamper(small, f"DELETE FROM journal WHERE case_id = {CLOSED}", f"DELETE FROM cases WHERE id = {NEW}")
    whole = verify_journal(small)
    monkeypatch.setattr(verification, "CASES_AT_ONCE", 1)
    assert verify_journal(small) == whole
    assert whole.found == 4


def test_only_the_first_findings_are_listed_but_all_are_counted(small, monkeypatch):
    monkeypatch.setattr(verification, "MOST_LISTED", 2)
    tamper(small, "UPDATE cases SET returns = 7")
    report = verify_journal(small)
    assert (report.found, len(report.listed)) == (3, 2)
