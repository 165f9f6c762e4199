"""The bytes of an entry: its public leaf and its salted disclosures. They are final from release 0.1.0 on.

A leaf is public. It is the JSON object {"v", "kind", "version", "number", "at", "subject", "digests"} in this
order, UTF-8, no spaces, non-ASCII kept as it is; `at` is RFC 3339 in UTC with microseconds; `digests` are
sorted, so that their order tells nothing.

A disclosure is private until somebody discloses it: base64url without padding of the UTF-8 JSON array
[salt, group, values], kept verbatim, so nothing has to be canonicalised to be checked (the form of SD-JWT,
RFC 9901). Its digest is base64url without padding of SHA-256 over those ASCII characters. The salt is 128 random
bits: without it a probability of 0.7 would fall to 101 guesses.
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
LONGEST_LEAF = 65_535  # a tile stores an entry behind a 16-bit length


def base64url(data: bytes) -> str:
    """Base64url without padding."""
    return urlsafe_b64encode(data).rstrip(b"=").decode()


def new_salt() -> str:
    """128 random bits."""
    return base64url(token_bytes(16))


def disclose(group: str, values: Mapping[str, object], salt: Callable[[], str] = new_salt) -> str:
    """Write a disclosure of a group of fields."""
    return base64url(_JSON.encode([salt(), group, values]).encode())


def read_disclosure(disclosure: str) -> tuple[str, dict[str, object]]:
    """The group and its values. Raises ValueError for anything that is not a disclosure."""
    array = json.loads(urlsafe_b64decode(disclosure + "=" * (-len(disclosure) % 4)))
    if not (isinstance(array, list) and len(array) == 3 and isinstance(array[2], dict)):
        raise ValueError("not a disclosure")
    return str(array[1]), array[2]


def digest(disclosure: str) -> str:
    """What stands in the leaf for a disclosure."""
    return base64url(sha256(disclosure.encode()).digest())


def write_leaf(*, kind: str, version: int, number: int, at: datetime, subject: str, disclosures: list[str]) -> bytes:
    """The leaf of an entry. Raises ValueError where it would be too long to be published."""
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
    """RFC 3339 in UTC, always with six decimals, so that equal instants are equal bytes."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%f") + "Z"


def read_instant(text: str) -> datetime:
    """The instant that `write_instant` wrote."""
    return datetime.fromisoformat(text)
