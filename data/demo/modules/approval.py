"""Demo rows of 审批服务: 52 windows, 25 departments, 500 items, more than 100,000 approvals a year, reviews, agents' jobs."""

from __future__ import annotations

from collections.abc import Iterator

from data.demo.modules.approval_book import Book, book_of
from data.demo.modules.approval_items import department_rows, item_rows, window_rows
from data.demo.modules.enterprises import enterprises_of
from data.demo.modules.rows import Row, Rows, Stage
from data.demo.working import DAY, HOUR, MINUTE, instant, micros
from data.store.modules.approval import (
    approvals,
    assist_jobs,
    departments,
    reviews,
    service_items,
    windows,
)

PART = 43
REVIEWED = 0.18
STARS, CHANCES = (5, 4, 3, 2, 1), (0.918, 0.064, 0.012, 0.004, 0.002)
ASSISTED_PER_YEAR = 560
"""Jobs of the 帮代办 team in a full-size year."""

REPAIR_LATE = 0.06


def rows(stage: Stage) -> Rows:
    """Return the rows of approvals; the many ones are drawn at once and written out one by one."""
    book = book_of(stage)
    return {
        departments: department_rows(),
        windows: window_rows(),
        service_items: item_rows(),
        approvals: _approval_rows(book),
        assist_jobs: _assist_rows(stage),
        reviews: _review_rows(stage, book),
    }


def _approval_rows(book: Book) -> Iterator[Row]:
    for n in range(len(book.received)):
        decided = int(book.decided[n])
        yield {
            "number": book.number(n),
            "item_code": book.item_codes[book.item[n]],
            "window_code": book.windows[n],
            "is_online": bool(book.is_online[n]),
            "received_at": instant(book.received[n]),
            "due_at": instant(book.due[n]),
            "decided_at": instant(decided) if decided else None,
            "outcome": book.outcome(n) if decided else None,
        }


def _review_rows(stage: Stage, book: Book) -> Iterator[Row]:
    """Yield what some visitors say of finished approvals; bad ones of the past were repaired, the newest wait."""
    rng, reference = stage.rng(PART), micros(stage.reference)
    stars = rng.choice(STARS, len(book.decided), p=CHANCES)
    is_said = rng.random(len(stars)) < REVIEWED
    later = (rng.exponential(5, len(stars)) * HOUR).astype("int64") + 3 * MINUTE
    repair = (rng.uniform(0.6, 5.5, len(stars)) * DAY).astype("int64")
    repair[rng.random(len(stars)) < REPAIR_LATE] += 6 * DAY
    at = book.decided + later
    for n in ((book.decided > 0) & is_said & (at <= reference)).nonzero()[0]:
        repaired = int(at[n] + repair[n]) if stars[n] <= 2 else 0
        yield {
            "number": f"{book.number(int(n))}-PJ",
            "approval_number": book.number(int(n)),
            "stars": int(stars[n]),
            "reviewed_at": instant(at[n]),
            "repaired_at": instant(repaired) if 0 < repaired <= reference else None,
        }


def _assist_rows(stage: Stage) -> list[Row]:
    """Return the agents' jobs for enterprises, one in twenty late."""
    rng, reference = stage.rng(PART, 1), micros(stage.reference)
    days = len(stage.plan.days(stage.scene.town.profile.zone))
    count = max(12, round(ASSISTED_PER_YEAR * stage.scale * days / 365))
    clients = enterprises_of(stage)
    agents = [p.staff_no for p in stage.scene.roster.people if p.unit_code == "approval"] or ["演示"]
    items = [
        row["code"] for row in item_rows() if row["item_class"] in ("enterprise_opening", "construction")
    ]
    found = []
    for number, opened in enumerate(sorted(reference - (rng.random(count) * days * DAY).astype("int64"))):
        opened = int(opened) - int(opened) % DAY + int(rng.uniform(1, 8.5) * HOUR)
        opened = min(opened, reference - HOUR)
        limit = int(rng.integers(7, 31)) * DAY
        took = int(limit * (rng.uniform(1.02, 1.3) if rng.random() < 0.05 else rng.uniform(0.25, 0.96)))
        is_closed = opened + took <= reference
        found.append(
            {
                "number": f"演示-BDB{number + 1:05d}",
                "subject_key": clients[int(rng.integers(len(clients)))].subject_key,
                "agent_no": agents[int(rng.integers(len(agents)))],
                "item_code": items[int(rng.integers(len(items)))],
                "opened_at": instant(opened),
                "due_at": instant(opened + limit),
                "closed_at": instant(opened + took) if is_closed else None,
            }
        )
    return found
