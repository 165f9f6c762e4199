"""The jobs by name: each is one step, a function of the context and the time."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from types import MappingProxyType

from ledger.jobs.context import Context
from ledger.jobs.due_scan import due_scan
from ledger.jobs.send_mail import send_mail
from ledger.jobs.tidy import tidy

Job = Callable[[Context, datetime], str]

JOBS: Mapping[str, Job] = MappingProxyType({"due-scan": due_scan, "send-mail": send_mail, "tidy": tidy})
