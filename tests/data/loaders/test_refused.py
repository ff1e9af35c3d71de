"""Files refused whole: nothing of them stays but their row in the ledger and the reason."""

from __future__ import annotations

import stat
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import func, select

from data.domain.errors import Conflict, NotFound
from data.loaders.errors import LoadRefused
from data.loaders.ledger import file_hash, list_loads, list_rejects
from data.loaders.pipeline import load
from data.loaders.rollback import rollback
from data.loaders.sweep import sweep_dead_loads
from data.store.tables import cases
from data.world import World
from tests.data.loaders.conftest import GOOD, NOW

WriteCsv = Callable[..., Path]


def test_a_refused_file_leaves_its_reason_and_nothing_else(world: World, write_csv: WriteCsv) -> None:
    path = write_csv(GOOD, header="x,y")
    revision, before = world.store.revision(), len(list_loads(world.store))
    with pytest.raises(LoadRefused, match="缺少必需的列"):
        load(world, "calls", path, NOW)
    newest, *others = list_loads(world.store)
    assert (world.store.revision(), len(others)) == (revision, before)
    assert (newest["source_key"], newest["file_name"], newest["status"]) == ("calls", "calls.csv", "refused")
    assert newest["file_hash"] == file_hash(path)
    assert newest["published_at"] is None
    (reason,) = list_rejects(world.store, newest["id"])
    assert reason.row_number == 0
    assert "缺少必需的列" in reason.reason
    assert "aliases" in reason.cure
    assert str(reason).startswith("整个文件：文件缺少必需的列")


def test_a_preview_leaves_nothing(mini: World, write_csv: WriteCsv) -> None:
    before = list_loads(mini.store)
    with pytest.raises(LoadRefused):
        load(mini, "calls", write_csv(GOOD, header="x,y"), NOW, is_preview=True)
    assert list_loads(mini.store) == before


def test_what_was_never_a_file_of_a_source_is_not_remembered(mini: World, tmp_path: Path) -> None:
    before = list_loads(mini.store)
    with pytest.raises(LoadRefused, match="找不到文件"):
        load(mini, "calls", tmp_path / "none.csv", NOW)
    with pytest.raises(NotFound):
        load(mini, "ufo", tmp_path / "none.csv", NOW)
    assert list_loads(mini.store) == before


def test_a_file_that_may_not_be_read_is_refused_in_words(
    mini: World, write_csv: WriteCsv, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write_csv(GOOD)
    path.chmod(stat.S_IWUSR)

    def denied(*_args: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", denied)  # root may read everything
    with pytest.raises(LoadRefused, match=r"无法读取（Permission denied）"):
        file_hash(path)


def test_a_load_refused_after_chunks_were_staged_takes_them_away(
    world: World, write_csv: WriteCsv, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_args: object) -> None:
        raise LoadRefused("不行", value="x", cure="请改正")

    monkeypatch.setattr("data.loaders.targets.CaseTarget.finish", refuse)
    with pytest.raises(LoadRefused, match="不行"):
        load(world, "calls", write_csv(GOOD, "坏行"), NOW)
    newest = list_loads(world.store)[0]
    counts = [newest[f"rows_{name}"] for name in ("read", "inserted", "rejected")]
    assert (newest["status"], counts) == ("refused", [2, 0, 1])
    assert [reject.row_number for reject in list_rejects(world.store, newest["id"])] == [0, 3]
    with world.store.read() as connection:
        assert connection.execute(select(func.count()).select_from(cases)).scalar_one() == 0


def test_a_refused_load_is_finished_and_cannot_be_taken_back(mini: World, write_csv: WriteCsv) -> None:
    with pytest.raises(LoadRefused):
        load(mini, "calls", write_csv(GOOD, header="x,y"), NOW)
    newest = list_loads(mini.store)[0]["id"]
    assert sweep_dead_loads(mini.store, NOW) == []
    with pytest.raises(Conflict, match="状态是“整份拒收”，不能回滚"):
        rollback(mini.store, newest, NOW)
    assert load(mini, "calls", write_csv(GOOD), NOW).counts.inserted == 1
