"""What a page knows of its town besides the picture: names, zone, and how far the wall is read from."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Brand:
    """The names on the screens and the wall's measures in metres."""

    platform_name: str
    centre_name: str
    town_name: str
    time_zone: str
    is_demo: bool
    viewing_distance_m: float
    wall_height_m: float

    @property
    def short_name(self) -> str:
        """The platform's name up to its dot, for narrow places."""
        return self.platform_name.split("·")[0].strip()
