"""The journal entry: canonical form and hash chain.

Each case has a chain of its own: the hash of an entry covers the hash of the one before it, so an
edited, removed or inserted entry breaks every later link.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from data.domain.vocabulary import Action, CaseState, Role

GENESIS = "0" * 64
FLAG_AFTER = timedelta(minutes=10)
_ENCODER = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"))


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that happened to one case, before it is chained.

    `happened_at` is what the source or the device claims, `recorded_at` the server's own time; both
    are aware. `payload` holds plain JSON values only, and no personal data.
    """

    case_id: int
    sequence: int
    recorded_at: datetime
    happened_at: datetime
    actor: str
    actor_role: Role
    action: Action
    from_state: CaseState | None
    to_state: CaseState
    reason: str | None = None
    payload: Mapping[str, object] = field(default_factory=dict)

    @property
    def is_time_flagged(self) -> bool:
        """Whether claimed and recorded time lie more than ten minutes apart."""
        return abs(self.recorded_at - self.happened_at) > FLAG_AFTER


def utc_text(instant: datetime) -> str:
    """Write an aware instant as UTC with microseconds, e.g. 2026-11-24T01:02:03.000004Z."""
    return instant.astimezone(UTC).isoformat(timespec="microseconds")[:26] + "Z"


def canonical_json(value: object) -> str:
    """Write JSON in one way only: sorted keys, no blanks, Chinese as it is."""
    return _ENCODER.encode(value)


def canonical_entry(entry: Entry) -> str:
    """Return the text that the entry's hash covers."""
    return canonical_json(
        [
            entry.case_id,
            entry.sequence,
            utc_text(entry.recorded_at),
            utc_text(entry.happened_at),
            entry.actor,
            entry.actor_role,
            entry.action,
            entry.from_state,
            entry.to_state,
            entry.reason,
            dict(entry.payload),
        ]
    )


def entry_hash(entry: Entry, previous_hash: str) -> str:
    """Return the SHA-256 (hex) of the previous hash and the entry's canonical text."""
    return hashlib.sha256(f"{previous_hash}\n{canonical_entry(entry)}".encode()).hexdigest()


def commitment(salt: str, *texts: str | None) -> str:
    """Return what the journal carries of texts that may be erased: their salted SHA-256 (hex)."""
    joined = "\x1f".join([salt, *(text or "" for text in texts)])
    return hashlib.sha256(joined.encode()).hexdigest()
