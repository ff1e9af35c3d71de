"""The demo rows of the modules' record tables, one file each; all of them invented and labelled 演示."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from data.demo.modules import approval, civic, economy, enforcement, mediation, party
from data.demo.modules.rows import RowsOf

ROWS: Mapping[str, RowsOf] = MappingProxyType(
    {
        "economy": economy.rows,
        "approval": approval.rows,
        "enforcement": enforcement.rows,
        "mediation": mediation.rows,
        "civic": civic.rows,
        "party": party.rows,
    }
)
"""Who makes a module's rows (`rows(stage)`), by its key, in the order of writing: whoever names another's rows
comes after it."""
