"""Contracts, profiles and example workbooks of the record sources fit one another."""

from __future__ import annotations

import zipfile
from io import BytesIO
from pathlib import Path

import pytest
from sqlalchemy import BigInteger, Boolean, Date, Float, Integer, String, Text

from data.loaders.modules import RECORDS
from data.loaders.modules.records import SUBJECT_KINDS, Records
from data.store.types import Instant
from data.town import load_town
from tests.data.loaders import records_town as town
from tests.data.loaders.sample_books import FOLDER, write_samples

each_source = pytest.mark.parametrize("key", town.SOURCES)
each_contract = pytest.mark.parametrize("contract", RECORDS.values(), ids=lambda each: each.target)

TYPES = {
    "text": (String, Text),
    "number": (Float, BigInteger),
    "integer": (Integer,),
    "boolean": (Boolean,),
    "date": (Date,),
    "datetime": (Instant,),
}


@each_source
def test_a_profile_fits_its_contract(key: str) -> None:
    source, contract = town.TOWN.sources[key], town.contract_of(key)
    assert source.natural_key == contract.key
    subject = {"subject_kind", "subject_code", "subject_name"} if contract.subject else set()
    point = {"lon", "lat"} if contract.has_place else set()
    assert {*source.columns} - {column.name for column in contract.told} <= subject | point
    assert {name for name, rule in source.columns.items() if rule.required} == {*contract.required}
    for name, rule in source.columns.items():
        if name in contract.table.c:
            assert isinstance(contract.table.c[name].type, TYPES[rule.type]), name
    assert not {*source.owns} & {*source.natural_key, *subject}


@each_source
def test_every_word_of_a_contract_has_a_chinese_one(key: str) -> None:
    source, contract = town.TOWN.sources[key], town.contract_of(key)
    for name, words in contract.words.items():
        assert {*source.value_maps[name].values()} == {*words}
    if "subject_kind" in source.columns:
        assert {*source.value_maps["subject_kind"].values()} == {*SUBJECT_KINDS}


@each_contract
def test_a_contract_speaks_of_columns_that_exist(contract: Records) -> None:
    named = [*contract.words, *contract.known, *contract.units, *contract.villages, *contract.ahead]
    named += [*contract.ranges, *contract.weights, *contract.moments, *contract.key, *contract.required]
    named += [name for pair in (*contract.order, *contract.together) for name in pair]
    assert {*named} - {"subject_kind", "subject_code"} <= {*contract.table.c.keys()}
    for name, words in contract.words.items():
        length = contract.table.c[name].type.length  # type: ignore[attr-defined]
        assert max(map(len, words)) <= length


def test_the_examples_are_what_the_code_writes(tmp_path: Path) -> None:
    write_samples(load_town("fenghuang"), tmp_path)
    assert {path.name for path in FOLDER.glob("*.xlsx")} == {path.name for path in tmp_path.iterdir()}
    for path in sorted(tmp_path.iterdir()):
        assert _parts(path.read_bytes()) == _parts((FOLDER / path.name).read_bytes()), path.name


def _parts(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(BytesIO(content)) as parts:
        return {name: parts.read(name) for name in parts.namelist()}


def test_the_list_of_examples_names_every_source_in_its_order() -> None:
    text = (FOLDER / "README.md").read_text(encoding="utf-8")
    listed = [line.split("`")[1] for line in text.splitlines() if line.startswith("| `")]
    assert listed == [*town.SAMPLES]
