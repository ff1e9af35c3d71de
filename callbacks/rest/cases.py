"""POST and GET /cases."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated, Any

from fastapi import APIRouter, Header, Query, Response
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from callbacks.actors import current_actor
from callbacks.context import Context
from callbacks.threads import in_thread
from data.domain.errors import InvalidInput
from data.domain.vocabulary import CaseState, IntakeChannel, Severity
from data.services.report import ReportCase, report_case
from data.town.questions import LONGEST_ANSWER
from data.views.cases import CaseFilter, case_detail, case_list
from data.world import utc_now

MOST_ANSWERS = 20
CODE = r"^[\w.:-]{1,32}$"


class NewCase(BaseModel):
    """A case to report: coordinates with their system, an entry of the gazetteer, or an address."""

    model_config = ConfigDict(extra="forbid", allow_inf_nan=False)

    title: Annotated[str, Field(max_length=200, description="标题，60 字以内")]
    category: Annotated[str, Field(description="类别编号，见 GET /categories", examples=["0101"])]
    intake_channel: Annotated[IntakeChannel, Field(description="受理渠道")]
    lon: Annotated[float | None, Field(description="经度或投影坐标的东坐标")] = None
    lat: Annotated[float | None, Field(description="纬度或投影坐标的北坐标")] = None
    crs: Annotated[str, Field(description="wgs84、cgcs2000、gcj02、bd09 或 EPSG:编号", max_length=16)] = (
        "wgs84"
    )
    address: Annotated[str | None, Field(max_length=200)] = None
    description: Annotated[str | None, Field(max_length=2000)] = None
    reporter_name: Annotated[str | None, Field(max_length=50)] = None
    reporter_telephone: Annotated[str | None, Field(max_length=30)] = None
    happened_at: Annotated[AwareDatetime | None, Field(description="发生时间，须带时区")] = None
    place: Annotated[
        str | None,
        Field(
            max_length=200,
            description="地名库的地点，代替坐标：village:村社区编码、grid:网格编码等",
            examples=["village:320582105207"],
        ),
    ] = None
    severity: Annotated[Severity | None, Field(description="等级；不填则按类别")] = None
    external_number: Annotated[str | None, Field(max_length=64, description="来单编号，不能重复")] = None
    external_due_at: Annotated[AwareDatetime | None, Field(description="来单时限，与类别时限取严")] = None
    answers: Annotated[
        dict[str, Annotated[str, Field(max_length=LONGEST_ANSWER)]] | None,
        Field(
            max_length=MOST_ANSWERS,
            description="对类别所列问题的回答：问题的 key → 回答，见 GET /categories 的 questions；未询问则不填",
            examples=[{"extent": "一盏"}],
        ),
    ] = None


class Receipt(BaseModel):
    """What was written: the case, its grids, and whether the point is an edge case."""

    id: int
    number: str
    state: CaseState
    reported_at: AwareDatetime
    comprehensive: str | None
    police: str | None
    professional: str | None
    is_edge: bool
    location_grade: str
    is_repeated: bool


def router(context: Context) -> APIRouter:
    """Return the routes of cases."""
    routes = APIRouter(prefix="/api/v1", tags=["案卷"])
    _add_post(routes, context)
    _add_get(routes, context)
    return routes


def _add_post(routes: APIRouter, context: Context) -> None:
    @routes.post("/cases", status_code=201, response_model=Receipt, summary="上报案卷")
    async def post_case(
        new: NewCase,
        response: Response,
        idempotency_key: Annotated[str | None, Header(min_length=1, max_length=128)] = None,
    ) -> dict[str, Any]:
        command = ReportCase(**new.model_dump())
        _check_one_place(command)
        actor = current_actor()
        receipt = await in_thread(report_case, context.world, command, actor, utc_now(), idempotency_key)
        response.headers["Location"] = f"/api/v1/cases/{receipt.id}"
        return asdict(receipt)


def _check_one_place(command: ReportCase) -> None:
    """Refuse what names two places: at the desk a click goes before a name, a program has to say which one it means."""
    if command.lon is not None and command.place:
        raise InvalidInput(
            "坐标和地名库的地点只能填一项",
            field="place",
            value=command.place,
            cure="请去掉 place，或去掉 lon 和 lat",
        )


def _add_get(routes: APIRouter, context: Context) -> None:
    @routes.get("/cases", summary="案卷列表，最新的在前")
    async def list_cases(
        state: CaseState | None = None,
        severity: Severity | None = None,
        category: Annotated[str | None, Query(pattern=CODE)] = None,
        grid: Annotated[str | None, Query(pattern=CODE)] = None,
        is_open: bool | None = None,
        before: Annotated[int | None, Query(ge=1, description="上一页的 next_before")] = None,
        limit: Annotated[int, Query(ge=1, le=500)] = 50,
    ) -> dict[str, Any]:
        wanted = CaseFilter(state, severity, category, grid, is_open)
        return await in_thread(case_list, context.world, wanted, before, limit, current_actor())

    @routes.get("/cases/{case_id}", summary="一件案卷；派遣单和流转记录只给有权查看的人")
    async def one_case(case_id: int) -> dict[str, Any]:
        return await in_thread(case_detail, context.world, case_id, current_actor())
