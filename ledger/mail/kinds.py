"""The registry of mails: for each kind its facts, when they are worked out, and what may be kept of it afterwards.

A new kind of mail is one row here and a folder of its name in templates/mail, with subject.txt, body.txt and
body.html. Where its facts are worked out when it is sent, `FACTS_WHEN_SENT` in ledger.jobs.send_mail names the
function that does so.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

LINK = "link"  # the fact that lets its holder in


@dataclass(frozen=True)
class MailKind:
    """One kind of mail. `name` is its folder in templates/mail; `queued_with` are exactly the facts it is queued with.

    `told` are the facts its templates are given: None where they are those it is queued with, else they are worked
    out when it is sent. A kind that is `stoppable` goes only to readers who want reminders, and carries a link that
    stops them. `key_returns` says whether a key under which it was queued once could be used again much later: then
    its row is never tidied away.
    """

    name: str
    queued_with: frozenset[str]
    told: frozenset[str] | None = None
    stoppable: bool = False
    key_returns: bool = True

    @property
    def secret(self) -> bool:
        """Whether it carries a link that lets its holder in, so that its facts must be erased once it is sent."""
        return LINK in self.queued_with


_ROWS = (
    # `day` is the reader's, as ISO text, and part of its key: a day that is over does not return.
    MailKind(
        "digest",
        frozenset({"day"}),
        told=frozenset({"name", "day", "overdue", "due", "size", "root"}),
        stoppable=True,
        key_returns=False,
    ),
    # Who invites, the role in words, the link to choose a password, and how long it is valid ("3 days").
    MailKind("invitation", frozenset({"inviter", "role", LINK, "valid_for"})),
    # The link to choose a new password, and how long it is valid ("1 hour"). Its key is random.
    MailKind("reset", frozenset({LINK, "valid_for"}), key_returns=False),
    # When it was changed, as the reader should see it ("22 November 2026, 12:00 UTC").
    MailKind("password-changed", frozenset({"when"})),
)
MAIL_KINDS: Mapping[str, MailKind] = MappingProxyType({kind.name: kind for kind in _ROWS})
