"""What every driver keeps to: how long a printer is waited for, and how trouble with it is told."""

from __future__ import annotations

import logging
from dataclasses import dataclass

from labels.printers import PrinterTrouble, Why

log = logging.getLogger(__name__)

_LONGEST = 200


_PASSING = frozenset({Why.UNREACHABLE, Why.BUSY})
"""What the press meets at every try while a printer is switched off: no warning each time."""


@dataclass(frozen=True, slots=True)
class Limits:
    """How long a printer is waited for, in seconds. The defaults keep every call below 30 s.

    Args:
        connect: until it takes a connection; a printer that is switched off answers nothing at all.
        ask: until a question is answered by a printer that always answers (IPP), connecting included.
        hand_over: until it has taken a job.
        status: until a printer that may know no questions (a bare socket) is taken as one of those.
        settle: until a bare socket's printer has worked through what it took.
    """

    connect: float = 5.0
    ask: float = 8.0
    hand_over: float = 18.0
    status: float = 1.0
    settle: float = 5.0


def trouble(printer: str, why: Why, said: str, *, may_have_printed: bool = False) -> PrinterTrouble:
    """Log what is wrong, in one line, and make the exception of it.

    Args:
        printer: its name in the settings; said: the exact words, of which a printer may have written some.
        may_have_printed: whether the job, or a part of it, may come out all the same.
    """
    words = plain(said)
    passing = why in _PASSING and not may_have_printed
    log.log(
        logging.INFO if passing else logging.WARNING,
        "printer=%s why=%s may_have_printed=%s said=%r",
        printer,
        why,
        may_have_printed,
        words,
    )
    return PrinterTrouble(why, words, may_have_printed=may_have_printed)


def plain(said: str) -> str:
    """Make one short printable line of what a printer said: it ends up on screens and in the log."""
    return "".join(one if one.isprintable() else " " for one in said[:_LONGEST]).strip()
