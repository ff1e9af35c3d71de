"""A source as data: what a file looks like and how its columns become our fields."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

from data.town.base import Flag, TownModel, Words

Plain = bool | int | float | str | None


def _one_or_more(value: object) -> object:
    return (value,) if isinstance(value, str) else value


Names = Annotated[tuple[str, ...], BeforeValidator(_one_or_more)]


class ColumnRule(TownModel):
    """One target field: under which headers it may stand, its type, and how its text is read.

    `format` holds strptime patterns tried in order (empty = ISO 8601); a naive time belongs to
    `time_zone` (empty = the town's zone); `true_values` are the texts that mean yes.
    """

    aliases: Names = ()
    type: Literal["text", "integer", "number", "datetime", "date", "boolean", "geometry"] = "text"
    required: Flag = False
    format: Names = ()
    time_zone: str | None = None
    true_values: Names = ()
    default: Plain = None


class SourceProfile(TownModel):
    """How a loader reads one source; `columns` is keyed by target field.

    `category_map` leads from the source's own word to a category code, `*` being the rest;
    `owns` lists the fields that a re-load may write; `freshness_minutes` is how old is not yet late;
    screens list the sources by `order`.
    """

    key: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]
    name: str
    target: Annotated[str, Field(pattern=r"^[a-z][a-z_]*$")] = "cases"
    format: Literal["csv", "xlsx", "geojson", "shapefile"] = "csv"
    encoding: Literal["auto", "utf-8", "gb18030"] = "auto"
    delimiter: Annotated[str, Field(min_length=1, max_length=1)] = ","
    header_row: Annotated[int, Field(ge=1)] | Literal["auto"] = "auto"
    sheet: str | None = None
    columns: dict[str, ColumnRule]
    crs: Annotated[str, Field(pattern=r"^(wgs84|cgcs2000|gcj02|bd09|EPSG:\d{4,6})$")] = "cgcs2000"
    natural_key: Names
    category_map: dict[str, str] = Field(default={})
    value_maps: dict[str, dict[str, Plain]] = Field(default={})
    defaults: dict[str, Plain] = Field(default={})
    owns: Words = ()
    outside: Literal["reject", "keep"] = "reject"
    freshness_minutes: Annotated[float, Field(gt=0)] | None = None
    owner_unit: str | None = None
    citation: str = ""
    is_demo: Flag = False
    version: str = "1"
    order: int = 100

    def category_code(self, word: str | None) -> str | None:
        """Return the code for the source's own word, the `*` code for an unknown one, or None."""
        return self.category_map.get((word or "").strip(), self.category_map.get("*"))
