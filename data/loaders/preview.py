"""The grids that a boundary file would bring, checked and nothing written."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from pathlib import Path

import pandas as pd

from data.domain.errors import NotFound
from data.loaders.boundaries import GridTarget, check_set
from data.loaders.pipeline import Report, Run
from data.loaders.readers.kinds import FileKind, kind_of
from data.loaders.rejects import Reject
from data.town import SourceProfile
from data.world import World
from geo.topology import Problem, ProblemKind, row_problem

# Of these the rejects tell more: the row, the field and what stood there.
TOLD_BY_REJECTS = frozenset({ProblemKind.EMPTY, ProblemKind.MISSING_CODE, ProblemKind.UNKNOWN_KIND})


def check_boundaries(world: World, path: Path, now: datetime, source_key: str | None = None) -> list[Problem]:
    """Return everything wrong with a boundary file in one go, blocking problems first, each with place and size.

    Rows that a load would refuse are checked like the others. Without a source, the town's first source of
    grids with the file's format is taken. Raises `LoadRefused` for a file whose shape is wrong.
    """
    source = _grid_source(world, path, source_key)
    run = Run(world, source, path, now, Report(source.key), keeps_all=True)
    assert isinstance(run.target, GridTarget)
    pieces, rejects = [], []
    for _chunk, rows, found in run.pieces():
        pieces.append(rows)
        rejects += found
    whole = pd.concat([piece for piece in pieces if len(piece)] or pieces)
    problems = check_set(whole, world.town, run.target.today)
    if not rejects:
        rejects = run.target.plan(whole).impossible
    told = [*_of_rows(rejects, whole, world.town.profile.projected_crs)]
    told += [problem for problem in problems if problem.kind_of_problem not in TOLD_BY_REJECTS]
    return sorted(told, key=lambda problem: not problem.is_blocking)


def _of_rows(rejects: Iterable[Reject], rows: pd.DataFrame, projected_crs: str) -> Iterator[Problem]:
    """Turn rejects into problems: a row that could not even be read has no place."""
    for reject in rejects:
        is_read = reject.row_number in rows.index
        code = rows.at[reject.row_number, "code"] if is_read else None
        polygon = rows.at[reject.row_number, "geometry"] if is_read else None
        yield row_problem(code if isinstance(code, str) else "", polygon, projected_crs, str(reject))


def _grid_source(world: World, path: Path, source_key: str | None) -> SourceProfile:
    sources = [source for source in world.town.sources.values() if source.target == "grids"]
    wanted = "shapefile" if kind_of(path) is FileKind.LAYER else "geojson"
    fitting = [s for s in sources if s.key == source_key or (source_key is None and s.format == wanted)]
    if fitting:
        return fitting[0]
    known = "、".join(source.key for source in sources) or "无"
    raise NotFound(
        "没有适合这个文件的网格来源", value=source_key or path.name, cure=f"请用 --source 指定：{known}"
    )
