"""A bare TCP socket to a printer, port 9100 by custom: bytes go in, and hardly anything comes out.

What was given to the operating system is counted, because it is the most that the printer can have: a
connection that breaks before a label was complete has printed nothing of it. Every wait ends.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import select
import socket
import struct
import termios
from collections.abc import Callable
from time import monotonic, sleep
from types import TracebackType
from typing import Self

from labels.printers.manners import Limits

PORT = 9100
_ANSWER = 1024
"""No status of any printer is longer, in bytes."""
_BUFFER = 32 * 1024
"""Bytes that may wait in this machine: the fewer, the closer is what it took to what the printer has."""
_GLANCE = 0.01
_GONE = select.POLLERR | select.POLLHUP


class Wire:
    """One connection. Used as a context; whatever goes wrong is an OSError, a wait that was too long a TimeoutError.

    Args:
        host: a name, or an address without brackets; port: 1 to 65535.
    """

    def __init__(self, host: str, port: int, limits: Limits) -> None:
        self.taken = 0
        """How many bytes the operating system has taken: the printer has these at most."""
        self._socket = socket.create_connection((host, port), timeout=limits.connect)
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, _BUFFER)
        self._ends = monotonic() + limits.hand_over

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, raised: BaseException | None, trace: TracebackType | None
    ) -> None:
        with contextlib.suppress(OSError):  # a printer that has hung up needs no good-bye
            self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()

    def send(self, octets: bytes) -> None:
        """Hand bytes over.

        Raises:
            TimeoutError: the printer takes no more of them, as when its paper is out and its memory full.
        """
        rest = memoryview(octets)
        while rest:
            self._socket.settimeout(self._left())
            sent = self._socket.send(rest)
            self.taken += sent
            rest = rest[sent:]

    def ask(self, question: bytes, is_whole: Callable[[bytes], bool], seconds: float) -> bytes:
        """Ask something; returns what came until the answer is whole, the time is over or the printer hung up.

        Args:
            is_whole: whether what came so far is an answer; seconds: how long to wait for one.
        """
        self.send(question)
        ends, came = monotonic() + seconds, b""
        while not is_whole(came) and len(came) < _ANSWER and (left := ends - monotonic()) > 0:
            self._socket.settimeout(left)
            try:
                more = self._socket.recv(_ANSWER)
            except TimeoutError:
                break
            if not more:
                break
            came += more
        return came

    def settle(self) -> None:
        """Wait until the printer's side has acknowledged every byte, so that a lost connection is noticed.

        Raises:
            TimeoutError: it acknowledges no more of them.
        """
        lost = select.poll()
        lost.register(self._socket, 0)
        while not any(event & _GONE for _, event in lost.poll(0)):
            if not self._unacknowledged():
                return
            self._left()
            sleep(_GLANCE)
        fault = self._socket.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
        raise OSError(fault, os.strerror(fault) if fault else "the printer hung up")

    def _unacknowledged(self) -> int:
        waiting = fcntl.ioctl(self._socket, termios.TIOCOUTQ, bytes(4))
        return int(struct.unpack("i", waiting)[0])

    def _left(self) -> float:
        left = self._ends - monotonic()
        if left <= 0:
            raise TimeoutError("the printer takes no more bytes")
        return left
