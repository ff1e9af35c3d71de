"""The one way into a town folder: read every file, check them against each other, return a `Town`."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from types import MappingProxyType
from typing import Any

from data.domain.errors import TownError
from data.domain.stages import StageLimits
from data.town.approval import ApprovalRules
from data.town.arrivals import ArrivalPattern
from data.town.checks import check_parts
from data.town.dispatch import DispatchTable, PlanCardList
from data.town.mediation import MediationRules
from data.town.parts import IndicatorList, TownParts
from data.town.problems import problem
from data.town.profile import Profile
from data.town.questions import QuestionList
from data.town.reading import Document, M, read_document, read_geojson, read_sheet
from data.town.score import ScoreTable
from data.town.sources import SourceProfile
from data.town.tables import (
    Calendar,
    CalendarDay,
    Category,
    EscalationStep,
    OrganisationForm,
    PublishedFigure,
    Responsibility,
    StageLimit,
    Unit,
    Village,
    WorkingPeriod,
)
from data.town.town import Town

TOWNS_FOLDER = Path(__file__).resolve().parents[1] / "towns"


def load_town(name_or_path: str | Path) -> Town:
    """Read a town by its folder's name under data/towns or by a path.

    Needed are profile.yaml, categories.csv and at least one sources/*.yaml; every other file may be
    missing. Raises `TownError` naming file, row, field, value and cure.
    """
    folder = find_folder(name_or_path)
    parts = read_parts(folder)
    check_parts(parts)
    return assemble(folder, parts)


def find_folder(name_or_path: str | Path) -> Path:
    """Return the folder that a name under data/towns or a path means."""
    for folder in (TOWNS_FOLDER / name_or_path, Path(name_or_path)):
        if (folder / "profile.yaml").is_file():
            return folder
    if Path(name_or_path).is_dir():
        raise problem(Path(name_or_path) / "profile.yaml", "缺少这个文件", "城镇文件夹里必须有 profile.yaml")
    known = "、".join(sorted(path.parent.name for path in TOWNS_FOLDER.glob("*/profile.yaml")))
    raise TownError(
        f"找不到城镇“{name_or_path}”",
        field="CLOUD_TOWN",
        value=str(name_or_path),
        cure=f"请填城镇名（现有：{known}）或城镇文件夹的路径",
    )


def read_parts(folder: Path) -> TownParts:
    """Read each file on its own, keeping lines for the checks that follow."""
    return TownParts(
        profile=read_document(folder / "profile.yaml", Profile),
        villages=read_sheet(folder / "villages.csv", Village),
        units=read_sheet(folder / "units.csv", Unit),
        categories=read_sheet(folder / "categories.csv", Category, is_optional=False),
        working_time=read_sheet(folder / "working_time.csv", WorkingPeriod),
        calendar=read_sheet(folder / "calendar.csv", CalendarDay),
        responsibilities=read_sheet(folder / "responsibility.csv", Responsibility),
        escalation=read_sheet(folder / "escalation.csv", EscalationStep),
        stage_limits=read_sheet(folder / "stage_limits.csv", StageLimit),
        arrivals=_read_optional(folder / "arrivals.yaml", ArrivalPattern),
        indicators=tuple(
            read_document(path, IndicatorList) for path in sorted(folder.glob("indicators/*.yaml"))
        ),
        dispatch=_read_optional(folder / "dispatch.yaml", DispatchTable),
        plan_cards=_read_optional(folder / "plan_cards.yaml", PlanCardList),
        score=_read_optional(folder / "score.yaml", ScoreTable),
        mediation=_read_optional(folder / "mediation.yaml", MediationRules),
        approval=_read_optional(folder / "approval.yaml", ApprovalRules),
        sources=tuple(read_document(path, SourceProfile) for path in sorted(folder.glob("sources/*.yaml"))),
        published=read_sheet(folder / "published.csv", PublishedFigure),
        organisation=read_sheet(folder / "organisation.csv", OrganisationForm),
        questions=_read_optional(folder / "questions.yaml", QuestionList),
        outline=read_geojson(folder / "outline.geojson"),
        base=read_geojson(folder / "base.geojson"),
    )


def assemble(folder: Path, parts: TownParts) -> Town:
    """Build the town from checked parts."""
    categories = parts.categories.rows
    by_code = {row.code: row for row in sorted(categories, key=lambda row: row.valid_from)}
    return Town(
        folder=folder,
        profile=parts.profile.value,
        villages=parts.villages.rows,
        units=parts.units.rows,
        categories=categories,
        categories_by_code=MappingProxyType(by_code),
        working_time=tuple(sorted(parts.working_time.rows, key=lambda row: row.start)),
        calendar=Calendar.of(parts.calendar.rows),
        arrivals=parts.arrivals.value,
        responsibilities=parts.responsibilities.rows,
        escalation=tuple(sorted(parts.escalation.rows, key=lambda row: row.percent)),
        sources=_sources(parts),
        stages=_stages(parts.stage_limits.rows),
        indicators=tuple(one for document in parts.indicators for one in document.value.indicators),
        dispatch=parts.dispatch.value,
        plan_rules=parts.dispatch.value.rules(),
        plan_cards=parts.plan_cards.value.plan_cards,
        **_scoring(parts.score.value),
        **_modules(parts),
        published=parts.published.rows,
        organisation=parts.organisation.rows,
        **_telephone(parts.questions.value),
        outline=parts.outline,
        base=parts.base,
        grids_path=_existing(folder / "grids.geojson"),
    )


def _scoring(table: ScoreTable) -> dict[str, Any]:
    return {"score_versions": table.versions, "appeal_rules": table.appeals}


def _sources(parts: TownParts) -> Mapping[str, SourceProfile]:
    sources = sorted((document.value for document in parts.sources), key=lambda row: (row.order, row.key))
    return MappingProxyType({source.key: source for source in sources})


def _existing(path: Path) -> Path | None:
    return path if path.is_file() else None


def _telephone(said: QuestionList) -> dict[str, Any]:
    """What a person at the telephone asks, and listens for."""
    return {"questions": MappingProxyType(said.questions), "police_words": said.police_words}


def _modules(parts: TownParts) -> dict[str, Any]:
    """The rules of single modules."""
    return {"mediation": parts.mediation.value, "approval": parts.approval.value}


def _stages(rows: tuple[StageLimit, ...]) -> StageLimits:
    """Return the stage limits; a stage that the town does not name keeps the sample value."""
    return StageLimits(**{row.stage: timedelta(minutes=row.minutes) for row in rows})


def _read_optional(path: Path, model: type[M]) -> Document[M]:
    """Read a YAML file, or take the model's empty value where the file is missing."""
    return read_document(path, model) if path.is_file() else Document(path, model(), lambda _spot: None)
