"""Files that cannot be loaded at all."""

from __future__ import annotations

from collections.abc import Sequence

from data.domain.errors import InvalidInput
from data.loaders.rejects import WHOLE_FILE, Reject, shown
from geo.topology import Problem

BOUNDARY_CURE = "请改正边界后重新载入整套"


class LoadRefused(InvalidInput):
    """A file whose shape is wrong; nothing of it was written. `details` are further reasons for the ledger."""

    default_code = "load_refused"
    details: tuple[Reject, ...] = ()

    def reasons(self) -> list[Reject]:
        """Return why the file was refused, as the ledger keeps it."""
        first = Reject(WHOLE_FILE, "（整个文件）", shown(self.value), self.message, self.cure or "")
        return [first, *self.details]


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
        self.details = tuple(
            Reject(WHOLE_FILE, "、".join(each.grid_codes), None, located(each), BOUNDARY_CURE)
            for each in blocking
        )


def located(problem: Problem) -> str:
    """Return a problem of a boundary set with its place and size."""
    place = f"{problem.lon:.6f}, {problem.lat:.6f}" if problem.lon == problem.lon else "位置不明"
    return f"{problem.message}（{place}；{problem.size_m2:.1f} 平方米）"
