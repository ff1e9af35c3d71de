"""What is handed on: pinned and hashed locks, no package index's address, no path of this machine."""

from __future__ import annotations

import re
import subprocess
import tomllib
from importlib.metadata import version
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parent.parent
LOCKS = ("requirements.lock", "requirements-test.lock")
PIN = re.compile(r"^([A-Za-z0-9][\w.-]*)(?:\[[\w,-]+\])?==(\S+)")

# Assembled, so that this file does not hold what it looks for.
INDEX_WORDS = (
    "index" + "-url =",
    "--index" + "-url",
    "extra" + "-index",
    "/sim" + "ple/",
    "trusted" + "-host",
)
INDEX_HOSTS = ("pypi" + ".org", "pythonhosted" + ".org", "npmjs" + ".org", "tuna.tsinghua" + ".edu")


def _tracked() -> list[Path]:
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    return [ROOT / name for name in listed.stdout.splitlines()]


def _texts() -> dict[str, str]:
    """Return every text file that belongs to the project, by its relative name."""
    found = {}
    for path in _tracked():
        if not path.is_file() or path.stat().st_size > 3_000_000:
            continue
        raw = path.read_bytes()
        if b"\0" not in raw:
            found[str(path.relative_to(ROOT))] = raw.decode("utf-8", errors="replace")
    return found


def _project() -> dict:
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def _pins(lock: str) -> dict[str, str]:
    """Return name → version of what a lock installs here (a universal lock has forks by marker)."""
    lines = (ROOT / lock).read_text(encoding="utf-8").splitlines()
    pins = [Requirement(line.removesuffix("\\").strip()) for line in lines if PIN.match(line)]
    return {
        canonicalize_name(pin.name): str(pin.specifier).removeprefix("==")
        for pin in pins
        if pin.marker is None or pin.marker.evaluate()
    }


def test_no_file_names_a_package_index_or_this_machine() -> None:
    words = (*INDEX_WORDS, *INDEX_HOSTS, f"{ROOT.parent}/")
    breaches = [f"{name}: {word}" for name, text in _texts().items() for word in words if word in text]
    assert not breaches, "\n".join(breaches)


def test_no_file_holds_the_marks_of_an_unfinished_merge() -> None:
    marks = re.compile(r"^(<{7}|>{7}) ", re.MULTILINE)
    assert [name for name, text in _texts().items() if marks.search(text)] == []


@pytest.mark.parametrize("lock", LOCKS)
def test_every_pin_is_hashed_and_no_line_names_an_address(lock: str) -> None:
    text = (ROOT / lock).read_text(encoding="utf-8")
    entries = re.split(r"\n(?=[A-Za-z0-9])", text)
    pins = [entry for entry in entries if PIN.match(entry)]
    unhashed = [entry.splitlines()[0] for entry in pins if "--hash=sha256:" not in entry]
    options = [line for line in text.splitlines() if line.startswith("-") or "://" in line]
    assert len(pins) > 40
    assert not unhashed
    assert not options


@pytest.mark.parametrize(("lock", "groups"), [(LOCKS[0], ()), (LOCKS[1], ("test",))])
def test_locks_fulfil_the_project_file(lock: str, groups: tuple[str, ...]) -> None:
    project = _project()
    wanted = list(project["project"]["dependencies"])
    for group in groups:
        wanted += project["dependency-groups"][group]
    pins = _pins(lock)
    breaches = [
        f"{requirement} is pinned as {pins.get(canonicalize_name(requirement.name))}"
        for requirement in map(Requirement, wanted)
        if not requirement.specifier.contains(pins.get(canonicalize_name(requirement.name), "0"))
    ]
    assert not breaches, "\n".join(breaches)


def test_test_lock_holds_the_run_lock_in_the_same_versions() -> None:
    run, test = (_pins(lock) for lock in LOCKS)
    assert {name: test.get(name) for name in run} == run


def test_the_tests_run_on_what_is_locked() -> None:
    """A test of other versions than those that are handed on proves little."""
    pins = _pins(LOCKS[0])
    names = [canonicalize_name(Requirement(text).name) for text in _project()["project"]["dependencies"]]
    assert {name: version(name) for name in names} == {name: pins[name] for name in names}


def test_licence_is_the_declared_one() -> None:
    assert _project()["project"]["license"] == {"text": "Apache-2.0"}
    text = (ROOT / "LICENSE").read_text(encoding="utf-8")
    assert "Apache License" in text
    assert "Version 2.0, January 2004" in text


def test_ci_runs_check_and_test() -> None:
    script = ROOT / ".ci" / "run"
    text = script.read_text(encoding="utf-8")
    assert script.stat().st_mode & 0o111
    assert "set -euo pipefail" in text
    assert re.search(r"^make .*check$", text, re.M)
    assert re.search(r"^make .*test$", text, re.M)
