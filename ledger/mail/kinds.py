"""The registry of mails: the facts that each kind needs, when they are computed, and what is stored afterwards.

A new kind of mail is one row here and a folder of its name in templates/mail, with subject.txt, body.txt and
body.html. If its facts are computed when it is sent, `FACTS_WHEN_SENT` in ledger.jobs.send_mail names the function
that does so.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

LINK = "link"  # the fact that is a secret link: whoever has it can sign in or choose a password


@dataclass(frozen=True)
class MailKind:
    """One kind of mail. `name` is its folder in templates/mail; `queued_with` are exactly the facts it is queued with.

    `template_facts` are the facts for its templates, which are computed when it is sent; None where they are the facts
    it is queued with. A `stoppable` kind goes only to people who want reminders, and has a link that stops them.
    `key_returns` says that a key under which it was queued could be used again much later, so that its row is never
    deleted.
    """

    name: str
    queued_with: frozenset[str]
    template_facts: frozenset[str] | None = None
    stoppable: bool = False
    key_returns: bool = True

    @property
    def secret(self) -> bool:
        """Whether it contains a secret link, so that its facts are erased once it is sent."""
        return LINK in self.queued_with


_ROWS = (
    # `day` is the day on the reader's calendar, as ISO text. It is part of the key, so the key never returns.
    MailKind(
        "digest",
        frozenset({"day"}),
        template_facts=frozenset({"name", "day", "overdue", "due", "size", "root"}),
        stoppable=True,
        key_returns=False,
    ),
    # The inviting person, the role in words, the link to choose a password, and how long it is valid ("3 days").
    MailKind("invitation", frozenset({"inviter", "role", LINK, "valid_for"})),
    # The link to choose a new password, and how long it is valid ("1 hour"). Its key is random.
    MailKind("reset", frozenset({LINK, "valid_for"}), key_returns=False),
    # The time of the change in words ("22 November 2026, 12:00 UTC").
    MailKind("password-changed", frozenset({"when"})),
)
MAIL_KINDS: Mapping[str, MailKind] = MappingProxyType({kind.name: kind for kind in _ROWS})
