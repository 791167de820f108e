"""The log of the commands, the kiosk's among them: what went wrong that nobody had thought of, with its traceback.

It lies in the user's state directory. A card's or badge's number is a credential and a telephone number is
personal, so whatever looks like one is masked on its way in, wherever it came from.
"""

from __future__ import annotations

import contextlib
import logging
import os
import re
import time
from collections.abc import Iterator
from io import TextIOWrapper
from pathlib import Path

LONGEST = 5 * 1024 * 1024
"""Bytes of a log at which a new one is begun."""

_CREDENTIAL = re.compile(r"\b[BT][0-9]{6}([0-9]{2})[A-Z]\b", re.IGNORECASE)
_TELEPHONE = re.compile(r"\+[0-9]{8,15}\b")


def log_file() -> Path:
    """Where the log is."""
    from platformdirs import user_state_path

    return user_state_path("depot") / "depot.log"


def masked(text: str) -> str:
    """Take the credentials out of a text: of a card, the last two digits stay, as on the screen."""
    return _TELEPHONE.sub("+...", _CREDENTIAL.sub(r"(card ... \1)", text))


class _Masked(logging.Formatter):
    """Formats a record whole, traceback included, and masks it."""

    def __init__(self, fmt: str) -> None:
        super().__init__(fmt)
        self.converter = time.gmtime

    def format(self, record: logging.LogRecord) -> str:
        return masked(super().format(record))


class _File(logging.FileHandler):
    """Makes its folder and file when there is something to write, for the owner alone; never complains.

    A log that cannot be written must not stop a loan, nor print a traceback over what is told of it. A kiosk
    writes to it for months: at `LONGEST` it becomes the older one of two. (The standard library's rotating
    handler does the same, and costs every command the import of sockets and pickles.)
    """

    def emit(self, record: logging.LogRecord) -> None:
        with contextlib.suppress(OSError):
            super().emit(record)
            self._put_away()

    def _put_away(self) -> None:
        if self.stream is None or os.fstat(self.stream.fileno()).st_size <= LONGEST:
            return
        self.stream.close()
        self.stream = None  # the next record opens a new one
        log = Path(self.baseFilename)
        if log.stat().st_size > LONGEST:  # and not put away by another process meanwhile
            log.replace(log.with_suffix(".log.1"))

    def _open(self) -> TextIOWrapper:
        Path(self.baseFilename).parent.mkdir(parents=True, exist_ok=True)
        handle = os.open(self.baseFilename, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        return os.fdopen(handle, "a", encoding="utf-8", errors="backslashreplace")

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 - logging's
        """Let it be."""


@contextlib.contextmanager
def kept() -> Iterator[None]:
    """Keep a log for the length of a command."""
    handler = _File(log_file(), delay=True)
    handler.setFormatter(_Masked("%(asctime)sZ %(levelname)s %(name)s: %(message)s"))
    root = logging.getLogger()
    before = root.level
    root.addHandler(handler)
    root.setLevel(min(before, logging.INFO))
    try:
        yield
    finally:
        root.setLevel(before)
        root.removeHandler(handler)
        handler.close()


def unexpected(failed: Exception) -> str:
    """Log something that nobody had thought of.

    Returns:
        A sentence for the person who met it.
    """
    logging.getLogger(__name__).error("unexpected", exc_info=failed)
    return f"something unexpected happened; nothing more was done. The details are in {log_file()}"
