"""The process in which charts are drawn, apart from the process that needs them.

vl-convert ends its process when it gets a text that it cannot typeset. It hangs in a forked process, and once loaded it
keeps 85 MB. So it runs in a process that is spawned for the first chart, ends after the last, and is killed when it
takes too long.
"""

from __future__ import annotations

import os
import signal
from multiprocessing import get_context
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from types import TracebackType
from typing import Self

from ledger.charts.render import NotDrawn, RenderedChart, draw
from ledger.charts.theme import Spec

LONGEST_SECONDS = 60.0  # the first drawing of a process loads a JavaScript engine, on a machine that may be busy


class RenderProcess:
    """Draws specs one after another in a process of its own. As a context manager it ends the process."""

    def __init__(self, longest_seconds: float = LONGEST_SECONDS) -> None:
        self._longest = longest_seconds
        self._process: BaseProcess | None = None
        self._line: Connection | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _: TracebackType | None
    ) -> None:
        self._end()

    def draw(self, spec: Spec) -> RenderedChart:
        """Draw a spec. Raises NotDrawn, also where the process ends or takes too long."""
        line = self._line or self._begin()
        try:
            line.send(spec)
            drawn = line.recv() if line.poll(self._longest) else None
        except (EOFError, OSError) as error:
            self._end()
            raise NotDrawn("vl-convert ended the process that draws.") from error
        if drawn is None:
            self._end()
            raise NotDrawn(f"Drawing took longer than {self._longest:g} seconds.")
        if isinstance(drawn, RenderedChart):
            return drawn
        raise NotDrawn(str(drawn))

    def _begin(self) -> Connection:
        context = get_context("spawn")
        self._line, theirs = context.Pipe()
        self._process = context.Process(target=_draw_all, args=[theirs], name="drawing", daemon=True)
        self._process.start()
        theirs.close()  # else the end of the process would not be noticed
        return self._line

    def _end(self) -> None:
        if self._process is not None and self._line is not None:
            self._line.close()
            self._process.kill()  # safe: it writes nothing that could be left incomplete
            self._process.join()
            self._process.close()
        self._process = self._line = None


def _draw_all(line: Connection) -> None:
    """The main function of the process: draw every spec that arrives, until the connection ends."""
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)  # they reach all processes, and the parent decides when to end
    os.dup2(os.open(os.devnull, os.O_WRONLY), 2)  # vl-convert prints pages of errors before it ends
    while True:
        try:
            spec = line.recv()
        except (EOFError, OSError):
            return
        try:
            line.send(draw(spec))
        except NotDrawn as error:
            line.send(str(error))
