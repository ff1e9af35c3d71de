"""Secrets: passwords hashed with argon2id, tokens drawn at random of which only the SHA-256 is kept."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from argon2.profiles import RFC_9106_LOW_MEMORY

HASHER = PasswordHasher.from_parameters(RFC_9106_LOW_MEMORY)
TOKEN_BYTES = 32


def hash_password(password: str) -> str:
    """Return the argon2id hash of a password with its parameters and a fresh salt; takes about 0.1 s."""
    return HASHER.hash(password.encode("utf-8", "surrogatepass"))


def is_password(password: str, hashed: str | None) -> bool:
    """Whether a password fits its hash; None, for an account that is not there, takes the same time."""
    decoy = _decoy()
    try:
        is_right = HASHER.verify(hashed or decoy, password.encode("utf-8", "surrogatepass"))
    except (VerificationError, InvalidHashError):
        return False
    return is_right and hashed is not None


def needs_rehash(hashed: str) -> bool:
    """Whether a hash was made with other parameters than today's."""
    return HASHER.check_needs_rehash(hashed)


def draw_token() -> str:
    """Return a fresh random token of 256 bits, safe in a cookie and a header."""
    return secrets.token_urlsafe(TOKEN_BYTES)


def token_hash(token: str) -> str:
    """Return what is stored of a token: its SHA-256 (hex); a random token needs no slow hash."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


def is_same_token(given: str, known: str) -> bool:
    """Compare two tokens in constant time."""
    return hmac.compare_digest(token_hash(given), token_hash(known))


@cache
def _decoy() -> str:
    return hash_password(secrets.token_urlsafe(TOKEN_BYTES))
