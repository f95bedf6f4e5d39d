"""Short codes, with which a participant goes on from another phone, and marks that are the same in every copy."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from itertools import pairwise

CODE_LENGTH = 6
_FIRST = 10 ** (CODE_LENGTH - 1)
_MANY = 9 * _FIRST
_BLANKS_AND_DASHES = frozenset(" \t\u00a0\u2007\u2009\u202f-\u2010\u2011\u2012\u2013\u2014\u2212.")
_LONGEST_TYPED = 40


def new_code() -> str:
    """Return six random digits that nobody guesses first; whether they are free is for the class to say."""
    while True:
        code = str(_FIRST + secrets.randbelow(_MANY))
        if not is_weak(code):
            return code


def derived_code(secret: bytes, mark: str, attempt: int) -> str | None:
    """Return the code that every copy of a class gives to the same person, or None for one that is guessed first."""
    number = int.from_bytes(hmac.digest(secret, f"code:{attempt}:{mark}".encode(), "sha256"), "big")
    code = str(_FIRST + number % _MANY)
    return None if is_weak(code) else code


def is_weak(code: str) -> bool:
    """Return whether a code is one that people try first: 111111, 123456, 131313, 123123, 112233."""
    steps = {(int(after) - int(before)) % 10 for before, after in pairwise(code)}
    return len(set(code)) < 3 or len(steps) == 1 or code[:3] == code[3:] or code[::2] == code[1::2]


def read_code(typed: str) -> str | None:
    """Return the code that was typed, with or without blanks and dashes, or None when it is none."""
    if len(typed) > _LONGEST_TYPED:
        return None
    code = "".join(sign for sign in typed if sign not in _BLANKS_AND_DASHES)
    return code if len(code) == CODE_LENGTH and code.isascii() and code.isdecimal() else None


def new_uid() -> str:
    """Return a mark that no other class, person or attempt has."""
    return secrets.token_hex(16)


def derived_uid(secret: bytes, *parts: object) -> str:
    """Return the mark that every copy of a class gives to the same thing."""
    return hmac.digest(secret, "\0".join(map(str, parts)).encode(), "sha256").hex()[:32]


def fingerprint(token: str) -> str:
    """Return what is kept of a token: its SHA-256."""
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()
