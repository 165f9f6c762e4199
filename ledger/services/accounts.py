"""Accounts: who may sign in, with what role, and how they are reached. Accounts are not part of the journal."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from secrets import token_hex
from zoneinfo import available_timezones

from email_validator import EmailNotValidError, validate_email
from sqlalchemy import delete, func, or_, select
from sqlalchemy.orm import Session

from ledger.domain.errors import Missing, Problem, Refused, refuse_if
from ledger.domain.text import text_problem
from ledger.journal.entries import ActorIntroduced
from ledger.journal.post import Journal
from ledger.services.outbox import enqueue
from ledger.services.people import LONGEST_NAME
from ledger.store.accounts import Account, Role
from ledger.store.engine import write_transaction
from ledger.store.outbox import Message
from ledger.store.people import Actor

ROLE_WORDS = {Role.REVIEWER: "a reviewer", Role.EDITOR: "an editor", Role.ADMIN: "an administrator"}
LONGEST_ADDRESS = 254
RESET_VALID_FOR = "1 hour"


@dataclass(frozen=True)
class AccountLine:
    """An account as administrators see it."""

    id: int
    name: str
    email: str
    role: Role
    active: bool
    joined: bool  # has chosen a password
    created_at: datetime


@dataclass(frozen=True)
class Newcomer:
    """The details of a person who gets an account.

    `actor` is their actor id if they are in the journal already; None introduces them as a new actor.
    """

    email: str
    name: str
    role: Role
    time_zone: str
    actor: str | None = None


def list_accounts(session: Session) -> Sequence[AccountLine]:
    """All accounts, sorted by name."""
    rows = session.execute(
        select(Account, Actor.name).join(Actor, Actor.id == Account.actor_id, isouter=True).order_by(Actor.name)
    )
    return [
        AccountLine(a.id, name or "?", a.email, a.role, a.active, a.password is not None, a.created_at)
        for a, name in rows
    ]


def name_of(session: Session, account: Account) -> str:
    """The name of an account's owner in the record; the email address if there is none."""
    return session.scalar(select(Actor.name).where(Actor.id == account.actor_id)) or account.email


def normal_address(address: str) -> str:
    """An email address in normal form, so that one mailbox has one account.

    Raises EmailNotValidError (a ValueError) with a message for the user.
    """
    typed = address.strip()
    # Checked before parsing: that takes long for a megabyte, and anybody can send one.
    if len(typed) <= LONGEST_ADDRESS:
        # Mail servers ignore the case of the local part in practice, and people type it inconsistently.
        normal = validate_email(typed, check_deliverability=False).normalized.lower()
        if len(normal) <= LONGEST_ADDRESS:
            return normal
    raise EmailNotValidError(f"At most {LONGEST_ADDRESS} characters fit here.")


@cache
def time_zones() -> tuple[str, ...]:
    """The time zones people can choose from, by name."""
    return tuple(sorted(name for name in available_timezones() if "/" in name or name == "UTC"))


def check_newcomer(session: Session, newcomer: Newcomer) -> str:
    """Check the details of a new account. Returns the address in normal form. Raises Refused with all problems."""
    problems = []
    address = ""
    try:
        address = normal_address(newcomer.email)
        if session.scalar(select(Account.id).where(Account.email == address)) is not None:
            problems.append(Problem("email", "Somebody with this address has an account already: see the list."))
    except EmailNotValidError as fault:
        problems.append(Problem("email", str(fault)))
    name_problem = text_problem(newcomer.name, LONGEST_NAME)
    if not newcomer.name.strip():
        problems.append(Problem("name", "Give the name under which they appear in the record."))
    elif name_problem:
        problems.append(Problem("name", name_problem))
    problems += _zone_problems(newcomer.time_zone)
    refuse_if(problems)
    return address


def create_account(journal: Journal, session: Session, newcomer: Newcomer, *, address: str) -> Account:
    """Create an account and, if needed, introduce its actor, in the transaction of the caller."""
    actor = newcomer.actor
    if actor is None:
        actor = f"a{token_hex(8)}"
        journal.post(ActorIntroduced(actor=actor, name=newcomer.name))
    account = Account(
        email=address,
        password=None,
        active=True,
        role=newcomer.role,
        actor_id=actor,
        fs_uniquifier=fresh_uniquifier(),
        confirmed_at=None,
        time_zone=newcomer.time_zone,
        wants_reminders=True,
        created_at=journal.now,
    )
    session.add(account)
    session.flush()
    return account


def fresh_uniquifier() -> str:
    """A new token for an account. Its sessions and links hold the token, so a new one ends them all."""
    return token_hex(32)


def change_role(session: Session, *, account: int, role: Role) -> None:
    """Change the role of an account. Raises Missing, and Refused for the last administrator."""
    with write_transaction(session):
        found = _find(session, account)
        if role is not Role.ADMIN:
            _keep_an_admin(session, found, "role")
        found.role = role


