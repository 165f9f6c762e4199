"""Building a message from templates: subject, plain text, HTML, and the headers that automatic mail needs."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

# Seven bits, because not every server accepts eight. Lines as long as mail allows, because Python would otherwise
# wrap a long List-Unsubscribe address into encoded words, which mail clients do not follow.
POLICY = SMTP.clone(cte_type="7bit", max_line_length=998)


def build(
    name: str,
    facts: Mapping[str, Any],
    *,
    to: str,
    sender: str,
    message_id: str,
    now: datetime,
    templates: Path,
    ledger_name: str,
    base_url: str,
    unsubscribe_url: str | None = None,
) -> EmailMessage:
    """Build the mail of the kind `name`. `templates` is the folder that contains mail/<name>/.

    Raises jinja2's UndefinedError where a template uses a missing fact, and ValueError for an address that is
    not allowed in a header.
    """
    known = {
        **facts,
        "ledger_name": ledger_name,
        "base_url": base_url,
        "unsubscribe_url": unsubscribe_url,
    }
    environment = mail_environment(templates)

    def render(part: str) -> str:
        return environment.get_template(f"{name}/{part}").render(known)

    message = EmailMessage(policy=POLICY)
    message["Subject"] = one_line(render("subject.txt"))
    message["From"] = Address(one_line(ledger_name), addr_spec=sender)
    message["To"] = Address(addr_spec=to)
    message["Date"] = now
    message["Message-ID"] = message_id
    message["Auto-Submitted"] = "auto-generated"
    if unsubscribe_url:
        message["List-Unsubscribe"] = f"<{unsubscribe_url}>"
        message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    message.set_content(render("body.txt"), cte="quoted-printable")
    message.add_alternative(render("body.html"), subtype="html", cte="quoted-printable")
    return message


def one_line(text: str) -> str:
    """Text that is safe in a header: without line ends and control characters, with single spaces."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())


@cache
def mail_environment(templates: Path) -> Environment:
    """The Jinja environment for mails: a missing fact is an error, and HTML is escaped."""
    return Environment(
        loader=FileSystemLoader(templates / "mail"),
        undefined=StrictUndefined,
        autoescape=select_autoescape(["html"]),
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
