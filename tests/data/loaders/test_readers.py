"""Every format, every way people save a file."""

from __future__ import annotations

import gzip
import io
import zipfile
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Any

import geopandas as gpd
import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from shapely.geometry import Point

from data.loaders.errors import LoadRefused
from data.loaders.pipeline import load
from data.loaders.readers import read_chunks
from data.town import load_town
from data.world import World
from tests.data.loaders.conftest import GOOD, HEADER, NOW, load_rejects, write_features

SECOND = GOOD.replace("A1,井盖破损", "A2,井盖丢失")
WriteCsv = Callable[..., Path]


def _titles(world: World) -> list[tuple[str, int]]:
    from sqlalchemy import text

    with world.store.read() as connection:
        found = connection.execute(
            text("SELECT title, source_line FROM visible_cases ORDER BY external_number")
        )
        return [tuple(row) for row in found]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
@pytest.mark.parametrize("is_gzip", [False, True])
@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
def test_csv_as_people_save_it(
    mini: World, tmp_path: Path, encoding: str, is_gzip: bool, line_end: str
) -> None:
    content = line_end.join([HEADER, GOOD, SECOND, ""]).encode(encoding)
    path = tmp_path / "calls.csv"
    path.write_bytes(gzip.compress(content) if is_gzip else content)
    assert load(mini, "calls", path, NOW).counts.inserted == 2
    assert _titles(mini) == [("井盖破损", 2), ("井盖丢失", 3)]


def test_csv_with_title_lines_and_blank_lines_keeps_the_file_s_line_numbers(
    mini: World, tmp_path: Path
) -> None:
    path = tmp_path / "calls.csv"
    path.write_text(
        "\n".join(["热线导出", "", "制表：中心", HEADER, "", GOOD, ",,,,,,,,,", SECOND]), encoding="utf-8"
    )
    load(mini, "calls", path, NOW)
    assert _titles(mini) == [("井盖破损", 6), ("井盖丢失", 8)]


def test_a_line_break_inside_quotes_counts_as_a_line(mini: World, write_csv: WriteCsv) -> None:
    load(mini, "calls", write_csv(GOOD.replace("路口井盖翘起", '"第一行\n第二行"'), SECOND), NOW)
    assert _titles(mini) == [("井盖破损", 2), ("井盖丢失", 4)]


def test_a_quote_that_is_never_closed_costs_its_row_alone(mini: World, write_csv: WriteCsv) -> None:
    lines = [GOOD.replace("A1", f"B{n}") for n in range(5)]
    report = load(mini, "calls", write_csv(GOOD.replace("井盖破损", '"井盖破损'), *lines), NOW)
    (reject,) = load_rejects(mini, report)
    assert (reject.row_number, report.counts.inserted) == (2, 5)
    assert "引号没有闭合" in reject.reason


def test_a_broken_byte_costs_its_row_alone(mini: World, tmp_path: Path) -> None:
    path = tmp_path / "calls.csv"
    lines = [HEADER, GOOD, *(GOOD.replace("A1", f"B{n}") for n in range(50))]
    content = "\n".join(lines).encode()
    path.write_bytes(content.replace("井盖破损".encode(), b"\xff\xfe\xff", 1))
    report = load(mini, "calls", path, NOW)
    (reject,) = load_rejects(mini, report)
    assert (reject.row_number, reject.reason, report.counts.inserted) == (2, "这一行含有无法解码的字节", 50)


def test_aliases_ignore_width_case_and_blanks(mini: World, write_csv: WriteCsv) -> None:
    header = HEADER.replace("工单编号", " 工单 编号 ").replace("经度", "ＬＯＮ")
    assert load(mini, "calls", write_csv(GOOD, header=header), NOW).counts.inserted == 1


# --- XLSX ----------------------------------------------------------------------------------------------


def _book(path: Path, sheets: dict[str, list[list[Any]]], merged: tuple[str, ...] = ()) -> Path:
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
        for cells in merged:
            sheet.merge_cells(cells)
    book.save(path)
    return path


TEN_O_CLOCK = datetime.fromisoformat("2026-11-20T10:00:00")  # a worksheet knows no zone


def _cells(number: str, title: str, reported: Any = TEN_O_CLOCK) -> list[Any]:
    return [number, title, "井盖", reported, 120.611, 31.761, None, None, "紧急", "说明"]


