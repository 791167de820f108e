"""A thing's own label, for anything from a rail to a bed, and a small one that goes round a tube."""

from __future__ import annotations

from collections.abc import Callable

from depot.own import spoken
from depot.words import Words
from labels import symbols
from labels.board import Board
from labels.designs.flow import unbroken
from labels.designs.pictogram import scan
from labels.letters import CAPITAL, LEADING, PT, fit, one_line
from labels.says import Asset
from labels.symbols import Symbol

_TINY_MM = 14.0
"""Below this height there is room for one code and the digits, and nothing else."""
_SMALL_PRINT, _LEAST_PRINT = 6.0, 4.5


def asset(board: Board, says: Asset, w: Words) -> float:
    """Draw a thing's label: both codes, the digits large, what it is, whose it is.

    Its height decides what it bears. From 14 mm on there is a Code 128 across the foot wherever its modules
    reach a quarter of a millimetre, for scanners that read nothing else.
    """
    if board.height < _TINY_MM:
        return _tiny(board, says)
    x, y, width, height = board.inner
    bars = symbols.code128(says.code)
    dots = board.room_for(bars, board.across)
    foot = _foot(height) if dots else 0.0
    upper = height - foot - (0.8 if foot else 0.0)
    side = _square(board, says, x, y, min(upper, width * (0.38 if height < 20 else 0.34)))
    left = x + side + 0.8
    _column(board, says, w, left, y, x + width - left, upper)
    if foot:
        across = board.size_of(bars, dots)
        board.code((board.width - across) / 2, y + height - foot, bars, dots, height=foot)
    return board.height


def _foot(height: float) -> float:
    return max(5.0, min(13.0, height * 0.34))


def _square(board: Board, says: Asset, x: float, y: float, room: float) -> float:
    """Draw the QR code, or where that has no room a Data Matrix; returns the side, quiet zone included."""
    prefix = says.house.gs1_prefix
    tries: list[Callable[[], Symbol]] = [
        lambda: symbols.qr(says.code),
        lambda: symbols.datamatrix(says.code),
    ]
    if prefix:
        tries.insert(0, lambda: symbols.qr(symbols.giai(prefix, says.code), gs1=True))
    for make in tries:  # one by one: the first nearly always fits, and each costs a third of a millisecond
        symbol = make()
        dots = board.room_for(symbol, room)
        if dots:
            # The margin around the label is blank already, so the quiet zone may lie in it.
            return board.code(x, y, symbol, dots)
    return 0.0


def _column(board: Board, says: Asset, w: Words, x: float, y: float, width: float, height: float) -> None:
    """Write the digits on yellow, the name below them, and the small print at the foot."""
    digits = spoken(says.code)
    pad = 0.8 if height > 12 else 0.4
    picture = min(height * 0.36, width * 0.24)
    size = one_line(digits, width - picture - 3.5 * pad, height * 0.36, largest=48, smallest=7)
    high = size * PT * CAPITAL
    tall = max(picture, high) + 2 * pad
    board.field(x, y, width, tall)
    scan(board, x + pad, y + (tall - picture) / 2, picture)
    board.figures(x + picture + 2.5 * pad, y + (tall - high) / 2, digits, size)
    small = _small_print(says, w, width)
    size = _SMALL_PRINT if height > 17 else _LEAST_PRINT
    lines = small if height > 15 else small[:1] if height > 9 else []
    foot = len(lines) * size * PT * LEADING
    name = fit(says.name, width, height - tall - foot - 0.4, largest=22, smallest=5.5, bold=True)
    board.lines(x, y + tall + 0.4, name, bold=True)
    below = y + height - foot
    for line in lines:
        fitted = fit(line, width, size * PT * LEADING, largest=size, smallest=_LEAST_PRINT)
        board.lines(x, below, fitted)
        below += size * PT * LEADING


def _small_print(says: Asset, w: Words, width: float) -> list[str]:
    house = says.house
    whose = house.owner or house.depot
    lines = [f"{says.code}  {whose}"] if width > 30 else [says.code, whose]
    if house.phone:
        lines.append(w.t("Found? Call %(number)s.", number=unbroken(house.phone)))
    return lines


def _tiny(board: Board, says: Asset) -> float:
    x, y, width, height = board.inner
    side = _square(board, says, x, y, height)
    left = x + side + 0.6
    room = x + width - left
    groups = spoken(says.code).split(" ")
    size = one_line(groups[0], room, height / 2 - 0.4, largest=18, smallest=5)
    high = size * PT * CAPITAL
    gap = (height - 2 * high) / 3
    board.figures(left, y + gap, groups[0], size)
    board.figures(left, y + 2 * gap + high, groups[1], size)
    return board.height


def asset_small(board: Board, says: Asset, w: Words) -> float:
    """Draw a label that is glued along a thin tube: its long side lies along the tube, its short side round it.

    A Code 128 along one long edge and a QR code along the other lie about a quarter of a turn apart on a
    crutch (22 mm), so that one of them faces the scanner whichever way the tube is held. Across a bend of
    that size a Code 128 is not read; along the tube it stays straight.
    """
    x, y, width, height = board.inner
    bars = symbols.code128(says.code)
    dots = board.room_for(bars, board.across)
    if height < _TINY_MM or not dots:
        return _tiny(board, says) if height < _TINY_MM else asset(board, says, w)
    high = max(5.0, height * 0.30)
    across = board.size_of(bars, dots)
    board.code((board.width - across) / 2, y, bars, dots, height=high)
    rest = height - high - 0.8
    top = y + high + 0.8
    symbol = symbols.qr(says.code)
    modules = board.room_for(symbol, min(rest, 14.0))
    side = board.size_of(symbol, modules) if modules else 0.0
    if modules:
        board.code(x, y + height - side, symbol, modules)
    left = x + side + 0.6
    room = x + width - left
    picture = min(rest * 0.42, room * 0.2)
    digits = spoken(says.code)
    size = one_line(digits, room - picture - 2.8, rest * 0.45, largest=24, smallest=7)
    digits_high = size * PT * CAPITAL
    tall = max(digits_high, picture) + 1.4
    board.field(left, top, room, tall)
    scan(board, left + 0.7, top + (tall - picture) / 2, picture)
    board.figures(left + picture + 1.8, top + (tall - digits_high) / 2, digits, size)
    name = fit(says.name, room, rest - tall - 0.4, largest=9, smallest=5, bold=True)
    board.lines(left, top + tall + 0.4, name, bold=True)
    return board.height
