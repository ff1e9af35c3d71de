"""How long the stages around handling may take; the sample values of a town that says nothing else."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True, slots=True)
class StageLimits:
    """The limits of accepting, dispatching and verifying a case, in elapsed time."""

    accept: timedelta = timedelta(minutes=15)
    dispatch: timedelta = timedelta(minutes=15)
    verify: timedelta = timedelta(minutes=30)
