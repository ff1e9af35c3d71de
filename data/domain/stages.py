"""The sample limits of the stages around handling: accept, dispatch and verify (each half an hour at most)."""

from __future__ import annotations

from datetime import timedelta

ACCEPT_LIMIT = timedelta(minutes=15)
DISPATCH_LIMIT = timedelta(minutes=15)
VERIFY_LIMIT = timedelta(minutes=30)
