"""approval.yaml: where the service centre stands, and which bad reviews open a case."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from data.town.base import Dated, TownModel
from data.town.profile import Latitude, Longitude


class ServiceCentre(TownModel):
    """Where people bring their matters; degrees in EPSG:4490."""

    name: Annotated[str, Field(min_length=1, max_length=60)]
    lon: Longitude
    lat: Latitude
    citation: str


class BadReviewRule(Dated):
    """The category of the case that a bad review opens, and how many days old a review may be when it arrives."""

    category: str
    horizon_days: Annotated[int, Field(ge=1, le=365)] = 30


class ApprovalRules(TownModel):
    """The content of approval.yaml; in a town without a rule no review opens a case."""

    service_centre: ServiceCentre | None = None
    bad_reviews: BadReviewRule | None = None
