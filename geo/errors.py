"""The one error of the geometry package."""

from __future__ import annotations


class GeoError(Exception):
    """A geometric input that cannot be used: a Chinese sentence, the offending value and the cure."""

    def __init__(self, message: str, *, value: object = None, cure: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.value = value
        self.cure = cure

    def __str__(self) -> str:
        return f"{self.message}；{self.cure}" if self.cure else self.message
