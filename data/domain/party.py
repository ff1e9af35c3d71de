"""Words of 党建绩效: the four joint projects and the three kinds of staff."""

from __future__ import annotations

from data.domain.vocabulary import Word


class Project(Word):
    """The joint projects with the partner town."""

    INDUSTRY = "industry", "现代产业融通"
    TOURISM = "tourism", "文旅资源整合"
    REFORM = "reform", "体制改革协同"
    CADRES = "cadres", "干部队伍共建"


class StaffKind(Word):
    """How somebody is employed; each kind is assessed by weights of its own."""

    ADMINISTRATIVE = "administrative", "行政"
    INSTITUTION = "institution", "事业"
    CONTRACT = "contract", "编外"
