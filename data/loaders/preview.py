"""The grids that a boundary file would bring, checked and nothing written."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from data.domain.errors import NotFound
from data.loaders.boundaries import GridTarget
from data.loaders.errors import GridsRefused, LoadRefused
from data.loaders.pipeline import Run
from data.town import SourceProfile
from data.world import World
from geo.topology import Problem


def check_boundaries(world: World, path: Path, now: datetime, source_key: str | None = None) -> list[Problem]:
    """Return everything wrong with a boundary file, blocking problems first.

    Without a source, the town's first source of grids with the file's format is taken.
    """
    source = _grid_source(world, path, source_key)
    run = Run(world, source, path, now, None)
    try:
        run.carry_out(None)
    except GridsRefused as refused:
        return list(refused.problems)
    except LoadRefused as refused:
        raise _with_rejects(refused, run) from refused
    assert isinstance(run.target, GridTarget)
    return run.target.problems


def _grid_source(world: World, path: Path, source_key: str | None) -> SourceProfile:
    sources = [source for source in world.town.sources.values() if source.target == "grids"]
    wanted = "shapefile" if path.suffix.lower() == ".zip" else "geojson"
    fitting = [s for s in sources if s.key == source_key or (source_key is None and s.format == wanted)]
    if fitting:
        return fitting[0]
    known = "、".join(source.key for source in sources) or "无"
    raise NotFound(
        "没有适合这个文件的网格来源", value=source_key or path.name, cure=f"请用 --source 指定：{known}"
    )


def _with_rejects(refused: LoadRefused, run: Run) -> LoadRefused:
    """Add the first rejects to the refusal."""
    lines = [f"第 {r.row_number} 行 {r.field}“{r.value}”：{r.reason}" for r in run.report.rejects[:10]]
    return LoadRefused("；".join([refused.message, *lines]), value=refused.value, cure=refused.cure)
