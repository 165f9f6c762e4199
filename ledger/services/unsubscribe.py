"""Unsubscribing from reminders by a signed link in the mail, without signing in."""

from __future__ import annotations

from itsdangerous import BadSignature, URLSafeSerializer
from sqlalchemy import select
from sqlalchemy.orm import Session

from ledger.domain.errors import Missing
from ledger.store.accounts import Account
from ledger.store.engine import write_transaction


def unsubscribe_token(account: Account, *, secret_key: str) -> str:
    """A token that stops this account's reminders. It never expires, because people keep old mails for years.

    It names the account's actor, because the number of a deleted account may be reused.
    """
    return _signer(secret_key).dumps(account.actor_id)


def unsubscribe_url(account: Account, *, secret_key: str, base_url: str) -> str:
    """The address in a mail: GET shows a button, POST stops the reminders."""
    return f"{base_url}/unsubscribe/{unsubscribe_token(account, secret_key=secret_key)}"


def whose_token(session: Session, *, token: str, secret_key: str) -> Account:
    """The account that a token is for. Raises Missing if the token is forged or the account was deleted."""
    try:
        actor = _signer(secret_key).loads(token)
    except BadSignature:
        raise Missing("this link is not one of ours") from None
    account = session.scalars(select(Account).where(Account.actor_id == actor)).one_or_none()
    if account is None:
        raise Missing("this account was removed")
    return account


def unsubscribe(session: Session, *, token: str, secret_key: str) -> str:
    """Stop the reminders of an account. Returns its address. Raises Missing."""
    return _set_reminders(session, token, secret_key, wants=False)


def resubscribe(session: Session, *, token: str, secret_key: str) -> str:
    """Resume the reminders of an account. Returns its address. Raises Missing."""
    return _set_reminders(session, token, secret_key, wants=True)


def _set_reminders(session: Session, token: str, secret_key: str, *, wants: bool) -> str:
    with write_transaction(session):
        account = whose_token(session, token=token, secret_key=secret_key)
        account.wants_reminders = wants
        return account.email


def _signer(secret_key: str) -> URLSafeSerializer:
    return URLSafeSerializer(secret_key, salt="unsubscribe")
