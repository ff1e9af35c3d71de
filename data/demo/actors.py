"""Who does which step of a demo case: numbers of staff and codes of units, never a person's name."""

from __future__ import annotations

from bisect import bisect

import numpy as np

from data.demo.scene import Scene
from data.domain.vocabulary import Action, ReturnCode, Role

DESK = {
    Action.ACCEPT: Role.INTAKE,
    Action.DECLINE: Role.INTAKE,
    Action.FILE: Role.DISPATCHER,
    Action.DISPATCH: Role.DISPATCHER,
    Action.VERIFY: Role.VERIFIER,
    Action.REWORK: Role.VERIFIER,
    Action.CLOSE: Role.DISPATCHER,
    Action.REOPEN: Role.SHIFT_LEAD,
    Action.REPLY: Role.INTAKE,
    Action.RATE: Role.INTAKE,
}
RETURN_CODES = (ReturnCode.WRONG_UNIT, ReturnCode.OTHER_OWNER, ReturnCode.WRONG_PLACE, ReturnCode.TOO_LITTLE)
"""The codes of the town's phrases for returns, in their order; further phrases count as other reasons."""

BEST_RATING = 5
LESS_CONTENT = (0.66, 0.925, 0.97)
"""Up to which share of the reporters each rating is given, the best first; the rest give 2."""

FIELD_CHANNELS = ("grid_member", "patrol")


class Actors:
    """The people of one case; `draws` are its random numbers from 0 to 1."""

    __slots__ = ("_desk", "_draws", "_main", "_member", "_scene", "village")

    def __init__(self, scene: Scene, grid: str | None, main: str, draws: np.ndarray) -> None:
        members = scene.members.get(grid or "", ())
        self._member = members[int(draws[2] * len(members))] if members else None
        self._desk = scene.desk[int(draws[3] * len(scene.desk))] if scene.desk else "desk"
        self._scene, self._main, self._draws = scene, main, draws
        self.village = scene.roster.villages.get(grid) if grid else None

    @property
    def member_id(self) -> int | None:
        """The id of the grid member who carries out a village's order."""
        return None if self._member is None else self._scene.first_staff_id + self._member.number - 1

    @property
    def unit(self) -> str:
        """The unit that confirms what its worker has done."""
        return self._main or "unit"

    @property
    def return_code(self) -> str:
        """The code that belongs to the reason of a return."""
        reasons = self._scene.phrases.return_reasons
        return str(return_code(int(self._draws[4] * len(reasons))))

    @property
    def rating(self) -> int:
        """How the reporter rates the case: most are content."""
        return BEST_RATING - bisect(LESS_CONTENT, self._draws[4])

    def of(self, action: Action, channel: str) -> tuple[str, Role]:
        """Return who takes a step, and in which role."""
        if action is Action.REPORT:
            return self._reporter(channel)
        if action in DESK:
            return self._desk, DESK[action]
        if self._member is not None and self._main == self.village:
            return self._member.staff_no, Role.GRID_MEMBER
        return self.unit, Role.UNIT_HANDLER

    def reason(self, action: Action) -> str | None:
        """Return the reason of a step back, None for every other step."""
        phrases = self._scene.phrases
        reasons = {
            Action.DECLINE: phrases.decline_reasons,
            Action.RETURN: phrases.return_reasons,
            Action.REWORK: phrases.rework_reasons,
            Action.REOPEN: phrases.reopen_reasons,
        }.get(action)
        return reasons[int(self._draws[4] * len(reasons))] if reasons else None

    def _reporter(self, channel: str) -> tuple[str, Role]:
        if channel == "sensor":
            return "sensor", Role.SYSTEM
        if channel in FIELD_CHANNELS and self._member is not None:
            return self._member.staff_no, Role.GRID_MEMBER
        return self._desk, Role.INTAKE


def return_code(phrase: int) -> ReturnCode:
    """Return the code of the town's n-th phrase for a return."""
    return RETURN_CODES[phrase] if phrase < len(RETURN_CODES) else ReturnCode.OTHER
