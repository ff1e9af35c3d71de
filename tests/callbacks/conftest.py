"""What every test of callbacks and routes shares."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from fastapi.dependencies import models


@pytest.fixture(autouse=True)
def _forgotten_apps() -> Iterator[None]:
    """Let FastAPI forget a test's application: its caches of callables would keep every one of them alive."""
    yield
    for cached in vars(models).values():
        if hasattr(cached, "cache_clear"):
            cached.cache_clear()
