"""Building a message from its templates: subject, plain text and HTML, with the headers automatic mail must carry."""

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

# Seven bits, because nobody asked the server for eight. Lines as long as mail allows, because Python would
# otherwise wrap a long List-Unsubscribe address into encoded words that no mail client follows.
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
    """The mail called `name`, ready to be sent. `templates` is the folder that holds mail/<name>/.

    Raises jinja2's UndefinedError where a template asks for a fact it was not given, and ValueError for
    addresses that cannot stand in a header.
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
    """Text as it can stand in a header: no line ends, no control characters, single spaces."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())


@cache
def mail_environment(templates: Path) -> Environment:
    """Jinja for mails: a missing fact is an error, and what goes into HTML is escaped."""
    return Environment(
        loader=FileSystemLoader(templates / "mail"),
        undefined=StrictUndefined,
        autoescape=select_autoescape(["html"]),
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
