"""The bytes of an entry: its public leaf and its salted disclosures. They are final from release 0.1.0 on.

A leaf is public. It is the JSON object {"v", "kind", "version", "number", "at", "subject", "digests"} in this
order, in UTF-8, without spaces and without escapes for non-ASCII characters. `at` is RFC 3339 in UTC with
microseconds. `digests` are sorted, so that their order reveals nothing.

A disclosure is private until somebody discloses it. It is base64url without padding of the UTF-8 JSON array
[salt, group, values], the form of SD-JWT (RFC 9901). It is stored verbatim, so it can be checked without
canonicalisation. Its digest is base64url without padding of SHA-256 over those ASCII characters. The salt is 128
random bits; without it, a probability of 0.7 could be found with 101 guesses.
"""

from __future__ import annotations

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from hashlib import sha256
from secrets import token_bytes

FORMAT = 1
_JSON = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), allow_nan=False)  # built once
LONGEST_LEAF = 65_535  # a tile stores an entry after a 16-bit length


def base64url(data: bytes) -> str:
    """Base64url without padding."""
    return urlsafe_b64encode(data).rstrip(b"=").decode()


def new_salt() -> str:
    """A salt of 128 random bits, as base64url."""
    return base64url(token_bytes(16))


def disclose(group: str, values: Mapping[str, object], salt: Callable[[], str] = new_salt) -> str:
    """The disclosure of a group of fields."""
    return base64url(_JSON.encode([salt(), group, values]).encode())


def read_disclosure(disclosure: str) -> tuple[str, dict[str, object]]:
    """The group of a disclosure and its values. Raises ValueError for anything else than a disclosure."""
    array = json.loads(urlsafe_b64decode(disclosure + "=" * (-len(disclosure) % 4)))
    if not (isinstance(array, list) and len(array) == 3 and isinstance(array[2], dict)):
        raise ValueError("not a disclosure")
    return str(array[1]), array[2]


def digest(disclosure: str) -> str:
    """The digest of a disclosure, which is in the leaf."""
    return base64url(sha256(disclosure.encode()).digest())


def write_leaf(*, kind: str, version: int, number: int, at: datetime, subject: str, disclosures: list[str]) -> bytes:
    """The leaf of an entry. Raises ValueError where it is longer than LONGEST_LEAF."""
    leaf = _JSON.encode(
        {
            "v": FORMAT,
            "kind": kind,
            "version": version,
            "number": number,
            "at": write_instant(at),
            "subject": subject,
            "digests": sorted(digest(disclosure) for disclosure in disclosures),
        }
    ).encode()
    if len(leaf) > LONGEST_LEAF:
        raise ValueError(f"a leaf of {len(leaf)} bytes is over the limit of {LONGEST_LEAF}")
    return leaf


def write_instant(at: datetime) -> str:
    """An instant as RFC 3339 in UTC, always with six decimals, so that equal instants have equal bytes."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%f") + "Z"


def read_instant(text: str) -> datetime:
    """The instant of a text from `write_instant`."""
    return datetime.fromisoformat(text)
