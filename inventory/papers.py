"""What a paper of the desk says, as values, and where it is kept.

A paper that names people is for one pair of hands: `keep` writes a file that nobody but its owner may read, and
the desk says where it lies; `forget_old` deletes what was left lying. `typesetting` sets them on A4.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Head:
    """One column of a list: its heading, what part of the width it takes, whether its cells stand to the right."""

    title: str
    share: float
    right: bool = False


@dataclass(frozen=True, slots=True)
class Listed:
    """A list: what stands above it, its columns and rows.

    Args:
        page: how a page is numbered, with %(page)d and %(pages)d.
        lead: paragraphs under the title.
        boxes: whether each row begins with a box to be ticked by hand.
    """

    title: str
    page: str
    heads: tuple[Head, ...]
    rows: tuple[tuple[str, ...], ...]
    lead: tuple[str, ...] = ()
    boxes: bool = False


@dataclass(frozen=True, slots=True)
class Letter:
    """One page to one person.

    Args:
        sender: lines of who writes; to: the name; dated: the day in words.
        body: paragraphs; points: what is listed between `body` and `after`, a line each.
    """

    sender: tuple[str, ...]
    to: str
    dated: str
    title: str
    body: tuple[str, ...]
    points: tuple[str, ...] = ()
    after: tuple[str, ...] = ()


def beside(ledger: Path) -> Path:
    """Name the folder where papers are kept: beside the ledger's file."""
    return ledger.parent / "papers"


PERSONAL = ("person-", "recall-calls-", "recall-letters-", "card-")
"""How the names of papers begin that name people, or whose codes open something."""


def forget_old(folder: Path, *, before: datetime) -> int:
    """Delete the papers about people that were written before a time, and say how many; the others stay.

    Args:
        before: aware, UTC.

    Raises:
        OSError: one of them cannot be deleted.
    """
    gone = 0
    for file in folder.iterdir() if folder.is_dir() else ():
        if file.name.startswith(PERSONAL) and file.stat().st_mtime < before.timestamp():
            file.unlink()
            gone += 1
    return gone


def keep(folder: Path, name: str, octets: bytes) -> Path:
    """Write a paper where only the owner of the ledger can read it; one of the same name is written over.

    Args:
        folder: made where it is not there; name: of the file.

    Raises:
        OSError: it cannot be written.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    file = folder / name
    handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "wb") as opened:
        os.fchmod(opened.fileno(), 0o600)
        opened.write(octets)
    return file
