"""Sending a message over SMTP, with different exceptions for permanent and temporary failures."""

from __future__ import annotations

import contextlib
import smtplib
import ssl
from collections.abc import Iterator
from dataclasses import dataclass, field
from email.message import EmailMessage

TIMEOUT_SECONDS = 30.0
# "Sign in first", "too weak", "wrong password", "encrypt first": errors of our settings, not of one message.
SIGN_IN_CODES = frozenset({530, 534, 535, 538})


@dataclass(frozen=True)
class SmtpSettings:
    """How to reach the mail server. `hello` is the host name with which we introduce ourselves (EHLO)."""

    host: str
    port: int
    security: str = "starttls"  # none, starttls or tls
    user: str = ""
    password: str = field(default="", repr=False)
    hello: str = "localhost"
    timeout: float = TIMEOUT_SECONDS


class MailRefused(Exception):
    """The server refused this message for good; the text is the server's answer."""


class Unreachable(Exception):
    """The message could not be sent now; another attempt may succeed."""


class ServerAway(Unreachable):
    """The server accepts none of our mail: it is down, or refuses our sign-in. The message is not the cause."""


def send(message: EmailMessage, smtp: SmtpSettings) -> None:
    """Send one message to the mail server. Raises MailRefused, Unreachable, and its subclass ServerAway.

    A connection that is lost after the text was sent counts as Unreachable. Another attempt may then deliver a second
    copy with the same Message-ID; without one, the message could be lost.
    """
    with _connected(smtp) as server:
        try:
            server.send_message(message)
        except smtplib.SMTPRecipientsRefused as error:
            # A message has one recipient, so there is one answer.
            code, reply = next(iter(error.recipients.values()))
            raise _exception_for(code, reply) from error
        except smtplib.SMTPResponseException as error:
            raise _exception_for(error.smtp_code, error.smtp_error) from error
        except smtplib.SMTPNotSupportedError as error:
            raise MailRefused(f"the mail server cannot deliver to this address: {error}") from error
        except (smtplib.SMTPException, OSError) as error:
            raise Unreachable(f"the connection broke: {_words(error)}") from error


@contextlib.contextmanager
def _connected(smtp: SmtpSettings) -> Iterator[smtplib.SMTP]:
    server: smtplib.SMTP | None = None
    try:
        try:
            server = _open(smtp)
        except (smtplib.SMTPException, OSError) as error:
            raise ServerAway(f"{smtp.host}:{smtp.port}: {_words(error)}") from error
        yield server
        # The message is delivered: an error after this must not make us send it again.
        with contextlib.suppress(smtplib.SMTPException, OSError):
            server.quit()
    finally:
        if server is not None:
            server.close()


def _open(smtp: SmtpSettings) -> smtplib.SMTP:
    """A connection that is ready to take mail. It is closed again on any error."""
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


def _exception_for(code: int, reply: bytes | str) -> Exception:
    if code in SIGN_IN_CODES:
        return ServerAway(_answer(code, reply))
    return (MailRefused if 500 <= code < 600 else Unreachable)(_answer(code, reply))


def _answer(code: int, reply: bytes | str) -> str:
    return f"{code} {reply.decode('utf-8', 'replace') if isinstance(reply, bytes) else reply}"


def _words(error: Exception) -> str:
    if isinstance(error, smtplib.SMTPResponseException):
        return _answer(error.smtp_code, error.smtp_error)
    return str(error) or type(error).__name__
