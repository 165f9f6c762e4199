"""The registry of jobs, by name. Each is a function of the context and the time (UTC) that returns a summary."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from types import MappingProxyType

from ledger.jobs.context import Context
from ledger.jobs.draw_charts import charts_wait, draw_charts
from ledger.jobs.due_scan import due_scan
from ledger.jobs.import_claims import import_claims, imports_wait
from ledger.jobs.send_mail import send_mail
from ledger.jobs.tidy import tidy

Job = Callable[[Context, datetime], str]

JOBS: Mapping[str, Job] = MappingProxyType(
    {
        "due-scan": due_scan,
        "send-mail": send_mail,
        "import-claims": import_claims,
        "draw-charts": draw_charts,
        "tidy": tidy,
    }
)
# People wait for the results of these, so they are started every few seconds, but only if this says that there is
# work to do. An idle check is a single read and leaves no row.
HAS_WORK: Mapping[str, Callable[[Context, datetime], bool]] = MappingProxyType(
    {"import-claims": imports_wait, "draw-charts": charts_wait}
)
