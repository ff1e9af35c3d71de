"""Files that cannot be loaded at all."""

from __future__ import annotations

from collections.abc import Sequence

from data.domain.errors import InvalidInput
from geo.topology import Problem


class LoadRefused(InvalidInput):
    """A file whose shape is wrong; nothing of it was written."""

    default_code = "load_refused"


class GridsRefused(LoadRefused):
    """A boundary set that must not replace the one in force; `problems` lists everything found."""

    default_code = "grids_refused"

    def __init__(self, problems: Sequence[Problem], value: str) -> None:
        self.problems = tuple(problems)
        blocking = [problem for problem in problems if problem.is_blocking]
        first = blocking[0].message if blocking else ""
        super().__init__(
            f"网格边界有 {len(blocking)} 处不能接受的问题，原有边界保持不变；第一处：{first}",
            value=value,
            cure="请用 check-grids 查看全部问题，改正后重新载入",
        )
