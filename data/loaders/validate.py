"""Typing and checking a chunk: good rows go on, every problem of a bad row becomes a reject."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
import pandera.pandas as pa

from data.loaders.contracts import MESSAGES, REQUIRED_FIELDS, pair_problems, unreadable
from data.loaders.convert import Reading, translated
from data.loaders.readers import Chunk
from data.loaders.rejects import Reject, shown

LOST_DIGITS = ("Excel 把编号存成了数值，末尾的数字已经丢失", "请把这一列设为文本后重新导出")
LONGEST_EXACT_NUMBER = 15


@dataclass(slots=True)
class SeenKeys:
    """The natural keys of the rows so far, as sorted hashes (16 bytes a row), with the row of each."""

    hashes: np.ndarray = field(default_factory=lambda: np.empty(0, dtype=np.uint64))
    rows: np.ndarray = field(default_factory=lambda: np.empty(0, dtype=np.int64))

    def first_rows(self, keys: pd.Series) -> pd.Series:
        """Return for each key the earlier row that had it, 0 for a new one, and remember the new ones."""
        hashes = pd.util.hash_array(keys.to_numpy(dtype=object), categorize=False)
        numbers = keys.index.to_numpy()
        _, at, back = np.unique(hashes, return_index=True, return_inverse=True)
        first = np.where(numbers[at][back] == numbers, 0, numbers[at][back])
        if self.hashes.size:
            place = np.searchsorted(self.hashes, hashes).clip(max=self.hashes.size - 1)
            first = np.where(self.hashes[place] == hashes, self.rows[place], first)
        self._remember(hashes[first == 0], numbers[first == 0])
        return pd.Series(first, index=keys.index)

    def _remember(self, hashes: np.ndarray, rows: np.ndarray) -> None:
        order = np.argsort(hashes)
        at = np.searchsorted(self.hashes, hashes[order])
        self.hashes = np.insert(self.hashes, at, hashes[order])
        self.rows = np.insert(self.rows, at, rows[order])


@dataclass(frozen=True, slots=True)
class Checker:
    """Checks the chunks of one file against one contract.

    With `keeps_all` the refused rows stay among the others, and none is refused for coming twice: who lists
    every fault of a boundary set wants the ground of each.
    """

    reading: Reading
    schema: pa.DataFrameSchema
    keeps_all: bool = False
    seen: SeenKeys = field(default_factory=SeenKeys)

    def check(self, chunk: Chunk) -> tuple[pd.DataFrame, list[Reject]]:
        """Return the good rows, typed, and every reason for the others."""
        typed, rejects = self._typed(chunk)
        told = {(reject.row_number, reject.field) for reject in rejects}
        found = self._against_contract(typed, chunk)
        rejects += [reject for reject in found if (reject.row_number, reject.field) not in told]
        again: list[Reject] = []
        if not self.keeps_all:
            typed = _without(typed, rejects)
            again = self._repeated(typed, chunk)
            typed = _without(typed, again)
        return typed, [*chunk.rejects, *(_with_sheet(reject, chunk) for reject in (*rejects, *again))]

    def _typed(self, chunk: Chunk) -> tuple[pd.DataFrame, list[Reject]]:
        """Convert column by column; add defaults, category codes and the key of the row."""
        columns: dict[str, pd.Series] = {}
        rejects: list[Reject] = []
        profile = self.reading.profile
        for name in chunk.frame:
            if name not in profile.columns:
                columns[name] = chunk.frame[name]
                continue
            values, is_bad = self.reading.column(name, chunk.frame[name])
            if is_bad.any():
                rejects += _rejects(chunk, name, is_bad, *unreadable(profile.columns[name]))
            columns[name] = values
        self._add_defaults(columns, chunk.frame.index)
        if "category" in columns:
            columns["category"] = _category_codes(self, columns["category"])
        typed = pd.DataFrame(columns, index=chunk.frame.index, copy=False)
        return typed, rejects + self._lost_digits(chunk)

    def _add_defaults(self, columns: dict[str, pd.Series], index: pd.Index) -> None:
        profile = self.reading.profile
        required = {*REQUIRED_FIELDS[profile.target], *profile.natural_key}
        for name in dict.fromkeys([*profile.columns, *profile.defaults, *required]):
            if name == "geometry" or (name in columns and not self.reading.has_default(name)):
                continue
            filler = self.reading.default(name, index)
            given = columns.get(name, filler)
            columns[name] = given.where(given.notna(), filler)

    def _against_contract(self, typed: pd.DataFrame, chunk: Chunk) -> list[Reject]:
        """Check lazily: all failures of all rows at once."""
        rejects: list[Reject] = []
        try:
            self.schema.validate(typed, lazy=True)
        except pa.errors.SchemaErrors as errors:
            for (name, check), cases in errors.failure_cases.groupby(["column", "check"], sort=False):
                rejects += _listed(chunk, name, cases["index"].astype("int64"), *_message(check))
        for name, check, is_bad in pair_problems(typed):
            if is_bad.any():
                rejects += _listed(chunk, name, typed.index[is_bad], *MESSAGES[check])
        for name in self.reading.profile.natural_key:
            if (
                name in typed
                and typed[name].isna().any()
                and name not in REQUIRED_FIELDS[self.reading.profile.target]
            ):
                rejects += _listed(chunk, name, typed.index[typed[name].isna()], *MESSAGES["not_nullable"])
        return rejects

    def _repeated(self, typed: pd.DataFrame, chunk: Chunk) -> list[Reject]:
        """Refuse the second and later rows of one key; the first row stands."""
        if typed.empty:
            return []
        first = self.seen.first_rows(natural_keys(typed, self.reading.profile.natural_key))
        name = self.reading.profile.natural_key[0]
        cure = "请在文件里只保留一行；已采用先出现的那一行"
        return [
            _reject(chunk, row, name, f"编号与第 {earlier} 行重复", cure)
            for row, earlier in first[first > 0].items()
        ]

    def _lost_digits(self, chunk: Chunk) -> list[Reject]:
        """Find keys of more digits than a spreadsheet's number can hold."""
        profile = self.reading.profile
        if profile.format != "xlsx":
            return []
        found = []
        for name in profile.natural_key:
            if name in chunk.frame:
                is_lost = chunk.frame[name].str.fullmatch(r"\d\.?\d*e\+\d+", case=False)
                found += _rejects(chunk, name, is_lost, *LOST_DIGITS)
        return found


