"""Learning which category a text means, offline, from the town's own history; the model is a plain file."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np
from sqlalchemy import select

from data.domain.errors import InvalidInput
from data.domain.ngrams import ngrams, plain_text
from data.domain.vocabulary import CaseState
from data.settings import ROOT
from data.store.model_file import CategoryModel, model_path, write_model
from data.store.tables import case_contents, visible_cases
from data.views.suggestion import softmax, vector
from data.world import World

MOST_ROWS = 200_000
MOST_PER_TITLE = 20
MOST_TEXTS = 20_000
LEAST_TEXTS = 20
HELD_OUT_SHARE = 0.2
LIKELY_RIGHT = 0.7
LIKELY_ROWS = 30
LIKELY_FROM = (0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.99)
"""A first suggestion is 较可能 from the least of these shares at which so many held-out rows were so often right."""

SHARED_BY_AT_LEAST = 5
"""A piece of a description is learned when so many different descriptions have it: no name, no address."""

NOT_LEARNED_FROM = (str(CaseState.DECLINED), str(CaseState.MERGED))


@dataclass(frozen=True, slots=True)
class Example:
    """A title and a description as they were told, with the category that the case has."""

    title: str
    description: str
    category: str

    @property
    def text(self) -> str:
        """Title and description as one text."""
        return f"{self.title} {self.description}".strip()


@dataclass(frozen=True, slots=True)
class LearningReport:
    """How often the model was right on texts that it had not seen, counted by rows (0 to 1).

    `baseline_top3` is what always naming the three commonest categories would reach on the same rows;
    `likely_from` the share from which a first suggestion is 较可能, `likely_right` how often such ones were right,
    both None where no share reached `LIKELY_RIGHT`.
    """

    rows: int
    texts: int
    categories: int
    held_out_rows: int
    held_out_texts: int
    top1: float | None
    top3: float | None
    baseline_top3: float | None
    learned_at: str
    is_demo: bool
    likely_from: float | None = None
    likely_right: float | None = None


def category_model_path(world: World) -> Path:
    """Return where this town's model stands."""
    return model_path(world.settings.database_url, world.town.key, ROOT / "var")


def learn_categories(world: World, now: datetime) -> LearningReport:
    """Learn from the cases that stand, measure on texts held out, learn again on all, and write the file.

    Raises `InvalidInput` where the history has too few different texts.
    """
    counts = _history(world, now)
    categories = {example.category for example in counts}
    if len(counts) < LEAST_TEXTS or len(categories) < 2:
        raise InvalidInput(
            f"历史案卷太少：只有 {len(counts)} 种不同的文字、{len(categories)} 个类别，无法学习",
            value=len(counts),
            cure=f"至少需要 {LEAST_TEXTS} 种不同的文字和 2 个类别；请先载入历史案卷",
        )
    report = _measure(counts, now, world.town.profile.is_demo)
    write_model(category_model_path(world), fit(counts, _plain(report)))
    return report


def _history(world: World, now: datetime) -> Counter[Example]:
    """Return the newest cases as examples with how often each one stands; categories in force only."""
    day = now.astimezone(world.town.profile.zone).date()
    valid = {c.code for c in world.town.categories_by_code.values() if c.is_valid_on(day)}
    query = (
        select(visible_cases.c.title, case_contents.c.description, visible_cases.c.category_code)
        .outerjoin(case_contents, case_contents.c.case_id == visible_cases.c.id)
        .where(visible_cases.c.state.not_in(NOT_LEARNED_FROM), visible_cases.c.is_withdrawn.is_(False))
        .order_by(visible_cases.c.id.desc())
        .limit(MOST_ROWS)
    )
    with world.store.read() as connection:
        rows = connection.execute(query).all()
    return _gathered(Example(title, words or "", code) for title, words, code in rows if code in valid)


def _gathered(examples: Iterable[Example]) -> Counter[Example]:
    """Count equal texts, newest first; of one title only some descriptions, the rest counts for the last kept."""
    counts: Counter[Example] = Counter()
    kept: dict[tuple[str, str], list[Example]] = {}
    for example in examples:
        known = kept.setdefault((example.title, example.category), [])
        if example not in counts and len(known) < MOST_PER_TITLE and len(counts) < MOST_TEXTS:
            known.append(example)
            counts[example] = 0
        if example in counts or known:
            counts[example if example in counts else known[-1]] += 1
    return counts


def is_held_out(example: Example) -> bool:
    """Whether a case is kept for measuring: by its title, so that equal titles never stand on both sides."""
    digest = hashlib.sha256(plain_text(example.title).encode()).digest()
    return digest[0] / 256 < HELD_OUT_SHARE


