"""Invitations: an account without a password, and a mailed link by which its owner chooses one, once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from itsdangerous import BadSignature, URLSafeSerializer
from sqlalchemy import select
from sqlalchemy.orm import Session

from ledger.domain.errors import Missing, Problem, Refused
from ledger.journal.post import writing
from ledger.services.accounts import (
    ROLE_WORDS,
    Newcomer,
    check_newcomer,
    create_account,
    fresh_uniquifier,
    name_of,
)
from ledger.services.outbox import enqueue
from ledger.services.passwords import checked_hash
from ledger.store.accounts import Account
from ledger.store.engine import write_transaction
from ledger.store.people import Actor

VALID_FOR = timedelta(days=7)
VALID_FOR_WORDS = "7 days"
NOBODY = "An administrator"  # named as the inviter when invited on the command line


@dataclass(frozen=True)
class Invitation:
    """A new account, and the link that was mailed to its owner."""

    account: int
    link: str


class UnusableInvitation(Exception):
    """The invitation link cannot be used: it has expired, was used or replaced, or was never issued."""

    def __init__(self, *, expired: bool) -> None:
        super().__init__("expired" if expired else "used or unknown")
        self.expired = expired


def invite(
    session: Session, *, now: datetime, by: str | None, newcomer: Newcomer, secret_key: str, base_url: str
) -> Invitation:
    """Create an account and mail its owner a link. `by` is the inviter's actor. Raises Refused.

    Actor, account and mail are created in one transaction.
    """
    check_newcomer(session, newcomer)
    with writing(session, now) as journal:
        address = check_newcomer(session, newcomer)  # again, under the lock: the address may have been taken since
        account = create_account(journal, session, newcomer, address=address)
        link = _send(session, now, account, by, secret_key, base_url)
        return Invitation(account.id, link)


def invite_again(
    session: Session, *, now: datetime, by: str | None, account: int, secret_key: str, base_url: str
) -> str:
    """Mail a new link to somebody who has not chosen a password; the old one stops working. Raises Missing, Refused."""
    with write_transaction(session):
        found = session.get(Account, account, with_for_update=True)
        if found is None:
            raise Missing(f"account {account}")
        if not found.active:
            raise Refused(Problem("", "This account is closed. Reopen it first."))
        if found.password is not None:
            raise Refused(Problem("", "This person has joined already. They can ask for a new password themselves."))
        found.fs_uniquifier = fresh_uniquifier()
        return _send(session, now, found, by, secret_key, base_url)


def add_with_password(session: Session, *, now: datetime, newcomer: Newcomer, password: str, salt: str) -> int:
    """Create an account with a password, without mail. Returns its number. Raises Refused."""
    check_newcomer(session, newcomer)
    hashed = checked_hash(password, newcomer.email, newcomer.name, salt=salt)
    with writing(session, now) as journal:
        address = check_newcomer(session, newcomer)
        account = create_account(journal, session, newcomer, address=address)
        account.password, account.confirmed_at = hashed, now
        return account.id


def whose_invitation(session: Session, *, now: datetime, token: str, secret_key: str, lock: bool = False) -> Account:
    """The account that an invitation link is for. Raises UnusableInvitation."""
    try:
        uniquifier, until = _signer(secret_key).loads(token)
    except (BadSignature, TypeError, ValueError):
        raise UnusableInvitation(expired=False) from None
    found = select(Account).where(Account.fs_uniquifier == uniquifier)
    account = session.scalars(found.with_for_update() if lock else found).one_or_none()
    if account is None or not account.active or account.password is not None:
        raise UnusableInvitation(expired=False)
    if now.timestamp() >= until:
        raise UnusableInvitation(expired=True)
    return account


def accept_invitation(
    session: Session, *, now: datetime, token: str, password: str, salt: str, secret_key: str
) -> Account:
    """Set the first password, which uses up the link. Raises UnusableInvitation, Refused at `password`."""
    account = whose_invitation(session, now=now, token=token, secret_key=secret_key)
    hashed = checked_hash(password, account.email, name_of(session, account), salt=salt)
    with write_transaction(session):
        account = whose_invitation(session, now=now, token=token, secret_key=secret_key, lock=True)
        account.password, account.fs_uniquifier, account.confirmed_at = hashed, fresh_uniquifier(), now
        return account


def _send(session: Session, now: datetime, account: Account, by: str | None, secret_key: str, base_url: str) -> str:
    token = _signer(secret_key).dumps([account.fs_uniquifier, int((now + VALID_FOR).timestamp())])
    link = f"{base_url}/account/join/{token}"
    inviter = session.scalar(select(Actor.name).where(Actor.id == by)) if by else None
    enqueue(
        session,
        now=now,
        account=account.id,
        name="invitation",
        facts={
            "inviter": inviter or NOBODY,
            "role": ROLE_WORDS[account.role],
            "link": link,
            "valid_for": VALID_FOR_WORDS,
        },
        base_url=base_url,
    )
    return link


def _signer(secret_key: str) -> URLSafeSerializer:
    return URLSafeSerializer(secret_key, salt="invitation")
