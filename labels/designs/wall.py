"""What hangs on the wall: the poster of how to borrow and return."""

from __future__ import annotations

from depot.paper import poster_of
from depot.words import Words
from labels.board import Board
from labels.designs.flow import Flow, flowed, nothing
from labels.designs.pictogram import arrow, scan
from labels.letters import fit
from labels.says import Poster

_HEAD = 46.0


def poster(board: Board, says: Poster, w: Words) -> float:
    """Draw the poster: the gesture as a picture on yellow, and below it the steps, as the plain text has them."""
    x, y, width, _ = board.inner
    told = poster_of(w, says.room)
    head = min(_HEAD, board.height * 0.16)
    board.field(x, y, width, head)
    side = head * 0.72
    scan(board, x + head * 0.14, y + head * 0.14, side)
    arrow(board, x + head * 0.20 + side, y + head * 0.36, head * 0.28)
    left = x + head * 0.64 + side
    title = fit(told.title, x + width - left - 2, head * 0.62, largest=44, smallest=14, bold=True)
    bottom = board.lines(left, y + (head - title.height) * 0.35, title, bold=True)
    board.line(left, bottom, told.depot, min(16.0, title.size * 0.5))

    def write(flow: Flow) -> None:
        flow.y += head + 4
        for section in told.sections:
            flow.gap(3)
            flow.title(section.title, 34, lines=1)
            flow.gap(0.8)
            for number, point in enumerate(section.points, 1):
                if len(section.points) > 1:
                    flow.numbered(number, point, 23)
                else:
                    flow.para(point, 23)
            flow.para(section.after, 20)

    flowed(board, write, nothing, nothing)
    return board.height
