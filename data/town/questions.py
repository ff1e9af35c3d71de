"""The questions that belong to a category: what a person at the telephone should ask at once."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, model_validator

from data.town.base import Flag, TownModel

YES_NO = ("是", "否", "不清楚")
LONGEST_ANSWER = 200


class Question(TownModel):
    """One question; `kind` choice takes one of `options`, yes_no one of 是/否/不清楚, text a few words."""

    key: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,31}$")]
    words: Annotated[str, Field(min_length=2, max_length=40)]
    kind: Literal["choice", "yes_no", "text"]
    options: tuple[str, ...] = ()
    required: Flag = False

    @model_validator(mode="after")
    def _options_fit(self) -> Question:
        if (self.kind == "choice") != (len(self.options) >= 2):
            raise ValueError("只有 choice 一类要写 options，且至少两项；请补上或删去 options")
        return self

    @property
    def choices(self) -> tuple[str, ...]:
        """The answers that may be given; empty where any words may."""
        return YES_NO if self.kind == "yes_no" else self.options

    def problem(self, answer: str) -> tuple[str, str] | None:
        """Say in Chinese what is wrong with an answer and the cure, or None."""
        given = answer.strip()
        if not given:
            return (f"“{self.words}”还没有回答", "请询问后选择或填写") if self.required else None
        if self.choices and given not in self.choices:
            return f"“{given}”不是“{self.words}”的可选答案", f"可选：{'、'.join(self.choices)}"
        if len(given) > LONGEST_ANSWER:
            return f"“{self.words}”的回答有 {len(given)} 个字", f"请缩短到 {LONGEST_ANSWER} 字以内"
        return None


class QuestionList(TownModel):
    """The content of questions.yaml: questions by minor category (four digits) or by major (two digits).

    A title with one of `police_words` tells of a police matter (警情): the caller must hear of 110.
    """

    citation: str = ""
    police_words: tuple[Annotated[str, Field(min_length=2, max_length=12)], ...] = ()
    questions: dict[Annotated[str, Field(pattern=r"^\d{2}(\d{2})?$")], tuple[Question, ...]] = Field(
        default={}
    )
