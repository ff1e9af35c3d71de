"""The one base error: a code for programs, a status for HTTP, a Chinese sentence for people."""

from __future__ import annotations

from collections.abc import Mapping


class CloudError(Exception):
    """A refusal that a user can act on.

    `message` is a whole Chinese sentence; `field` and `value` name what was wrong and `cure` says
    what to do about it. `status` is the HTTP status under which REST answers it, `details` what a program
    may want to know besides.
    """

    default_code = "error"
    default_status = 500

    def __init__(
        self,
        message: str,
        *,
        code: str | None = None,
        status: int | None = None,
        field: str | None = None,
        value: object = None,
        cure: str | None = None,
        details: Mapping[str, object] | None = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.code = code or self.default_code
        self.status = status or self.default_status
        self.field = field
        self.value = value
        self.cure = cure
        self.details = dict(details or {})

    def __str__(self) -> str:
        return self.message if self.cure is None else f"{self.message}；{self.cure}"


class InvalidInput(CloudError):
    """A value that breaks a rule; answered with 422."""

    default_code = "invalid_input"
    default_status = 422


class Unauthenticated(CloudError):
    """Nobody is known to ask, and the thing asked for wants to know; answered with 401."""

    default_code = "unauthenticated"
    default_status = 401


class Forbidden(CloudError):
    """The one who asks may not; answered with 403."""

    default_code = "forbidden"
    default_status = 403


class NotFound(CloudError):
    """A key that names nothing; answered with 404."""

    default_code = "not_found"
    default_status = 404


class Conflict(CloudError):
    """A request that the present state of things refuses; answered with 409."""

    default_code = "conflict"
    default_status = 409


class KeyReused(InvalidInput):
    """The same request key with another body; answered with 422."""

    default_code = "request_key_reused"


class TownError(CloudError):
    """A town folder that cannot be used; the message names file, row and field."""

    default_code = "town_invalid"
