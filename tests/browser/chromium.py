"""Chromium for the tests: found, or installed with apt (as root), or through Playwright's download.

`python tests/browser/chromium.py` makes sure that it is there, Chinese glyphs included, and prints
its path; tests and bench call `launch()`.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
PACKAGES = ("chromium", "fonts-noto-cjk")
ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",  # a page that asks elsewhere gets an error
)


@contextmanager
def launch() -> Iterator[Any]:
    """Give a running headless Chromium as Playwright's `Browser`."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find(), args=list(ARGUMENTS))
        yield browser
        browser.close()


def find() -> str | None:
    """Return the path of an installed Chromium, or None."""
    on_path = next((path for name in NAMES if (path := shutil.which(name))), None)
    return on_path or _downloaded()


def _downloaded() -> str | None:
    """Return the path of the Chromium that Playwright downloaded earlier, or None."""
    code = "from playwright.sync_api import sync_playwright as s\nwith s() as p: print(p.chromium.executable_path)"
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    path = result.stdout.strip()
    return path if path and Path(path).exists() else None


def has_chinese_glyphs() -> bool:
    """Tell whether some installed font can draw Chinese (assumed where fontconfig is not in use)."""
    if shutil.which("fc-list") is None:
        return sys.platform != "linux"
    return bool(subprocess.run(["fc-list", ":lang=zh"], capture_output=True, check=False).stdout.strip())


def ensure() -> str:
    """Return the path of Chromium, installing what is missing; raise `SystemExit` with the cure."""
    if (find() is None or not has_chinese_glyphs()) and _can_use_apt():
        _install_with_apt()
    if find() is None:
        subprocess.run([sys.executable, "-m", "playwright", "install", "chromium"], check=False)
    path = find()
    if path is None:
        raise SystemExit(
            "没有找到 Chromium，也未能安装：请先安装 chromium 或 google-chrome，再运行 make test"
        )
    return path


def _can_use_apt() -> bool:
    return sys.platform == "linux" and os.geteuid() == 0 and shutil.which("apt-get") is not None


def _install_with_apt() -> None:
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for command in (["update", "-q"], ["install", "-q", "-y", "--no-install-recommends", *PACKAGES]):
        subprocess.run(["apt-get", *command], env=environment, check=False, stdout=subprocess.DEVNULL)


if __name__ == "__main__":
    print(f"浏览器：{ensure()}")
