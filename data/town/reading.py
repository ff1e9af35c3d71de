"""Reading the files of a town folder into models that remember the line each came from."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Generic, TypeVar

import yaml
from pydantic import ValidationError

from data.domain.errors import TownError
from data.town.base import TownModel
from data.town.problems import Spot, first_problem, problem
from data.town.townyaml import line_of_spot, read_node

M = TypeVar("M", bound=TownModel)


@dataclass(frozen=True, slots=True)
class Sheet(Generic[M]):
    """The rows of a CSV file, each with its line in the file (the header is line 1)."""

    path: Path
    rows: tuple[M, ...] = ()
    lines: tuple[int, ...] = ()

    def problem(self, index: int, field: str, value: object, what: str, cure: str) -> TownError:
        """Build the error about one field of the row at `index`."""
        return problem(self.path, what, cure, line=self.lines[index], field=field, value=value)


@dataclass(frozen=True, slots=True)
class Document(Generic[M]):
    """The value of a YAML file, with a way back to its lines."""

    path: Path
    value: M
    line_of: Callable[[Spot], int | None]

    def problem(self, spot: Spot, value: object, what: str, cure: str) -> TownError:
        """Build the error about one field, given by the keys that lead to it."""
        field = ".".join(map(str, spot))
        return problem(self.path, what, cure, line=self.line_of(spot), field=field, value=value)


def read_sheet(path: Path, model: type[M], *, is_optional: bool = True) -> Sheet[M]:
    """Read a UTF-8 CSV file with a header row; an optional file that is missing has no rows."""
    if is_optional and not path.exists():
        return Sheet(path)
    reader = csv.reader(io.StringIO(read_text(path), newline=""), strict=True)
    try:
        header = [name.strip() for name in next(reader, [])]
        _check_header(path, header, model)
        records = [(reader.line_num, cells) for cells in reader if any(cell.strip() for cell in cells)]
    except csv.Error as error:
        raise problem(path, "引号不成对", "请检查这一行的引号", line=reader.line_num) from error
    rows = tuple(_read_row(path, line, header, cells, model) for line, cells in records)
    return Sheet(path, rows, tuple(line for line, _ in records))


def read_document(path: Path, model: type[M]) -> Document[M]:
    """Read a YAML file into one model; raise `TownError` with the line for syntax and for values."""
    data, line_of = read_yaml(path)
    try:
        return Document(path, model.model_validate(data), line_of)
    except ValidationError as error:
        raise first_problem(error, path, data, line_of) from error


def read_yaml(path: Path) -> tuple[Any, Callable[[Spot], int | None]]:
    """Return a YAML file's plain data and a function from key path to line number."""
    text = read_text(path)
    try:
        node, data = read_node(text)
    except yaml.MarkedYAMLError as error:
        raise _yaml_problem(path, error) from error
    except yaml.YAMLError as error:
        raise problem(path, "含有不能读取的字符", "请用文本编辑器以 UTF-8 另存") from error
    except RecursionError as error:
        raise problem(path, "层次太深", "请减少嵌套的括号或缩进") from error
    return data, lambda spot: line_of_spot(node, spot)


def read_geojson(path: Path) -> dict[str, Any] | None:
    """Read a GeoJSON FeatureCollection, or None where the file is missing."""
    if not path.exists():
        return None
    try:
        data = json.loads(read_text(path))
    except (ValueError, RecursionError) as error:
        raise problem(
            path, "不是有效的 JSON", "请检查括号、逗号和引号", line=getattr(error, "lineno", None)
        ) from error
    if not isinstance(data, dict) or not isinstance(data.get("features"), list):
        raise problem(path, "缺少 features 列表", "请提供 GeoJSON FeatureCollection", field="features")
    for index, feature in enumerate(data["features"]):
        if not _is_feature(feature):
            cure = "每个要素要有 properties 和带 coordinates 的 geometry"
            raise problem(path, "不是完整的 GeoJSON 要素", cure, field=f"features.{index}")
    return data


def read_text(path: Path) -> str:
    """Read a whole UTF-8 file (a BOM is fine); say where it is missing or in another encoding."""
    if not path.is_file():
        raise problem(path, "缺少这个文件", "请补上文件，或检查 CLOUD_TOWN 是否指向正确的文件夹")
    raw = path.read_bytes()
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise problem(path, "不是 UTF-8 编码", "请用 UTF-8 另存这个文件", line=line) from error


def _is_feature(feature: Any) -> bool:
    if not isinstance(feature, dict) or not isinstance(feature.get("properties"), dict):
        return False
    geometry = feature.get("geometry")
    return isinstance(geometry, dict) and isinstance(geometry.get("coordinates"), list)


def _check_header(path: Path, header: list[str], model: type[M]) -> None:
    """Refuse a header that lacks, repeats or adds a column."""
    known = model.model_fields
    for name, field in known.items():
        if field.is_required() and name not in header:
            found = "、".join(header) or "无"
            raise problem(path, f"缺少这一列（现有：{found}）", "请补上这一列", line=1, field=name)
    for index, name in enumerate(header):
        if name not in known:
            cure = f"请删去这一列，或改用：{'、'.join(known)}"
            raise problem(path, "是不认识的列", cure, line=1, field=f"第 {index + 1} 列", value=name)
        if name in header[:index]:
            raise problem(path, "这一列出现两次", "请只留一列", line=1, field=name)


def _read_row(path: Path, line: int, header: list[str], cells: list[str], model: type[M]) -> M:
    """Build one model from one line; an empty cell counts as not given."""
    if len(cells) != len(header):
        what = f"有 {len(cells)} 格，表头有 {len(header)} 列"
        raise problem(path, what, "请检查逗号；内容里的逗号要用引号括起来", line=line)
    record = {name: cell.strip() for name, cell in zip(header, cells, strict=True) if cell.strip()}
    try:
        return model.model_validate(record)
    except ValidationError as error:
        raise first_problem(error, path, record, lambda _spot: line) from error


def _yaml_problem(path: Path, error: yaml.MarkedYAMLError) -> TownError:
    mark = error.problem_mark or error.context_mark
    line = mark.line + 1 if mark else None
    if error.problem == "duplicate key":
        return problem(path, "这个键出现两次", "请只留一个", line=line, value=error.context)
    return problem(path, "YAML 语法错误", "请检查缩进（只用空格）、冒号后的空格和引号", line=line)
