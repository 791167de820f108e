"""Receipt printers that speak ESC/POS on a bare socket.

A slip is sent as dots (GS v 0), like everything else here: the code pages of receipt printers differ, lack
đ, ŋ and ł, and two printers of one name may have different ones; dots come out on all of them. python-escpos
makes the bytes and knows which model cuts (`profile`); what carries them is our own socket, because its
Network printer waits for ever on a printer that stops reading, and knows no IPv6.

Such a printer prints as bytes come in: once the first row of dots was sent, a slip may have come out in part.
"""

from __future__ import annotations

import logging
import os
import shutil
import threading
from dataclasses import dataclass
from functools import cache
from typing import Any

import pypdfium2
from PIL import Image

from labels import raster
from labels.printers import Condition, PrintJob, Why
from labels.printers.manners import trouble
from labels.printers.nameless import NamelessPrinter
from labels.printers.wire import Wire

log = logging.getLogger(__name__)

_MM_PER_INCH = 25.4
_SLICE = 48
"""Rows of dots in one command: 3.5 kB on 80 mm paper, as cheap printers have 4 kB of memory and stop in the
middle of a larger picture."""

_FEED = 6
"""Lines from the print head to the tear bar; python-escpos feeds as many before a cut."""

# DLE EOT n is answered at once, whatever the printer does; GS r 1 when everything before it was worked through
# (Epson, ESC/POS Command Reference).
_PRINTER, _CAUSE, _PAPER = b"\x10\x04\x01", b"\x10\x04\x02", b"\x10\x04\x04"
_DONE = b"\x1dr\x01"

_OFFLINE = 0x08
_COVER_OPEN, _PAPER_STOPPED, _ERROR = 0x04, 0x20, 0x40
_PAPER_ENDS, _PAPER_OUT = 0x0C, 0x60
_SENSOR_OUT = 0x0C


@dataclass(frozen=True, slots=True)
class EscposPrinter(NamelessPrinter):
    """A receipt printer.

    Args:
        name: of the `[[printer]]`; host, port: where it listens.
        cut: whether it cuts after each slip; where not, the paper is fed out to be torn.
        status: whether it is asked how it is. One that never answers costs a second for each question.
        profile: its name in python-escpos' table of models, which knows how it cuts and how wide it prints.
    """

    CALLED = "a receipt printer"

    profile: str = "default"

    def send(self, job: PrintJob) -> str:
        """Send all slips on one connection; returns the job's key.

        Raises:
            PrinterTrouble: as `Printer.send`; `may_have_printed` once dots have left this machine.
        """
        begin, slips = self._slips(job)
        with self._wire() as wire:
            first_dots = None
            try:
                answers = self._refuse_unless_ready(wire)
                first_dots = wire.taken + len(begin)
                wire.send(begin + slips)
                wire.settle()
                if answers:
                    self._look_after(wire)
            except OSError as lost:
                why = Why.BUSY if isinstance(lost, TimeoutError) else Why.UNREACHABLE
                printed = first_dots is not None and wire.taken > first_dots
                raise trouble(self.name, why, str(lost), may_have_printed=printed) from lost
        return job.key

    # --- what is sent ---

    def _slips(self, job: PrintJob) -> tuple[bytes, bytes]:
        """Write what begins the job, which prints nothing, and the slips."""
        printer = self._written()
        printer.hw("INIT")
        begin = printer.output
        printer.clear()
        margin = job.medium.margin
        try:
            for page in raster.dots(job.document, job.dpi):
                slip = printable(page, margin, job.dpi)
                printer.image(slip, impl="bitImageRaster", fragment_height=_SLICE)
                if self.cut:
                    printer.cut()
                else:
                    printer.print_and_feed(_FEED)
        except pypdfium2.PdfiumError as unreadable:
            raise trouble(self.name, Why.REFUSED, f"the document is no PDF: {unreadable}") from unreadable
        except _library().exceptions.ImageWidthError as wide:
            said = f"{job.medium.name} has more dots across than a {self.profile} prints: {wide}"
            raise trouble(self.name, Why.REFUSED, said) from wide
        return begin, printer.output

    def _written(self) -> Any:
        try:
            printer = _library().printer.Dummy(profile=self.profile)
        except KeyError as unknown:
            said = f"python-escpos knows no profile {self.profile!r}"
            raise trouble(self.name, Why.REFUSED, said) from unknown
        known = printer.profile.profile_data
        if known["media"]["width"]["pixels"] == "Unknown":
            # It would print a sentence about that on the screen for every picture.
            printer.profile.profile_data = known | {"media": {}}
        return printer

    # --- what it says ---

    def _asked(self, wire: Wire) -> Condition | None:
        """Ask how it is; None where it answers nothing."""
        if not self.status:
            return None

        def ask(question: bytes) -> int | None:
            return real_time(wire.ask(question, lambda came: real_time(came) is not None, self.limits.status))

        if (printer := ask(_PRINTER)) is None:
            return None
        return condition_of(printer, ask(_CAUSE) or 0, ask(_PAPER) or 0)

    def _refuse_unless_ready(self, wire: Wire) -> bool:
        """Ask how it is, before anything is sent; returns whether it answers such questions."""
        found = self._asked(wire)
        if found and not found.ready:
            raise trouble(self.name, found.why or Why.STOPPED, found.said)
        return found is not None

    def _look_after(self, wire: Wire) -> None:
        """Wait for it to work through everything; where it stopped on the way, a slip came out in part."""
        try:
            done = wire.ask(_DONE, lambda came: paper_sensor(came) is not None, self.limits.settle)
            sensor = paper_sensor(done)
            after = self._asked(wire) if sensor is None or sensor & _SENSOR_OUT else None
        except TimeoutError:
            return  # it took all the bytes, at the last moment
        if after and not after.ready:
            raise trouble(self.name, after.why or Why.STOPPED, after.said, may_have_printed=True)


