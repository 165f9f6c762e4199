"""Passwords: the rules for new ones, and how they are hashed."""

from __future__ import annotations

import hmac
import unicodedata
from base64 import b64encode

from argon2 import PasswordHasher

from ledger.domain.errors import Problem, refuse_if

SHORTEST, LONGEST = 12, 128


def password_problem(password: str, *known: str) -> str | None:
    """Why this password is refused, as a sentence, or None. `known` are easy guesses, such as the name."""
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
    """The hash of a new password. It is slow on purpose: never call it while holding a lock.

    Raises Refused at `field`.
    """
    fault = password_problem(password, *known)
    refuse_if([Problem(field, fault)] if fault else [])
    return hash_password(password, salt=salt)


def hash_password(password: str, *, salt: str) -> str:
    """The hash of a password: argon2id over an HMAC with the installation's salt.

    The format is that of Flask-Security, so that both can set and check passwords.
    """
    mac = hmac.digest(salt.encode(), normal_form(password).encode(), "sha512")
    return PasswordHasher().hash(b64encode(mac))


def normal_form(password: str) -> str:
    """The Unicode normal form NFKD: different keyboards encode the same characters differently."""
    return unicodedata.normalize("NFKD", password)
