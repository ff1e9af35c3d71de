"""Words and rules of 法治民生: kinds of legal service, and from which rating on a caller is satisfied."""

from __future__ import annotations

from data.domain.vocabulary import Word

SATISFIED_FROM = 4
"""Of the ratings 1 to 5 that a caller gives."""


class ServiceKind(Word):
    """What a legal service is."""

    CONSULTATION = "consultation", "法律咨询"
    MEDIATION_AID = "mediation_aid", "参与调解"
    LEGAL_AID = "legal_aid", "法律援助"
    NOTARY = "notary", "公证"
    LECTURE = "lecture", "普法讲座"
