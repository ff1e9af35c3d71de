"""The docs say what is: settings, commands, links, words and versions are compared with the code."""

from __future__ import annotations

import os
import re
import sqlite3
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from pydantic import SecretStr

from data.domain.vocabulary import Action, CaseState, GridKind, Role, Severity
from data.settings import Settings

ROOT = Path(__file__).resolve().parent.parent
PAPERS = sorted([ROOT / "README.md", ROOT / "CHANGELOG.md", *(ROOT / "docs").rglob("*.md")])
# The words that the town's rules fix (docs/glossary.md must give each Chinese term this one word).
FIXED_WORDS = {
    "一图感知": "situation",
    "一键决策": "dispatch_plan",
    "案卷": "case",
    "派遣单": "order",
    "流转记录": "journal",
    "网格员": "grid_member",
    "预案": "plan_card",
    "权责清单": "responsibility_list",
    "督办": "supervise",
    "台账": "ledger",
    "口径": "definition",
    "受理渠道": "intake_channel",
    "数据源": "source",
    "依据": "citation",
}


def _rows(name: str) -> list[list[str]]:
    """Return the cells of every table row of a paper, headers and rules left out."""
    lines = (ROOT / name).read_text(encoding="utf-8").splitlines()
    rows = [line for i, line in enumerate(lines) if line.startswith("|") and not _is_rule(line)]
    heads = {lines[i - 1] for i, line in enumerate(lines) if _is_rule(line)}
    return [[c.strip() for c in row.strip("|").split("|")] for row in rows if row not in heads]


def _is_rule(line: str) -> bool:
    return bool(re.fullmatch(r"\|[-| :]+\|", line))


def _unquoted(cell: str) -> str:
    return "" if cell == "empty" else cell.strip("`")


def _shown(value: object) -> str:
    text = value.get_secret_value() if isinstance(value, SecretStr) else str(value)
    return text.replace(f"{ROOT}/", "")


# --- Settings ----------------------------------------------------------------------------------------


def test_every_setting_stands_in_the_docs_with_its_default() -> None:
    written = {_unquoted(row[0]): _unquoted(row[1]) for row in _rows("docs/settings.md")}
    real = {f"CLOUD_{name.upper()}": _shown(field.default) for name, field in Settings.model_fields.items()}
    assert written == real


def test_every_setting_has_a_sentence() -> None:
    assert all(len(row[2]) > 10 for row in _rows("docs/settings.md"))
    assert all(field.description for field in Settings.model_fields.values())


# --- Commands and links ------------------------------------------------------------------------------


def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def _make_targets() -> set[str]:
    return set(re.findall(r"^([a-z][a-z-]*):", _text(ROOT / "Makefile"), re.M))


@pytest.mark.parametrize("path", PAPERS, ids=lambda p: p.name)
def test_named_make_targets_exist(path: Path) -> None:
    named = set(re.findall(r"(?:^|`)make ([a-z][a-z-]*)", _text(path), re.M))
    assert named <= _make_targets()


def test_named_commands_exist() -> None:
    """Each `data.cli` command of the papers stands in the command line's own list."""
    named = {c for path in PAPERS for c in re.findall(r"data\.cli ([a-z][a-z-]*)", _text(path))}
    listed = set(re.findall(r"^ {4}([a-z][a-z-]*)", _run(["--help"], ROOT, {}), re.M))
    assert named, "no paper shows the command line"
    assert named <= listed


@pytest.mark.parametrize("path", PAPERS, ids=lambda p: p.name)
def test_relative_links_lead_somewhere(path: Path) -> None:
    links = re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", _text(path))
    broken = [link for link in links if "://" not in link and not (path.parent / link).exists()]
    assert not broken


@pytest.mark.parametrize("path", PAPERS, ids=lambda p: p.name)
def test_named_files_exist(path: Path) -> None:
    """A path in backquotes that starts at a place of the project is there."""
    places = r"(?:app\.py|(?:callbacks|layouts|data|geo|tests|bench|docs|\.ci)/[\w./-]*)"
    named = re.findall(rf"`({places})`", _text(path))
    assert not [name for name in named if not (ROOT / name).exists()]


@pytest.mark.parametrize("path", PAPERS, ids=lambda p: p.name)
def test_named_settings_exist(path: Path) -> None:
    known = {f"CLOUD_{name.upper()}" for name in Settings.model_fields} | {"CLOUD_SHARED"}
    assert set(re.findall(r"\bCLOUD_[A-Z_]+\b", _text(path))) <= known


