"""A disk on which the power fails: rebuilt from what a process asked of it, up to any moment.

What was synced is there. What was not may be lost, kept in some sectors, or kept up to a place where it is
torn; and so may new names and removals in a folder that was not synced itself. The shared
memory beside a ledger is left out: a power cut leaves none.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from tests.depot.storage.trace import Call

SECTOR = 512


@dataclass(frozen=True)
class Write:
    """Bytes at a place in a file."""

    offset: int
    data: bytes

    def onto(self, content: bytearray) -> None:
        """Put them there; a gap before them is zeros."""
        content.extend(bytes(max(0, self.offset + len(self.data) - len(content))))
        content[self.offset : self.offset + len(self.data)] = self.data

    def sectors(self) -> Iterator[Write]:
        """Cut them where the disk's sectors end."""
        start, end = self.offset, self.offset + len(self.data)
        while start < end:
            stop = min(end, (start // SECTOR + 1) * SECTOR)
            yield Write(start, self.data[start - self.offset : stop - self.offset])
            start = stop


@dataclass(frozen=True)
class Cut:
    """A new length for a file."""

    length: int

    def onto(self, content: bytearray) -> None:
        """Make it so long."""
        del content[self.length :]
        content.extend(bytes(max(0, self.length - len(content))))


@dataclass(eq=False)
class Inode:
    """One file: what is sure of it, and what was changed and not synced, numbered in the order of all."""

    sure: bytearray = field(default_factory=bytearray)
    waiting: list[tuple[int, Write | Cut]] = field(default_factory=list)


class Fate(Protocol):
    """What becomes of changes that were not synced."""

    def __call__(self, number: int, change: Write | Cut | None) -> Iterable[Write | Cut | None]:
        """Return what is left of the change with this number; None is a name that came or went."""


def lost(number: int, change: Write | Cut | None) -> list[Write | Cut | None]:
    """All of it is lost."""
    return []


def scattered(chance: random.Random) -> Fate:
    """Every sector and every name is kept or lost by the toss of a coin."""

    def toss(number: int, change: Write | Cut | None) -> list[Write | Cut | None]:
        parts = list(change.sectors()) if isinstance(change, Write) else [change]
        return [part for part in parts if chance.random() < 0.5]

    return toss


def torn(chance: random.Random, disk: Disk) -> Fate:
    """The disk was at work in order, and stopped in the middle of one write, or just after the last."""
    last = chance.choice([*disk.waiting(), disk.changes + 1])

    def stop(number: int, change: Write | Cut | None) -> list[Write | Cut | None]:
        if number == last and isinstance(change, Write):
            return [Write(change.offset, change.data[: chance.randrange(len(change.data) + 1)])]
        return [change] if number < last else []

    return stop


class Disk:
    """The files of one folder, as they were before and as a process changes them, call by call."""

    def __init__(self, folder: Path) -> None:
        self._folder = str(folder)
        self._sure = {
            path.name: Inode(bytearray(path.read_bytes()))
            for path in folder.iterdir()
            if not path.name.endswith("-shm")
        }
        self._names = dict(self._sure)
        self._renamed: list[tuple[int, str, Inode | None]] = []
        self.changes = 0
        """How many changes there have been so far."""

    def asked(self, call: Call) -> None:
        """Do what a process has asked."""
        if call.path == self._folder and call.name in ("fsync", "fdatasync"):
            self._sure, self._renamed = dict(self._names), []
        if not call.path.startswith(self._folder + "/") or call.path.endswith("-shm"):
            return
        name = call.path.removeprefix(self._folder + "/")
        if call.name == "openat":
            if "O_CREAT" in call.flags and name not in self._names:
                self._name(name, Inode())
            assert "O_TRUNC" not in call.flags, "this disk does not know how"
        elif call.name == "unlink":
            self._name(name, None)
        elif call.name == "pwrite64":
            self._change(name, Write(call.numbers[-1], call.data))
        elif call.name == "ftruncate":
            self._change(name, Cut(call.numbers[-1]))
        elif call.name in ("fsync", "fdatasync"):
            self._sync(self._names[name])
        else:
            raise AssertionError(f"this disk does not know {call.name} of {name}")

    def waiting(self) -> list[int]:
        """Return the numbers of the changes that are not synced."""
        of_files = [number for inode in self._names.values() for number, _ in inode.waiting]
        return sorted([*of_files, *(number for number, _, _ in self._renamed)])

    def _name(self, name: str, inode: Inode | None) -> None:
        self.changes += 1
        self._renamed.append((self.changes, name, inode))
        if inode is None:
            del self._names[name]
        else:
            self._names[name] = inode

    def _change(self, name: str, change: Write | Cut) -> None:
        self.changes += 1
        self._names[name].waiting.append((self.changes, change))

    def _sync(self, inode: Inode) -> None:
        for _, change in inode.waiting:
            change.onto(inode.sure)
        inode.waiting.clear()

    def after_the_cut(self, fate: Fate) -> dict[str, bytes]:
        """Return the files as they are found when the power comes back."""
        found = dict(self._sure)
        for number, name, inode in self._renamed:
            if not list(fate(number, None)):
                continue
            if inode is None:
                found.pop(name, None)
            else:
                found[name] = inode
        return {name: self._content(inode, fate) for name, inode in found.items()}

    def _content(self, inode: Inode, fate: Fate) -> bytes:
        content = bytearray(inode.sure)
        for number, change in inode.waiting:
            for part in fate(number, change):
                if part is not None:
                    part.onto(content)
        return bytes(content)
