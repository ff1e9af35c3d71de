"""The example workbooks of `docs/samples/`, written from `samples.yaml`: `python -m tests.data.loaders.sample_books`.

The same rows give the same bytes, so that a test can hold the files against what would be written.
"""

from __future__ import annotations

import io
import re
import zipfile
from datetime import UTC, datetime
from pathlib import Path

import openpyxl
import yaml

from data.town import ColumnRule, SourceProfile, Town, load_town

ROWS = Path(__file__).with_name("samples.yaml")
FOLDER = Path(__file__).parents[3] / "docs" / "samples"
WRITTEN = datetime(2026, 11, 23, tzinfo=UTC)
FIRST_LINE = 3
"""The line of the first row: a title stands above the header."""


def sample_rows() -> dict[str, list[list[str]]]:
    """Return the rows of each source, all of it text."""
    lines: dict[str, list[str]] = yaml.safe_load(ROWS.read_text(encoding="utf-8"))
    return {key: [[cell.strip() for cell in line.split("|")] for line in of] for key, of in lines.items()}


def header(source: SourceProfile) -> list[str]:
    """Return the first name of every column of a source."""
    return [rule.aliases[0] for rule in source.columns.values()]


def book(source: SourceProfile, rows: list[list[str]], names: list[str] | None = None) -> bytes:
    """Return a workbook with a title, a header and rows."""
    workbook = openpyxl.Workbook()
    workbook.properties.created = WRITTEN.replace(tzinfo=None)
    sheet = workbook.active
    sheet.title = source.name
    sheet.append([f"演示数据：{source.name}（样例，全部为虚构）"])
    sheet.append(names or header(source))
    for row in rows:
        sheet.append(
            [_cell(rule, text) for rule, text in zip(source.columns.values(), row, strict=not names)]
        )
    whole = io.BytesIO()
    workbook.save(whole)
    return _without_clock(whole.getvalue())


def write_samples(town: Town, folder: Path) -> None:
    """Write the example of every source that has one."""
    folder.mkdir(parents=True, exist_ok=True)
    for key, rows in sample_rows().items():
        (folder / f"{key}.xlsx").write_bytes(book(town.sources[key], rows))


def _cell(rule: ColumnRule, text: str) -> object:
    """Return numbers as numbers, as a spreadsheet has them; codes and times stay text."""
    if rule.type in ("number", "integer") and re.fullmatch(r"-?\d+(\.\d+)?", text):
        return float(text) if "." in text else int(text)
    return text or None


def _without_clock(content: bytes) -> bytes:
    """Write the parts of a workbook anew, without the time of writing."""
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as parts,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as written,
    ):
        for name in sorted(parts.namelist()):
            text = parts.read(name)
            if name == "docProps/core.xml":
                text = re.sub(rb"(<dcterms:modified[^>]*>)[^<]*", rb"\g<1>2026-11-23T00:00:00Z", text)
            written.writestr(zipfile.ZipInfo(name), text, zipfile.ZIP_DEFLATED)
    return out.getvalue()


if __name__ == "__main__":
    write_samples(load_town("fenghuang"), FOLDER)
