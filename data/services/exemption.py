"""Recording a check of 首违不罚: what was found, what a person judged and decided, in one transaction, never changed."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, insert, update

from data.domain.errors import Conflict, InvalidInput, NotFound
from data.domain.exemption import LONGEST_TEXT, CheckDecision, Earlier, goes_against, read_judged
from data.domain.journal import canonical_json, commitment
from data.domain.people import Actor, person_hash
from data.domain.rights import Right, authorise
from data.domain.texts import check_printable
from data.services.requests import Request, claim, remember
from data.store.exemption_tables import exemption_checks, exemption_words
from data.views.exemption import Question, Wanted, earlier, may_check, understood
from data.views.exemption_subject import SubjectKind
from data.world import World

OPERATION = "check_exemption"


@dataclass(frozen=True, slots=True)
class ExemptionCheck:
    """What a person judged and decided of what was looked up; `seen` are the numbers that were shown then.

    `answers` are one mapping of `answer` and `evidence` for each condition of the matter, in its order; `against` is
    the reason where the decision goes against what was found.
    """

    wanted: Wanted
    seen: Mapping[str, object]
    answers: tuple[Mapping[str, object], ...]
    decision: str
    reason: str
    against: str = ""


@dataclass(frozen=True, slots=True)
class CheckReceipt:
    """What was kept; `is_repeated` where the same request had been made before."""

    id: int
    decision: str
    goes_against: bool
    is_repeated: bool = False


@dataclass(frozen=True, slots=True)
class Words:
    """The free text of a check, which is kept where it can be erased."""

    evidence: tuple[str, ...]
    reason: str
    against: str

    def commitment(self, salt: str) -> str:
        """Return what the check itself carries of them."""
        return commitment(salt, canonical_json(list(self.evidence)), self.reason, self.against)


def record_check(
    world: World, check: ExemptionCheck, actor: Actor, now: datetime, request_key: str
) -> CheckReceipt:
    """Keep a check; the same request key gives the first receipt.

    Raises `Forbidden`, `InvalidInput` naming the field, `Conflict` where the findings are no longer those that were
    shown, and `KeyReused` for a request key with another body. An identity number is in neither body nor error.
    """
    may_check(world, actor)
    request = Request(actor.name, OPERATION, request_key, _body(world, check))
    words = _words(check)
    with world.store.write() as transaction:
        connection = transaction.connection
        known = claim(connection, request, now)
        if known is not None:
            return CheckReceipt(**{**known, "is_repeated": True})
        asked = understood(world, connection, check.wanted, actor, now)
        row = _row(check, asked, earlier(world, connection, asked), words)
        row |= {"request_key": request_key, "made_at": now, "made_by": actor.name, "made_as": str(actor.role)}
        receipt = _insert(connection, row, words)
        transaction.changed("exemption", now, receipt.id)
        remember(connection, request, asdict(receipt))
    return receipt


def _body(world: World, check: ExemptionCheck) -> dict[str, object]:
    """Return what two presses are compared by; a person's number goes in as its keyed hash."""
    wanted = asdict(check.wanted)
    if check.wanted.kind == SubjectKind.PERSON:
        wanted["subject"] = person_hash(world.hash_key(), check.wanted.subject, None)
    answers = [dict(row) for row in check.answers]
    own = {"decision": check.decision, "reason": check.reason, "against": check.against}
    return {"wanted": wanted, "seen": dict(check.seen), "answers": answers, **own}


def _words(check: ExemptionCheck) -> Words:
    """Return the free text; raise `InvalidInput` for what is missing, too long or cannot be kept."""
    words = Words(
        tuple(str(row.get("evidence") or "").strip() for row in check.answers),
        check.reason.strip(),
        check.against.strip(),
    )
    if not words.reason:
        raise InvalidInput("没有写决定的理由", field="reason", cure="请写明事实和依据")
    for name, text in (
        ("理由", words.reason),
        ("另写的理由", words.against),
        *(("证据", one) for one in words.evidence),
    ):
        check_printable(name, text)
        if len(text) > LONGEST_TEXT:
            raise InvalidInput(f"{name}超过 {LONGEST_TEXT} 字", field="text", cure="请缩短后重新提交")
    return words


def _row(check: ExemptionCheck, asked: Question, found: Earlier, words: Words) -> dict[str, Any]:
    """Return what is kept of a check; raise where it cannot be."""
    if found.numbers() != dict(check.seen):
        raise Conflict("在前记录在查询之后有变化", field="seen", cure="请重新查询，看过新的记录再决定")
    if check.decision not in set(CheckDecision):
        raise InvalidInput("没有选择决定", field="decision", cure="请由执法人员选择一项，暂不决定也可")
    decision, judged = CheckDecision(check.decision), read_judged(check.answers, found.conditions)
    is_against = goes_against(decision, len(found.within), judged)
    if is_against and not words.against:
        raise InvalidInput(
            "回溯期内有在前记录或有条件未认定符合，决定为首违不罚的须另写理由",
            field="against",
            cure="请在“另写理由”中写明",
        )
    law = {"name": found.matter_name, "citation": found.citation, "conditions": list(found.conditions)}
    return {
        "unit_code": asked.unit_code,
        "subject_key": asked.whom.keys[0],
        "matter_code": found.matter_code,
        "matter": canonical_json(law),
        "found_on": found.found_on,
        "case_number": found.case_number,
        "findings": canonical_json(found.numbers()),
        "answers": canonical_json([str(one.answer) for one in judged]),
        "decision": str(decision),
        "goes_against": is_against,
    }


def _insert(connection: Connection, row: dict[str, Any], words: Words) -> CheckReceipt:
    salt = secrets.token_hex(16)
    row |= {"words_hash": words.commitment(salt)}
    made = connection.execute(insert(exemption_checks).values(row).returning(exemption_checks.c.id))
    number = int(made.scalar_one())
    evidence = canonical_json(list(words.evidence))
    kept = {
        "check_id": number,
        "evidence": evidence,
        "reason": words.reason,
        "against": words.against or None,
    }
    connection.execute(insert(exemption_words).values(kept | {"salt": salt}))
    return CheckReceipt(number, row["decision"], row["goes_against"])


def erase_words(world: World, check_id: int, actor: Actor, now: datetime) -> None:
    """Empty the free text of a check, and the salt with it, so that nobody can guess at the words; the check stays.

    Raises `NotFound` for a check that there is not.
    """
    authorise(actor, Right.MANAGE_DATA)
    kept = exemption_words.c
    with world.store.write() as transaction:
        emptied = update(exemption_words).where(kept.check_id == check_id)
        emptied = emptied.values(evidence=None, reason=None, against=None, salt="")
        if not transaction.connection.execute(emptied).rowcount:
            raise NotFound(
                f"没有编号为 {check_id} 的核对",
                field="number",
                value=check_id,
                cure="编号见综合执法页的核对记录",
            )
        transaction.changed("exemption", now, check_id)
