"""Small documents for printers: a bar code of whole dots, and text in every letter that a label may need."""

from __future__ import annotations

import io
import uuid
from functools import cache
from itertools import groupby
from typing import NamedTuple

import numpy as np
import zxingcpp
from PIL import Image
from reportlab.pdfgen.canvas import Canvas

from labels import letters
from labels.media import MEDIA
from labels.printers import PrintJob

CODE = "D0042170K"
LETTERS = "Blåbær på ÅS – ŋuorravuođa čáhci, žółw š"
MODULE = 3
"""Dots in a module."""
LEFT, TOP, HIGH = 50, 40, 80
"""Dots from the page's edges to the bars, and how high they are. All of it is on 58 mm paper, too."""


class Bars(NamedTuple):
    """What was drawn: the widths of bars and gaps in modules, a bar first."""

    modules: list[int]


def bars(text: str = CODE) -> Bars:
    """Encode a Code 128."""
    symbol = zxingcpp.create_barcode(text, zxingcpp.BarcodeFormat.Code128)
    row = np.array(symbol.to_image(scale=1, add_quiet_zones=False))[0] < 128
    return Bars([len(list(same)) for _, same in groupby(row.tolist())])


def document(width: float, height: float, dpi: int, *texts: str) -> bytes:
    """Write a PDF with a page for each text, which stands there as a Code 128 of whole dots.

    Args:
        width, height: of the pages, mm; dpi: dots in an inch.
    """
    letters.ready()
    dot, down = 72 / dpi, height * letters.PT**-1
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=(width / letters.PT, down), invariant=1)
    for text in texts or (CODE,):
        path, at = canvas.beginPath(), LEFT
        for number, modules in enumerate(bars(text).modules):
            if number % 2 == 0:
                path.rect(at * dot, down - (TOP + HIGH) * dot, modules * MODULE * dot, HIGH * dot)
            at += modules * MODULE
        canvas.drawPath(path, stroke=0, fill=1)
        canvas.setFont(letters.REGULAR, 7)
        canvas.drawString(LEFT * dot, down - (TOP + HIGH + 30) * dot, LETTERS)
        canvas.showPage()
    canvas.save()
    return out.getvalue()


def job(
    medium: str = "62x29", *texts: str, dpi: int | None = None, height: float = 60.0, key: str = ""
) -> PrintJob:
    """Make a job for a medium of the table; an endless one is `height` mm long."""
    chosen = MEDIA[medium]
    tall, dots = chosen.page_height or height, dpi or chosen.dpi
    return PrintJob(
        key or str(uuid.uuid4()), document(chosen.page_width, tall, dots, *texts), chosen, tall, dots
    )


@cache
def noise(medium: str = "62") -> PrintJob:
    """Make a job of half a megabyte: dots of no pattern, that no compression makes fewer."""
    chance = np.random.default_rng(7)
    width, height, dpi = MEDIA[medium].page_width, 200.0, MEDIA[medium].dpi
    dots = chance.integers(0, 2, (int(height / 25.4 * dpi), int(width / 25.4 * dpi)), np.uint8) * 255
    out = io.BytesIO()
    size = (width / letters.PT, height / letters.PT)
    canvas = Canvas(out, pagesize=size)
    canvas.drawInlineImage(Image.fromarray(dots), 0, 0, *size)
    canvas.showPage()
    canvas.save()
    return PrintJob(str(uuid.uuid4()), out.getvalue(), MEDIA[medium], height, dpi)


def read(page: Image.Image) -> list[str]:
    """Read the codes of a page of dots."""
    grey = page.convert("L")
    roomy = Image.new("L", (grey.width + 80, grey.height + 80), 255)
    roomy.paste(grey, (40, 40))
    return [one.text for one in zxingcpp.read_barcodes(roomy, try_downscale=False)]


def widths(page: Image.Image, left: int = LEFT) -> list[int]:
    """Measure the bars and gaps across the middle of the code, in dots, from the first bar on."""
    row = np.array(page.convert("L"))[TOP + HIGH // 2] < 128
    runs = [(dark, len(list(same))) for dark, same in groupby(row.tolist())]
    assert runs[0] == (False, left)
    return [length for _, length in runs[1:-1]]
