"""A real mail server for tests. It stores what arrives, and its answers can be set."""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from aiosmtpd.controller import Controller


def free_port() -> int:
    """A free port. (The server cannot choose one itself: its own check needs the number.)"""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass
class Mailbox:
    """The mail that arrived, in order, and the server's answers, which can be changed. None accepts."""

    port: int
    letters: list[EmailMessage] = field(default_factory=list)
    froms: list[str] = field(default_factory=list)
    at_sender: Callable[[str], str | None] = lambda address: None
    at_recipient: Callable[[str], str | None] = lambda address: None
    at_data: Callable[[EmailMessage], str | None] = lambda letter: None
    after_data: Callable[[], None] = lambda: None

    def to(self, address: str) -> list[EmailMessage]:
        """The letters to one address."""
        return [letter for letter in self.letters if letter["To"] == address]

    async def handle_MAIL(self, _server: Any, _session: Any, envelope: Any, address: str, options: list[str]) -> str:
        answer = self.at_sender(address)
        if answer is None:
            envelope.mail_from = address
        return answer or "250 OK"

    async def handle_RCPT(self, _server: Any, _session: Any, envelope: Any, address: str, options: list[str]) -> str:
        answer = self.at_recipient(address)
        if answer is None:
            envelope.rcpt_tos.append(address)
        return answer or "250 OK"

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:
        letter = message_from_bytes(envelope.content, policy=policy.default)
        answer = self.at_data(letter)
        if answer is None:
            self.letters.append(letter)
            self.froms.append(envelope.mail_from)
        self.after_data()
        return answer or "250 OK"


@contextmanager
def mailbox(port: int | None = None, **options: Any) -> Iterator[Mailbox]:
    """Run a mail server on its own port, stopped at the end. `options` are passed to aiosmtpd's Controller."""
    box = Mailbox(port or free_port())
    controller = Controller(box, hostname="127.0.0.1", port=box.port, **options)
    controller.start()
    try:
        yield box
    finally:
        controller.stop()


@contextmanager
def scripted_server(*answers: bytes | None, tls: ssl.SSLContext | None = None) -> Iterator[int]:
    """Run a server that gives one connection these answers, one to each command, and then closes it.

    The first is its greeting. None means silence until the client gives up. Yields the port.
    """
    listener = socket.create_server(("127.0.0.1", 0))
    over = threading.Event()

    def serve() -> None:
        connection, _ = listener.accept()
        with connection, connection.makefile("rb") as lines:
            for answer in answers:
                if answer is None:
                    over.wait(10)
                    return
                connection.sendall(answer + b"\r\n")
                if answer.startswith(b"354"):
                    while lines.readline() not in (b".\r\n", b""):
                        pass
                elif not lines.readline():
                    return

    thread = threading.Thread(target=serve)
    thread.start()
    try:
        yield listener.getsockname()[1]
    finally:
        over.set()
        listener.close()
        thread.join()
