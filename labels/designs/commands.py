"""The command card: everything that a key does, for somebody whose hand holds a thing and not a key."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping

from depot.own import Command, command_code
from depot.words import Words
from labels import symbols
from labels.board import Board
from labels.errors import DoesNotFit
from labels.letters import fit
from labels.says import Commands

SAID: Mapping[Command, Callable[[Words], str]] = {
    Command.FINISH: lambda w: w.t("I am done"),
    Command.YES: lambda w: w.t("Yes, go on"),
    Command.NO: lambda w: w.t("No, back"),
    Command.UNDO: lambda w: w.t("Undo"),
    Command.HELP: lambda w: w.t("Help"),
    Command.LANGUAGE: lambda w: w.t("Another language"),
    Command.ALL_RIGHT: lambda w: w.t("Everything is all right"),
    Command.BROKEN: lambda w: w.t("Something is broken or worn"),
    Command.MISSING_PART: lambda w: w.t("Something is missing"),
    Command.SOILED: lambda w: w.t("Soiled, or infection: to be washed specially"),
    Command.BRINGING_BACK: lambda w: w.t("I am bringing it back"),
    Command.CLEANED: lambda w: w.t("Washed and looked over"),
    Command.READ_ALOUD: lambda w: w.t("Read the screen aloud"),
    Command.SAY_AGAIN: lambda w: w.t("Say it again"),
    Command.LOUDER: lambda w: w.t("Louder"),
    Command.QUIETER: lambda w: w.t("Quieter"),
}

CITIZENS = tuple(one for one in Command if one is not Command.CLEANED)
STAFF = (
    Command.CLEANED,
    Command.BROKEN,
    Command.MISSING_PART,
    Command.SOILED,
    Command.ALL_RIGHT,
    Command.BRINGING_BACK,
    Command.YES,
    Command.NO,
    Command.UNDO,
    Command.FINISH,
)

_LEAST_ROW = 13.0


def commands(board: Board, says: Commands, w: Words) -> float:
    """Draw a command card: a row for each command, with its words and its codes.

    Neighbouring codes are kept apart by their rows, and each row is ruled off, so that a scanner held to one
    does not see the next. Raises DoesNotFit where the rows would be too low for that.
    """
    x, y, width, height = board.inner
    title = w.t("Card for storekeepers") if says.for_staff else w.t("Scan this instead of pressing a key")
    head = fit(title, width, 14.0, largest=22, smallest=9, bold=True)
    bottom = board.lines(x, y, head, bold=True)
    below = fit(says.house.depot, width, 5.0, largest=10, smallest=6)
    top = board.lines(x, bottom, below) + 2.0
    columns = 2 if width > 150 else 1
    rows = math.ceil(len(says.commands) / columns)
    row_height = min(34.0, (y + height - top) / rows)
    if row_height < _LEAST_ROW:
        raise DoesNotFit(f"{len(says.commands)} commands need {rows * _LEAST_ROW:g} mm; there are {height:g}")
    column_width = (width - (columns - 1) * 6.0) / columns
    for number, command in enumerate(says.commands):
        column, row = divmod(number, rows)
        _row(
            board,
            SAID[command](w),
            command_code(command),
            (x + column * (column_width + 6.0), top + row * row_height, column_width, row_height),
        )
    return board.height


def _row(board: Board, said: str, code: str, room: tuple[float, float, float, float]) -> None:
    x, y, width, height = room
    board.rule(x, y, width, 0.25)
    text = fit(said, width, height * 0.34, largest=14, smallest=7, bold=True)
    below = board.lines(x, y + 1.0, text, bold=True) + 0.4
    left = y + height - below - 0.8
    symbol = symbols.qr(code)
    modules = board.room_for(symbol, min(left, 20.0))
    side = board.size_of(symbol, modules) if modules else 0.0
    bars = symbols.code128(code)
    dots = board.room_for(bars, width - side - 2.0)
    if dots:
        board.code(x, below, bars, dots, height=min(left, 13.0))
    if modules:
        board.code(x + width - side, below, symbol, modules)
