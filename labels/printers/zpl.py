"""Label printers that speak ZPL II on a bare socket: Zebra's, and the many that do as they do.

Every page is sent as the dots that it was proved with, in one graphic field: the printer's own letters and
bar codes would be neither our typeface nor our module width. The field is ASCII with the run lengths of the
manual ("Alternative Data Compression Scheme", ZPL II Programming Guide, ~DG), not B64 or Z64: the latter two
begin with Zebra's later firmware and many clones print nothing for them, while ASCII is the first that each
of them learnt; and a printer that sees `^` or `~` in a broken ASCII field ends the field there, so that a
half label of yesterday cannot swallow the next one. Without Z64 a label of 62 x 29 mm is 5 to 10 kB.

Nothing is printed before a label's ^XZ, which is how a broken connection can be told from a lost label. What
such a printer took it prints, also after its paper was filled up again; it knows no names of jobs.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby

import pypdfium2
from PIL import Image, ImageChops

from labels import raster
from labels.printers import Condition, PrintJob, Why
from labels.printers.manners import trouble
from labels.printers.nameless import NamelessPrinter
from labels.printers.wire import Wire

log = logging.getLogger(__name__)

_STATUS = b"~HS\r\n"
_LINES = re.compile(rb"\x02([^\x02\x03]{1,200})\x03")
"""The answer is three lines, each between STX and ETX (ZPL II Programming Guide, ~HS)."""


@dataclass(frozen=True, slots=True)
class ZplPrinter(NamelessPrinter):
    """A ZPL printer.

    Args:
        name: of the `[[printer]]`; host, port: where it listens.
        cut: whether it cuts an endless medium after each page.
        status: whether it is asked how it is. One that never answers costs a second for each question.
    """

    CALLED = "a ZPL printer"

    def send(self, job: PrintJob) -> str:
        """Send all labels on one connection; returns the job's key.

        Raises:
            PrinterTrouble: as `Printer.send`; `may_have_printed` only where the first ^XZ left this machine.
        """
        labels = self._labels(job)
        with self._wire() as wire:
            first_ends = None
            try:
                answered = self._refuse_unless_ready(wire)
                first_ends = wire.taken + len(labels[0])
                for label in labels:
                    wire.send(label)
                wire.settle()
                if answered:
                    self._look_after(job, wire)
            except OSError as lost:
                why = Why.BUSY if isinstance(lost, TimeoutError) else Why.UNREACHABLE
                printed = first_ends is not None and wire.taken >= first_ends
                raise trouble(self.name, why, str(lost), may_have_printed=printed) from lost
        return job.key

    def _labels(self, job: PrintJob) -> list[bytes]:
        endless = job.medium.is_endless
        try:
            labels = [
                label(page, endless=endless, cut=self.cut) for page in raster.dots(job.document, job.dpi)
            ]
        except pypdfium2.PdfiumError as unreadable:
            raise trouble(self.name, Why.REFUSED, f"the document is no PDF: {unreadable}") from unreadable
        if not labels:
            raise trouble(self.name, Why.REFUSED, "the document has no page")
        return labels

    def _asked(self, wire: Wire) -> Condition | None:
        if not self.status:
            return None
        return condition_of(wire.ask(_STATUS, _is_whole, self.limits.status))

    def _refuse_unless_ready(self, wire: Wire) -> bool:
        """Ask how it is, before anything is sent; returns whether it answers such questions."""
        found = self._asked(wire)
        if found and found.why:
            raise trouble(self.name, found.why, found.said)
        return found is not None

    def _look_after(self, job: PrintJob, wire: Wire) -> None:
        """Ask again, which also shows that it read this far; what is wrong now it will print when mended."""
        try:
            answer = wire.ask(_STATUS, _is_whole, self.limits.settle)
        except TimeoutError:
            answer = b""
        after = condition_of(answer)
        if after is None or after.why:
            said = after.said if after else "no answer after the last label"
            log.warning("printer=%s job=%s handed_over=yes now=%r", self.name, job.key, said)


def _is_whole(came: bytes) -> bool:
    return len(_LINES.findall(came)) >= 3


def condition_of(answer: bytes) -> Condition | None:
    """Read an answer to ~HS; None where it is none.

    The paper comes first: a printer whose paper is out or whose head is up also says that it pauses.
    """
    lines = [one.split(b",") for one in _LINES.findall(answer)]
    if len(lines) < 2 or len(lines[0]) < 12 or len(lines[1]) < 5:
        return None
    one, two = lines[0], lines[1]
    # ZPL II Programming Guide, ~HS: the places of the flags in the first and in the second line.
    flags = (
        (one[1], Why.PAPER_OUT, "paper out"),
        (two[2], Why.COVER_OPEN, "head up"),
        (two[3] if two[4] == b"1" else b"0", Why.INK_OUT, "ribbon out"),
        (one[11], Why.STOPPED, "too hot"),
        (one[10], Why.STOPPED, "too cold"),
        (one[2], Why.STOPPED, "paused"),
        (one[5], Why.BUSY, "buffer full"),
    )
    for flag, why, said in flags:
        if flag.strip() == b"1":
            return Condition(ready=False, why=why, said=said)
    return Condition(ready=True)


def label(page: Image.Image, *, endless: bool, cut: bool) -> bytes:
    """Write one page of dots as one label format.

    Where the printer's own settings shift a label (^LT, ^LS) or turn it (^PO), they are left as they are: that
    is how somebody adjusted the machine.

    Args:
        page: of mode "1", white is 255.
        endless: paper without gaps, which is as long as the page (^MNN, ^LL); die-cut stock is left as the
            printer was calibrated for it.
        cut: whether the endless paper is cut (^MMC), rather than torn (^MMT).
    """
    width, height = page.size
    paper = f"^MNN{'^MMC' if cut else '^MMT'}" if endless else ""
    across = (width + 7) // 8
    total = across * height
    head = f"^XA{paper}^PW{width}^LL{height}^LH0,0^FO0,0^GFA,{total},{total},{across},"
    return head.encode() + b"".join(_rows(page, across)) + b"^FS^PQ1,0,1,N^XZ"


def _rows(page: Image.Image, across: int) -> Iterator[bytes]:
    """Compress the rows: black is 1, the last byte of a row is filled up with white."""
    octets = ImageChops.invert(page.convert("L")).convert("1", dither=Image.Dither.NONE).tobytes()
    before = None
    for start in range(0, len(octets), across):
        row = octets[start : start + across]
        yield b":" if row == before else _row(row.hex().upper())
        before = row


_UNITS, _TWENTIES = "GHIJKLMNOPQRSTUVWXY", "ghijklmnopqrstuvwxyz"
"""G to Y repeat the next digit 1 to 19 times, g to z 20 to 400 times; they add up (manual, ~DG)."""


def _row(digits: str) -> bytes:
    runs = [(digit, len(list(same))) for digit, same in groupby(digits)]
    end = ""
    if runs[-1][0] in "0F":
        end = "," if runs.pop()[0] == "0" else "!"
    return ("".join(_run(digit, length) for digit, length in runs) + end).encode()


def _run(digit: str, length: int) -> str:
    said = ""
    while length > 0:
        now = min(length, 419)
        length -= now
        twenties, units = divmod(now, 20)
        count = (_TWENTIES[twenties - 1] if twenties else "") + (_UNITS[units - 1] if units else "")
        said += digit * now if now < 3 else count + digit
    return said
