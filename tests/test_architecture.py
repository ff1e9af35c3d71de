"""The shape of the house: imports point right, importing does nothing, files and functions stay small."""

from __future__ import annotations

import ast
import graphlib
import json
import statistics
import subprocess
import sys
from collections import defaultdict
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
OURS = ("app", "callbacks", "layouts", "data", "geo", "tests", "bench")
PRODUCT = ("app.py", "callbacks", "layouts", "data", "geo")

# What a place may import of ours, besides itself. The longest matching prefix counts.
MAY_IMPORT = {
    "app": ("callbacks", "layouts", "data", "geo"),
    "callbacks": ("layouts", "data", "geo"),
    "layouts": ("data.domain", "data.modules"),
    "data": ("data", "geo"),
    "data.domain": (),
    "data.modules": ("data.domain",),
    "data.settings": ("data.domain",),
    "data.town": ("data.domain", "data.settings", "geo"),
    "data.store": ("data.domain", "geo"),
    "geo": (),
}
# … and what it may not, although the row above would let it.
MAY_NOT_IMPORT = {"callbacks": ("data.store",)}

# Libraries that a place has no business with.
STRANGERS = {
    "data.services": ("dash", "plotly", "fastapi", "starlette"),
    "data.views": ("dash", "plotly", "fastapi", "starlette"),
    "data.loaders": ("dash", "plotly", "fastapi", "starlette"),
    "data.store": ("dash", "plotly", "fastapi", "starlette"),
    "layouts": ("sqlalchemy", "fastapi", "starlette", "geopandas"),
    "callbacks": ("sqlalchemy", "pandas", "geopandas"),
    "geo": ("dash", "plotly", "sqlalchemy", "fastapi"),
}

# Alembic runs this script itself, with a context that exists only then.
NOT_IMPORTABLE = {"data.store.migrations.env"}

LINES = 300
LONG_FILES = {
    "data/store/tables.py": "every table of the town in one metadata, one line a column",
}

FUNCTION_LINES = 30
LONG_FUNCTIONS: dict[str, str] = {}
MEDIAN_LINES = 12


def _files(*places: str, suffixes: tuple[str, ...] = (".py",)) -> list[Path]:
    """Return our source files in the given places, sorted."""
    found: list[Path] = []
    for place in places:
        path = ROOT / place
        found += [path] if path.is_file() else [p for p in path.rglob("*") if p.suffix in suffixes]
    return sorted(p for p in found if "__pycache__" not in p.parts)


