"""Tests of the town loader."""
