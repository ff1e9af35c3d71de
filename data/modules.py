"""The registry of modules: one row each, from which navigation, REST listing and tests follow."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Module:
    """A module of the platform: `key` is its file name in every place that it needs."""

    key: str
    name: str
    path: str


MODULES = (
    Module("grid", "网格管理", "/m/grid"),
    Module("dispatch", "指挥调度", "/m/dispatch"),
)
