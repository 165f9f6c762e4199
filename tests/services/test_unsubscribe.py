"""Unsubscribing from reminders by a signed link."""

from __future__ import annotations

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session
from support.cast import Cast

from ledger.domain.errors import Missing
from ledger.services.unsubscribe import resubscribe, unsubscribe, unsubscribe_token, unsubscribe_url, whose_token
from ledger.store.accounts import Account

KEY = "a key that is long enough for anything"


def ben(session: Session, cast: Cast) -> Account:
    session.expire_all()
    return session.get_one(Account, cast.ben.account)


def test_it_stops_the_one_account_and_no_other(session: Session, cast: Cast) -> None:
    token = unsubscribe_token(ben(session, cast), secret_key=KEY)
    assert whose_token(session, token=token, secret_key=KEY).id == cast.ben.account
    assert ben(session, cast).wants_reminders  # reading the token changes nothing
    for _ in range(2):
        assert unsubscribe(session, token=token, secret_key=KEY) == cast.ben.email
        session.expire_all()
        wishes = {a.id: a.wants_reminders for a in session.scalars(select(Account))}
        assert [account for account, wants in wishes.items() if not wants] == [cast.ben.account]
    assert resubscribe(session, token=token, secret_key=KEY) == cast.ben.email
    assert ben(session, cast).wants_reminders


def test_a_link_works_after_a_password_change(session: Session, cast: Cast) -> None:
    token = unsubscribe_token(ben(session, cast), secret_key=KEY)
    ben(session, cast).fs_uniquifier = "changed with the password"
    session.commit()
    assert unsubscribe(session, token=token, secret_key=KEY) == cast.ben.email


def test_a_forged_or_foreign_token(session: Session, cast: Cast) -> None:
    token = unsubscribe_token(ben(session, cast), secret_key=KEY)
    cleo = unsubscribe_token(session.get_one(Account, cast.cleo.account), secret_key=KEY)
    mixed = f"{cleo.rsplit('.', 1)[0]}.{token.rsplit('.', 1)[1]}"
    other = unsubscribe_token(ben(session, cast), secret_key="another key that is long enough too")
    for wrong in ("", "nonsense", token + "x", token[:-1], mixed, other, str(cast.ben.account), "é.\x00"):
        with pytest.raises(Missing):
            unsubscribe(session, token=wrong, secret_key=KEY)
    assert all(session.scalars(select(Account.wants_reminders)))


def test_a_deleted_account_s_link_does_not_reach_the_next_one(session: Session, cast: Cast) -> None:
    """The database may reuse a deleted account's number: the link must not follow the number."""
    gone = session.get_one(Account, cast.admin.account)
    token = unsubscribe_token(gone, secret_key=KEY)
    session.delete(gone)
    session.commit()
    session.add(
        Account(
            id=cast.admin.account,
            email="new@example.org",
            password=None,
            active=True,
            role=gone.role,
            actor_id="anew",
            fs_uniquifier="new",
            confirmed_at=None,
            time_zone="UTC",
            wants_reminders=True,
            created_at=gone.created_at,
        )
    )
    session.commit()
    with pytest.raises(Missing, match="removed"):
        unsubscribe(session, token=token, secret_key=KEY)


def test_the_address(session: Session, cast: Cast) -> None:
    url = unsubscribe_url(ben(session, cast), secret_key=KEY, base_url="https://ledger.example.org")
    start, token = url.rsplit("/", 1)
    assert start == "https://ledger.example.org/unsubscribe"
    assert whose_token(session, token=token, secret_key=KEY).email == cast.ben.email
