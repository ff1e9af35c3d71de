"""What joint handling brings ("1+1>2"): minutes saved, like compared with like, and whether that is more than chance."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import median

SELDOM = 0.05
"""A difference that chance brings more often than this is none to speak of."""

LEAST_ALIKE = 5
"""So many cases of a category must have been handled either way before the two ways are compared in it."""


@dataclass(frozen=True, slots=True)
class JointGain:
    """What joint handling brought in 30 days, like compared with like.

    In every category that was handled either way often enough, the median minutes from dispatch to handled are
    compared; `saved_minutes` is the mean of the differences, each weighing as much as its joint cases, `chance` how
    likely so great a difference is where there is none. None where no category can be compared.
    """

    categories: int
    cases: int
    saved_minutes: float | None
    chance: float | None = None

    @property
    def is_clear(self) -> bool:
        """Whether a difference like this is rarer than one in twenty where there is none."""
        return self.chance is not None and self.chance < SELDOM


def joint_gain(handled: Iterable[tuple[str, bool, float]]) -> JointGain:
    """Compare joint handling with single handling within each category; rows are (category, jointly?, minutes)."""
    by_category: dict[str, tuple[list[float], list[float]]] = defaultdict(lambda: ([], []))
    for category, is_joint, minutes in handled:
        by_category[category][bool(is_joint)].append(minutes)
    alike = [both for both in by_category.values() if min(map(len, both)) >= LEAST_ALIKE]
    cases = sum(len(jointly) for _, jointly in alike)
    if not cases:
        return JointGain(0, 0, None)
    saved = sum((median(alone) - median(jointly)) * len(jointly) for alone, jointly in alike)
    return JointGain(len(alike), cases, saved / cases, _chance(alike, is_faster=saved > 0))


def _chance(alike: Sequence[tuple[list[float], list[float]]], *, is_faster: bool) -> float:
    """Return how likely so great a difference is by chance: Mann-Whitney in each category, joined by Stouffer's method.

    Two-sided; categories count by the square root of their joint cases. Where ranks and medians point to different
    sides there is nothing to speak of: 1.
    """
    from scipy.stats import combine_pvalues, mannwhitneyu  # here: no board, no scipy

    faster = [float(mannwhitneyu(jointly, alone, alternative="less").pvalue) for alone, jointly in alike]
    weights = [len(jointly) ** 0.5 for _, jointly in alike]
    joined = float(combine_pvalues(faster, method="stouffer", weights=weights).pvalue)
    return min(1.0, 2 * (joined if is_faster else 1 - joined))
