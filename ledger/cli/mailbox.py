"""The demonstration's mailbox: an SMTP server that stores the mail it receives, and a page that shows it."""

from __future__ import annotations

import re
import signal
import threading
from email import message_from_bytes, policy
from email.message import EmailMessage
from html import escape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import click
from aiosmtpd.controller import Controller

HOST = "127.0.0.1"
PAGE = """<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta name="color-scheme" content="light dark">
<title>Mailbox of the demonstration</title>
<style>
body {{ font: 1rem/1.5 system-ui, sans-serif; max-width: 46rem; margin: 2rem auto; padding: 0 1rem }}
pre {{ white-space: pre-wrap; overflow-wrap: anywhere; font: inherit }}
article {{ border-top: 1px solid; padding: 1rem 0 }}
h2 {{ font-size: 1.1rem; margin: 0 }}
</style>
<main>
<h1>Mailbox of the demonstration</h1>
<p>{count}, newest first. Nothing sent here leaves this machine. Reload to look again.</p>
{mails}
</main>
</html>"""


class MailFolder:
    """An SMTP handler that stores each mail as a file, numbered in the order of arrival."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._lock = threading.Lock()

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        with self._lock:
            number = len(list(self._folder.glob("*.eml"))) + 1
            (self._folder / f"{number:06}.eml").write_bytes(envelope.content)
        return "250 kept"


def render(folder: Path) -> str:
    """The page in HTML: the plain text of every mail, newest first, with clickable links."""
    mails = []
    for path in sorted(folder.glob("*.eml"), reverse=True):
        mail = message_from_bytes(path.read_bytes(), policy=policy.default)
        body = mail.get_body(("plain",)) if isinstance(mail, EmailMessage) else None
        text = escape(body.get_content() if body else "")
        linked = re.sub(r"https?://[^\s<>\"]+", lambda link: f'<a href="{link[0]}">{link[0]}</a>', text)
        title = f"{escape(str(mail['subject']))}"
        who = f"To {escape(str(mail['to']))}, {escape(str(mail['date']))}"
        mails.append(f"<article><h2>{title}</h2><p>{who}</p><pre>{linked}</pre></article>")
    count = f"{len(mails)} mail{'s' if len(mails) != 1 else ''}"
    return PAGE.format(count=count, mails="".join(mails))


@click.command("mailbox", hidden=True)
@click.argument("folder", type=click.Path(path_type=Path))
@click.argument("smtp_port", type=int)
@click.argument("page_port", type=int)
def mailbox(folder: Path, smtp_port: int, page_port: int) -> None:
    """Receive mail on one local port and show it on another, until stopped."""
    folder.mkdir(parents=True, exist_ok=True)

    class Page(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = render(folder).encode()
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: Any) -> None:
            """Log nothing, so that the demonstration's terminal stays readable."""

    receiver = Controller(MailFolder(folder), hostname=HOST, port=smtp_port)
    receiver.start()
    pages = ThreadingHTTPServer((HOST, page_port), Page)
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    threading.Thread(target=pages.serve_forever, daemon=True).start()
    stop.wait()
    pages.shutdown()
    receiver.stop()