def test_xlsx_with_title_rows_and_excel_dates(mini: World, tmp_path: Path) -> None:
    rows = [
        ["12345热线工单"],
        ["导出时间", date(2026, 11, 23)],
        HEADER.split(","),
        _cells("A1", "一"),
        _cells("A2", "二", 46346.5),
    ]
    report = load(mini, "book", _book(tmp_path / "b.xlsx", {"工单": rows}, ("A1:J1",)), NOW)
    assert load_rejects(mini, report) == []
    assert _titles(mini) == [("一", 4), ("二", 5)]
    assert report.data_until == datetime.fromisoformat("2026-11-20T12:00:00+08:00")  # day number 46346.5


def test_xlsx_fills_merged_cells(mini: World, tmp_path: Path) -> None:
    rows = [HEADER.split(","), _cells("A1", "一"), [*_cells("A2", "二")[:2], None, *_cells("A2", "二")[3:]]]
    report = load(mini, "book", _book(tmp_path / "b.xlsx", {"工单": rows}, ("C2:C3",)), NOW)
    assert (report.counts.inserted, load_rejects(mini, report)) == (2, [])


def test_xlsx_takes_every_sheet_that_has_the_columns(mini: World, tmp_path: Path) -> None:
    header = HEADER.split(",")
    sheets = {
        "说明": [["本表为演示"]],
        "上旬": [header, _cells("A1", "一")],
        "下旬": [header, _cells("A2", "二"), _cells("", "三")],
    }
    report = load(mini, "book", _book(tmp_path / "b.xlsx", sheets), NOW)
    (reject,) = load_rejects(mini, report)
    assert report.counts.inserted == 2
    assert (reject.row_number, reject.field) == (3, "下旬!工单编号")


def test_xlsx_numbers_are_written_as_a_person_would(mini: World, tmp_path: Path) -> None:
    from data.loaders.readers.workbook import _text

    cases = [
        (320582105.0, "320582105"),
        (1.5, "1.5"),
        (True, "true"),
        (7, "7"),
        ("007", "007"),
        (date(2026, 1, 2), "2026-01-02"),
    ]
    assert [_text(value) for value, _ in cases] == [text for _, text in cases]


def test_xlsx_keys_that_lost_digits_are_refused(mini: World, tmp_path: Path) -> None:
    rows = [HEADER.split(","), _cells(3.2058210520261124e17, "一")]  # type: ignore[arg-type]
    report = load(mini, "book", _book(tmp_path / "b.xlsx", {"工单": rows}), NOW)
    (reject,) = load_rejects(mini, report)
    assert "末尾的数字已经丢失" in reject.reason


def test_xlsx_without_the_columns_is_refused(mini: World, tmp_path: Path) -> None:
    with pytest.raises(LoadRefused, match="文件里的列是：工单编号、标题"):
        load(mini, "book", _book(tmp_path / "b.xlsx", {"工单": [["工单编号", "标题"], ["A1", "一"]]}), NOW)


# --- GeoJSON and shapefile -----------------------------------------------------------------------------


def _point(number: str, lon: float = 120.611, lat: float = 31.761) -> dict[str, Any]:
    names = dict(zip(HEADER.split(","), GOOD.split(","), strict=True)) | {"工单编号": number}
    del names["经度"], names["纬度"]
    return {"type": "Feature", "properties": names, "geometry": {"type": "Point", "coordinates": [lon, lat]}}


def test_geojson_points_give_the_place(mini: World, tmp_path: Path) -> None:
    path = write_features(tmp_path / "points.geojson", [_point("A1"), _point("A2", lat=99.0)])
    report = load(mini, "points", path, NOW)
    (reject,) = load_rejects(mini, report)
    assert (report.counts.inserted, reject.row_number) == (1, 2)
    assert _titles(mini) == [("井盖破损", 1)]


@pytest.mark.parametrize(
    "content",
    ["", "[]", "{", '{"type":"Point"}', '{"features":[]}', "[" * 100_000, '{"features":[1,null,{}]}'],
)
def test_geojson_that_is_none_is_refused(mini: World, tmp_path: Path, content: str) -> None:
    (tmp_path / "x.geojson").write_text(content)
    with pytest.raises(LoadRefused):
        load(mini, "points", tmp_path / "x.geojson", NOW)


