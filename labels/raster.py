"""Pages as printer dots: for printers that take dots, for proofs, and for the preview.

What is rasterised is the document itself, so what was proved is what comes out; text in a printer's own
typeface would be neither.
"""

from __future__ import annotations

import math
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pypdfium2
from PIL import Image

_ONE_AT_A_TIME = threading.Lock()
"""PDFium knows no threads."""

_THRESHOLD = 128


def pages(document: bytes | Path, dpi: float, *, colour: bool = False) -> Iterator[Image.Image]:
    """Draw each page of a PDF, one at a time.

    Args:
        document: the PDF or its file; dpi: dots in an inch, 50 to 1200.
        colour: draw in colour (mode "RGB") and not in grey ("L").

    Raises:
        pypdfium2.PdfiumError: it is no PDF.
    """
    with _ONE_AT_A_TIME:
        pdf = pypdfium2.PdfDocument(document)
    try:
        for number in range(len(pdf)):
            with _ONE_AT_A_TIME:
                page = pdf[number]
                _fill_whole_dots(page, dpi)
                drawn: Image.Image = (
                    page.render(scale=dpi / 72, grayscale=not colour)
                    .to_pil()
                    .convert("RGB" if colour else "L")
                )
                page.close()
            yield drawn
    finally:
        with _ONE_AT_A_TIME:
            pdf.close()


def _fill_whole_dots(page: Any, dpi: float) -> None:
    """Make a page a whole number of dots large, to its right and below.

    The picture is rounded up to whole dots, and PDFium stretches the page to fill it: of 732.28 dots it makes
    733, and a bar right of the middle becomes a dot wider than its neighbours.
    """
    scale = dpi / 72
    width, height = page.get_size()
    left, _, _, top = page.get_mediabox()
    across, down = math.ceil(width * scale - 0.01), math.ceil(height * scale - 0.01)
    page.set_mediabox(left, top - (down - 0.001) / scale, left + (across - 0.001) / scale, top)


def dots(document: bytes, dpi: float) -> Iterator[Image.Image]:
    """Draw each page of a PDF in the black dots of a thermal printer: images of mode "1", white is 255.

    Args and what it raises: as `pages`.
    """
    for page in pages(document, dpi):
        yield page.point(lambda grey: 255 if grey >= _THRESHOLD else 0).convert("1")
