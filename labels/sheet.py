"""Labels on pages: any number of them, of one design, on one medium, as a PDF."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import chain, cycle
from typing import IO

from reportlab.pdfgen.canvas import Canvas

from depot.words import Words
from labels.board import MM, Board, Mark
from labels.designs import Design
from labels.errors import DoesNotFit
from labels.media import Medium, MediumKind
from labels.says import Says
from labels.streamed import canvas_on
from labels.symbols import MM_PER_INCH

_ENDLESS = float("inf")
_PLENTY = 2000.0
"""A page height in mm that nothing on an endless medium reaches."""
_SLIVER = 0.001
"""By how many dots a page is short of a whole number: a rasteriser that rounds up must not add a row."""


@dataclass(frozen=True, slots=True)
class Setup:
    """How a printer is told to print: what lies in it, and by how much it is off.

    Args:
        medium: the label stock; dpi: the printer's dots in an inch.
        yellow: whether yellow fields are printed (not on yellow stock, and never on a roll or a receipt).
        offset_x, offset_y: mm by which everything is moved right and down.
        scale_x, scale_y: millionths by which the labels lie further apart, for a printer that prints short;
            a label itself keeps its size, so that its codes keep their dots.
        skip: how many labels of the first sheet are used up.
    """

    medium: Medium
    dpi: int
    yellow: bool = True
    offset_x: float = 0.0
    offset_y: float = 0.0
    scale_x: int = 0
    scale_y: int = 0
    skip: int = 0

    @property
    def prints_yellow(self) -> bool:
        """Whether yellow comes out of this printer as yellow."""
        return self.yellow and self.medium.kind in (MediumKind.SHEET, MediumKind.CARD)


@dataclass(frozen=True, slots=True)
class Drawn:
    """One label as it was drawn: on which page, where on it (mm from its top left corner), and its marks."""

    page: int
    left: float
    top: float
    width: float
    height: float
    marks: tuple[Mark, ...]


@dataclass(frozen=True, slots=True)
class Written:
    """What was written: how many labels on how many pages, and how high a page is, mm."""

    labels: int
    pages: int
    page_height: float


def write(
    file: IO[bytes],
    labels: Iterable[tuple[Says, Words]],
    design: Design,
    setup: Setup,
    *,
    each: Callable[[Drawn], None] | None = None,
    done: Callable[[int], None] | None = None,
) -> Written:
    """Write labels as a PDF, page by page; nothing of a page stays in memory when it is full.

    Args:
        file: open for writing bytes.
        labels: what each says, and in which language's words; taken one by one.
        design: how they look; setup: what they are printed on.
        each: told every label as it was drawn, for proofs; done: told how many there are so far.

    Raises:
        DoesNotFit: a label has no room on the medium, or there are more to skip than a sheet has.
    """
    if not 0 <= setup.skip < setup.medium.labels_a_page:
        raise DoesNotFit(
            f"{setup.skip} to skip: a sheet of {setup.medium.name} has {setup.medium.labels_a_page} labels"
        )
    _must_make_sense(design, setup.medium)
    canvas = canvas_on(file, title=design.name)
    page, number, height = 0, 0, 0.0
    cells = _cells(design, setup)
    for number, (says, words) in enumerate(labels, 1):
        on_page, left, top = next(cells)
        if on_page != page:
            if page:
                canvas.showPage()
            page = on_page
            height = _page_height(design, setup, says, words)
            canvas.setPageSize((_whole(setup.medium.page_width, setup) * MM, height * MM))
        board = _board(canvas, design, setup, left, top, height, marks=each is not None)
        design.draw(board, says, words)
        if each is not None:
            each(Drawn(page, board.left, board.top, board.width, board.height, tuple(board.marks or ())))
        if done is not None:
            done(number)
    canvas.save()
    return Written(number, page, height)


def document(
    labels: Iterable[tuple[Says, Words]],
    design: Design,
    setup: Setup,
    *,
    each: Callable[[Drawn], None] | None = None,
) -> tuple[bytes, Written]:
    """Write a few labels as a PDF in memory; the arguments and what it raises are those of `write`."""
    file = io.BytesIO()
    written = write(file, labels, design, setup, each=each)
    return file.getvalue(), written


def _must_make_sense(design: Design, medium: Medium) -> None:
    width, height = (
        (medium.page_width, medium.page_height) if design.whole_page else (medium.width, medium.height)
    )
    least_width, least_height = design.least
    if width < least_width or (height and height < least_height):
        raise DoesNotFit(
            f"{design.name} needs {least_width:g} x {least_height:g} mm; {medium.name} has {width:g} x {height:g}"
        )


def _cells(design: Design, setup: Setup) -> Iterator[tuple[int, float, float]]:
    """Give each label's page and its corner on it, without end."""
    medium = setup.medium
    if design.whole_page:
        corners: list[tuple[float, float]] = [(0.0, 0.0)]
    else:
        corners = [
            (
                setup.offset_x + left * (1 + setup.scale_x / 1e6),
                setup.offset_y + top * (1 + setup.scale_y / 1e6),
            )
            for left, top in medium.cells()
        ]
    skip = 0 if design.whole_page else setup.skip
    places = chain(corners[skip:], cycle(corners))
    for number, (left, top) in enumerate(places, skip):
        yield number // len(corners) + 1, left, top


def _page_height(design: Design, setup: Setup, says: Says, words: Words) -> float:
    """Return a page's height in mm; on an endless medium what the label needs, as on no other."""
    if not setup.medium.is_endless:
        return _whole(setup.medium.page_height, setup)
    board = Board(None, setup.medium.width, _ENDLESS, setup.medium.margin, setup.dpi)
    return _whole(min(_PLENTY, design.draw(board, says, words)), setup)


def _whole(length: float, setup: Setup) -> float:
    """Round a page's side to the printer's dots where the page is the label: every dot is then a dot."""
    if setup.medium.kind is MediumKind.SHEET:
        return length
    return (round(length * setup.dpi / MM_PER_INCH) - _SLIVER) * MM_PER_INCH / setup.dpi


def _board(
    canvas: Canvas, design: Design, setup: Setup, left: float, top: float, page_height: float, *, marks: bool
) -> Board:
    medium = setup.medium
    width, height = (
        (medium.page_width, page_height)
        if design.whole_page
        else (medium.width, medium.height or page_height)
    )
    return Board(
        canvas,
        width,
        height,
        medium.margin,
        setup.dpi,
        page_height=page_height,
        left=left,
        top=top,
        yellow=setup.prints_yellow,
        marks=[] if marks else None,
    )
