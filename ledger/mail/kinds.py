"""The mails the ledger sends: which facts each is queued with, and which of them carry a secret link."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Kind:
    """One mail. `facts` are exactly what it is queued with; a fact called `link` is a secret."""

    facts: frozenset[str]

    @property
    def secret(self) -> bool:
        """Whether it carries a link that lets its holder in, so that its facts must not be kept."""
        return "link" in self.facts


# Each name is a folder in templates/mail.
KINDS = {
    # `day` is the reader's, as ISO text; what the digest says is worked out when it is sent.
    "digest": Kind(frozenset({"day"})),
    # Who invites, the role in words, the link to choose a password, and how long it is valid ("3 days").
    "invitation": Kind(frozenset({"inviter", "role", "link", "valid_for"})),
    # The link to choose a new password, and how long it is valid ("1 hour").
    "reset": Kind(frozenset({"link", "valid_for"})),
    # When it was changed, as the reader should see it ("22 November 2026, 12:00 UTC").
    "password-changed": Kind(frozenset({"when"})),
}
