"""The same labels by hand: a plain script on ReportLab for this one label, and nothing between it and the canvas.

The same: the sheet, the yellow field, the pictogram's polygons, every text in the same place and size, the two
typefaces embedded, a Code 128 by python-barcode and a QR code of version 1 at level H, modules as long as ours,
each symbol one path of a rectangle for each run of dark modules; pages compressed as ReportLab does by itself.
The codes are minted and the names are read in its time as they are in ours.

What makes it quick, as whoever writes such a script would: it knows where everything stands (`layout`), moves
the origin to each label, makes the pictogram's path once, registers the typefaces once, saves once.

What it leaves out: it makes no text fit and wraps no name, asks neither medium nor language nor printer, puts no
module on a dot, and keeps the whole document in memory until it is saved, as ReportLab does.

The QR modules come from segno or, with "zxing-cpp", from the library that ours come from.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from barcode import Code128
from reportlab.pdfgen.canvas import Canvas
from reportlab.pdfgen.pathobject import PDFPathObject

from depot.own import spoken
from labels import letters
from scripts.bench.yardstick.alone import tell
from scripts.bench.yardstick.things import things

if TYPE_CHECKING:
    from scripts.bench.yardstick.layout import Layout

Modules = Callable[[str], Iterable[bytes]]
"""Makes a QR code: its rows from above to below, a byte for each module, 1 for a dark one."""

_DARK = re.compile(b"[1\x01]+")


def draw(out: Path, count: int, place: Layout, qr_rows: Modules) -> None:
    """Draw so many labels, page by page, and save them."""
    letters.ready()
    canvas = Canvas(str(out), pagesize=place["page"])
    pictogram = canvas.beginPath()
    for first, *others in place["pictogram"]:
        pictogram.moveTo(*first)
        for point in others:
            pictogram.lineTo(*point)
        pictogram.close()
    corners, yellow, field = place["corners"], place["yellow"], place["field"]
    for number, (code, name) in enumerate(things(count)):
        on_page = number % len(corners)
        if number and not on_page:
            canvas.showPage()
        canvas.saveState()
        canvas.translate(*corners[on_page])
        canvas.setFillColorRGB(*yellow)
        canvas.rect(*field, stroke=0, fill=1)
        canvas.setFillColorRGB(0, 0, 0)
        canvas.drawPath(pictogram, stroke=0, fill=1)
        for text in place["texts"][name]:
            canvas.setFont(letters.BOLD if text["bold"] else letters.REGULAR, text["size"])
            said = text["said"].replace("CODE", code).replace("DIGITS", spoken(code))
            canvas.drawString(text["x"], text["y"], said)
        x, y, module = place["bars"]
        bars = canvas.beginPath()
        _runs(bars, Code128(code).build()[0].encode(), x, y, module, place["bar_height"])
        canvas.drawPath(bars, stroke=0, fill=1)
        x, y, module = place["qr"]
        square = canvas.beginPath()
        rows = list(qr_rows(code))
        for above, row in enumerate(rows, 1):
            _runs(square, row, x, y + (len(rows) - above) * module, module, module)
        canvas.drawPath(square, stroke=0, fill=1)
        canvas.restoreState()
    canvas.save()


def _runs(path: PDFPathObject, row: bytes, x: float, y: float, module: float, height: float) -> None:
    for run in _DARK.finditer(row):
        path.rect(x + run.start() * module, y, (run.end() - run.start()) * module, height)


def by_segno() -> Modules:
    """Have segno make the QR codes."""
    import segno

    return lambda code: map(bytes, segno.make_qr(code, version=1, error="H").matrix)


def by_zxing() -> Modules:
    """Have zxing-cpp make the QR codes."""
    import numpy as np
    import zxingcpp

    def rows(code: str) -> Iterable[bytes]:
        made = zxingcpp.create_barcode(code, zxingcpp.BarcodeFormat.QRCode, ec_level="H")
        dark = np.array(made.to_image(scale=1, add_quiet_zones=False, add_hrt=False)) == 0
        return (row.tobytes() for row in dark)

    return rows


if __name__ == "__main__":
    COUNT, OUT, PLACE, QR = sys.argv[1:]
    ROWS = {"segno": by_segno, "zxing-cpp": by_zxing}[QR]()
    KNOWN: Layout = json.loads(Path(PLACE).read_text("utf-8"))
    tell(lambda: draw(Path(OUT), int(COUNT), KNOWN, ROWS))