def printable(page: Image.Image, margin: float, dpi: int) -> Image.Image:
    """Take the strip of a page that the print head reaches.

    Args:
        page: of mode "1"; margin: millimetres on either side that it does not reach; dpi: dots in an inch.

    Returns:
        A strip of whole bytes, 8 dots each: 576 dots of 80 mm paper with a margin of 4 mm, 384 of 58 mm
        with 5 mm, at 203 dots an inch.
    """
    left = round(margin * dpi / _MM_PER_INCH)
    across = max(8, round((page.width - 2 * margin * dpi / _MM_PER_INCH) / 8) * 8)
    strip = Image.new("1", (across, page.height), 255)
    strip.paste(page.crop((left, 0, min(left + across, page.width), page.height)))
    return strip


def real_time(came: bytes) -> int | None:
    """Find an answer to DLE EOT: bits 1 and 4 are set, bits 0 and 7 are not. What it tells unasked differs."""
    return next((one for one in came if one & 0x93 == 0x12), None)


def paper_sensor(came: bytes) -> int | None:
    """Find an answer to GS r 1: bits 4 and 7 are not set, which no answer to DLE EOT has."""
    return next((one for one in came if one & 0x90 == 0), None)


def condition_of(printer: int, cause: int, paper: int) -> Condition:
    """Read the answers to DLE EOT 1, 2 and 4; 0 stands for one that did not come."""
    if cause & _COVER_OPEN:
        return Condition(ready=False, why=Why.COVER_OPEN, said="cover open")
    if paper & _PAPER_OUT or cause & _PAPER_STOPPED:
        return Condition(ready=False, why=Why.PAPER_OUT, said="paper out")
    if cause & _ERROR:
        return Condition(ready=False, why=Why.STOPPED, said="error: cutter, heat or voltage")
    if printer & _OFFLINE:
        return Condition(ready=False, why=Why.STOPPED, said="offline")
    return Condition(ready=True, said="paper near its end" if paper & _PAPER_ENDS else "")


def _library() -> Any:
    """Import python-escpos, which takes 0.4 s, and take back two things that it does on the way.

    It gives the root logger a handler (logging.basicConfig), which would write on a screen; and it makes a
    folder for its table of printers under the temporary files, for each process a new one, and leaves it.
    """
    with _ONE_AT_A_TIME:  # each printer of the press has a thread of its own
        return _tidily_imported()


_ONE_AT_A_TIME = threading.Lock()


@cache
def _tidily_imported() -> Any:
    root = logging.getLogger()
    handlers = list(root.handlers)
    import escpos.exceptions
    import escpos.printer
    from escpos import capabilities

    for one in root.handlers[:]:
        if one not in handlers:
            root.removeHandler(one)
    if "ESCPOS_CAPABILITIES_PICKLE_DIR" not in os.environ:
        shutil.rmtree(capabilities.pickle_dir)
    return escpos
