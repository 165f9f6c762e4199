"""Passwords: what one must be like, and the hash that is kept of it."""

from __future__ import annotations

import hmac
import unicodedata
from base64 import b64encode

from argon2 import PasswordHasher

from ledger.domain.errors import Problem, refuse_if

SHORTEST, LONGEST = 12, 128


def password_problem(password: str, *known: str) -> str | None:
    """A sentence saying why this cannot be a password, or None. `known` are things anyone could try, such as a name."""
    password = normal_form(password)
    if len(password) < SHORTEST:
        return f"This is {len(password)} characters long; use at least {SHORTEST}. A few words in a row will do."
    if len(password) > LONGEST:
        return f"This is {len(password)} characters long; at most {LONGEST} fit here."
    if len(set(password)) < 4:
        return "This repeats too few characters: it is easy to guess."
    if password.casefold() in {text.casefold() for text in known}:
        return "This is easy to guess: choose something other than your name or address."
    return None


def checked_hash(password: str, *known: str, salt: str, field: str = "password") -> str:
    """The hash to keep of a new password. Takes a moment, on purpose: never call it while holding a lock.

    Raises Refused at `field`.
    """
    fault = password_problem(password, *known)
    refuse_if([Problem(field, fault)] if fault else [])
    return hash_password(password, salt=salt)


def hash_password(password: str, *, salt: str) -> str:
    """The hash to keep of a password: argon2id over an HMAC with the installation's salt.

    Byte for byte what the sign-in page's library checks and writes, so that both can set a password.
    """
    mac = hmac.digest(salt.encode(), normal_form(password).encode(), "sha512")
    return PasswordHasher().hash(b64encode(mac))


def normal_form(password: str) -> str:
    """One form for what is typed on different keyboards."""
    return unicodedata.normalize("NFKD", password)
