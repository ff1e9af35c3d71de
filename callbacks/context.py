"""What every callback is registered with: the opened world and the live feed."""

from __future__ import annotations

from dataclasses import dataclass

from callbacks.hub import Hub
from data.world import World


@dataclass(frozen=True, slots=True)
class Context:
    """One running application: `world` for services and views, `hub` for the newest picture."""

    world: World
    hub: Hub
