"""Sending over real connections: the message that arrives, and the exception for each failure."""

from __future__ import annotations

import ssl
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from ipaddress import ip_address
from pathlib import Path

import pytest
from aiosmtpd.smtp import AuthResult
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from support.mail_server import Mailbox, free_port, mailbox, scripted_server

from ledger.mail.sending import MailRefused, ServerAway, SmtpSettings, Unreachable, send

pytestmark = pytest.mark.mailbox


def letter(to: str = "ben@example.org") -> EmailMessage:
    message = EmailMessage()
    message["Subject"], message["From"], message["To"] = "Word", "ledger@example.org", to
    message["Message-ID"] = "<1@example.org>"
    message.set_content("Some text.\n.\nA line with a dot alone stands above.\n")
    return message


def plain(port: int, **changes: object) -> SmtpSettings:
    return SmtpSettings(**{"host": "127.0.0.1", "port": port, "security": "none", "timeout": 5.0, **changes})  # type: ignore[arg-type]


@pytest.fixture
def certificate(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ssl.SSLContext:
    """A server's TLS context, with a certificate that this process trusts."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .sign(key, hashes.SHA256())
    )
    file = tmp_path / "server.pem"
    secret = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    file.write_bytes(secret + made.public_bytes(serialization.Encoding.PEM))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file)
    monkeypatch.setenv("SSL_CERT_FILE", str(file))
    return context


def test_a_message_arrives_unchanged() -> None:
    with mailbox() as box:
        send(letter(), plain(box.port))
    (arrived,) = box.letters
    assert arrived["Message-ID"] == "<1@example.org>"
    assert arrived.get_content().splitlines() == letter().get_content().splitlines()
    assert box.froms == ["ledger@example.org"]


def test_starttls(certificate: ssl.SSLContext) -> None:
    with mailbox(tls_context=certificate, require_starttls=True) as box:
        send(letter(), plain(box.port, security="starttls"))
        assert len(box.letters) == 1
        with pytest.raises(ServerAway, match="STARTTLS"):  # an error of our settings, not of the message
            send(letter(), plain(box.port))


def test_without_starttls_nothing_is_sent() -> None:
    with mailbox() as box, pytest.raises(ServerAway, match="STARTTLS"):
        send(letter(), plain(box.port, security="starttls"))
    assert box.letters == []


def test_an_untrusted_certificate_is_refused(certificate: ssl.SSLContext, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SSL_CERT_FILE")
    with mailbox(tls_context=certificate) as box, pytest.raises(ServerAway, match="CERTIFICATE_VERIFY_FAILED"):
        send(letter(), plain(box.port, security="starttls"))
    assert box.letters == []


def test_tls_from_the_first_byte(certificate: ssl.SSLContext) -> None:
    with mailbox(ssl_context=certificate) as box:
        send(letter(), plain(box.port, security="tls"))
    assert len(box.letters) == 1


def test_signing_in(certificate: ssl.SSLContext) -> None:
    def check(_server: object, _session: object, _envelope: object, _mechanism: str, who: object) -> AuthResult:
        return AuthResult(success=(who.login, who.password) == (b"ledger", b"right"), handled=False)  # type: ignore[attr-defined]

    with mailbox(authenticator=check, auth_required=True, tls_context=certificate) as box:
        send(letter(), plain(box.port, security="starttls", user="ledger", password="right"))
        assert len(box.letters) == 1
        with pytest.raises(ServerAway, match="535"):
            send(letter(), plain(box.port, security="starttls", user="ledger", password="wrong"))
        with pytest.raises(ServerAway, match="530"):
            send(letter(), plain(box.port, security="starttls"))


@pytest.mark.parametrize("stage", ["at_sender", "at_recipient", "at_data"])
@pytest.mark.parametrize(
    ("answer", "fault"),
    [("550 No such user here", MailRefused), ("554 Looks like spam", MailRefused), ("451 Try later", Unreachable)],
)
def test_the_error_contains_the_server_s_answer(stage: str, answer: str, fault: type[Exception]) -> None:
    with mailbox() as box:
        setattr(box, stage, lambda _: answer)
        with pytest.raises(fault, match=answer) as raised:
            send(letter(), plain(box.port))
    assert not isinstance(raised.value, ServerAway)
    assert box.letters == []


def test_an_address_that_the_server_does_not_support() -> None:
    with mailbox(enable_SMTPUTF8=False) as box, pytest.raises(MailRefused, match="SMTPUTF8"):
        send(letter("bên@example.org"), plain(box.port))


def test_an_address_in_any_script() -> None:
    with mailbox(enable_SMTPUTF8=True) as box:
        send(letter("bên@example.org"), plain(box.port))
    assert len(box.letters) == 1


def test_a_server_that_is_down() -> None:
    with pytest.raises(ServerAway, match="refused"):
        send(letter(), plain(free_port()))


@pytest.mark.parametrize(
    "answers",
    [
        (b"554 No service here",),
        (b"421 Too busy",),
        (),  # hangs up
        (None,),  # says nothing
        (b"220 Hello", None),
    ],
)
def test_a_server_that_breaks_off_before_the_message(answers: tuple[bytes | None, ...]) -> None:
    with scripted_server(*answers) as port, pytest.raises(ServerAway):
        send(letter(), plain(port, timeout=0.3))


HANDED_OVER = (b"220 Hello", b"250 Hello", b"250 OK", b"250 OK", b"354 Go on")


@pytest.mark.parametrize("last", [(), (None,)], ids=["hangs up", "says nothing"])
def test_a_connection_lost_after_the_text(last: tuple[None, ...]) -> None:
    with scripted_server(*HANDED_OVER, *last) as port, pytest.raises(Unreachable, match="broke") as raised:
        send(letter(), plain(port, timeout=0.3))
    assert not isinstance(raised.value, ServerAway)


@pytest.mark.parametrize("goodbye", [(b"421 Not that politely",), (), (None,)], ids=["rude", "hangs up", "silent"])
def test_errors_after_the_delivery_are_ignored(goodbye: tuple[bytes | None, ...]) -> None:
    with scripted_server(*HANDED_OVER, b"250 Taken", *goodbye) as port:
        send(letter(), plain(port, timeout=0.3))


def test_the_password_is_not_in_the_repr() -> None:
    assert "hush" not in repr(plain(1, password="hush"))


def test_the_test_server_gives_the_scripted_answers() -> None:
    """Canary: if the test server ignored its script, the tests above would prove nothing."""
    box: Mailbox
    with mailbox() as box:
        box.at_data = lambda _: "550 Never"
        with pytest.raises(MailRefused):
            send(letter(), plain(box.port))
        box.at_data = lambda _: None
        send(letter(), plain(box.port))
    assert len(box.letters) == 1
    answer: Callable[[EmailMessage], str | None] = box.at_data
    assert answer(letter()) is None
