"""What a process asks of the kernel, by strace: watched, counted, and failed on purpose.

strace attaches to a process that is already warm, so that a fault can be placed at the nth write of one
deed. `-y` names the file behind each descriptor, `-xx` shows every byte.
"""

from __future__ import annotations

import contextlib
import re
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

WRITES = "openat,write,pwrite64,ftruncate,fallocate,fdatasync,fsync,unlink,rename"
"""The calls by which a file changes or is made sure of."""


@contextlib.contextmanager
def traced(pid: int, *asked: str, into: Path | None = None) -> Iterator[None]:
    """Have strace attached to a process for the length of a block.

    Args:
        asked: strace's own options.
        into: the file for what it saw; by default nothing is kept.

    Raises:
        RuntimeError: strace could not attach.
    """
    command = ["strace", "-p", str(pid), "-o", str(into or "/dev/null"), *asked]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as strace:
        assert strace.stderr is not None
        said = strace.stderr.readline()
        if "attached" not in said:
            raise RuntimeError(f"strace: {said} {strace.stderr.read()}")
        try:
            yield
        finally:
            strace.terminate()  # it lets go of the process, which lives on
            strace.communicate()


def failing(pid: int, *faults: str, path: str | None = None) -> contextlib.AbstractContextManager[None]:
    """Let calls of a process fail for the length of a block: `failing(pid, "fdatasync:error=EIO:when=1")`.

    Args:
        faults: as strace's option --inject takes them.
        path: the only file that is to fail, and whose calls count; by default all.
    """
    failed = ",".join(fault.split(":")[0] for fault in faults)
    only = ["-P", path] if path else []
    return traced(pid, f"--trace={failed}", *(f"--inject={fault}" for fault in faults), *only)


@dataclass(frozen=True)
class Call:
    """One call that a process made: what it did to which file, with the bytes and numbers it gave."""

    name: str
    path: str
    data: bytes = b""
    numbers: tuple[int, ...] = ()
    flags: str = ""


_CALL = re.compile(r"(\w+)\((.*)\)\s+= (-?\d+)")
_TEXT = re.compile(r'"((?:[^"\\]|\\.)*)"')
_DESCRIPTOR = re.compile(r"\d+<([^>]*)>")


def calls(seen: Path) -> list[Call]:
    """Read what strace saw with `-y -xx` of the calls in `WRITES`; calls that failed are left out."""
    found = []
    for line in seen.read_text("ascii").splitlines():
        match = _CALL.match(line)
        if match is None or match[3].startswith("-"):
            continue
        name, arguments = match[1], match[2]
        texts = [_bytes(text) for text in _TEXT.findall(arguments)]
        bare = _TEXT.sub("", arguments)
        numbers = tuple(int(one) for one in re.findall(r"(?<=, )\d+(?=,|$)", bare))
        if name in ("openat", "unlink", "rename"):
            data = texts[1] if name == "rename" else b""
            found.append(Call(name, texts[0].decode(), data, numbers, bare))
        else:
            path = _DESCRIPTOR.match(arguments)
            where = _bytes(path[1]).decode() if path else ""
            found.append(Call(name, where, texts[0] if texts else b"", numbers))
    return found


def _bytes(shown: str) -> bytes:
    """Read a text as strace shows it; versions differ in whether a descriptor's path is escaped."""
    return re.sub(rb"\\x(..)", lambda hexed: bytes.fromhex(hexed[1].decode()), shown.encode())
