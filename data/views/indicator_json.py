"""Figures of indicators as REST answers them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from data.views.freshness import late_json
from data.views.indicators import IndicatorFigure
from data.views.lens import moment


def figure_json(found: IndicatorFigure, now: datetime) -> dict[str, Any]:
    """Return a figure as REST answers it; `age` and `freshness_minutes` in minutes, the days of its period."""
    one, as_of = found.definition, found.as_of
    return {
        "id": one.id,
        "name": one.name,
        "module": one.module,
        "definition": one.definition,
        "begin": found.period.begin.isoformat(),
        "end": found.period.end.isoformat(),
        "value": found.figure.value,
        "unit": one.unit,
        "direction": one.direction,
        "sample": found.figure.sample,
        "exempted": found.figure.exempted,
        "minimum_sample": one.minimum_sample,
        "lack": found.figure.lack,
        "target": found.target,
        "attainment": found.attainment,
        "mom": found.mom,
        "yoy": found.yoy,
        "trend": list(found.trend),
        "as_of": moment(as_of),
        "age": None if as_of is None else round((now - as_of).total_seconds() / 60, 1),
        "freshness_minutes": one.freshness_minutes,
        "late_sources": late_json(found.late),
        "is_present": found.is_present,
        "is_recounting": found.is_recounting,
        "version": one.version,
        "citation": one.citation,
    }
