"""The suggestion of a category from a text: up to three with deciding words; it never files by itself.

A share of the model's probability is no chance of being right (on few texts it goes to 100 %), so none is shown:
a suggestion is 较可能 only from the share on at which held-out cases were mostly right, else 可能.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from data.domain.ngrams import ngrams
from data.store.model_file import CategoryModel, read_model
from data.world import World

MOST = 3
MOST_WORDS = 3
LEAST_SHARE = 0.25
LEAST_SHOWN = 0.08
LEAST_KNOWN = 0.1
"""Under this share of known two-character pieces a text is of things that the history never told."""


@dataclass(frozen=True, slots=True)
class Suggested:
    """One proposed category: whether such ones were mostly right when measured, and the deciding pieces."""

    code: str
    name: str
    major_name: str
    is_likely: bool
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Suggestion:
    """What is proposed; where `choices` is empty, `note` says why: no history, or no confidence."""

    choices: tuple[Suggested, ...]
    note: str
    top3_hit_rate: float | None = None
    likely_hit_rate: float | None = None


class Suggester:
    """Gives suggestions from the model's file; reads it again only when it was written anew."""

    def __init__(self, world: World, path: Path) -> None:
        self._world = world
        self._path = path
        self._lock = threading.Lock()
        self._known: tuple[int, CategoryModel | None] | None = None

    def suggest(self, text: str, on: date) -> Suggestion:
        """Return up to three categories in force on `on` for a text; says so where it is not sure."""
        model = self._model()
        if model is None:
            return Suggestion((), "还没有从历史案卷学习过，请自行选择类别")
        rate, likely = model.report.get("top3"), model.report.get("likely_right")
        if not text.strip():
            return Suggestion((), "", rate, likely)
        found = _choices(self._world, model, text, on)
        return Suggestion(found, "仅供参考，由您选定" if found else "没有把握，请自行选择类别", rate, likely)

    def _model(self) -> CategoryModel | None:
        with self._lock:
            try:
                written = self._path.stat().st_mtime_ns
            except FileNotFoundError:
                return None
            if self._known is None or self._known[0] != written:
                self._known = (written, read_model(self._path))
            return self._known[1]


def vector(model: CategoryModel, text: str) -> NDArray[np.float32]:
    """Return a text as TF-IDF over the model's n-grams, of length 1 (or 0 where none is known)."""
    place = {piece: index for index, piece in enumerate(model.vocabulary)}
    found = np.zeros(len(model.vocabulary), dtype=np.float32)
    for piece in ngrams(text):
        if piece in place:
            found[place[piece]] += 1
    found *= model.idf
    length = float(np.linalg.norm(found))
    return found / length if length else found


def known_share(model: CategoryModel, text: str) -> float:
    """Return which share of a text's two-character pieces the model has ever seen."""
    pairs = [piece for piece in ngrams(text) if len(piece) == 2]
    known = set(model.vocabulary)
    return sum(piece in known for piece in pairs) / len(pairs) if pairs else 0.0


def _choices(world: World, model: CategoryModel, text: str, on: date) -> tuple[Suggested, ...]:
    if known_share(model, text) < LEAST_KNOWN:
        return ()
    found = vector(model, text)
    shares = softmax(model.weights @ found + model.intercepts)
    order = np.argsort(-shares, kind="stable")
    if shares[order[0]] < LEAST_SHARE:
        return ()
    likely = [int(i) for i in order[: 2 * MOST] if shares[i] >= LEAST_SHOWN]
    shown = (_suggested(world, model, i, float(shares[i]), found, on) for i in likely)
    return tuple(one for one in shown if one is not None)[:MOST]


def _suggested(
    world: World, model: CategoryModel, index: int, share: float, found: Any, on: date
) -> Suggested | None:
    category = world.town.category(model.classes[index])
    if category is None or not category.is_valid_on(on):
        return None
    words = deciding_words(model, model.weights[index] * found)
    likely_from = model.report.get("likely_from")
    is_likely = likely_from is not None and share >= likely_from
    return Suggested(category.code, category.name, category.major_name, is_likely, words)


def deciding_words(model: CategoryModel, parts: Any) -> tuple[str, ...]:
    """Return the n-grams that added most, longer ones before the pieces they are made of."""
    chosen: list[str] = []
    for index in np.argsort(-parts, kind="stable"):
        piece = model.vocabulary[int(index)]
        if parts[index] <= 0 or len(chosen) == MOST_WORDS:
            break
        if len(piece) > 1 and not any(piece in other or other in piece for other in chosen):
            chosen.append(piece)
    return tuple(chosen)


def softmax(values: Any) -> Any:
    """Return the model's probabilities from its scores."""
    powers = np.exp(values - values.max())
    return powers / powers.sum()