def natural_keys(typed: pd.DataFrame, fields: Iterable[str]) -> pd.Series:
    """Return one text per row that names the thing the row speaks of."""
    first, *others = (typed[name].astype(str) for name in fields)
    for other in others:
        first = first + "|" + other
    return first


def _category_codes(checker: Checker, words: pd.Series) -> pd.Series:
    """Translate the source's categories; without a map the word is the code itself."""
    profile = checker.reading.profile
    if not profile.category_map:
        return words
    return translated(words, lambda word: profile.category_code(word) or f"?{word}")


def _without(typed: pd.DataFrame, rejects: list[Reject]) -> pd.DataFrame:
    return typed.drop(index=list({reject.row_number for reject in rejects})) if rejects else typed


def _message(check: object) -> tuple[str, str]:
    return MESSAGES.get(str(check), (f"不符合约定（{check}）", "请核对这一项"))


def _rejects(chunk: Chunk, name: str, is_bad: pd.Series, reason: str, cure: str) -> list[Reject]:
    return _listed(chunk, name, chunk.frame.index[is_bad.to_numpy(dtype=bool)], reason, cure)


def _listed(chunk: Chunk, name: str, rows: Iterable[int], reason: str, cure: str) -> list[Reject]:
    return [_reject(chunk, int(row), str(name), reason, cure) for row in rows]


def _reject(chunk: Chunk, row: int, name: str, reason: str, cure: str) -> Reject:
    value = chunk.frame.at[row, name] if name in chunk.frame else None
    text = None if value is None else shown(value) if isinstance(value, str) else "（图形）"
    return Reject(int(row), chunk.names.get(name, name), text, reason, cure)


def _with_sheet(reject: Reject, chunk: Chunk) -> Reject:
    if chunk.sheet is None:
        return reject
    return Reject(
        reject.row_number, f"{chunk.sheet}!{reject.field}", reject.value, reject.reason, reject.cure
    )