def _module(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def _imports(path: Path) -> set[str]:
    """Return the absolute dotted names that a file imports, wherever in the file it does."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path.relative_to(ROOT)}:{node.lineno}: relative import"
            found |= {_existing(f"{node.module}.{alias.name}", node.module or "") for alias in node.names}
    return found


def _existing(name: str, parent: str) -> str:
    """Return `name` where it is a module of ours, else its parent (it is then a thing in the parent)."""
    path = ROOT.joinpath(*name.split("."))
    return name if path.with_suffix(".py").exists() or (path / "__init__.py").exists() else parent


def _is_in(name: str, place: str) -> bool:
    return name == place or name.startswith(place + ".")


def _rule(module: str) -> str:
    """Return the longest place of the table that holds the module."""
    return max((place for place in MAY_IMPORT if _is_in(module, place)), key=len)


def _product_modules() -> dict[str, Path]:
    return {_module(path): path for path in _files(*PRODUCT)}


# --- Imports -----------------------------------------------------------------------------------------


def _import_breaches(module: str, path: Path) -> list[str]:
    place = _rule(module)
    refused = MAY_NOT_IMPORT.get(place, ())
    allowed = (place, *MAY_IMPORT[place])
    return [
        f"{module} imports {name}: {place} may import only {', '.join(MAY_IMPORT[place]) or 'nothing of ours'}"
        for name in sorted(_imports(path))
        if name.split(".")[0] in OURS
        and (not any(_is_in(name, a) for a in allowed) or any(_is_in(name, r) for r in refused))
    ]


def test_imports_point_right() -> None:
    breaches = [b for module, path in _product_modules().items() for b in _import_breaches(module, path)]
    assert not breaches, "\n".join(breaches)


def test_a_breach_is_noticed(tmp_path: Path) -> None:
    """The rule above can fail: three breaches, three lines."""
    bad = tmp_path / "bad.py"
    bad.write_text("from data.store.tables import cases\nimport app\nfrom data.views import situation\n")
    assert len(_import_breaches("layouts.bad", bad)) == 3
    assert len(_import_breaches("callbacks.bad", bad)) == 2


def test_domain_is_standard_library_only() -> None:
    breaches = [
        f"{_module(path)} imports {name}"
        for path in _files("data/domain")
        for name in _imports(path)
        if name.split(".")[0] not in sys.stdlib_module_names and not _is_in(name, "data.domain")
    ]
    assert not breaches, "\n".join(breaches)


@pytest.mark.parametrize(("place", "strangers"), STRANGERS.items())
def test_places_keep_to_their_libraries(place: str, strangers: tuple[str, ...]) -> None:
    breaches = [
        f"{module} imports {name}"
        for module, path in _product_modules().items()
        if _is_in(module, place)
        for name in _imports(path)
        if name.split(".")[0] in strangers
    ]
    assert not breaches, "\n".join(breaches)


def test_parts_of_data_form_no_circle() -> None:
    """loaders, services and views may know each other one way only."""
    graph: dict[str, set[str]] = defaultdict(set)
    for module, path in _product_modules().items():
        here = _part(module)
        graph[here] |= {_part(n) for n in _imports(path) if n.split(".")[0] in OURS} - {here, "data"}
    graphlib.TopologicalSorter(graph).prepare()


def _part(module: str) -> str:
    return ".".join(module.split(".")[:2])


# --- Importing does nothing --------------------------------------------------------------------------

PROBE = r"""
import importlib, json, os, sys, threading
root, modules = sys.argv[1], sys.argv[2:]
effects, current = [], [None]

def is_ours():
    # True when our module's own code asked, False when an import of a library stands between.
    frame = sys._getframe(3)
    while frame is not None:
        name = frame.f_code.co_filename
        if "importlib" in name:
            return False
        if name.startswith(root) and ".venv" not in name:
            return True
        frame = frame.f_back
    return False

EVENTS = ("open", "socket.connect", "socket.bind", "subprocess.Popen", "os.system", "sqlite3.connect",
          "os.mkdir", "os.remove")
KNOBS = ("PYDANTIC_DISABLE_PLUGINS",)  # read by pydantic itself whenever a class is made

def note(event, detail):
    if current[0] and detail not in KNOBS and is_ours():
        effects.append([current[0], event, repr(detail)[:120]])

def hook(event, args):
    if event in EVENTS:
        note(event, args[0])

class Environ(type(os.environ)):
    def __getitem__(self, key):
        note("environment read", key)
        return super().__getitem__(key)

    def get(self, key, default=None):
        note("environment read", key)
        return super().get(key, default)

def start(thread, begin=threading.Thread.start):
    note("thread start", thread.name)
    begin(thread)

os.environ.__class__ = Environ
threading.Thread.start = start
sys.addaudithook(hook)
sys.path.insert(0, root)
for module in modules:
    current[0] = module
    importlib.import_module(module)
current[0] = None
print(json.dumps(effects))
"""


def _effects(root: Path, modules: list[str]) -> list[list[str]]:
    """Import modules in a fresh interpreter; return what they did besides: [module, event, detail]."""
    command = [sys.executable, "-B", "-c", PROBE, str(root), *modules]
    result = subprocess.run(command, capture_output=True, text=True, check=False, cwd=root)
    assert result.returncode == 0, result.stderr[-3000:]
    return json.loads(result.stdout.splitlines()[-1])


def test_importing_does_nothing() -> None:
    """No file, socket, thread, process, database or environment variable is touched by an import."""
    effects = _effects(ROOT, [m for m in _product_modules() if m not in NOT_IMPORTABLE])
    assert not effects, "\n".join(" · ".join(effect) for effect in effects)


def test_an_effect_is_noticed(tmp_path: Path) -> None:
    (tmp_path / "guilty.py").write_text(
        "import os, sqlite3, threading\n"
        "os.environ.get('HOME')\n"
        "open('made', 'w').close()\n"
        "sqlite3.connect(':memory:')\n"
        "threading.Thread(target=list).start()\n"
    )
    events = {event for _, event, _ in _effects(tmp_path, ["guilty"])}
    assert events == {"environment read", "open", "sqlite3.connect", "thread start"}


# --- Sizes -------------------------------------------------------------------------------------------


def _measured(paths: list[Path]) -> list[Path]:
    """Leave out migrations: each is the record of one day's schema, written once and never edited."""
    return [path for path in paths if "versions" not in path.parts]


def test_files_are_short() -> None:
    """A file over 300 lines stands in the table with its reason; a row without such a file goes."""
    counted = _measured(_files(*PRODUCT, "tests", "bench", suffixes=(".py", ".js", ".css")))
    long = {
        str(path.relative_to(ROOT)): len(path.read_text(encoding="utf-8").splitlines()) for path in counted
    }
    long = {name: lines for name, lines in long.items() if lines > LINES}
    assert set(long) == set(LONG_FILES), long


def _functions(path: Path) -> dict[str, int]:
    """Return the length in lines of each function of a file, its docstring left out."""
    found: dict[str, int] = {}

    def visit(node: ast.AST, prefix: str) -> None:
        for child in ast.iter_child_nodes(node):
            if isinstance(child, (ast.FunctionDef, ast.AsyncFunctionDef)):
                found[f"{path.relative_to(ROOT)}::{prefix}{child.name}"] = _length(child)
            name = getattr(child, "name", None)
            visit(child, f"{prefix}{name}." if isinstance(name, str) else prefix)

    visit(ast.parse(path.read_text(encoding="utf-8")), "")
    return found


def _length(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    whole = (function.end_lineno or function.lineno) - function.lineno + 1
    first = function.body[0]
    if ast.get_docstring(function) is None or len(function.body) == 1:
        return whole
    return whole - ((first.end_lineno or first.lineno) - first.lineno + 1)


def test_functions_are_short() -> None:
    """A function over 30 lines stands in the table with its reason; the median is reported."""
    lengths = {
        name: n for path in _measured(_files(*PRODUCT, "bench")) for name, n in _functions(path).items()
    }
    median = statistics.median(lengths.values())
    print(f"{len(lengths)} functions, median {median} lines, longest {max(lengths.values())}")
    long = {name: n for name, n in lengths.items() if n > FUNCTION_LINES}
    assert set(long) == set(LONG_FUNCTIONS), long
    assert median <= MEDIAN_LINES
