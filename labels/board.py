"""One label's area on a page, and the marks that designs put there.

Designs count millimetres from the label's top left corner and know neither the page nor the printer. Bar
codes begin on a printer dot of the page and have modules of whole dots, wherever their label lies. What was
drawn can be kept (`Board.marks`), so that a proof knows what must be read back and a test that nothing
collides.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from reportlab.pdfgen.canvas import Canvas
from reportlab.pdfgen.pathobject import PDFPathObject

from labels import letters
from labels.letters import BOLD, CAPITAL, LEADING, PT, REGULAR, RISE, Fitted
from labels.symbols import MM_PER_INCH, Symbol, Symbology, module_dots

MM = 72 / MM_PER_INCH
"""Points in a millimetre."""

BLACK, WHITE, YELLOW = (0.0, 0.0, 0.0), (1.0, 1.0, 1.0), (1.0, 0.84, 0.0)
Colour = tuple[float, float, float]
Polygons = tuple[tuple[tuple[float, float], ...], ...]


class Align(StrEnum):
    """Where in its box a line of text stands."""

    LEFT = "left"
    CENTRE = "centre"
    RIGHT = "right"


@dataclass(frozen=True, slots=True)
class Mark:
    """What was put on a label, and where: millimetres from the label's top left corner.

    Args:
        what: "text", "code" (with its quiet zone) or "field", which other marks may stand on.
        said: the text, or what the code says.
        symbology: the code's.
    """

    what: str
    x: float
    y: float
    width: float
    height: float
    said: str = ""
    symbology: Symbology | None = None


@dataclass(slots=True)
class Board:
    """One label's area.

    Args:
        canvas: the page; None only measures.
        width, height: of the label, mm; height is infinite where it is as long as what stands on it.
        margin: how far from its edges nothing is printed, mm.
        dpi: the printer's dots in an inch.
        page_height: of the page, mm; left, top: where the label begins on it.
        yellow: whether yellow fields are printed; on yellow stock, and in black, they are not.
        marks: what was drawn, where that is kept.
    """

    canvas: Canvas | None
    width: float
    height: float
    margin: float
    dpi: int
    page_height: float = 0.0
    left: float = 0.0
    top: float = 0.0
    yellow: bool = False
    marks: list[Mark] | None = None

    @property
    def inner(self) -> tuple[float, float, float, float]:
        """The printable box: left, top, width, height."""
        return (
            self.margin,
            self.margin,
            self.width - 2 * self.margin,
            self.height - 2 * self.margin,
        )

    @property
    def across(self) -> float:
        """The width that a bar code may take: its quiet zone needs no ink, so it may lie in the margin, mm."""
        return self.width - 0.2

    # --- fields and lines ---

    def field(self, x: float, y: float, width: float, height: float) -> None:
        """Fill a box with yellow, where yellow is printed."""
        if self.yellow:
            self._note("field", x, y, width, height)
            self._box(x, y, width, height, YELLOW)

    def box(self, x: float, y: float, width: float, height: float, colour: Colour = BLACK) -> None:
        """Fill a box."""
        self._note("field", x, y, width, height)
        self._box(x, y, width, height, colour)

    def _box(self, x: float, y: float, width: float, height: float, colour: Colour) -> None:
        if self.canvas is None:
            return
        self.canvas.setFillColorRGB(*colour)
        self.canvas.rect(*self._at(x, y + height), width * MM, height * MM, stroke=0, fill=1)

    def frame(self, x: float, y: float, width: float, height: float, line: float = 0.3) -> None:
        """Draw a box's outline; `line` is its thickness in millimetres."""
        if self.canvas is None:
            return
        self.canvas.setStrokeColorRGB(*BLACK)
        self.canvas.setLineWidth(line * MM)
        self.canvas.rect(*self._at(x, y + height), width * MM, height * MM, stroke=1, fill=0)

    def rule(self, x: float, y: float, width: float, line: float = 0.3) -> None:
        """Draw a line across."""
        self._box(x, y, width, line, BLACK)

    def path(self, points: tuple[tuple[float, float], ...], colour: Colour = BLACK) -> None:
        """Fill a polygon."""
        if self.canvas is None:
            return
        path = self.canvas.beginPath()
        path.moveTo(*self._at(*points[0]))
        for point in points[1:]:
            path.lineTo(*self._at(*point))
        path.close()
        self.canvas.setFillColorRGB(*colour)
        self.canvas.drawPath(path, stroke=0, fill=1)

    def picture(self, x: float, y: float, side: float, polygons: Polygons) -> None:
        """Fill polygons in a square of `side` millimetres; theirs is one of side 1, counted from its top left."""
        if self.canvas is None:
            return
        left, below = self._at(x, y + side)
        canvas = self.canvas
        canvas.saveState()
        canvas.setFillColorRGB(*BLACK)
        canvas.transform(side * MM, 0, 0, side * MM, left, below)
        canvas.drawPath(PDFPathObject(code=list(_outlines(polygons))), stroke=0, fill=1)
        canvas.restoreState()

    # --- text ---

    def line(
        self,
        x: float,
        y: float,
        text: str,
        size: float,
        *,
        bold: bool = False,
        align: Align = Align.LEFT,
        colour: Colour = BLACK,
    ) -> float:
        """Write one line; returns where the next one may begin.

        Args:
            x: of its left, middle or right, as `align` says; y: of its top.
            size: in points.
        """
        height = size * PT * LEADING
        self._write(x, y, height, RISE, text, size, bold=bold, align=align, colour=colour)
        return y + height

    def figures(
        self,
        x: float,
        y: float,
        text: str,
        size: float,
        *,
        bold: bool = True,
        align: Align = Align.LEFT,
        colour: Colour = BLACK,
    ) -> float:
        """Write digits or capitals, in a box that is no higher than they are; returns its bottom."""
        height = size * PT * CAPITAL
        self._write(x, y, height, CAPITAL, text, size, bold=bold, align=align, colour=colour)
        return y + height

    def _write(
        self,
        x: float,
        y: float,
        height: float,
        rise: float,
        text: str,
        size: float,
        *,
        bold: bool,
        align: Align,
        colour: Colour,
    ) -> None:
        if not text:
            return
        wide = letters.width_of(text, size, bold=bold)
        left = x - {Align.LEFT: 0.0, Align.CENTRE: wide / 2, Align.RIGHT: wide}[align]
        self._note("text", left, y, wide, height, text)
        if self.canvas is None:
            return
        self.canvas.setFillColorRGB(*colour)
        self.canvas.setFont(BOLD if bold else REGULAR, size)
        self.canvas.drawString(*self._at(left, y + size * PT * rise), text)

    def lines(
        self,
        x: float,
        y: float,
        fitted: Fitted,
        *,
        bold: bool = False,
        align: Align = Align.LEFT,
        colour: Colour = BLACK,
    ) -> float:
        """Write the lines of a text that was made to fit; returns where the next thing may begin."""
        for text in fitted.lines:
            y = self.line(x, y, text, fitted.size, bold=bold, align=align, colour=colour)
        return y

    # --- codes ---

    def room_for(self, symbol: Symbol, room: float) -> int:
        """Say how many dots wide the symbol's modules are in so much room (mm); 0 where it does not fit."""
        return module_dots(symbol, room, self.dpi)

    def size_of(self, symbol: Symbol, dots: int) -> float:
        """Say how wide a symbol is with its quiet zones, in millimetres."""
        return (symbol.width + 2 * symbol.quiet) * dots * MM_PER_INCH / self.dpi

    def code(
        self, x: float, y: float, symbol: Symbol, dots: int, *, height: float = 0.0, upright: bool = False
    ) -> float:
        """Draw a bar code with its quiet zone; returns its extent across (down, if it stands upright), mm.

        Args:
            x, y: the corner of its quiet zone. The modules begin on the printer's next dot.
            dots: how wide a module is (`room_for`).
            height: how high the bars of a Code 128 are, mm; the others are square.
            upright: turned by a right angle, to be read from below to above.
        """
        dot = MM_PER_INCH / self.dpi
        module = dots * dot
        wide = (symbol.width + 2 * symbol.quiet) * module
        linear = symbol.symbology is Symbology.CODE128
        high = height if linear else (symbol.height + 2 * symbol.quiet) * module
        box = (x, y, high, wide) if upright else (x, y, wide, high)
        self._note("code", *box, symbol.text, symbol.symbology)
        if self.canvas is None:
            return wide
        left, top = self._snapped(x, dot), self._snapped_down(y, dot)
        quiet = symbol.quiet * module
        bar = height if linear else module
        above = 0.0 if linear else quiet
        canvas = self.canvas
        canvas.saveState()
        canvas.setFillColorRGB(*BLACK)
        if upright:
            bottom = top + wide
            canvas.transform(
                0, module * MM, -bar * MM, 0, (left + above + bar * symbol.height) * MM,
                (self.page_height - bottom + quiet) * MM,
            )  # fmt: skip
        else:
            canvas.transform(
                module * MM, 0, 0, bar * MM, (left + quiet) * MM,
                (self.page_height - top - above - bar * symbol.height) * MM,
            )  # fmt: skip
        canvas.drawPath(PDFPathObject(code=list(_boxes(symbol.rows))), stroke=0, fill=1)
        canvas.restoreState()
        return wide

    def _snapped(self, x: float, dot: float) -> float:
        return math.ceil((self.left + x) / dot - 1e-6) * dot

    def _snapped_down(self, y: float, dot: float) -> float:
        return math.ceil((self.top + y) / dot - 1e-6) * dot

    # --- where things are ---

    def _at(self, x: float, y: float) -> tuple[float, float]:
        return (self.left + x) * MM, (self.page_height - self.top - y) * MM

    def _note(
        self,
        what: str,
        x: float,
        y: float,
        width: float,
        height: float,
        said: str = "",
        symbology: Symbology | None = None,
    ) -> None:
        if self.marks is not None:
            self.marks.append(Mark(what, x, y, width, height, said, symbology))


@lru_cache(maxsize=256)
def _boxes(rows: tuple[tuple[tuple[int, int], ...], ...]) -> tuple[str, ...]:
    """Write a symbol's dark runs as PDF boxes a module high, the first row on top."""
    last = len(rows) - 1
    return tuple(f"{first} {last - at} {run} 1 re" for at, row in enumerate(rows) for first, run in row)


@lru_cache(maxsize=16)
def _outlines(polygons: Polygons) -> tuple[str, ...]:
    """Write polygons in a square of side 1 as PDF paths; PDF counts from below."""
    steps: list[str] = []
    for polygon in polygons:
        steps += (f"{x:.5g} {1 - y:.5g} {'l' if at else 'm'}" for at, (x, y) in enumerate(polygon))
        steps.append("h")
    return tuple(steps)
