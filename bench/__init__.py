"""Measurements: every row shows ours beside a baseline taken in the same run."""
