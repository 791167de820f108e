"""The sheet that shows how a scanner is set up: its codes, each with a line on what it is for.

What is found out by them is `depot.scanner_sheet`'s, and said by `depot scanner`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from depot.foreign import FNC1
from depot.scanner_sheet import Asks, Printed, SheetCode
from depot.words import Words
from labels import symbols
from labels.board import Board
from labels.letters import fit, wrap
from labels.says import ScannerSheet
from labels.symbols import Symbol

_Say = Callable[[Words], str]

_HEADINGS: Mapping[Asks, _Say] = {
    Asks.LABEL: lambda w: w.t("A label like the depot's own"),
    Asks.LETTERS: lambda w: w.t("Capitals, small letters and signs"),
    Asks.SIGNS: lambda w: w.t("Signs behind AltGr"),
    Asks.FIELDS: lambda w: w.t("A maker's label with two fields"),
    Asks.SQUARE: lambda w: w.t("A square code"),
    Asks.BEYOND: lambda w: w.t("A square code with other letters"),
}

_PURPOSES: Mapping[Asks, _Say] = {
    Asks.LABEL: lambda w: w.t("When this one arrives, the labels of the depot do."),
    Asks.LETTERS: lambda w: w.t(
        "Shows whether the scanner and the machine believe in the same keyboard, and whether Caps Lock is on."
    ),
    Asks.SIGNS: lambda w: w.t("Tells the Nordic keyboards apart."),
    Asks.FIELDS: lambda w: w.t(
        "Shows whether the sign between two fields (GS) arrives, and what kind of code it is (AIM)."
    ),
    Asks.SQUARE: lambda w: w.t(
        "For scanners that read square codes, and for cameras. Others stay silent, and nothing is wrong."
    ),
    Asks.BEYOND: lambda w: w.t(
        "Shows whether æ, ø and å arrive. No label of the depot has any in its codes."
    ),
}

_PRINTED: Mapping[Printed, Callable[[str], Symbol]] = {
    Printed.CODE128: symbols.code128,
    Printed.GS1_128: symbols.gs1_128,
    Printed.QR: symbols.qr,
}

_CODES, _BARS, _SQUARE = 84.0, 15.0, 25.0
"""The column of the codes, the height of bars, and the most that a square code takes, in mm."""
_NUMBERS = 11.0


def scanner(board: Board, says: ScannerSheet, w: Words) -> float:
    """Draw the sheet: a row for each code, far enough apart that a scanner sees one at a time."""
    x, y, width, height = board.inner
    title = fit(w.t("Is the scanner set up right?"), width, 12.0, largest=26, smallest=14, bold=True)
    top = board.lines(x, y, title, bold=True) + 1.0
    intro = w.t(
        "Open the test page: %(command)s. Scan the codes from 1 on. After each the page says what is wrong, and how to "
        "put it right. Print this sheet at full size.",
        command="depot scanner",
    )
    top = board.lines(x, top, wrap(intro, width, 11)) + 3.0
    row = (y + height - top) / len(says.codes)
    for at, code in enumerate(says.codes):
        _row(board, code, (x, top + at * row, width), w)
    return board.height


def _row(board: Board, code: SheetCode, place: tuple[float, float, float], w: Words) -> None:
    x, y, width = place
    board.rule(x, y, width, 0.25)
    board.figures(x, y + 4.0, str(code.number), 26)
    symbol = _PRINTED[code.printed](code.text)
    is_square = code.printed is Printed.QR
    dots = board.room_for(symbol, _SQUARE if is_square else _CODES)
    left = x + _NUMBERS
    board.code(left, y + 3.0, symbol, dots, height=_BARS)
    below = y + 3.0 + (board.size_of(symbol, dots) if is_square else _BARS) + 0.8
    if not is_square:
        board.line(left + symbol.quiet * dots * symbols.MM_PER_INCH / board.dpi, below, _caption(code), 9)
    words = x + _NUMBERS + _CODES + 3.0
    room = x + width - words
    heading = fit(_HEADINGS[code.asks](w), room, 11.0, largest=13, smallest=9, bold=True)
    under = board.lines(words, y + 3.0, heading, bold=True) + 0.8
    board.lines(words, under, wrap(_PURPOSES[code.asks](w), room, 10.5))


def _caption(code: SheetCode) -> str:
    """Write what a code says below it, as people do; of a GS1 code with its field names in brackets."""
    if code.printed is not Printed.GS1_128:
        return code.text
    return "".join(f"({field[:2]}){field[2:]}" for field in code.text.split(FNC1))
