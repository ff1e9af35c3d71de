"""Which figures stand for a module on the leader's page, by hand."""

import pytest

from data.town import load_town

HEADLINES = {
    "grid": ["patrol_coverage", "staffing_rate", "joint_share"],
    "dispatch": ["handled_on_time_rate", "rework_rate", "report_to_dispatch_median"],
    "economy": ["above_scale", "leading_share", "projects_slipping"],
    "approval": ["approvals_received", "approval_on_time", "bad_repaired"],
    "enforcement": ["first_exempt_share", "revisits_overdue", "relapse_share"],
    "mediation": ["mediation_success_rate", "town_level_days", "agreement_performed_rate"],
    "civic": ["legal_service_persons", "suggestions_done_rate", "safety_sense"],
    "party": ["partnership_on_time_rate", "unit_score", "appeals_open"],
}


@pytest.mark.parametrize("module", HEADLINES)
def test_three_figures_stand_for_each_module(module: str) -> None:
    """A card of the leader's page holds three: a fourth would be left out, and nobody would know which."""
    marked = [one.id for one in load_town("fenghuang").indicators if one.module == module and one.headline]
    assert marked == HEADLINES[module]