def _measure(counts: Counter[Example], now: datetime, is_demo: bool) -> LearningReport:
    kept = Counter({e: n for e, n in counts.items() if not is_held_out(e)})
    asked = Counter({e: n for e, n in counts.items() if is_held_out(e)})
    can_ask = bool(asked) and len({e.category for e in kept}) > 1
    model = fit(kept, {}) if can_ask else None
    ranks = [] if model is None else _ranks(model, asked)
    likely_from, likely_right = (None, None) if model is None else likely_band(model, asked)
    common: Counter[str] = Counter()
    for example, n in kept.items():
        common[example.category] += n
    usual = {category for category, _ in common.most_common(3)}
    return LearningReport(
        rows=counts.total(),
        texts=len(counts),
        categories=len({e.category for e in counts}),
        held_out_rows=asked.total(),
        held_out_texts=len(asked),
        top1=_share(asked, [rank < 1 for rank in ranks]),
        top3=_share(asked, [rank < 3 for rank in ranks]),
        baseline_top3=_share(asked, [e.category in usual for e in asked]),
        learned_at=now.isoformat(),
        is_demo=is_demo,
        likely_from=likely_from,
        likely_right=likely_right,
    )


def likely_band(model: CategoryModel, asked: Counter[Example]) -> tuple[float | None, float | None]:
    """Return from which share on a first suggestion was mostly right, and how often; None where it never was."""
    firsts = []
    for example, n in asked.items():
        shares = softmax(scores(model, example.text))
        best = int(np.argmax(shares))
        firsts.append((float(shares[best]), n, model.classes[best] == example.category))
    for least in LIKELY_FROM:
        rows = sum(n for share, n, _ in firsts if share >= least)
        right = sum(n for share, n, is_right in firsts if share >= least and is_right)
        if rows >= LIKELY_ROWS and right / rows >= LIKELY_RIGHT:
            return least, round(right / rows, 4)
    return None, None


def _ranks(model: CategoryModel, asked: Counter[Example]) -> list[int]:
    """Return for each text at which place the model names its real category (0 is the first)."""
    place = {code: index for index, code in enumerate(model.classes)}
    ranks = []
    for example in asked:
        order = np.argsort(-scores(model, example.text), kind="stable").tolist()
        real = place.get(example.category)
        ranks.append(len(order) if real is None else order.index(real))
    return ranks


def _share(asked: Counter[Example], hits: list[bool]) -> float | None:
    """Return the share of rows whose text was hit, None where nothing was measured."""
    if not hits:
        return None
    found = sum(n for n, hit in zip(asked.values(), hits, strict=True) if hit)
    return round(found / asked.total(), 4)


def fit(counts: Counter[Example], report: dict[str, Any]) -> CategoryModel:
    """Learn a linear model with probabilities; a text that stands often weighs more, but not in full."""
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.linear_model import LogisticRegression

    examples = list(counts)
    vectors = TfidfVectorizer(analyzer=ngrams, vocabulary=_vocabulary(examples))
    table = vectors.fit_transform([example.text for example in examples])
    linear = LogisticRegression(C=30.0, max_iter=200, tol=1e-3)
    linear.fit(table, [e.category for e in examples], np.sqrt([counts[e] for e in examples]))
    weights, intercepts = linear.coef_, linear.intercept_
    if len(linear.classes_) == 2:  # then the library keeps the second class alone
        weights, intercepts = (
            np.vstack([-weights, weights]) / 2,
            np.concatenate([-intercepts, intercepts]) / 2,
        )
    return CategoryModel(
        classes=tuple(map(str, linear.classes_)),
        vocabulary=tuple(map(str, vectors.get_feature_names_out())),
        idf=vectors.idf_.astype(np.float32),
        weights=weights.astype(np.float32),
        intercepts=intercepts.astype(np.float32),
        report=report,
    )


def _vocabulary(examples: list[Example]) -> list[str]:
    """Return the pieces of all titles, and of descriptions those that several different ones share."""
    titles = {piece for example in examples for piece in ngrams(example.title)}
    descriptions = {example.description for example in examples if example.description}
    shared = Counter(piece for words in descriptions for piece in set(ngrams(words)))
    return sorted(titles | {piece for piece, n in shared.items() if n >= SHARED_BY_AT_LEAST})


def scores(model: CategoryModel, text: str) -> Any:
    """Return the model's score of each class for a text."""
    return model.weights @ vector(model, text) + model.intercepts


def _plain(report: LearningReport) -> dict[str, Any]:
    return {name: getattr(report, name) for name in report.__slots__}
