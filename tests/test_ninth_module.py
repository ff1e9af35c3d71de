"""The recipe of `docs/adding-a-module.md` is complete: what it writes into a copy of the tree makes a module there.

Nothing but the recipe touches the copy, so that whatever else a module needed would be missed here.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PAPER = ROOT / "docs" / "adding-a-module.md"
KEPT = ("app.py", "callbacks", "data", "docs", "geo", "layouts", "tests", "bench", "pyproject.toml")
BLOCK = re.compile(r"^```(\w+) (\S+)\n(.*?)^```$", re.M | re.S)
INHERITED = (
    "tests/test_modules.py",
    "tests/test_ids.py",
    "tests/layouts/test_pages.py",
    "tests/data/store/test_migrate.py",
    "tests/test_architecture.py::test_imports_point_right",
    "tests/test_architecture.py::test_functions_are_short",
)
OF_TABLES = (
    "tests/data/views/test_records.py",
    "tests/callbacks/rest/test_records.py",
    "tests/data/loaders/test_records.py",
)
"""Tests of every table of every module: the copy runs those of its own, the others are run where they stand."""

PROBE = """
import sys
from datetime import UTC, datetime
from data.domain.people import Actor
from data.domain.vocabulary import Role
from data.loaders.pipeline import load
from data.views.indicators import Wanted, figures_of
from data.views.modules import VIEWS
from data.views.modules.view import Asked
from data.views.records.pages import record_list
from data.domain.periods import PeriodKind
from pathlib import Path
from tests.worlds import make_world

now = datetime(2026, 11, 23, 9, tzinfo=UTC)
world = make_world("sqlite:///" + sys.argv[1])
load(world, "supplies", Path("docs/samples/supplies.xlsx"), now)
rows = record_list(world, "supplies", "supplies", now, None, 10)["items"]
print([(row["name"], row["file"], row["line"]) for row in rows])
asked = Asked(Actor("zhang", Role.DISPATCHER), now)
print([(one.name, one.value) for one in VIEWS["supplies"].board(world, asked).parts[0].items])
print([(spot.name, spot.kind) for spot in VIEWS["supplies"].layers(world, asked)[0].spots])
found = figures_of(world, "supplies", Wanted(PeriodKind.MONTH, now.date()), now)
print([(one.definition.name, one.figure.value) for one in found if one.is_present])
"""


@dataclass(frozen=True)
class Step:
    """One block of the recipe: its language, the file that it speaks of, and its text."""

    language: str
    path: str
    text: str


def steps() -> list[Step]:
    found = [Step(*match) for match in BLOCK.findall(PAPER.read_text(encoding="utf-8"))]
    return [step for step in found if "/" in step.path]


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Return a copy of the tree with the ninth module in it."""
    copy = tmp_path_factory.mktemp("ninth")
    for name in KEPT:
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, copy / name, ignore=shutil.ignore_patterns("__pycache__", "images"))
        else:
            shutil.copy(source, copy / name)
    for step in steps():
        write(copy, step)
    ruff = [sys.executable, "-m", "ruff"]
    for how in (["format"], ["check", "--fix"], ["format"]):
        run(copy, [*ruff, *how, "--quiet", "."])
    run(copy, [sys.executable, "-m", "tests.data.loaders.sample_books"])
    yield copy
    shutil.rmtree(copy)


def write(copy: Path, step: Step) -> None:
    """Write a new file, or change one that is there."""
    newest = max(path.name[:4] for path in (ROOT / "data/store/migrations/versions").glob("0*.py"))
    numbers = {"NEXT": f"{int(newest) + 1:04d}", "NEWEST": newest}
    path, text = step.path, step.text
    for word, number in numbers.items():
        path, text = (re.sub(rf"\b{word}(?=_|\b)", number, part) for part in (path, text))
    if step.language == "diff":
        changed = (copy / path).read_text(encoding="utf-8")
        (copy / path).write_text(change(changed, text, path), encoding="utf-8")
    else:
        assert not (copy / path).exists(), f"{path} is not new"
        (copy / path).write_text(text, encoding="utf-8")


def change(text: str, block: str, path: str) -> str:
    """Apply the parts of a change, parted by `@@`: lines that are kept or taken away stand together exactly once."""
    for part in block.split("@@\n"):
        lines = part.splitlines()
        old = "\n".join(re.escape(line[1:]).replace("…", "(.*)") for line in lines if line[0] in " -")
        new = "\n".join(line[1:] for line in lines if line[0] in " +")
        found = list(re.finditer(old, text))
        assert len(found) == 1, f"{path}: “{old}” stands there {len(found)} times"
        filled = iter(found[0].groups())
        told = re.sub("…", lambda _: next(filled), new)  # noqa: B023
        text = text[: found[0].start()] + told + text[found[0].end() :]
    return text


def run(copy: Path, command: list[str]) -> str:
    done = subprocess.run(command, cwd=copy, capture_output=True, text=True, check=False)
    assert done.returncode == 0, (done.stdout + done.stderr)[-6000:]
    return done.stdout


def test_the_recipe_changes_what_it_names_and_adds_the_rest() -> None:
    changed = [step.path for step in steps() if step.language == "diff"]
    new = [step.path for step in steps() if step.language != "diff"]
    assert all((ROOT / path).exists() for path in changed)
    assert not any((ROOT / path).exists() for path in new)


def test_the_inherited_tests_hold_for_the_ninth_module(tree: Path) -> None:
    for how in ([*INHERITED], ["-k", "supplies", *OF_TABLES]):
        said = run(
            tree, [sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", "-n", "0", *how]
        )
        assert " passed" in said


def test_its_rows_figures_and_points_are_there(tree: Path, tmp_path: Path) -> None:
    lines = run(tree, [sys.executable, "-c", PROBE, str(tmp_path / "ninth.db")]).splitlines()
    assert lines == [
        "[('急救包', 'supplies.xlsx', 4), ('编织袋', 'supplies.xlsx', 3)]",
        "[('在库批次', '2'), ('已过期', '1')]",
        "[('编织袋 凤凰村仓库', 'flood'), ('急救包 镇卫生院', 'medical')]",
        "[('过期物资占比', 50.0)]",
    ]


def test_a_change_that_finds_no_place_says_so() -> None:
    with pytest.raises(AssertionError, match="stands there 0 times"):
        change("a\nb\n", "-c\n+d\n", "x.py")


def test_a_change_keeps_the_rest_of_a_line() -> None:
    assert change("a (1, 2)\nb\n", "-a (…\n+a (0, …\n@@\n b\n+c\n", "x.py") == "a (0, 1, 2)\nb\nc\n"
