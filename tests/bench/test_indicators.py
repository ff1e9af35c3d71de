"""The measurement of indicators: every module is measured, and DuckDB agrees with the stored sums."""

from bench import indicators
from data.views.facts import FACTS


def test_every_module_is_measured_and_agrees_on_a_small_town(monkeypatch):
    monkeypatch.setattr(indicators, "REPEATS", 1)
    found = list(indicators._measured(months=1, per_day=15.0, is_compared=True))
    assert all(ours > 0 for _, ours, _ in found)
    assert all(any(name.startswith(f"{module},") for name, _, _ in found) for module in FACTS)
    assert any(plain for _, _, plain in found)
