"""Papers of the desk on A4: a list as a table over as many pages as it takes, and letters.

Set in the typeface that every label carries in itself, in black on white. What they say comes as values: nothing
here asks the ledger.
"""

from __future__ import annotations

import io
from collections.abc import Sequence

from reportlab.pdfgen.canvas import Canvas

from inventory.papers import Letter, Listed
from labels.letters import BOLD, LEADING, PT, REGULAR, RISE, wrap
from labels.streamed import canvas_on

WIDTH, HEIGHT, MARGIN = 210.0, 297.0, 18.0
"""A4, and what stays white around it, mm."""
_INNER = WIDTH - 2 * MARGIN
_GAP = 2.5
"""Between two columns, mm."""
_SMALL, _TEXT, _READ, _LARGE = 9.0, 11.0, 13.5, 18.0
"""Sizes in points; a letter is read by people who may see badly."""
_FOOT = HEIGHT - MARGIN
_MM = 72 / 25.4


class _Page:
    """Writes downwards on a page, in millimetres from its top left corner."""

    def __init__(self, canvas: Canvas) -> None:
        self._canvas = canvas
        self.y = MARGIN

    def write(self, x: float, text: str, size: float, *, bold: bool = False, right: bool = False) -> None:
        """Write one line whose top is at `y`."""
        self._canvas.setFont(BOLD if bold else REGULAR, size)
        draw = self._canvas.drawRightString if right else self._canvas.drawString
        draw(x * _MM, (HEIGHT - self.y - size * PT * RISE) * _MM, text)

    def para(self, text: str, size: float = _TEXT, *, bold: bool = False, indent: float = 0.0) -> None:
        """Write a paragraph."""
        for line in wrap(text, _INNER - indent, size, bold=bold).lines:
            self.write(MARGIN + indent, line, size, bold=bold)
            self.y += size * PT * LEADING

    def rule(self, weight: float = 0.2) -> None:
        """Draw a line across, mm thick."""
        self._canvas.setLineWidth(weight * _MM)
        across = (HEIGHT - self.y) * _MM
        self._canvas.line(MARGIN * _MM, across, (WIDTH - MARGIN) * _MM, across)

    def box(self, side: float) -> None:
        """Draw a box to be ticked, its top at `y`."""
        self._canvas.setLineWidth(0.3 * _MM)
        self._canvas.rect(MARGIN * _MM, (HEIGHT - self.y - side) * _MM, side * _MM, side * _MM)


def list_pdf(told: Listed) -> bytes:
    """Set a list: a page is never without its headings, and a row is never broken over two."""
    file = io.BytesIO()
    canvas = canvas_on(file, title=told.title)
    pages = _paged(told)
    for number, rows in enumerate(pages, 1):
        canvas.setPageSize((WIDTH * _MM, HEIGHT * _MM))
        page = _Page(canvas)
        _begin(page, told, first=number == 1)
        for row in rows:
            _row(page, told, row)
        page.y = _FOOT
        page.write(WIDTH - MARGIN, told.page % {"page": number, "pages": len(pages)}, _SMALL, right=True)
        canvas.showPage()
    canvas.save()
    return file.getvalue()


def _paged(told: Listed) -> list[list[tuple[str, ...]]]:
    """Share the rows among pages, by their heights."""
    nowhere = _Page(canvas_on(io.BytesIO(), title=""))
    pages: list[list[tuple[str, ...]]] = [[]]
    _begin(nowhere, told, first=True)
    for row in told.rows:
        if nowhere.y + _height(told, row) > _FOOT - 4 and pages[-1]:
            pages.append([])
            nowhere.y = MARGIN
            _begin(nowhere, told, first=False)
        pages[-1].append(row)
        nowhere.y += _height(told, row)
    return pages


_TICK = 6.0


def _columns(told: Listed) -> list[tuple[float, float]]:
    """Say where each column begins and how wide it is, mm."""
    indent = _TICK if told.boxes else 0.0
    room = _INNER - indent - _GAP * (len(told.heads) - 1)
    shares = sum(one.share for one in told.heads)
    found, x = [], MARGIN + indent
    for one in told.heads:
        wide = room * one.share / shares
        found.append((x, wide))
        x += wide + _GAP
    return found


def _wrapped(told: Listed, row: Sequence[str], *, bold: bool = False) -> list[tuple[str, ...]]:

    return [
        tuple(
            line
            for part in text.split("\n")
            for line in (wrap(part, wide, _SMALL, bold=bold).lines if part else ("",))
        )
        for text, (_, wide) in zip(row, _columns(told), strict=True)
    ]


def _high(lines: Sequence[Sequence[str]]) -> float:

    return max([1, *map(len, lines)]) * _SMALL * PT * LEADING


def _height(told: Listed, row: Sequence[str]) -> float:
    return _high(_wrapped(told, row)) + 2.4


def _cells(page: _Page, told: Listed, row: Sequence[str], *, bold: bool) -> None:

    wrapped, top = _wrapped(told, row, bold=bold), page.y
    for lines, head, (x, wide) in zip(wrapped, told.heads, _columns(told), strict=True):
        page.y = top
        for line in lines:
            page.write(x + wide if head.right else x, line, _SMALL, bold=bold, right=head.right)
            page.y += _SMALL * PT * LEADING
    page.y = top + _high(wrapped)


def _begin(page: _Page, told: Listed, *, first: bool) -> None:
    page.para(told.title, _LARGE if first else _TEXT, bold=True)
    page.y += 2
    if first:
        for text in told.lead:
            page.para(text)
            page.y += 1.5
        page.y += 2
    _cells(page, told, tuple(one.title for one in told.heads), bold=True)
    page.y += 1
    page.rule(0.4)
    page.y += 1.2


def _row(page: _Page, told: Listed, row: tuple[str, ...]) -> None:
    if told.boxes:
        page.box(3.2)
    _cells(page, told, row, bold=False)
    page.y += 1.2
    page.rule(0.1)
    page.y += 1.2


def letters_pdf(letters: Sequence[Letter], *, title: str) -> bytes:
    """Set letters, a page each: the name stands in the window of an envelope (C5, window to the left)."""
    file = io.BytesIO()
    canvas = canvas_on(file, title=title)
    for one in letters:
        canvas.setPageSize((WIDTH * _MM, HEIGHT * _MM))
        page = _Page(canvas)
        for line in one.sender:
            page.para(line, _SMALL)
        page.y = max(page.y + 6, 52.0)
        page.para(one.to, _READ)
        page.y = 92.0
        page.para(one.dated, _READ)
        page.y += 8
        page.para(one.title, _LARGE, bold=True)
        page.y += 4
        for text in one.body:
            page.para(text, _READ)
            page.y += 3
        for text in one.points:
            page.para(text, _READ, bold=True, indent=6)
            page.y += 1
        page.y += 2
        for text in one.after:
            page.para(text, _READ)
            page.y += 3
        canvas.showPage()
    canvas.save()
    return file.getvalue()
