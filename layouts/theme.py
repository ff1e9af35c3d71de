"""The one theme: colours, what they mean, and how large a character must be."""

from __future__ import annotations

from dataclasses import dataclass
from math import radians, tan

from data.domain.vocabulary import Freshness, GridKind, Severity

GROUND = "#0b1220"
PANEL = "#101a2c"
RAISED = "#16233a"
LINE = "#1f2d45"
TEXT = "#eaf1fb"
SECOND = "#9db0cb"
THIRD_WALL = "#93a8c6"
THIRD_DESK = "#7f96b6"
SELECTION = "#5fb0ff"
PRIMARY = "#1f6feb"
BAD = "#ff7a7a"
BAD_TEXT = "#ff8484"
SOON = "#ffd166"
GOOD = "#5fd0a5"
OUTLINE = "#a9c4e6"
ROAD = "#8fa3bf"
RIVER = "#3f6fb5"
VILLAGE_LINE = "#6f8fb5"
STAFF = "#5fd0a5"

# Load bands: the colour from dark to light, and the lowest number of open cases in it.
BANDS = (
    ("#16283f", 0),
    ("#1b3d5a", 1),
    ("#1f5673", 2),
    ("#2b7386", 4),
    ("#4a9391", 6),
    ("#86b79a", 9),
)
NO_DUTY_PATTERN = "/"
NO_DUTY_COLOUR = SOON


@dataclass(frozen=True, slots=True)
class Mark:
    """How something is drawn on the map: colour, name of its shape, and size in rem."""

    colour: str
    symbol: str
    size_rem: float


MARKS = {
    Severity.CRITICAL: Mark("#ff7a7a", "triangle-up", 1.0),
    Severity.URGENT: Mark("#ff9f40", "diamond", 0.84),
    Severity.ELEVATED: Mark("#ffd166", "circle", 0.58),
    Severity.NORMAL: Mark("#cfe3f7", "circle", 0.40),
}
STAFF_MARK = Mark(STAFF, "cross", 0.36)
CHOICE_MARK = Mark(SELECTION, "ring", 1.5)
PICK_MARK = Mark(TEXT, "pin", 2.6)
FRESHNESS_COLOURS = {Freshness.FRESH: GOOD, Freshness.LATE: SOON, Freshness.MISSING: BAD}
KIND_WORDS = {
    GridKind.COMPREHENSIVE: "综合网格",
    GridKind.POLICE: "警务",
    GridKind.PROFESSIONAL: "专业",
}

# Every text colour, the grounds it stands on, and the contrast it must reach there.
TEXT_ON_GROUND = (
    (TEXT, (GROUND, PANEL, RAISED), 7.0),
    (SECOND, (GROUND, PANEL, RAISED), 7.0),
    (THIRD_WALL, (GROUND, PANEL), 7.0),
    (BAD_TEXT, (GROUND, PANEL), 7.0),
    (SOON, (GROUND, PANEL, RAISED), 7.0),
    (GOOD, (GROUND, PANEL, RAISED), 7.0),
    ("#ff9f40", (GROUND, PANEL, RAISED), 7.0),
    (SELECTION, (GROUND, PANEL), 7.0),
    (THIRD_DESK, (GROUND, PANEL, RAISED), 4.5),
    ("#ffffff", (PRIMARY,), 4.5),
)

FONTS = '"Noto Sans CJK SC", "Source Han Sans SC", "Microsoft YaHei", "PingFang SC", sans-serif'
CAP_HEIGHT_EM = 0.73
SMALLEST_ARC_MINUTES = 16.0


def smallest_px(distance_m: float, wall_height_m: float, rows: float) -> float:
    """Return the smallest font size that can be read from `distance_m`, in units of wall height / `rows`.

    NUREG-0700 (rev. 3, display characters): a character subtends at least 16 minutes of arc at the
    farthest viewer, so its height is 2·d·tan(8′); a capital is 0.73 of the font size here.
    8 m and 2.2 m give 25 px at 1080 rows.
    """
    for name, value in (("distance_m", distance_m), ("wall_height_m", wall_height_m), ("rows", rows)):
        if not value > 0:
            raise ValueError(f"{name}={value!r} must be above 0")
    character_m = 2 * distance_m * tan(radians(SMALLEST_ARC_MINUTES / 60) / 2)
    return character_m / wall_height_m * rows / CAP_HEIGHT_EM


def contrast(first: str, second: str) -> float:
    """Return the WCAG 2 contrast ratio of two colours written as #rrggbb: 1 to 21."""
    lighter, darker = sorted((_luminance(first), _luminance(second)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: str) -> float:
    """Relative luminance of an sRGB colour (WCAG 2.2)."""
    red, green, blue = (_linear(int(colour[i : i + 2], 16) / 255) for i in (1, 3, 5))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(channel: float) -> float:
    return channel / 12.92 if channel <= 0.04045 else ((channel + 0.055) / 1.055) ** 2.4
