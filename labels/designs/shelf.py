"""A shelf's label: which shelf, what stands there, and the code that answers when nothing does."""

from __future__ import annotations

from depot.own import spoken
from depot.words import Words
from labels import symbols
from labels.board import WHITE, Align, Board
from labels.designs.pictogram import scan
from labels.letters import CAPITAL, LEADING, PT, fit, one_line
from labels.says import Shelf


def shelf(board: Board, says: Shelf, w: Words) -> float:
    """Draw a shelf's label.

    The line's code is the large one: held under the light at an empty shelf, it says where else the thing
    stands and offers the waiting list. The shelf's own code, for counting, is the small one.
    """
    x, y, width, height = board.inner
    main = says.product or says.code
    bars = symbols.code128(main)
    dots = board.room_for(bars, board.across)
    foot = max(6.0, min(13.0, height * 0.24)) if dots else 0.0
    upper = height - foot - (0.8 if foot else 0.0)
    symbol = symbols.qr(main)
    modules = board.room_for(symbol, min(upper * 0.62, width * 0.3))
    side = board.size_of(symbol, modules) if modules else 0.0
    head = _head(board, says, x, y, width, upper * 0.34)
    top = y + head + 0.8
    own = symbols.datamatrix(says.code) if says.product else None
    _middle(board, says, w, (x, top, width - side - 0.8, upper - head - 0.8))
    if modules:
        board.code(x + width - side, y + upper - side, symbol, modules)
    if foot:
        across = board.size_of(bars, dots)
        left = x if own else (board.width - across) / 2
        board.code(left, y + height - foot, bars, dots, height=foot)
        if own:
            _own_code(board, says, (x + across, y + height - foot, width - across, foot))
    return board.height


def _head(board: Board, says: Shelf, x: float, y: float, width: float, height: float) -> float:
    """Write the shelf's name, white on black, and beside it what stands there."""
    name = fit(says.name, width * 0.34, height - 1.6, largest=40, smallest=8, bold=True)
    high = name.size * PT * CAPITAL
    wide = max(height, max(map(len, name.lines), default=1) * name.size * PT * 0.62 + 2.4)
    wide = min(wide, width * 0.36)
    board.box(x, y, wide, height)
    top = y + (height - high - (len(name.lines) - 1) * name.size * PT * LEADING) / 2
    for line in name.lines:
        board.figures(x + wide / 2, top, line, name.size, align=Align.CENTRE, colour=WHITE)
        top += name.size * PT * LEADING
    if says.line:
        left = x + wide + 1.6
        title = fit(says.line, x + width - left, height, largest=24, smallest=7, bold=True)
        board.lines(left, y + max(0.0, (height - title.height) / 2), title, bold=True)
    return height


def _middle(board: Board, says: Shelf, w: Words, room: tuple[float, float, float, float]) -> None:
    x, y, width, height = room
    if not says.product:
        return
    told = _told(says, w)
    picture = min(height * 0.7, 15.0)
    size = one_line(spoken(says.product), width, 5.0, largest=14, smallest=6)
    high = size * PT * CAPITAL
    board.field(x, y, width, height - high - 1.4)
    scan(board, x + 0.8, y + max(0.0, (height - high - 1.4 - picture * 0.8) / 2), picture * 0.8)
    text = fit(told, width - picture - 1.2, height - high - 1.6, largest=14, smallest=6, bold=True)
    board.lines(x + picture + 0.6, y + max(0.2, (height - high - 1.4 - text.height) / 2), text, bold=True)
    board.figures(x, y + height - high - 0.4, spoken(says.product), size)


def _told(says: Shelf, w: Words) -> str:
    if says.counted:
        return w.t("Take what you need and scan this.")
    if says.fixed_scanner:
        return w.t("Empty? Hold this under the light.")
    return w.t("Empty? Scan this.")


def _own_code(board: Board, says: Shelf, room: tuple[float, float, float, float]) -> None:
    """Put the shelf's own code at the foot: as bars where there is room, else as a Data Matrix; its digits beside."""
    x, y, width, height = room
    bars = symbols.code128(says.code)
    dots = board.room_for(bars, width)
    if dots:
        across = board.size_of(bars, dots)
        size = 6.0
        tall = height - size * PT * CAPITAL - 0.6
        board.code(x + width - across, y, bars, dots, height=tall)
        board.figures(
            x + width - across / 2, y + tall + 0.5, spoken(says.code), size, align=Align.CENTRE, bold=False
        )
        return
    symbol = symbols.datamatrix(says.code)
    modules = board.room_for(symbol, min(height, width))
    if modules:
        side = board.size_of(symbol, modules)
        board.code(x + width - side, y + height - side, symbol, modules)
