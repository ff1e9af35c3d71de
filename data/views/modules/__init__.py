"""The board and the map layers of each module, by its key."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from data.views.modules import approval, civic, dispatch, economy, enforcement, grid, mediation, party
from data.views.modules.view import ModuleView

VIEWS: Mapping[str, ModuleView] = MappingProxyType(
    {
        "grid": grid.VIEW,
        "dispatch": dispatch.VIEW,
        "economy": economy.VIEW,
        "approval": approval.VIEW,
        "enforcement": enforcement.VIEW,
        "mediation": mediation.VIEW,
        "civic": civic.VIEW,
        "party": party.VIEW,
    }
)
