"""`python -m bench [names]` measures and prints one table; without names, everything.

It asserts nothing about times: a slow machine is not an error.
"""

from __future__ import annotations

import importlib
import os
import platform
import sys
from collections.abc import Iterator
from pathlib import Path

from bench.table import BenchRow, print_table

NAMES = (
    "locate",
    "load",
    "demo",
    "writes",
    "first_load",
    "live",
    "press",
    "rest",
    "plan",
    "clock",
    "fold",
    "indicators",
    "opening",
)


def main(arguments: list[str]) -> int:
    """Run the named measurements, or all of them."""
    unknown = [name for name in arguments if name not in NAMES]
    if unknown:
        print(f"没有名为 {'、'.join(unknown)} 的量测；可选：{'、'.join(NAMES)}", file=sys.stderr)
        return 2
    print(machine())
    print_table(_rows(arguments or list(NAMES)))
    return 0


def machine() -> str:
    """Return one line that says what was measured on."""
    return " · ".join(
        (
            _processor(),
            f"{os.cpu_count()} cores",
            f"{_memory_gb():.0f} GB",
            f"{platform.system()} {platform.release()}",
            f"Python {platform.python_version()}",
        )
    )


def _rows(names: list[str]) -> Iterator[BenchRow]:
    for name in names:
        yield from importlib.import_module(f"bench.{name}").rows()


def _processor() -> str:
    info = Path("/proc/cpuinfo")
    lines = info.read_text(encoding="utf-8").splitlines() if info.exists() else []
    named = [line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")]
    return named[0] if named else platform.machine()


def _memory_gb() -> float:
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1e9


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
