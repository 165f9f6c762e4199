"""`ledger users`: adding people and listing them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from urllib.parse import urlsplit

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from ledger.app import create_app
from ledger.cli.main import main
from ledger.services.accounts import find_account
from ledger.services.invitations import whose_invitation
from ledger.settings import read_settings
from ledger.store.accounts import Role
from ledger.store.outbox import Message

PASSWORD = "three quiet herons wade"


@pytest.fixture
def environ(database_url: str) -> dict[str, str]:
    return {
        "LEDGER_BASE_URL": "https://ledger.example.org",
        "LEDGER_SECRET_KEY": "a secret key for tests, long enough to be one",
        "LEDGER_PASSWORD_SALT": "a salt for tests, long enough to be one",
        "LEDGER_CONTACT": "errors@example.org",
        "LEDGER_MAIL_FROM": "ledger@example.org",
        "LEDGER_DATABASE_URL": database_url,
    }


@pytest.fixture
def ledger(environ: dict[str, str]) -> Callable[..., Result]:
    def run(*arguments: str, stdin: str = "") -> Result:
        return CliRunner(env=environ).invoke(main, ["users", *arguments], input=stdin, catch_exceptions=False)

    return run


def test_somebody_is_invited_and_the_link_is_printed(
    ledger: Callable[..., Result], environ: dict[str, str], sessions: sessionmaker[Session]
) -> None:
    done = ledger("add", "Ada@example.org", "--name", "Ada Adeyemi", "--role", "admin", "--time-zone", "Africa/Lagos")
    assert done.exit_code == 0, done.output
    link = done.stdout.strip()
    assert link.startswith("https://ledger.example.org/account/join/")
    with sessions() as session:
        token = urlsplit(link).path.rsplit("/", 1)[1]
        account = whose_invitation(session, now=datetime.now(UTC), token=token, secret_key=environ["LEDGER_SECRET_KEY"])
        assert (account.email, account.role, account.time_zone) == ("ada@example.org", Role.ADMIN, "Africa/Lagos")
        assert session.scalars(select(Message)).one().name == "invitation"
    assert ledger("list").stdout == "ada@example.org\tAda Adeyemi\tadmin\tinvited\n"


def test_a_password_from_standard_input_signs_in(
    ledger: Callable[..., Result], environ: dict[str, str], sessions: sessionmaker[Session]
) -> None:
    done = ledger("add", "ada@example.org", "--name", "Ada Adeyemi", "--password-stdin", stdin=f"{PASSWORD}\n")
    assert done.exit_code == 0, done.output
    assert PASSWORD not in done.output
    with sessions() as session:
        assert session.scalars(select(Message)).all() == []
        account = find_account(session, "ada@example.org")
    assert account is not None
    app = create_app(read_settings(environ), sessions)
    from flask_security.utils import verify_password

    with app.app_context():
        assert verify_password(app.extensions["security"]._password_util.normalize(PASSWORD), account.password)
    assert ledger("list").stdout.endswith("\treviewer\tactive\n")


@pytest.mark.parametrize(
    ("arguments", "stdin", "words"),
    [
        (("nobody", "--name", "Nobody"), "", "EMAIL: "),
        (("ada@example.org", "--name", ""), "", "--name: Give the name"),
        (("ada@example.org", "--name", "Ada", "--time-zone", "Mars/Olympus"), "", "--time-zone: Choose"),
        (("ada@example.org", "--name", "Ada", "--password-stdin"), "short\n", "The password: This is 5"),
    ],
)
@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
def test_an_error_is_reported_and_nothing_is_created(
    ledger: Callable[..., Result], arguments: tuple[str, ...], stdin: str, words: str
) -> None:
    refused = ledger("add", *arguments, stdin=stdin)
    assert refused.exit_code == 1
    assert words in refused.output
    assert "Nobody has an account yet." in ledger("list").output
