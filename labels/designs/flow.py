"""A column of words: headings, paragraphs and boxes one below the other, as large as the label allows."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from labels.board import Align, Board
from labels.errors import DoesNotFit
from labels.letters import LEADING, PT, fit, one_line, wrap
from labels.symbols import Symbol

SMALLEST = 6.5
"""The smallest letters, in points, that a person is asked to read."""

_SCALES = (1.0, 0.95, 0.9, 0.85, 0.8, 0.75, 0.7, 0.65, 0.6, 0.55, 0.5)


@dataclass(slots=True)
class Flow:
    """Writes downwards on a board.

    Args:
        board: the label; x, y: where it begins; width: of the column; all in mm.
        scale: by which sizes are smaller than the design's own; none becomes smaller than `SMALLEST`.
    """

    board: Board
    x: float
    y: float
    width: float
    scale: float = 1.0

    def size(self, points: float) -> float:
        """Scale a size of letters."""
        return max(min(points, SMALLEST), points * self.scale)

    def gap(self, mm: float) -> None:
        """Leave some room."""
        self.y += mm * self.scale

    def title(self, text: str, points: float, *, lines: int = 3) -> None:
        """Write large and bold, smaller where it would take more than so many lines."""
        size = self.size(points)
        fitted = fit(
            text,
            self.width,
            lines * size * PT * LEADING,
            largest=size,
            smallest=min(size, self.size(points * 0.6)),
            bold=True,
        )
        self.y = self.board.lines(self.x, self.y, fitted, bold=True)

    def para(self, text: str, points: float = 9.0, *, bold: bool = False) -> None:
        """Write a paragraph; an empty one is nothing."""
        if text:
            self.y = self.board.lines(
                self.x, self.y, wrap(text, self.width, self.size(points), bold=bold), bold=bold
            )

    def point(self, heading: str, text: str, points: float = 9.0) -> None:
        """Write a question or heading in bold, and below it what is to be done."""
        self.gap(1.2)
        self.para(heading, points, bold=True)
        self.para(text, points)

    def numbered(self, number: int, text: str, points: float) -> None:
        """Write one step of several."""
        size = self.size(points)
        indent = size * PT * 1.5
        self.board.line(self.x, self.y, f"{number}", size, bold=True)
        self.y = self.board.lines(self.x + indent, self.y, wrap(text, self.width - indent, size))
        self.gap(0.6)

    def rule(self) -> None:
        """Draw a line across."""
        self.gap(1.2)
        self.board.rule(self.x, self.y, self.width)
        self.y += 0.3
        self.gap(1.2)

    def boxed(self, small: str, large: str, points: float) -> None:
        """Write something that nobody may overlook, in a frame."""
        pad = 1.2 * self.scale
        inner = Flow(self.board, self.x + 1.4, self.y + pad, self.width - 2.8, self.scale)
        inner.para(small, 9.0)
        inner.title(large, points, lines=2)
        bottom = inner.y + pad
        self.board.frame(self.x + 0.15, self.y, self.width - 0.3, bottom - self.y, 0.45)
        self.y = bottom + 0.3

    def figures(self, text: str, points: float, *, align: Align = Align.LEFT) -> None:
        """Write digits large."""
        size = one_line(text, self.width, 99.0, largest=self.size(points), smallest=SMALLEST)
        x = {Align.LEFT: self.x, Align.CENTRE: self.x + self.width / 2, Align.RIGHT: self.x + self.width}
        self.y = self.board.figures(x[align], self.y + size * PT * 0.15, text, size, align=align)
        self.y += size * PT * 0.2

    def code(self, symbol: Symbol, text: str = "", points: float = 8.0, *, most: float = 26.0) -> None:
        """Draw a square code, with words beside it.

        Args:
            most: how large it may be with its quiet zone, mm.
        """
        dots = self.board.room_for(symbol, min(most, self.width))
        side = self.board.code(self.x, self.y, symbol, dots) if dots else 0.0
        beside = Flow(self.board, self.x + side + 1, self.y + 1.5, self.width - side - 1, self.scale)
        beside.para(text, points)
        self.y = max(self.y + side, beside.y)

    def bars(self, symbol: Symbol, height: float) -> None:
        """Draw a Code 128 in the middle of the column, if it has room."""
        beside = (
            self.board.across - self.board.width + 2 * self.board.margin
        )  # its quiet zone may lie where nothing is printed
        dots = self.board.room_for(symbol, self.width + beside)
        if dots:
            across = self.board.size_of(symbol, dots)
            self.board.code(self.x + (self.width - across) / 2, self.y, symbol, dots, height=height)
            self.y += height


Part = Callable[[Flow], None]

_TWO_COLUMNS = 80.0
"""From this width in mm on, a label that lies is written in two columns."""
_BETWEEN = 3.0


def flowed(board: Board, first: Part, second: Part, last: Part) -> float:
    """Let three parts be written as large as the board's height allows; returns the height of the label.

    One below the other; or, on a label that lies, the second to the right of the other two. On an endless
    medium the height is what they need. Elsewhere the largest scale that fits is taken.

    Raises:
        DoesNotFit: not even the smallest letters that a person can read do.
    """
    foot = board.height - board.margin
    lies = board.width >= _TWO_COLUMNS and board.height < board.width * 0.75
    for scale in _SCALES:
        trial = Board(None, board.width, board.height, board.margin, board.dpi)
        bottom = _columns(trial, scale, first, second, last, lies=lies)
        if bottom <= foot + 0.01:
            if board.canvas is not None or board.marks is not None:
                _columns(board, scale, first, second, last, lies=lies)
            return bottom + board.margin
    raise DoesNotFit(f"{board.width:g} x {board.height:g} mm is too small for what is to stand on it")


def _columns(board: Board, scale: float, first: Part, second: Part, last: Part, *, lies: bool) -> float:
    x, y, width, _ = board.inner
    if not lies:
        flow = Flow(board, x, y, width, scale)
        for part in (first, second, last):
            part(flow)
        return flow.y
    half = (width - _BETWEEN) / 2
    left, right = Flow(board, x, y, half, scale), Flow(board, x + half + _BETWEEN, y, half, scale)
    first(left)
    last(left)
    second(right)
    return max(left.y, right.y)


def nothing(_: Flow) -> None:
    """Write nothing: for a label that has fewer parts."""


def unbroken(text: str) -> str:
    """Keep a number on one line."""
    return text.replace(" ", "\N{NO-BREAK SPACE}")
