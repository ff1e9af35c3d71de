"""The pages of the modules, by key."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

from dash.development.base_component import Component

from layouts.map import Geometry
from layouts.modules import approval, civic, dispatch, economy, enforcement, grid, mediation, party

MODULE_PAGES: Mapping[str, Callable[[Geometry], Component]] = MappingProxyType(
    {
        "grid": grid.page,
        "dispatch": dispatch.page,
        "economy": economy.page,
        "approval": approval.page,
        "enforcement": enforcement.page,
        "mediation": mediation.page,
        "civic": civic.page,
        "party": party.page,
    }
)
