"""The sheet 登记案卷: one question to the server with all that is typed, one answer with all that it knows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import date, datetime
from typing import Any

from dash import Dash, Input, Output

from callbacks.actors import current_actor
from callbacks.audit import tell_use
from callbacks.context import Context
from callbacks.new_case_checks import answers_of, police_hint, problems_of, typed_instant
from callbacks.threads import in_thread
from data.domain.errors import CloudError
from data.domain.people import Actor
from data.domain.rights import Right, authorise
from data.domain.vocabulary import IntakeChannel, Severity
from data.services.category_learning import category_model_path
from data.services.place import place_of_key, place_of_point
from data.services.report import ReportCase, report_case
from data.town import Category
from data.views.catalogue import question_list
from data.views.duplicates import duplicates_at
from data.views.gazetteer import GazetteerBook
from data.views.suggestion import Suggester
from data.world import World, utc_now
from geo.crs import Projector
from layouts.ids import Id

TEXTS = (
    "title",
    "category",
    "address",
    "description",
    "reporter_name",
    "reporter_telephone",
    "external_number",
)
Fields = Mapping[str, Any]
Answer = dict[str, Any]


class Clerk:
    """Answers the sheet: what it may choose from, what the server makes of what is typed, and the receipt."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.names = GazetteerBook(world)
        self.suggester = Suggester(world, category_model_path(world))

    def answer(self, question: Fields, actor: Actor, now: datetime) -> Answer:
        """Answer one question of the browser; a refusal comes back beside its field."""
        authorise(actor, Right.REPORT_CASE)
        kind, fields, key = (question.get(name) for name in ("kind", "fields", "key"))
        said = fields if isinstance(fields, dict) else {}
        is_filing = kind == "submit"
        asked = self.submit(said, actor, now, str(key or "") or None) if is_filing else self.advice(said, now)
        return asked | ({"choices": self.choices(now)} if question.get("needs_choices") else {})

    def choices(self, now: datetime) -> Answer:
        """Return what the choices offer: categories in force by major, severities, channels, the zone."""
        day = self._today(now)
        categories = [
            {"value": c.code, "label": c.name, "group": c.major_name, "severity": str(c.severity)}
            for c in self.world.town.categories_by_code.values()
            if c.is_valid_on(day)
        ]
        return {
            "categories": categories,
            "severities": [{"value": s.value, "label": s.label} for s in Severity],
            "channels": [
                {"value": c.value, "label": c.label, "brings_number": c.must_be_answered}
                for c in IntakeChannel
            ],
        }

    def advice(self, fields: Fields, now: datetime) -> Answer:
        """Return suggestion, names, grids, questions, duplicates and the police hint for what is typed so far."""
        day = self._today(now)
        category = self.world.town.category(str(fields.get("category") or ""))
        spot = self._spot(fields, day)
        hint = police_hint(self.world.town, category, str(fields.get("title") or ""))
        return {
            "suggestion": self._suggestion(fields, day),
            "hits": self._hits(fields, day),
            "spot": spot,
            "police": asdict(hint) if hint else None,
            "questions": question_list(self.world.town, category.code) if category else [],
            "duplicates": self._duplicates(fields, category, spot, now),
        }

    def submit(self, fields: Fields, actor: Actor, now: datetime, key: str | None) -> Answer:
        """File the case, or return every refusal with its field; nothing that was typed is lost either way."""
        problems: list[CloudError] = [*problems_of(self.world.town, fields, now)]
        if problems:
            return _refused(problems)
        try:
            receipt = report_case(self.world, self._command(fields, now), actor, now, key)
        except CloudError as error:
            return _refused([error])
        tell_use(Right.REPORT_CASE, f"case:{receipt.id}")
        return {"receipt": asdict(receipt)}

    def _command(self, fields: Fields, now: datetime) -> ReportCase:
        texts = {name: str(fields.get(name) or "").strip() or None for name in TEXTS}
        return ReportCase(
            title=texts.pop("title") or "",
            category=texts.pop("category") or "",
            intake_channel=IntakeChannel(str(fields["intake_channel"])),
            severity=Severity(fields["severity"]) if fields.get("severity") else None,
            happened_at=typed_instant(self.world.town, fields, "happened_at", now),
            external_due_at=typed_instant(self.world.town, fields, "external_due_at", now),
            answers=answers_of(fields),
            source_key="desk",
            is_demo=self.world.town.profile.is_demo,
            **self._where(fields),
            **texts,
        )

    def _suggestion(self, fields: Fields, day: date) -> Answer:
        text = f"{fields.get('title') or ''} {fields.get('description') or ''}"
        try:
            return asdict(self.suggester.suggest(text[:2000], day))
        except CloudError as error:
            return {"choices": [], "note": str(error), "top3_hit_rate": None, "likely_hit_rate": None}

    def _hits(self, fields: Fields, day: date) -> list[Answer]:
        """Names for what is typed as the place, as long as nothing is chosen, or once more after a click."""
        if fields.get("place") or (fields.get("x") is not None and not fields.get("is_naming")):
            return []
        hits = self.names.current(day).search(str(fields.get("address") or "")[:60])
        return [
            {"key": h.key, "name": h.name, "kind": h.kind.label, "hint": h.hint, "grade": str(h.grade)}
            for h in hits
        ]

    def _spot(self, fields: Fields, day: date) -> Answer | None:
        """The grids of the chosen place with its grade, or why it cannot be one."""
        where = self._where(fields)
        try:
            if where["lon"] is not None:
                place = place_of_point(self.world, where["lon"], where["lat"], where["crs"], day)
            elif where["place"]:
                place, _name = place_of_key(self.world, where["place"], day)
            else:
                return None
        except CloudError as error:
            return {"error": str(error)}
        frame = self.world.grids.current(day).frame
        names = dict(zip(frame["code"], frame["name"], strict=True))
        codes = (place.comprehensive, place.police, place.professional)
        x, y = self._from_centre(place.lon, place.lat)
        return {
            "lon": place.lon,
            "lat": place.lat,
            "x": x,
            "y": y,
            "grade": str(place.grade),
            "grade_label": place.grade.label,
            "grids": [names.get(code) if code else None for code in codes],
            "is_edge": place.is_edge,
            "edge_m": self.world.town.profile.edge_distance_m,
        }

    def _duplicates(
        self, fields: Fields, category: Category | None, spot: Answer | None, now: datetime
    ) -> list[Answer]:
        if category is None or spot is None or spot.get("lon") is None:
            return []
        title = str(fields.get("title") or "")
        near = duplicates_at(self.world, category.code, spot["lon"], spot["lat"], title, now)
        return [asdict(one) for one in near]

    def _where(self, fields: Fields) -> dict[str, Any]:
        """Return the place of a click (metres east and north of the centre), else the chosen name's key."""
        profile, x, y = self.world.town.profile, _metres(fields.get("x")), _metres(fields.get("y"))
        if x is None or y is None:
            return {"lon": None, "lat": None, "crs": "wgs84", "place": str(fields.get("place") or "") or None}
        east, north = self._projected(profile.centre_lon, profile.centre_lat)
        return {"lon": east + x, "lat": north + y, "crs": profile.projected_crs, "place": None}

    def _projected(self, lon: float, lat: float) -> tuple[float, float]:
        east, north = Projector(self.world.town.profile.projected_crs).forward([lon], [lat])
        return float(east[0]), float(north[0])

    def _from_centre(self, lon: float | None, lat: float | None) -> tuple[float | None, float | None]:
        """Return metres east and north of the town's centre, as the map has them."""
        if lon is None or lat is None:
            return None, None
        profile = self.world.town.profile
        (east, north), (x, y) = (
            self._projected(profile.centre_lon, profile.centre_lat),
            self._projected(lon, lat),
        )
        return round(x - east, 1), round(y - north, 1)

    def _today(self, now: datetime) -> date:
        return now.astimezone(self.world.town.profile.zone).date()


def register(app: Dash, context: Context) -> None:
    """Register the sheet's one callback."""
    clerk = Clerk(context.world)

    @app.callback(
        Output(Id.NEW_CASE_ANSWER, "data"), Input(Id.NEW_CASE_ASK, "data"), prevent_initial_call=True
    )
    async def answer(question: dict[str, Any] | None) -> Answer:
        if not question:
            return {}
        known = {"n": question.get("n"), "kind": question.get("kind")}
        try:
            return known | await in_thread(clerk.answer, question, current_actor(), utc_now())
        except CloudError as error:
            return known | {"error": {"field": None, "message": error.message, "cure": error.cure}}


def _refused(problems: Sequence[CloudError]) -> Answer:
    tell_use(Right.REPORT_CASE, "case", problems[0])
    return {"errors": [{"field": p.field, "message": p.message, "cure": p.cure} for p in problems]}


def _metres(value: object) -> float | None:
    """Return a number of metres, None for what is none."""
    try:
        return float(value) if isinstance(value, int | float) else None
    except OverflowError:
        return None
