"""The contracts of the modules' record tables, one file each; a target of a source profile is a table's name."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from data.loaders.modules import approval, civic, economy, enforcement, mediation, party
from data.loaders.modules.records import Records

RECORDS: Mapping[str, Records] = MappingProxyType(
    {
        contract.target: contract
        for module in (economy, approval, enforcement, mediation, civic, party)
        for contract in module.CONTRACTS
    }
)
"""The contract of each record table, by target."""
