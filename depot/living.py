"""Small files beside the ledger in which a process says something for as long as it lives.

Whoever says something holds a lock on its file, which no crash can forget to give back: what the dead have said is
not told. Nothing here is synced to disk: after a power cut nobody is alive.
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import uuid
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

_MOST = 16 * 1024


class Word:
    """The file of one who is alive. It lives until `close`, or until the process ends, however it ends.

    Args:
        ledger: the ledger's file.
        kind: what is spoken of, a part of the file's name.

    Raises:
        OSError: it cannot be written.
    """

    def __init__(self, ledger: Path, kind: str) -> None:
        self.token = str(uuid.uuid4())
        self._file = _file(ledger, kind, self.token)
        self._handle: int | None = _locked(self._file)

    def say(self, what: Mapping[str, Any]) -> None:
        """Say something in the place of what was said before; nothing once it is closed.

        Raises:
            OSError: it cannot be written.
        """
        if self._handle is not None:
            text = json.dumps(what).encode("ascii")
            os.pwrite(self._handle, text, 0)
            os.ftruncate(self._handle, len(text))

    def close(self) -> None:
        """Take the file away."""
        handle, self._handle = self._handle, None
        if handle is not None:
            self._file.unlink(missing_ok=True)
            os.close(handle)


def spoken(ledger: Path, kind: str) -> Iterator[tuple[str, Any]]:
    """Give what the living say, each with its token; not what is just being written."""
    for file in _files(ledger, kind):
        if _is_held(file):
            try:
                with file.open("rb") as open_file:
                    said = json.loads(open_file.read(_MOST))
            except (OSError, ValueError):  # it is being written, or is gone
                continue
            yield file.name.rpartition(f".{kind}-")[2], said


def is_alive(ledger: Path, kind: str, token: str) -> bool:
    """Say whether somebody lives: whether the lock on that file is held."""
    return _is_held(_file(ledger, kind, token))


def sweep(ledger: Path, kind: str) -> None:
    """Take away what the dead have left. For the living, before they say something."""
    for file in _files(ledger, kind):
        if not _is_held(file):
            with contextlib.suppress(OSError):
                file.unlink()


def _file(ledger: Path, kind: str, token: str) -> Path:
    return Path(f"{ledger}.{kind}-{token}")


def _files(ledger: Path, kind: str) -> list[Path]:
    return sorted(ledger.parent.glob(f"{ledger.name}.{kind}-*"))


def _locked(file: Path) -> int:
    """Make the file and lock it; anew where somebody took it for a dead one's in between and swept it away."""
    while True:
        handle = os.open(file, os.O_RDWR | os.O_CREAT, 0o600)
        fcntl.flock(handle, fcntl.LOCK_EX)
        if os.fstat(handle).st_nlink:
            return handle
        os.close(handle)


def _is_held(file: Path) -> bool:
    try:
        handle = os.open(file, os.O_RDONLY)
    except OSError:  # whose it was has just taken it away
        return False
    try:
        fcntl.flock(handle, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(handle)
    return False
