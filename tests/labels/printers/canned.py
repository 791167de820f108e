"""A printer that answers IPP questions with what it was told to: for answers that no printer at hand gives.

It has its own hand for IPP (RFC 8010), so that a mistake in the driver's is not repeated here.
"""

from __future__ import annotations

import struct
import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import NamedTuple, Self

PRINT_JOB, CANCEL_JOB, JOB_ATTRIBUTES, GET_JOBS, PRINTER_ATTRIBUTES = 0x02, 0x08, 0x09, 0x0A, 0x0B
OPERATION, JOB, END, PRINTER, UNSUPPORTED = 1, 2, 3, 4, 5
INTEGER, BOOLEAN, ENUM, TEXT, NAME, KEYWORD, URI, MIME = 0x21, 0x22, 0x23, 0x41, 0x42, 0x44, 0x45, 0x49
_CHARSET, _LANGUAGE = 0x47, 0x48

Value = int | str | bytes
Attribute = tuple[int, str, *tuple[Value, ...]]


class Asked(NamedTuple):
    """A question: what is asked, its attributes in the order in which they came, and the document."""

    operation: int
    attributes: list[tuple[str, Value]]
    document: bytes

    def said(self, name: str) -> Value:
        """Give an attribute's first value."""
        return next(value for one, value in self.attributes if one == name)


def attribute(tag: int, name: str, *values: Value) -> bytes:
    """Write an attribute and its further values."""
    octets = b""
    for number, value in enumerate(values):
        said, written = name.encode() if number == 0 else b"", _written(tag, value)
        octets += struct.pack(">bh", tag, len(said)) + said + struct.pack(">h", len(written)) + written
    return octets


def _written(tag: int, value: Value) -> bytes:
    if isinstance(value, int):
        return struct.pack(">?" if tag == BOOLEAN else ">i", value)
    return value.encode() if isinstance(value, str) else value


def answer(status: int, *groups: tuple[int, Iterable[Attribute]], words: str = "") -> bytes:
    """Write an answer."""
    said = struct.pack(">bbhi", 2, 0, status, 1) + bytes([OPERATION])
    said += attribute(_CHARSET, "attributes-charset", "utf-8")
    said += attribute(_LANGUAGE, "attributes-natural-language", "en")
    said += attribute(TEXT, "status-message", words) if words else b""
    for tag, attributes in groups:
        said += bytes([tag]) + b"".join(attribute(*one) for one in attributes)
    return said + bytes([END])


def asked(octets: bytes) -> Asked:
    """Read a question."""
    operation, at, name, found = struct.unpack_from(">h", octets, 2)[0], 8, "", []
    while (tag := octets[at]) != END:
        at += 1
        if tag < 0x10:
            continue
        (length,) = struct.unpack_from(">h", octets, at)
        name = octets[at + 2 : at + 2 + length].decode() or name
        at += 2 + length
        (length,) = struct.unpack_from(">h", octets, at)
        value = octets[at + 2 : at + 2 + length]
        at += 2 + length
        number = {INTEGER: ">i", ENUM: ">i", BOOLEAN: ">?"}.get(tag)
        found.append((name, struct.unpack(number, value)[0] if number else value.decode()))
    return Asked(operation, found, octets[at + 1 :])


READY = answer(
    0,
    (
        PRINTER,
        [
            (ENUM, "printer-state", 3),
            (KEYWORD, "printer-state-reasons", "none"),
            (BOOLEAN, "printer-is-accepting-jobs", 1),
            (MIME, "document-format-supported", "application/pdf", "image/pwg-raster"),
            (KEYWORD, "media-supported", "iso_a4_210x297mm", "custom_min_20x10mm", "custom_max_216x1000mm"),
            (KEYWORD, "print-scaling-supported", "auto", "none"),
            (KEYWORD, "sides-supported", "one-sided", "two-sided-long-edge"),
        ],
    ),
)
TAKEN = answer(0, (JOB, [(INTEGER, "job-id", 7), (ENUM, "job-state", 5)]))


@dataclass
class Canned:
    """The printer. Used as a context.

    Args:
        answers: by operation; http: the status of every answer.
        breaks_on, hangs_on: a question on which it hangs up, or says nothing until it is switched off.
    """

    answers: dict[int, bytes | Callable[[Asked], bytes]] = field(default_factory=dict)
    http: int = 200
    breaks_on: int = 0
    hangs_on: int = 0
    asked: list[Asked] = field(default_factory=list)
    authorization: list[str | None] = field(default_factory=list)
    over: threading.Event = field(default_factory=threading.Event)

    def __enter__(self) -> Self:
        canned = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                question = asked(self.rfile.read(int(self.headers["Content-Length"])))
                canned.asked.append(question)
                canned.authorization.append(self.headers["Authorization"])
                if question.operation in (canned.breaks_on, canned.hangs_on):
                    if question.operation == canned.hangs_on:
                        canned.over.wait()
                    self.close_connection = True
                    return
                said = canned.answers.get(question.operation, READY)
                octets = said if isinstance(said, bytes) else said(question)
                self.send_response(canned.http)
                self.send_header("Content-Type", "application/ipp")
                self.send_header("Content-Length", str(len(octets)))
                self.end_headers()
                self.wfile.write(octets)

            def log_message(self, *_: object) -> None:
                """Say nothing."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,))
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, raised: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.over.set()
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    @property
    def uri(self) -> str:
        """Where it listens."""
        return f"ipp://127.0.0.1:{self._server.server_port}/ipp/print"

    def told(self, operation: int) -> Asked:
        """Give the last question of a kind."""
        return next(one for one in reversed(self.asked) if one.operation == operation)