def _shapefile(tmp_path: Path, encoding: str, names: tuple[str, ...] = ("layer",)) -> Path:
    columns = {"编号": ["A1"], "标题": ["井盖破损"], "类别": ["井盖"], "上报时间": ["2026-11-20 10:00:00"]}
    frame = gpd.GeoDataFrame(columns, geometry=[Point(120.611, 31.761)], crs=4326)
    path = tmp_path / "layer.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for name in names:
            frame.to_file(tmp_path / f"{name}.shp", encoding=encoding, engine="pyogrio")
            for suffix in (".shp", ".shx", ".dbf", ".prj"):
                archive.write(tmp_path / f"{name}{suffix}", f"导出/{name}{suffix}")
    return path


@pytest.mark.parametrize("encoding", ["GB18030", "UTF-8"])
def test_a_zipped_shapefile_with_a_chinese_table(mini: World, tmp_path: Path, encoding: str) -> None:
    report = load(mini, "layer", _shapefile(tmp_path, encoding), NOW)
    assert load_rejects(mini, report) == []
    assert _titles(mini) == [("井盖破损", 1)]


def test_two_layers_in_one_zip_are_refused(mini: World, tmp_path: Path) -> None:
    with pytest.raises(LoadRefused, match=r"应有一个 \.shp 图层，实际：导出/a、导出/b"):
        load(mini, "layer", _shapefile(tmp_path, "UTF-8", ("a", "b")), NOW)


def test_an_archive_cannot_write_outside_nor_fill_the_disk(mini: World, tmp_path: Path) -> None:
    escape, bomb = tmp_path / "escape.zip", tmp_path / "bomb.zip"
    with zipfile.ZipFile(escape, "w") as archive:
        archive.writestr("../../outside.shp", b"x")
        archive.writestr("../../outside.dbf", b"x")
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.shp", bytes(30 << 20))
        archive.writestr("a.dbf", b"x")
    for path, message in ((escape, "shapefile 已损坏"), (bomb, "超出限制")):
        with pytest.raises(LoadRefused, match=message):
            load(mini, "layer", path, NOW)
    assert not (tmp_path.parent / "outside.shp").exists()


# --- Any bytes in, never a traceback out -----------------------------------------------------------------

_anything = settings(
    max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
_near_csv = st.lists(
    st.sampled_from([HEADER, GOOD, '"', ",", "\n", "\r", "\0", "，", "\ufeff", "1e999", "井盖"]), max_size=30
)


def _read_or_refuse(mini_folder: Path, path: Path, source: str) -> None:
    town = load_town(mini_folder)
    try:
        for chunk in read_chunks(path, town.sources[source]):
            assert chunk.rows_read > 0
    except LoadRefused as refused:
        if not refused.cure:
            raise


@_anything
@given(content=st.binary(max_size=400))
@pytest.mark.parametrize("source", ["calls", "book", "points", "layer"])
def test_any_bytes_are_read_or_refused(
    mini_folder: Path, tmp_path: Path, source: str, content: bytes
) -> None:
    path = tmp_path / "any.bin"
    path.write_bytes(content)
    _read_or_refuse(mini_folder, path, source)


@_anything
@given(parts=_near_csv, tail=st.binary(max_size=40))
def test_anything_like_a_csv_is_loaded_or_refused(
    mini: World, tmp_path: Path, parts: list[str], tail: bytes
) -> None:
    path = tmp_path / "any.csv"
    path.write_bytes((HEADER + "\n" + "".join(parts)).encode() + tail)
    report = load(mini, "calls", path, NOW, is_preview=True)
    assert report.counts.read == report.counts.inserted + report.counts.rejected


@_anything
@given(start=st.integers(0, 6_000), content=st.binary(min_size=1, max_size=60))
def test_a_damaged_workbook_is_read_or_refused(
    mini_folder: Path, tmp_path: Path, start: int, content: bytes
) -> None:
    whole = io.BytesIO()
    book = openpyxl.Workbook()
    book.active.append(HEADER.split(","))
    book.active.append(_cells("A1", "一"))
    book.save(whole)
    damaged = bytearray(whole.getvalue())
    damaged[start % len(damaged) : start % len(damaged) + len(content)] = content
    (tmp_path / "b.xlsx").write_bytes(bytes(damaged))
    _read_or_refuse(mini_folder, tmp_path / "b.xlsx", "book")