def deactivate(session: Session, *, account: int) -> None:
    """Close an account: its sessions and links end, and nobody can sign in to it. Raises Missing, Refused."""
    with write_transaction(session):
        found = _find(session, account)
        _keep_an_admin(session, found, "")
        found.active, found.fs_uniquifier = False, fresh_uniquifier()


def activate(session: Session, *, account: int) -> None:
    """Reopen a closed account; its password is unchanged. Raises Missing."""
    with write_transaction(session):
        _find(session, account).active = True


def sign_out_everywhere(session: Session, *, account: int) -> None:
    """End every session of an account, on every device. Raises Missing."""
    with write_transaction(session):
        _find(session, account).fs_uniquifier = fresh_uniquifier()


def set_preferences(session: Session, *, account: int, time_zone: str, wants_reminders: bool) -> None:
    """Set an account's time zone and whether it gets reminders. Raises Missing, Refused."""
    refuse_if(_zone_problems(time_zone))
    with write_transaction(session):
        found = _find(session, account)
        found.time_zone, found.wants_reminders = time_zone, wants_reminders


def replace_password(
    session: Session, *, now: datetime, account: int, uniquifier: str, hashed: str, base_url: str
) -> str:
    """Store the hash of a new password and notify the owner by mail. Returns the new uniquifier.

    `uniquifier` is that of the link or form used. If it is not the current one, the link or form was used before:
    raises Refused then, and for a closed account.
    """
    with write_transaction(session):
        found = session.get(Account, account, with_for_update=True)
        if found is None or not found.active or found.fs_uniquifier != uniquifier:
            raise Refused(Problem("", "This was done already, or the account has changed meanwhile. Start again."))
        if found.password is not None:
            when = f"{now.day} {now:%B %Y, %H:%M} UTC"
            enqueue(session, now=now, account=account, name="password-changed", facts={"when": when}, base_url=base_url)
        found.password, found.fs_uniquifier = hashed, fresh_uniquifier()
        found.confirmed_at = found.confirmed_at or now
        return found.fs_uniquifier


def upgrade_hash(session: Session, *, account: int, uniquifier: str, hashed: str) -> None:
    """Store a hash of the same password made with newer settings."""
    with write_transaction(session):
        found = session.get(Account, account)
        if found is not None and found.fs_uniquifier == uniquifier:
            found.password = hashed


def request_reset(session: Session, *, now: datetime, email: str, link: Callable[[str], str], base_url: str) -> None:
    """Queue the mail with a link to choose a new password. `link` makes the address from a uniquifier.

    Neither the answer nor its timing reveals who has an account: for an address without an active account the same
    statements run and as much is written, as a message to another account that is deleted in the same transaction.
    """
    try:
        address = normal_address(email)
    except EmailNotValidError:
        address = ""
    anybody = select(func.min(Account.id)).scalar_subquery()
    with write_transaction(session):
        rows = session.scalars(
            select(Account).where(or_(Account.email == address, Account.id == anybody)).order_by(Account.id)
        ).all()
        owner = next((row for row in rows if row.email == address and row.active), None)
        stand_in = owner or next(iter(rows), None)
        if stand_in is None:
            return  # there are no accounts at all: nothing can be revealed
        mark = f"reset-{token_hex(16)}"
        facts = {"link": link(stand_in.fs_uniquifier), "valid_for": RESET_VALID_FOR}
        enqueue(session, now=now, account=stand_in.id, name="reset", facts=facts, base_url=base_url, once=mark)
        session.execute(delete(Message).where(Message.once == (mark if owner is None else f"no-{mark}")))


def find_account(session: Session, email: str) -> Account | None:
    """The account with this address, or None."""
    try:
        return session.scalars(select(Account).where(Account.email == normal_address(email))).one_or_none()
    except EmailNotValidError:
        return None


def _find(session: Session, account: int) -> Account:
    found = session.get(Account, account)
    if found is None:
        raise Missing(f"account {account}")
    return found


def _keep_an_admin(session: Session, leaving: Account, field: str) -> None:
    """Raise Refused if no administrator who can sign in would be left."""
    # All are locked, in a fixed order, so that two administrators cannot leave at the same time.
    admins = session.scalars(
        select(Account)
        .where(Account.active, Account.role == Role.ADMIN)
        .order_by(Account.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).all()
    if leaving not in admins:
        return
    # An invited administrator who has no password yet cannot replace one who can sign in.
    if not any(other is not leaving and (other.password or not leaving.password) for other in admins):
        raise Refused(Problem(field, "This is the last administrator who can sign in. Make somebody else one first."))


def _zone_problems(zone: str) -> list[Problem]:
    return [] if zone in time_zones() else [Problem("time_zone", "Choose a time zone from the list.")]
