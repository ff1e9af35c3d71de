"""A damaged folder: each row breaks one thing and says what a person must read about it."""

from __future__ import annotations

import contextlib
import shutil
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.domain.errors import CloudError, TownError
from data.town import Town, load_town
from tests.data.town.damage import DAMAGE, replace


@pytest.fixture
def folder(town: Town, tmp_path: Path) -> Path:
    """Return a copy of the home town that a test may damage."""
    return Path(shutil.copytree(town.folder, tmp_path / "x"))


def test_the_copy_is_sound(folder: Path) -> None:
    assert load_town(folder).key == "fenghuang"


@pytest.mark.parametrize("what", DAMAGE)
def test_damage_is_named(folder: Path, what: str) -> None:
    edit, name, line, field, said, cure = DAMAGE[what]
    edit(folder)
    with pytest.raises(TownError) as caught:
        load_town(folder)
    error = caught.value
    assert isinstance(error, CloudError)
    assert str(folder / name) in error.message
    assert line is None or f" 第 {line} 行" in error.message, error.message
    assert error.field == field
    assert said in error.message
    assert cure in str(error.cure)
    assert str(error) == f"{error.message}；{error.cure}"


def test_the_whole_sentence(folder: Path) -> None:
    replace("categories.csv", "占道经营,normal,2,", "占道经营,normal,两小时,")(folder)
    with pytest.raises(TownError) as caught:
        load_town(folder)
    path = folder / "categories.csv"
    assert str(caught.value) == f"{path} 第 4 行 limit_amount: “两小时” 不是数字；请填数字，例如 2"


def test_paths_in_the_project_are_shown_short(town: Town) -> None:
    from data.town.problems import shown_path

    assert shown_path(town.folder / "units.csv") == "data/towns/fenghuang/units.csv"


FILES = (
    "profile.yaml",
    "categories.csv",
    "arrivals.yaml",
    "indicators/dispatch.yaml",
    "dispatch.yaml",
    "plan_cards.yaml",
    "score.yaml",
    "sources/hotline.yaml",
    "outline.geojson",
)


@settings(max_examples=60, deadline=None)
@given(name=st.sampled_from(FILES), start=st.floats(0, 1), rubbish=st.binary(max_size=40))
def test_any_bytes_give_a_town_or_a_town_error(town: Town, name: str, start: float, rubbish: bytes) -> None:
    """Bytes overwritten anywhere in a file never end in another kind of error."""
    with TemporaryDirectory() as temporary:
        folder = Path(shutil.copytree(town.folder, Path(temporary) / "x"))
        raw = (folder / name).read_bytes()
        place = int(start * len(raw))
        (folder / name).write_bytes(raw[:place] + rubbish + raw[place + len(rubbish) :])
        with contextlib.suppress(TownError):
            load_town(folder)


def test_an_unknown_name_lists_the_known_ones() -> None:
    with pytest.raises(TownError, match="找不到城镇“nowhere”") as caught:
        load_town("nowhere")
    assert "fenghuang" in str(caught.value.cure)
    assert caught.value.field == "CLOUD_TOWN"


def test_a_folder_without_profile(tmp_path: Path) -> None:
    with pytest.raises(TownError, match=r"profile\.yaml: 缺少这个文件"):
        load_town(tmp_path)