def test_every_decision_stands_in_the_list() -> None:
    listed = set(re.findall(r"\]\((\d{4}-[\w-]+\.md)\)", _text(ROOT / "docs/adr/README.md")))
    assert listed == {p.name for p in (ROOT / "docs/adr").glob("0*.md")}


@pytest.mark.parametrize("path", sorted((ROOT / "docs/adr").glob("0*.md")), ids=lambda p: p.name)
def test_a_decision_says_why_and_what_it_costs(path: Path) -> None:
    for heading in ("**Decided.**", "**Would change it.**", "**What it costs.**"):
        assert heading in _text(path)


def test_every_runtime_dependency_has_its_reason() -> None:
    project = tomllib.loads(_text(ROOT / "pyproject.toml"))["project"]
    needed = {re.match(r"[\w-]+", text)[0] for text in project["dependencies"]}  # type: ignore[index]
    reasoned = re.findall(
        r"`([\w-]+)(?:\[\w+\])?`", "\n".join(r[0] for r in _rows("docs/adr/0006-dependencies.md"))
    )
    assert needed == set(reasoned)


def test_no_conflict_was_left_behind() -> None:
    """What a merge could not settle stands nowhere: a style sheet would drop its rules in silence."""
    files = [path for place in ("layouts", "docs", "data") for path in (ROOT / place).rglob("*.*")]
    texts = [path for path in files if path.suffix in {".css", ".js", ".md", ".yaml", ".csv"}]
    assert not [path for path in texts if re.search(r"^(<<<<<<<|>>>>>>>) ", _text(path), re.M)]


# --- Words and versions ------------------------------------------------------------------------------


def _glossary() -> list[tuple[str, str]]:
    return [(row[0], _unquoted(row[1])) for row in _rows("docs/glossary.md")]


def test_one_english_word_for_each_chinese_term() -> None:
    rows = _glossary()
    assert len({chinese for chinese, _ in rows}) == len(rows)
    assert len({english for _, english in rows}) == len(rows)


def test_glossary_keeps_the_fixed_words() -> None:
    words = dict(_glossary())
    assert {chinese: words.get(chinese) for chinese in FIXED_WORDS} == FIXED_WORDS


def test_glossary_agrees_with_the_vocabulary() -> None:
    words = dict(_glossary())
    labels = {w.label: w.value for kind in (GridKind, Role, Severity, CaseState, Action) for w in kind}
    assert {term: words[term] for term in labels.keys() & words} == {
        term: labels[term] for term in labels.keys() & words
    }


def test_changelog_has_the_version() -> None:
    version = tomllib.loads(_text(ROOT / "pyproject.toml"))["project"]["version"]
    assert re.search(
        rf"^## \[{re.escape(version)}\] - \d{{4}}-\d\d-\d\d$", _text(ROOT / "CHANGELOG.md"), re.M
    )


# --- The worked example ------------------------------------------------------------------------------


def test_your_own_town_in_five_minutes_works(tmp_path: Path) -> None:
    """The files of the README, written as they stand there, load as the README says."""
    text = _text(ROOT / "README.md")
    files = re.findall(r"^`((?:mytown/|reports)[\w./]+)`:.*?\n```\w*\n(.*?)^```", text, re.M | re.S)
    assert len(files) == 7
    for name, content in files:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, encoding="utf-8")
    steps = re.findall(r"^\.venv/bin/python -m data\.cli ([^#\n]+?)\s*(?:#.*)?$", text, re.M)
    assert len(steps) == 4
    settings = {"CLOUD_TOWN": str(tmp_path / "mytown"), "CLOUD_DATABASE_URL": f"sqlite:///{tmp_path}/own.db"}
    outputs = [_run(step.split(), tmp_path, settings) for step in steps]
    assert "上报时间" in outputs[3]
    assert "昨天下午" in outputs[3]
    with sqlite3.connect(tmp_path / "own.db") as database:
        rows = database.execute("SELECT title, comprehensive_code FROM cases ORDER BY id").fetchall()
    assert rows == [("巷口垃圾未清", "A01"), ("路灯连续三天不亮", "A02")]


def _run(arguments: list[str], folder: Path, settings: dict[str, str]) -> str:
    environment = os.environ | settings | {"PYTHONPATH": str(ROOT)}
    result = subprocess.run(
        [sys.executable, "-m", "data.cli", *arguments],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 0, result.stdout + result.stderr
    return result.stdout
