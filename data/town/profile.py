"""The profile of a town: names, codes, centre, CRS, zone, and the rules that grid codes follow."""

from __future__ import annotations

import re
from typing import Annotated
from zoneinfo import ZoneInfo, available_timezones

from pydantic import Field, field_validator

from data.domain.vocabulary import GridKind
from data.town.base import Flag, TownModel

Longitude = Annotated[float, Field(ge=-180, le=180)]
Latitude = Annotated[float, Field(ge=-90, le=90)]


class DefaultPoint(TownModel):
    """A position that a source writes when it knows none; `radius_m` metres around it are not trusted."""

    lon: Longitude
    lat: Latitude
    radius_m: Annotated[float, Field(gt=0)]
    name: str


class GridKindRule(TownModel):
    """How one kind of grid is called and coded here, and whether it tiles the town without gaps."""

    kind: GridKind
    name: str
    is_tiling: Flag = True
    has_village: Flag = False
    code_prefix: str = ""
    sequence_from: Annotated[int, Field(ge=0)] = 0
    sequence_to: Annotated[int, Field(ge=0)] = 999


DEFAULT_GRID_KINDS = (
    GridKindRule(kind=GridKind.COMPREHENSIVE, name="综合网格", has_village=True, sequence_from=1),
    GridKindRule(kind=GridKind.POLICE, name="警务网格", sequence_from=1, sequence_to=99),
    GridKindRule(
        kind=GridKind.PROFESSIONAL, name="专业网格", is_tiling=False, sequence_from=101, sequence_to=199
    ),
)


class Profile(TownModel):
    """A town as one record; longitude and latitude in degrees (EPSG:4490), lengths in metres."""

    key: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]
    name: str
    short_name: str = ""
    code: str
    county_code: str = ""
    is_demo: Flag = False
    centre_lon: Longitude
    centre_lat: Latitude
    projected_crs: Annotated[str, Field(pattern=r"^EPSG:\d{4,6}$")] = "EPSG:4549"
    time_zone: str = "Asia/Shanghai"
    platform_name: str = "云凤凰·智慧平台"
    centre_name: str = "集成指挥中心"
    brands: dict[str, str] = Field(default={})
    viewing_distance_m: Annotated[float, Field(gt=0)] = 8.0
    wall_height_m: Annotated[float, Field(gt=0)] = 2.2
    grid_code_pattern: str = r"^\d{15}$"
    edge_distance_m: Annotated[float, Field(ge=0)] = 30.0
    boundary_noise_m: Annotated[float, Field(ge=0)] = 0.5
    duplicate_radius_m: Annotated[float, Field(ge=0)] = 50.0
    default_points: tuple[DefaultPoint, ...] = ()
    grid_kinds: tuple[GridKindRule, ...] = DEFAULT_GRID_KINDS
    seed: int = 0

    @field_validator("time_zone")
    @classmethod
    def _zone_exists(cls, value: str) -> str:
        if value not in available_timezones():
            raise ValueError("没有这个时区；请填 IANA 时区名，例如 Asia/Shanghai")
        return value

    @field_validator("grid_code_pattern")
    @classmethod
    def _pattern_compiles(cls, value: str) -> str:
        try:
            re.compile(value)
        except re.error as error:
            raise ValueError("不是有效的正则表达式；例如 ^\\d{15}$") from error
        return value

    @property
    def zone(self) -> ZoneInfo:
        """The zone that cuts the town's days."""
        return ZoneInfo(self.time_zone)

    def grid_kind(self, kind: GridKind) -> GridKindRule | None:
        """Return the rule of `kind`, or None where this town has no such grids."""
        return next((rule for rule in self.grid_kinds if rule.kind == kind), None)

    def grid_code_problem(self, kind: GridKind, code: str, village_code: str | None = None) -> str | None:
        """Say in Chinese what is wrong with a grid code, or None; the code is text, never a number."""
        rule = self.grid_kind(kind)
        if rule is None:
            return f"本镇没有“{kind.label}”这一类网格"
        if not re.fullmatch(self.grid_code_pattern, code):
            return f"网格编码“{code}”不符合 {self.grid_code_pattern}"
        if not code.startswith(rule.code_prefix):
            return f"网格编码“{code}”应以 {rule.code_prefix} 开头"
        if rule.has_village and village_code and not code.startswith(village_code):
            return f"网格编码“{code}”应以所属村（社区）编码 {village_code} 开头"
        return _sequence_problem(rule, code)


def _sequence_problem(rule: GridKindRule, code: str) -> str | None:
    """Check the last three characters against the kind's range, where they are digits."""
    tail = code[-3:]
    if not tail.isdigit() or rule.sequence_from <= int(tail) <= rule.sequence_to:
        return None
    return f"网格编码“{code}”的顺序号应在 {rule.sequence_from:03d} 到 {rule.sequence_to:03d} 之间"
