"""Which person of a grid is proposed: who is on duty there, near enough, seen lately and not yet full.

Officers are never candidates: the police desk names its own people. A fix older than the limit is no
position: it gives neither distance nor points, and nobody from another grid is proposed on it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import timedelta

from data.domain.plan_rules import PlanRules
from data.domain.plan_values import OFFICERS, PlanPerson, Reason, Responder, Shortfall
from data.domain.vocabulary import ResponderKind, ShortfallReason

SHOWN_PER_POST = 5
FIX_MAY_LEAD = timedelta(minutes=5)
ROLE_OF = {ResponderKind.GRID_MEMBER: "grid_member", ResponderKind.SITE_OWNER: "site"}


@dataclass(frozen=True, slots=True)
class Post:
    """A grid that wants somebody, and the skills that the case asks for."""

    kind: ResponderKind
    grid_code: str
    grid_name: str
    skills: frozenset[str]

    @property
    def wanted(self) -> str:
        """Who is wanted, for a shortfall: e.g. 网格员（凤凰社区03）."""
        return f"{self.kind.label}（{self.grid_name}）"


def staff_post(
    post: Post, people: Iterable[PlanPerson], rules: PlanRules, shown: int = SHOWN_PER_POST
) -> tuple[list[Responder], list[Shortfall]]:
    """Return the people who can take the post, its own before neighbours and the first proposed, and the gaps."""
    on_duty = [p for p in people if p.is_on_duty and p.role == ROLE_OF[post.kind] and p.role not in OFFICERS]
    able = [p for p in on_duty if _refusal(p, post, rules) is None]
    ranked = sorted((_responder(p, post, rules) for p in able), key=_rank)
    gaps = _gaps(post, on_duty, able, rules)
    if ranked and ranked[0].distance_m is None:
        words = f"{ranked[0].name}没有 {_minutes(rules)} 分钟内的位置"
        gaps.append(_gap(post, ShortfallReason.POSITION_TOO_OLD, words))
    return [replace(r, is_proposed=n == 0) for n, r in enumerate(ranked[:shown])], gaps


def _rank(responder: Responder) -> tuple[bool, int, int]:
    return not responder.is_own_grid, -responder.points, responder.staff_id or 0


def _gaps(post: Post, on_duty: list[PlanPerson], able: list[PlanPerson], rules: PlanRules) -> list[Shortfall]:
    """Why the grid's own people cannot go, and where it has none, why no neighbour can."""
    own = [p for p in on_duty if post.grid_code in p.grids]
    if own:
        is_able = any(post.grid_code in p.grids for p in able)
        return [] if is_able else [_nobody_able(post, own, rules)]
    nobody = _gap(post, ShortfallReason.NOBODY_ON_DUTY, f"{post.grid_name}此刻无人在岗")
    return [nobody, *([_nobody_able(post, on_duty, rules)] if on_duty and not able else [])]


def has_position(person: PlanPerson, rules: PlanRules) -> bool:
    """Whether the newest fix is young enough to be a position."""
    age = person.fix_age
    return person.distance_m is not None and age is not None and -FIX_MAY_LEAD <= age <= rules.fix_limit


def _refusal(person: PlanPerson, post: Post, rules: PlanRules) -> ShortfallReason | None:
    """Return why a person on duty cannot be sent, None where he can."""
    if person.load >= rules.person_limit:
        return ShortfallReason.ALL_AT_LIMIT
    if not has_position(person, rules):
        return None if post.grid_code in person.grids else ShortfallReason.POSITION_TOO_OLD
    is_far = person.distance_m is not None and person.distance_m > rules.radius_m
    return ShortfallReason.OUTSIDE_RADIUS if is_far else None


def _nobody_able(post: Post, pool: list[PlanPerson], rules: PlanRules) -> Shortfall:
    """Name the reason that the most people have; of equals the one that is soonest mended."""
    refusals = [_refusal(p, post, rules) for p in pool]
    order = (ShortfallReason.ALL_AT_LIMIT, ShortfallReason.OUTSIDE_RADIUS, ShortfallReason.POSITION_TOO_OLD)
    reason = max(order, key=lambda r: (refusals.count(r), -order.index(r)))
    words = {
        ShortfallReason.ALL_AT_LIMIT: f"在岗 {len(pool)} 人手上派遣单都已达 {rules.person_limit} 单",
        ShortfallReason.OUTSIDE_RADIUS: f"在岗 {len(pool)} 人都在 {rules.radius_m / 1000:g} 公里以外",
        ShortfallReason.POSITION_TOO_OLD: f"在岗 {len(pool)} 人都没有 {_minutes(rules)} 分钟内的位置",
    }
    return _gap(post, reason, words[reason])


def _responder(person: PlanPerson, post: Post, rules: PlanRules) -> Responder:
    is_own, skilled = post.grid_code in person.grids, sorted(post.skills & person.skills)
    is_seen = has_position(person, rules)
    return Responder(
        key=f"staff:{person.staff_id}",
        kind=post.kind,
        unit_code=person.unit_code,
        staff_id=person.staff_id,
        name=person.name,
        is_main=False,
        reasons=(
            _duty_reason(post, rules, is_own=is_own),
            *_skill_reason(skilled, rules),
            load_reason(person.load, rules.person_limit, rules),
            *(_place_reasons(person, rules) if is_seen else ()),
        ),
        is_proposed=False,
        distance_m=person.distance_m if is_seen else None,
        load=person.load,
        load_limit=rules.person_limit,
        has_skill=bool(skilled) or not post.skills,
        is_own_grid=is_own,
    )


def load_reason(load: int, limit: int, rules: PlanRules) -> Reason:
    """Fewer open orders give more points; none at the limit or above it."""
    free = max(limit - load, 0) / limit if limit else 0.0
    return Reason(f"手上 {load} 单，上限 {limit} 单", round(rules.points.load * free))


def _duty_reason(post: Post, rules: PlanRules, *, is_own: bool) -> Reason:
    if is_own:
        return Reason(f"{post.grid_name}在岗", rules.points.duty)
    return Reason(f"邻近网格在岗，代{post.grid_name}", rules.points.same_village)


def _skill_reason(skilled: list[str], rules: PlanRules) -> tuple[Reason, ...]:
    return (Reason(f"技能：{'、'.join(skilled)}", rules.points.skill),) if skilled else ()


def _place_reasons(person: PlanPerson, rules: PlanRules) -> tuple[Reason, ...]:
    """Distance and age of a usable fix."""
    metres, age = person.distance_m or 0.0, max(person.fix_age or timedelta(), timedelta())
    near = max(1 - metres / rules.radius_m, 0.0)
    fresh = max(1 - age / rules.fix_limit, 0.0)
    return (
        Reason(f"距现场 {metres:.0f} 米", round(rules.points.distance * near)),
        Reason(f"位置 {age.total_seconds() / 60:.0f} 分钟前", round(rules.points.fix * fresh)),
    )


def _gap(post: Post, reason: ShortfallReason, words: str) -> Shortfall:
    return Shortfall(post.wanted, reason, words)


def _minutes(rules: PlanRules) -> int:
    return round(rules.fix_limit.total_seconds() / 60)
