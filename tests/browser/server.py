"""The real program as a process of its own: started on a free port, killed, and started again."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
import uuid
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent.parent
START_SECONDS = 120
DEMO_TOKEN = "demo-token-of-the-tests"
TOKEN = {"Authorization": f"Bearer {DEMO_TOKEN}"}


class Server:
    """`python app.py` with its own database in `folder`; `settings` are CLOUD_ variables."""

    def __init__(self, folder: Path, settings: dict[str, str] | None = None) -> None:
        self.folder = folder
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.database_url = f"sqlite:///{folder / 'cloud.db'}"
        self.log = folder / "server.log"
        self._process: subprocess.Popen[bytes] | None = None
        self._environment = without_settings() | {
            "CLOUD_PORT": str(self.port),
            "CLOUD_DATABASE_URL": self.database_url,
            "PYTHONUNBUFFERED": "1",
            "CLOUD_DEMO_TOKEN": DEMO_TOKEN,
            **(settings or {}),
        }

    @property
    def pid(self) -> int:
        """The process id of the running server."""
        assert self._process is not None, "the server is not running"
        return self._process.pid

    @property
    def is_running(self) -> bool:
        """Whether the process was started and not ended since."""
        return self._process is not None

    def start(self) -> None:
        """Start the process and wait until it says that it is ready and its town complete."""
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "app"], cwd=ROOT, env=self._environment, stdout=log, stderr=log
            )
        self._wait_until(self._is_ready, "the server did not get ready")

    def stop(self) -> None:
        """End the process as an operator would."""
        self._end(signal.SIGTERM)

    def kill(self) -> None:
        """End the process as a power cut would."""
        self._end(signal.SIGKILL)

    def get(self, path: str, headers: dict[str, str] | None = None) -> Any:
        """Return the JSON at a path, as a visitor unless the headers say who asks."""
        request = urllib.request.Request(self.url + path, headers=headers or {})
        with urllib.request.urlopen(request, timeout=30) as answer:
            return json.load(answer)

    def post_case(self, title: str, **fields: Any) -> dict[str, Any]:
        """Report a case over REST as the demo's dispatcher and return the answer."""
        body = {"title": title, "category": "0101", "intake_channel": "window", **fields}
        request = urllib.request.Request(
            self.url + "/api/v1/cases",
            json.dumps(body).encode(),
            {"Content-Type": "application/json", **report_headers()},
        )
        with urllib.request.urlopen(request, timeout=30) as answer:
            return json.load(answer)

    def place(self, grid: int = 0) -> dict[str, Any]:
        """Return a place inside the town's first or another comprehensive grid, as a report gives it."""
        feature = self.get("/api/v1/grids?kind=comprehensive")["features"][grid]
        ring = feature["geometry"]["coordinates"][0]
        lon, lat = (sum(corner[axis] for corner in ring[:-1]) / (len(ring) - 1) for axis in (0, 1))
        return {"lon": lon, "lat": lat, "crs": "cgcs2000"}

    def _is_ready(self) -> bool:
        try:
            self.get("/readyz")
            return _is_whole(self.get("/api/v1/situation"))
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            return False

    def _wait_until(self, is_reached: Any, message: str) -> None:
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline:
            if self._process is None or self._process.poll() is not None:
                break
            if is_reached():
                return
            time.sleep(0.2)
        code = self._process.poll() if self._process else None
        self._end(signal.SIGKILL)
        raise RuntimeError(f"{message} (exit code {code}):\n{self.log.read_text(errors='replace')[-4000:]}")

    def _end(self, how: signal.Signals) -> None:
        if self._process is not None and self._process.poll() is None:
            self._process.send_signal(how)
            try:
                self._process.wait(10)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait(10)
        self._process = None


def _is_whole(picture: dict[str, Any]) -> bool:
    """Whether a demo town has its people and its whole history."""
    return picture["demo_progress"] is None and bool(picture["cases"] or not picture["is_demo"])


def report_headers() -> dict[str, str]:
    """Return the headers of a new report by the demo's dispatcher."""
    return {"Idempotency-Key": str(uuid.uuid4()), **TOKEN}


def free_port() -> int:
    """Return a local port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def without_settings() -> dict[str, str]:
    """Return this process's environment without anybody's own CLOUD_ settings."""
    return {name: value for name, value in os.environ.items() if not name.startswith("CLOUD_")}
