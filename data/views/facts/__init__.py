"""Raw rows as facts: what each module counts, on which day, where, and in whose hands."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from data.views.facts import approval, civic, dispatch, economy, enforcement, grid, mediation, party
from data.views.facts.source import FactSource

FACTS: Mapping[str, FactSource] = MappingProxyType(
    {
        module.SOURCE.module: module.SOURCE
        for module in (grid, dispatch, economy, approval, enforcement, mediation, civic, party)
    }
)
"""The facts of each module that has some, by its key."""
