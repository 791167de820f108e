"""Printers: what the press asks of any of them, and the four kinds that there are.

A printer is told a job once and is asked afterwards what became of it. What it cannot tell it says so: an
office printer and CUPS know every job by its name, a label or receipt printer on a bare socket only takes
bytes. The press decides what to make of that (see `labels.press`).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from labels.media import Medium


class Why(StrEnum):
    """Why a job waits, or did not come out."""

    UNREACHABLE = "unreachable"
    BUSY = "busy"
    STOPPED = "stopped"
    """Paused or switched off at the printer, or for a reason that it does not tell."""
    PAPER_OUT = "paper_out"
    WRONG_MEDIUM = "wrong_medium"
    """Another paper or label lies in it than the job asks for."""
    COVER_OPEN = "cover_open"
    JAMMED = "jammed"
    INK_OUT = "ink_out"
    REFUSED = "refused"
    """It does not take such a job at all: another format, a medium that it does not know, no leave."""
    GAVE_UP = "gave_up"
    """It took the job and ended it without printing it."""
    CANCELLED = "cancelled"
    """Somebody cancelled it at the printer."""
    CANNOT_TELL = "cannot_tell"
    """It may have come out or not, and the printer cannot say."""
    NO_SUCH_PRINTER = "no_such_printer"
    """No `[[printer]]` in the settings has the name that the job was queued for."""
    CANNOT_DRAW = "cannot_draw"
    """What the label is to say is not in the ledger any more, or does not go on the medium."""


class Fate(StrEnum):
    """What became of a job."""

    PRINTED = "printed"
    """The printer says that it came out; or has taken all of it, and can never say more."""
    UNDER_WAY = "under_way"
    """The printer has it and will print it: nothing is to be sent again."""
    FAILED = "failed"
    """It did not come out, and the printer has done with it: it may be sent again. With `CANNOT_TELL` it may
    have come out all the same, and only a person can see."""


class PrinterTrouble(Exception):
    """A printer could not be told or asked something.

    Args:
        why: the reason; said: the exact words, for the log.
        may_have_printed: whether the job, or a part of it, may come out all the same.
    """

    def __init__(self, why: Why, said: str, *, may_have_printed: bool = False) -> None:
        super().__init__(f"{why}: {said}")
        self.why, self.said, self.may_have_printed = why, said, may_have_printed


@dataclass(frozen=True, slots=True)
class PrintJob:
    """A document for a printer.

    Args:
        key: the job's UUID, by which a printer that keeps names knows it again.
        document: a PDF; every page is one page of the medium.
        medium: what it is made for; page_height: of its pages in mm, which an endless medium does not know.
        dpi: the dots in an inch that its bar codes are made for.
    """

    key: str
    document: bytes
    medium: Medium
    page_height: float
    dpi: int


@dataclass(frozen=True, slots=True)
class Told:
    """What a printer says of a job, or of itself. `why` is None where nothing is in the way."""

    fate: Fate
    why: Why | None = None
    said: str = ""


@dataclass(frozen=True, slots=True)
class Condition:
    """What a printer says of itself: whether it would print now, and what is in the way."""

    ready: bool
    why: Why | None = None
    said: str = ""


class Printer(Protocol):
    """What the press asks of a printer. Everything may raise `PrinterTrouble`, and nothing takes over 30 s."""

    def condition(self) -> Condition:
        """Ask how it is. A printer that cannot say is ready as long as it can be reached."""
        ...

    def send(self, job: PrintJob) -> str:
        """Hand a job over; returns what the printer calls it.

        Raises:
            PrinterTrouble: it was not taken; with `may_have_printed`, nobody knows.
        """
        ...

    def fate(self, remote: str) -> Told:
        """Ask what became of a job, by what the printer calls it."""
        ...

    def cancel(self, remote: str) -> None:
        """Take a job back that has not come out. Nothing happens where it has, or is none of its jobs.

        Raises:
            PrinterTrouble: it may come out all the same.
        """
        ...

    def find(self, key: str) -> str | None:
        """Look for a job by its key, after a crash between handing it over and writing that down.

        Returns:
            What the printer calls it; None where the printer knows for sure that it never got it.

        Raises:
            PrinterTrouble: with `CANNOT_TELL` where it keeps no names.
        """
        ...
