"""What a paper of the desk says, as values, and where it is kept.

A paper that names people is for one pair of hands: `keep` writes a file that nobody but its owner may read, and
the desk says where it lies. `typesetting` sets them on A4.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
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
