"""A process in a pseudo-terminal, and how long until it has painted something.

The bytes are looked through and nothing more: reading them as a terminal does takes longer than what is
measured here.
"""

from __future__ import annotations

import fcntl
import os
import pty
import select
import struct
import subprocess
import termios
from collections.abc import Mapping, Sequence
from pathlib import Path

COLUMNS, ROWS = 56, 16
_PATIENCE = 60.0


class Terminal:
    """A program, started in a terminal of its own; `closing` ends it.

    Args:
        argv: the program and its arguments.
        env: added to this process's environment.
        columns, rows: the terminal's size in cells.
    """

    def __init__(
        self, argv: Sequence[str], env: Mapping[str, str], *, columns: int = COLUMNS, rows: int = ROWS
    ) -> None:
        self._written, self._read_to = bytearray(), 0

        self._screen, theirs = pty.openpty()
        fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
        looks = {"TERM": "xterm-256color", "COLORTERM": "truecolor", "TEXTUAL_ANIMATIONS": "none"}
        self._process = subprocess.Popen(
            ["setsid", "--ctty", *argv],
            stdin=theirs,
            stdout=theirs,
            stderr=theirs,
            env={**os.environ, **looks, **env},
        )
        os.close(theirs)

    def close(self) -> None:
        """End the program."""
        self._process.terminate()
        while self._process.poll() is None:  # it may have more to write than the terminal holds
            self._read(0.02)
        os.close(self._screen)

    def send(self, data: bytes) -> None:
        """Write bytes, all at once, as a scanner does."""
        os.write(self._screen, data)

    def painted(self, *texts: str) -> None:
        """Wait until these texts have been painted, one behind the other, since the last time.

        Raises:
            TimeoutError: they do not come.
        """
        for text in texts:
            wanted = text.encode()
            while (found := self._written.find(wanted, self._read_to)) < 0:
                if not self._read(_PATIENCE):
                    raise TimeoutError(f"{text!r} was not painted; the last was {self._written[-500:]!r}")
            self._read_to = found + len(wanted)

    def forget(self) -> None:
        """Look no further back than to what has been painted by now."""
        while self._read(0):
            continue
        self._read_to = len(self._written)

    def resident(self) -> float:
        """The megabytes of memory that the process keeps resident."""
        lines = Path(f"/proc/{self._process.pid}/status").read_text().splitlines()
        kilobytes = next(line.split()[1] for line in lines if line.startswith("VmRSS"))
        return int(kilobytes) / 1024

    def _read(self, seconds: float) -> bool:
        if not select.select([self._screen], [], [], seconds)[0]:
            return False
        try:
            self._written += os.read(self._screen, 65536)
        except OSError:  # EIO: the program has ended
            return False
        return True
