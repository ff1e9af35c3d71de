"""Errors as problem+json (RFC 9457): field, value and cure, in Chinese."""

from __future__ import annotations

import math
from typing import Any

from dash.exceptions import DependencyException
from fastapi import APIRouter, FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException as StarletteHTTPException
from starlette.responses import JSONResponse

from data.domain.errors import CloudError, NotFound

CURES = {
    "missing": "请补上这个字段",
    "json_invalid": "请求正文必须是有效的 JSON（UTF-8）",
    "extra_forbidden": "请删除这个字段，或核对字段名",
}
WANTED = {
    "string_too_short": "至少 {min_length} 个字",
    "string_too_long": "最多 {max_length} 个字",
    "greater_than": "应大于 {gt}",
    "greater_than_equal": "应不小于 {ge}",
    "less_than": "应小于 {lt}",
    "less_than_equal": "应不大于 {le}",
    "finite_number": "应为有限的数字",
    "string": "应为文字",
    "float": "应为数字",
    "int": "应为整数",
    "bool": "应为 true 或 false",
    "datetime": "应为带时区的时间，例如 2026-11-23T17:20:00+08:00",
    "list": "应为列表",
}
"""What a field must be, by the kind of pydantic's error or the first word of it."""
SHOWN_VALUE = 200
TOO_LARGE = "cloud.too_large"
STATUS_WORDS = {400: "请求正文无法读取", 404: "没有这个地址", 405: "这个地址不支持该方法"}


def problem(
    status: int,
    code: str,
    title: str,
    errors: list[dict[str, Any]] | None = None,
    details: dict[str, Any] | None = None,
) -> JSONResponse:
    """Return a problem+json answer; `errors` lists field, value, message and cure, `details` stand beside them."""
    body: dict[str, Any] = (details or {}) | {"type": f"urn:cloud:{code}", "title": title, "status": status}
    if errors:
        body["errors"] = errors
    return JSONResponse(body, status, media_type="application/problem+json")


def register(server: FastAPI) -> None:
    """Answer refusals and malformed requests as problem+json."""

    @server.exception_handler(CloudError)
    async def refused(_request: Request, error: CloudError) -> JSONResponse:
        return problem_of(error)

    @server.exception_handler(RequestValidationError)
    async def malformed(_request: Request, error: RequestValidationError) -> JSONResponse:
        errors = [_field_error(item) for item in error.errors()]
        return problem(422, "invalid_input", "提交的内容有误", errors)

    @server.exception_handler(StarletteHTTPException)
    async def broken_off(request: Request, error: StarletteHTTPException) -> JSONResponse:
        limits = request.scope.get(TOO_LARGE)
        if limits is not None:
            return limits.refusal(request.scope["path"])
        return problem(error.status_code, "http_error", STATUS_WORDS.get(error.status_code, "请求无法处理"))

    @server.exception_handler(DependencyException)
    async def no_bundle(_request: Request, _error: DependencyException) -> JSONResponse:
        return problem(404, "not_found", STATUS_WORDS[404])

    @server.exception_handler(Exception)
    async def failed(_request: Request, _error: Exception) -> JSONResponse:
        return problem(500, "internal_error", "服务器内部错误，已记录；请稍后再试")


def problem_of(error: CloudError) -> JSONResponse:
    """Return the answer for a refusal."""
    detail = {
        "field": error.field,
        "value": _shown(error.value),
        "message": error.message,
        "cure": error.cure,
    }
    return problem(error.status, error.code, error.message, [detail], error.details)


def unknown_paths() -> APIRouter:
    """Return a router that answers 404 under /api for whatever no other router knows."""
    router = APIRouter(include_in_schema=False)

    @router.api_route("/api/{path:path}", methods=["GET", "POST", "PUT", "PATCH", "DELETE"])
    async def unknown(path: str) -> JSONResponse:
        raise NotFound(f"没有接口 /api/{path[:SHOWN_VALUE]}", field="path", cure="接口清单见 /api/docs")

    return router


def _field_error(item: dict[str, Any]) -> dict[str, Any]:
    """Say in Chinese what is wrong with one field of a malformed request."""
    field = ".".join(str(part) for part in item["loc"] if part not in ("body", "query", "path", "header"))
    kind = item["type"]
    value = None if kind == "missing" else _shown(item.get("input"))
    return {
        "field": _clean(field) or "body",
        "value": value,
        "message": _message(kind, _clean(field), value, item),
        "cure": CURES.get(kind, "请按 /api/docs 中该字段的类型与范围填写"),
    }


def _message(kind: str, field: str, value: Any, item: dict[str, Any]) -> str:
    if kind == "missing":
        return f"缺少字段 {field}"
    if kind == "json_invalid":
        return "请求正文不是有效的 JSON"
    if kind == "extra_forbidden":
        return f"没有名为 {field} 的字段"
    context = item.get("ctx", {})
    if kind == "enum":
        expected = context["expected"].replace(" or ", ", ").replace("'", "")
        return f"“{value}” 不在可选值之中：{expected.replace(', ', '、')}"
    wanted = WANTED.get(kind) or WANTED.get(kind.split("_")[0], f"见 /api/docs（{kind}）")
    return f"“{value}” 不符合字段 {field} 的要求：{wanted.format_map(context)}"


def _shown(value: Any) -> Any:
    """Return a value as JSON can carry it, shortened."""
    if value is None or isinstance(value, bool | int):
        return value
    if isinstance(value, float):
        return value if math.isfinite(value) else str(value)
    return _clean(str(value)[:SHOWN_VALUE])


def _clean(text: str) -> str:
    """Replace what UTF-8 cannot carry."""
    return text.encode("utf-8", "replace").decode()
