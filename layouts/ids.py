"""Every id that a callback or a script may name."""

from __future__ import annotations

from enum import StrEnum


class Id(StrEnum):
    """The ids of the shell and the pages; a misspelt one fails when the file is read."""

    LOCATION = "location"
    FEED = "feed"
    FEED_WISH = "feed-wish"
    DIRECTORY = "directory"
    PAGE = "page"
    BANNER = "banner"
    MAP = "map"
    MAP_BASE = "map-base"
    PICKED = "picked"
    GRID_CARD = "grid-card"
    CASE_CARD = "case-card"
    GRID_TABLE = "grid-table"
    CASE_TABLE = "case-table"
    INDICATORS = "indicators"
    INDICATOR_WISH = "indicator-wish"
    INDICATOR_DRILL = "indicator-drill"
    INDICATOR_ASK = "indicator-ask"
    GRID_CHANGE_KIND = "grid-change-kind"
    GRID_CHANGE_GRIDS = "grid-change-grids"
    GRID_CHANGE_VILLAGE = "grid-change-village"
    GRID_CHANGE_NAME = "grid-change-name"
    GRID_CHANGE_DAY = "grid-change-day"
    GRID_CHANGE_LINE = "grid-change-line"
    GRID_CHANGE_CHECK = "grid-change-check"
    GRID_CHANGE_ACCEPT = "grid-change-accept"
    GRID_CHANGE_TOLD = "grid-change-told"
    GRID_CHANGE_CHECKED = "grid-change-checked"
    APPEAL_PICKED = "appeal-picked"
    APPEAL_FORM = "appeal-form"
    APPEAL_ABOUT = "appeal-about"
    APPEAL_CASES = "appeal-cases"
    APPEAL_MORE = "appeal-more"
    APPEAL_REASON = "appeal-reason"
    APPEAL_CHECK = "appeal-check"
    APPEAL_ACCEPT = "appeal-accept"
    APPEAL_TOLD = "appeal-told"
    APPEAL_CHECKED = "appeal-checked"
    VERDICT_FORM = "verdict-form"
    VERDICT_ABOUT = "verdict-about"
    VERDICT_CASES = "verdict-cases"
    VERDICT_REASON = "verdict-reason"
    VERDICT_CHECK = "verdict-check"
    VERDICT_ACCEPT = "verdict-accept"
    VERDICT_TOLD = "verdict-told"
    VERDICT_CHECKED = "verdict-checked"
    EXEMPTION = "exemption"
    EXEMPTION_WISH = "exemption-wish"
    EXEMPTION_START = "exemption-start"
    EXEMPTION_CASE = "exemption-case"
    EXEMPTION_KIND = "exemption-kind"
    EXEMPTION_SUBJECT = "exemption-subject"
    EXEMPTION_MATTER = "exemption-matter"
    EXEMPTION_DAY = "exemption-day"
    EXEMPTION_LOOK = "exemption-look"
    EXEMPTION_ANSWER = "exemption-answer"
    EXEMPTION_CHECKED = "exemption-checked"
    EXEMPTION_DECISION = "exemption-decision"
    EXEMPTION_REASON = "exemption-reason"
    EXEMPTION_AGAINST = "exemption-against"
    EXEMPTION_RECORD = "exemption-record"
    EXEMPTION_TOLD = "exemption-told"
    OBSERVER_ANSWERS = "observer-answers"
    OBSERVER_ANSWER_OPEN = "observer-answer-open"
    OBSERVER_WAITING = "observer-waiting"
    OBSERVER_ANSWER_TEXT = "observer-answer-text"
    OBSERVER_ANSWER_SEND = "observer-answer-send"
    OBSERVER_ANSWER_TOLD = "observer-answer-told"
    OBSERVER_ANSWER_KEY = "observer-answer-key"
    OBSERVER_LINKS = "observer-links"
    OBSERVER_LINK_OPEN = "observer-link-open"
    OBSERVER_CODES = "observer-codes"
    OBSERVER_MATTERS = "observer-matters"
    OBSERVER_LINK_WHO = "observer-link-who"
    OBSERVER_LINK_CASES = "observer-link-cases"
    OBSERVER_LINK_MATTER = "observer-link-matter"
    OBSERVER_LINK_LAST = "observer-link-last"
    OBSERVER_LINK_DAYS = "observer-link-days"
    OBSERVER_LINK_MAKE = "observer-link-make"
    OBSERVER_LINK_SHOWN = "observer-link-shown"
    OBSERVER_LINK_TOLD = "observer-link-told"
    OBSERVER_LINK_LIST = "observer-link-list"
    OBSERVER_LINK_REVOKE = "observer-link-revoke"
    OBSERVER_LINK_KEY = "observer-link-key"
    MECHANISM_PICKED = "mechanism-picked"
    MECHANISM_FORM = "mechanism-form"
    MECHANISM_ABOUT = "mechanism-about"
    MECHANISM_NAME = "mechanism-name"
    MECHANISM_SENTENCE = "mechanism-sentence"
    MECHANISM_ACTIVE = "mechanism-active"
    MECHANISM_DAY = "mechanism-day"
    MECHANISM_PLACE = "mechanism-place"
    MECHANISM_FRESH = "mechanism-fresh"
    MECHANISM_CHECK = "mechanism-check"
    MECHANISM_ACCEPT = "mechanism-accept"
    MECHANISM_TOLD = "mechanism-told"
    MECHANISM_CHECKED = "mechanism-checked"
    BOARD = "board"
    BOARD_CARD = "board-card"
    BOARD_WISH = "board-wish"
    LAYERS = "layers"
    LAYER_BASE = "layer-base"
    RECORDS = "records"
    RECORDS_WISH = "records-wish"
    RECORDS_GRID = "records-grid"
    RECORDS_EXPORT = "records-export"
    DESK_WISH = "desk-wish"
    DESK_SEAT = "desk-seat"
    DESK_CASE = "desk-case"
    DESK_DRAWER = "desk-drawer"
    DESK_INTENTS = "desk-intents"
    DESK_OUTCOMES = "desk-outcomes"
    DESK_SEARCH = "desk-search"
    DESK_FOUND = "desk-found"
    DESK_VIEW_WISH = "desk-view-wish"
    DESK_VIEWS = "desk-views"
    DESK_BATCH_WISH = "desk-batch-wish"
    DESK_BATCH = "desk-batch"
    NEW_CASE = "new-case"
    NEW_CASE_ASK = "new-case-ask"
    NEW_CASE_ANSWER = "new-case-answer"
    ALARM_ASK = "alarm-ask"
    ALARM_ANSWER = "alarm-answer"
    ALARM_STRIP = "alarm-strip"
    ALARM_LOAD = "alarm-load"


SHELL_IDS = frozenset({Id.LOCATION, Id.FEED, Id.FEED_WISH, Id.DIRECTORY, Id.PAGE, Id.BANNER})


class Slot(StrEnum):
    """The types of ids that stand in a page as often as there is something to ask."""

    CONDITION = "exemption-condition"
    EVIDENCE = "exemption-evidence"


LATER_IDS = frozenset(
    {
        Id.RECORDS_GRID,
        Id.RECORDS_EXPORT,
        Id.EXEMPTION_CASE,
        Id.EXEMPTION_KIND,
        Id.EXEMPTION_SUBJECT,
        Id.EXEMPTION_MATTER,
        Id.EXEMPTION_DAY,
        Id.EXEMPTION_LOOK,
        Id.EXEMPTION_ANSWER,
        Id.EXEMPTION_CHECKED,
        Id.EXEMPTION_DECISION,
        Id.EXEMPTION_REASON,
        Id.EXEMPTION_AGAINST,
        Id.EXEMPTION_RECORD,
        Id.EXEMPTION_TOLD,
    }
)
"""What stands in a page only once it was asked for; `Slot` is drawn later too."""
