"""Sending a built message over SMTP, and telling apart what can be tried again from what cannot."""

from __future__ import annotations

import contextlib
import smtplib
import ssl
from collections.abc import Iterator
from dataclasses import dataclass, field
from email.message import EmailMessage

TIMEOUT_SECONDS = 30.0
# "Sign in first", "too weak", "wrong password", "encrypt first": about our settings, never about one message.
SIGN_IN_CODES = frozenset({530, 534, 535, 538})


@dataclass(frozen=True)
class SmtpSettings:
    """How to reach the mail server. `hello` is the name we give ourselves there."""

    host: str
    port: int
    security: str = "starttls"  # none, starttls or tls
    user: str = ""
    password: str = field(default="", repr=False)
    hello: str = "localhost"
    timeout: float = TIMEOUT_SECONDS


class MailRefused(Exception):
    """The server will never take this message; the text is what it said."""


class Unreachable(Exception):
    """The message could not be handed over this time; it may go through later."""


class ServerAway(Unreachable):
    """The server takes no mail of ours at all: it is down, or does not let us in. No message is to blame."""


def send(message: EmailMessage, smtp: SmtpSettings) -> None:
    """Hand one message to the mail server. Raises MailRefused, Unreachable, and of that ServerAway.

    A connection lost after the text was sent counts as Unreachable: sending it again may make a second copy,
    under the same Message-ID; not sending it again may lose it.
    """
    with _connected(smtp) as server:
        try:
            server.send_message(message)
        except smtplib.SMTPRecipientsRefused as fault:
            # One recipient a message: the first answer is the only one.
            code, words = next(iter(fault.recipients.values()))
            raise _judged(code, words) from fault
        except smtplib.SMTPResponseException as fault:
            raise _judged(fault.smtp_code, fault.smtp_error) from fault
        except smtplib.SMTPNotSupportedError as fault:
            raise MailRefused(f"the mail server cannot deliver to this address: {fault}") from fault
        except (smtplib.SMTPException, OSError) as fault:
            raise Unreachable(f"the connection broke: {_words(fault)}") from fault


@contextlib.contextmanager
def _connected(smtp: SmtpSettings) -> Iterator[smtplib.SMTP]:
    server: smtplib.SMTP | None = None
    try:
        try:
            server = _open(smtp)
        except (smtplib.SMTPException, OSError) as fault:
            raise ServerAway(f"{smtp.host}:{smtp.port}: {_words(fault)}") from fault
        yield server
        # The message is delivered: whatever the server still says must not make us send it again.
        with contextlib.suppress(smtplib.SMTPException, OSError):
            server.quit()
    finally:
        if server is not None:
            server.close()


def _open(smtp: SmtpSettings) -> smtplib.SMTP:
    """A connection that is ready to take mail; on any fault it is closed again."""
    server: smtplib.SMTP
    if smtp.security == "tls":
        server = smtplib.SMTP_SSL(
            smtp.host, smtp.port, smtp.hello, timeout=smtp.timeout, context=ssl.create_default_context()
        )
    else:
        server = smtplib.SMTP(smtp.host, smtp.port, smtp.hello, timeout=smtp.timeout)
    try:
        if smtp.security == "starttls":
            server.starttls(context=ssl.create_default_context())
        server.ehlo_or_helo_if_needed()
        if smtp.user:
            server.login(smtp.user, smtp.password)
    except BaseException:
        server.close()
        raise
    return server


def _judged(code: int, said: bytes | str) -> Exception:
    if code in SIGN_IN_CODES:
        return ServerAway(_answer(code, said))
    return (MailRefused if 500 <= code < 600 else Unreachable)(_answer(code, said))


def _answer(code: int, said: bytes | str) -> str:
    return f"{code} {said.decode('utf-8', 'replace') if isinstance(said, bytes) else said}"


def _words(fault: Exception) -> str:
    if isinstance(fault, smtplib.SMTPResponseException):
        return _answer(fault.smtp_code, fault.smtp_error)
    return str(fault) or type(fault).__name__
