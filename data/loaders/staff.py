"""Staff lists: few rows, gathered and written in one transaction; names go to the erasable table."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from data.loaders.ledger import Counts, Origin
from data.loaders.readers import Chunk
from data.loaders.rejects import Reject
from data.town import SourceProfile
from data.world import World


@dataclass(slots=True)
class StaffTarget:
    world: World
    source: SourceProfile
    notes: dict[str, Any] = field(default_factory=dict)
