"""The borrower's card and the storekeeper's badge: a random number, twice as a code, and no name."""

from __future__ import annotations

from depot.own import spoken
from depot.words import Words
from labels import symbols
from labels.board import Align, Board
from labels.designs.flow import unbroken
from labels.designs.pictogram import scan
from labels.letters import LEADING, PT, fit, one_line
from labels.says import Card


def card(board: Board, says: Card, w: Words) -> float:
    """Draw a card. Whoever has it can borrow on it, so it says what to do with one that was found."""
    x, y, width, height = board.inner
    bars = symbols.code128(says.code)
    dots = board.room_for(bars, board.across)
    foot = max(6.0, height * 0.22) if dots else 0.0
    symbol = symbols.qr(says.code)
    modules = board.room_for(symbol, min(width * 0.3, height - foot - 8.0))
    side = board.size_of(symbol, modules) if modules else 0.0
    head = height * 0.20
    board.field(x, y, width, head)
    scan(board, x + 0.8, y + 0.8, head - 1.6)
    left = x + head + 0.8
    title = fit(
        w.t("Staff badge") if says.is_badge else w.t("Loan card"),
        (x + width - left) * 0.5,
        head,
        largest=22,
        smallest=8,
        bold=True,
    )
    board.lines(left, y + (head - title.height) / 2, title, bold=True)
    whose = fit(says.house.depot, (x + width - left) * 0.46, head - 1, largest=9, smallest=6)
    _right(board, x + width - 0.8, y + (head - whose.height) / 2, whose.lines, whose.size)
    top = y + head + 1.0
    if modules:
        board.code(x + width - side, top, symbol, modules)
    room = width - side - 1.0
    size = one_line(spoken(says.code), room, height * 0.2, largest=32, smallest=9)
    bottom = board.figures(x, top + 1.2, spoken(says.code), size)
    body = height - foot - 0.8 - (bottom + 1.2 - y)
    told = fit(_words(says, w), room, body, largest=10, smallest=5)
    board.lines(x, bottom + 1.2, told)
    if foot:
        across = board.size_of(bars, dots)
        board.code((board.width - across) / 2, y + height - foot, bars, dots, height=foot)
    return board.height


def _right(board: Board, x: float, y: float, lines: tuple[str, ...], size: float) -> None:
    for line in lines:
        board.line(x, y, line, size, align=Align.RIGHT)
        y += size * PT * LEADING


def _words(says: Card, w: Words) -> str:
    if says.is_badge:
        return w.t(
            "Opens the storekeeper's desk, with its PIN. Lost it? Say so at once: we give you a new one."
        )
    if says.house.phone:
        return w.t(
            "Scan it when you borrow. Lost it? Take a new one. Found one? Put it in the closed box, or call "
            "%(number)s.",
            number=unbroken(says.house.phone),
        )
    return w.t("Scan it when you borrow. Lost it? Take a new one. Found one? Put it in the closed box.")
