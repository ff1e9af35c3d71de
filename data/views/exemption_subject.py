"""Whom a check of 首违不罚 concerns: what was typed becomes keys of the registry of subjects.

An identity number is hashed as the loaders hash it and goes no further: no error here tells what was typed.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, or_, select

from data.domain.credit_code import is_credit_code
from data.domain.errors import InvalidInput
from data.domain.identity import is_identity_number, looks_like_identity
from data.domain.people import person_hash
from data.domain.texts import UNPRINTABLE
from data.domain.vocabulary import Word
from data.store.modules.shared import subjects
from data.world import World

LONGEST = 120
NEAR, LEAST_OF_NAME = 5, 2
ENTERPRISE, PLACE, PERSON = "enterprise", "place", "person"
S = subjects.c


class SubjectKind(Word):
    """What the one is who was found."""

    FIRM = "firm", "企业或场所"
    PERSON = "person", "个人"


@dataclass(frozen=True, slots=True)
class Whom:
    """A subject: its keys (the first one is kept), how it is called, and whether the registry has it.

    Files write the last letter of an identity number large or small, so that a person may have two keys.
    """

    keys: tuple[str, ...]
    words: str
    is_registered: bool


def whom(world: World, connection: Connection, kind: str, typed: str) -> Whom:
    """Return whom a typed code, name or identity number names; raise `InvalidInput` with the cure."""
    if kind not in set(SubjectKind):
        raise InvalidInput("没有选择主体类型", field="kind", cure="请选“企业或场所”或“个人”")
    text = " ".join(typed.split())
    if not text or len(text) > LONGEST or UNPRINTABLE.search(text):
        raise InvalidInput(
            "没有填写主体" if not text else "主体太长或含有无法识别的字符",
            field="subject",
            cure="请填写统一社会信用代码、登记名称，或个人的证件号",
        )
    return _person(world, connection, text) if kind == SubjectKind.PERSON else _firm(connection, text)


def whom_of_key(connection: Connection, key: str) -> Whom:
    """Return the subject of a row that has its key already."""
    row = connection.execute(select(S.kind, S.name).where(S.key == key)).one_or_none()
    if key.startswith(f"{PERSON}:"):
        return Whom((key,), "个人（不显示姓名和证件号）", row is not None)
    return Whom((key,), (row.name if row else None) or "未登记名称", row is not None)


def _person(world: World, connection: Connection, text: str) -> Whom:
    number = text.replace(" ", "").upper()
    if not is_identity_number(number):
        is_shaped = looks_like_identity(number)
        raise InvalidInput(
            "证件号末位校验不符" if is_shaped else "不是 18 位居民身份证号",
            field="subject",
            cure="请对照证件逐位核对后重填" if is_shaped else "请填 18 位证件号，末位可以是 X",
        )
    if not world.settings.hash_key.get_secret_value():
        raise InvalidInput(
            "没有设置人员哈希密钥，个人无法与在前记录比对",
            field="CLOUD_HASH_KEY",
            cure="请管理员设置 CLOUD_HASH_KEY（与载入台账时相同）；已立案的可从未决案件开始核对",
        )
    forms = dict.fromkeys((number, number.lower()))
    keys = [f"{PERSON}:{person_hash(world.hash_key(), form, None)}" for form in forms]
    known = set(connection.execute(select(S.key).where(S.key.in_(keys))).scalars())
    keys.sort(key=lambda key: key not in known)
    return Whom(tuple(keys), "个人（证件号已核对，不留存）", bool(known))


def _firm(connection: Connection, text: str) -> Whom:
    letters = text.replace(" ", "").upper()
    if looks_like_identity(letters):
        raise InvalidInput(
            "这像是个人的证件号", field="subject", cure="请把主体类型改选“个人”；证件号不会留存"
        )
    if is_credit_code(letters):
        return whom_of_key(connection, f"{ENTERPRISE}:{letters}")
    if len(letters) == 18 and letters.isascii() and letters.isalnum():
        raise InvalidInput(
            "统一社会信用代码末位校验不符", field="subject", cure="请对照营业执照逐位核对后重填"
        )
    return _named(connection, text)


def _named(connection: Connection, text: str) -> Whom:
    """Return the one enterprise or place of a registered name, or of a place's code."""
    is_firm = S.kind.in_((ENTERPRISE, PLACE))
    query = select(S.key, S.name).where(is_firm, or_(S.name == text, S.key == f"{PLACE}:{text}"))
    found = connection.execute(query).all()
    if len(found) > 1:
        raise InvalidInput(
            f"有 {len(found)} 个主体叫这个名称", field="subject", cure="请改填统一社会信用代码或场所编码"
        )
    if found:
        return Whom((found[0].key,), found[0].name or text, True)
    near = _near(connection, text)
    hint = f"相近的登记名称：{'、'.join(near)}" if near else "请改填统一社会信用代码，或核对登记名称"
    raise InvalidInput("登记库中没有这个名称，无法据此查询在前记录", field="subject", cure=hint)


def _near(connection: Connection, text: str) -> list[str]:
    if len(text) < LEAST_OF_NAME:
        return []
    query = select(S.name).where(S.kind.in_((ENTERPRISE, PLACE)), S.name.contains(text, autoescape=True))
    return [str(name) for name in connection.execute(query.order_by(S.name).limit(NEAR)).scalars()]
