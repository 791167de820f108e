"""A page that shows how far off a printer prints: cell frames, rulers, and bar codes of growing fineness.

It is read with a ruler and the naked eye. What it shows goes into the printer's settings, so that no design
is ever edited to make up for a printer.
"""

from __future__ import annotations

from depot.own import Kind, mint
from depot.words import Words
from labels import symbols
from labels.board import WHITE, Align, Board
from labels.errors import DoesNotFit
from labels.letters import wrap
from labels.media import MediumKind
from labels.says import Calibration

_CODE = mint(Kind.ITEM, "0000000")
"""Any code of ours would do; this one is in nobody's ledger."""
_WORDS_AT = (27.0, 27.0, 156.0, 92.0)
"""Where on a sheet the words stand: left, top, width and height in mm."""


def calibration(board: Board, says: Calibration, w: Words) -> float:
    """Draw the page for a medium: on a sheet the whole page, else one label."""
    medium = says.medium
    if medium.kind is MediumKind.SHEET:
        _frames(board, says)
        _words(board, says, w)
        return board.height
    height = board.height if board.height != float("inf") else 60.0
    board.frame(0.3, 0.3, board.width - 0.6, height - 0.6, 0.2)
    _ruler(board, 0.3, 0.3, int(board.width) - 1)
    x, y = board.margin + 1.5, 7.0
    if height < 16:
        return height
    board.line(x, y - 1.5, f"{medium.name}  {board.dpi} dpi", 7)
    for at, dots in enumerate(_fineness(board)):
        top = y + 2.5 + at * 8.0
        if top + 7.5 > height:
            break
        board.code(x, top, symbols.code128(_CODE), dots, height=6.0)
    return height


def _frames(board: Board, says: Calibration) -> None:
    medium = says.medium
    for number, (left, top) in enumerate(medium.cells(), 1):
        board.frame(left, top, medium.width, medium.height, 0.15)
        at = left + medium.width - 1.5, top + 1
        if medium.height > 9 and not _is_under_the_words(*at):
            board.line(*at, str(number), 6, align=Align.RIGHT)
    _ruler(board, 5, 5, int(medium.page_width) - 10)
    _ruler_down(board, 5, 5, int(medium.page_height) - 10)


def _is_under_the_words(x: float, y: float) -> bool:
    left, top, width, height = _WORDS_AT
    return left - 1 <= x <= left + width + 6 and top - 4 <= y <= top + height + 1


def _ruler(board: Board, x: float, y: float, length: int) -> None:
    for mm in range(length + 1):
        high = 3.2 if mm % 10 == 0 else 2.2 if mm % 5 == 0 else 1.2
        board.box(x + mm - 0.05, y, 0.1, high)
        if mm and mm % 10 == 0 and mm < length:
            board.line(x + mm, y + 3.0, str(mm), 5, align=Align.CENTRE)


def _ruler_down(board: Board, x: float, y: float, length: int) -> None:
    for mm in range(length + 1):
        wide = 3.2 if mm % 10 == 0 else 2.2 if mm % 5 == 0 else 1.2
        board.box(x, y + mm - 0.05, wide, 0.1)
        if mm and mm % 10 == 0 and mm < length:
            board.line(x + 3.6, y + mm - 1.0, str(mm), 5)


def _words(board: Board, says: Calibration, w: Words) -> None:
    medium = says.medium
    left, top, wide, height = _WORDS_AT
    if medium.page_width < left + wide or medium.page_height < top + height:
        raise DoesNotFit(
            f"a page of {medium.page_width:g} x {medium.page_height:g} mm has no room for the words"
        )
    board.box(left, top, wide, height, WHITE)
    board.frame(left, top, wide, height, 0.3)
    x, y, width = left + 3, top + 3, wide - 6
    y = board.line(x, y, f"{medium.name}  {says.printer}".strip(), 14, bold=True)
    steps = (
        w.t("Print this on plain paper, at full size (100 %, no fitting to the page)."),
        w.t("Hold it to the light on a sheet of labels. The frames must lie on the labels."),
        w.t("Too far left or high? Measure by how much, and set offset_x_mm and offset_y_mm of the printer."),
        w.t("Right at the top and off at the foot? Measure 100 mm on the rulers. For each tenth of a millimetre "
            "too short, add 1000 to scale_x_ppm or scale_y_ppm."),
        w.t("Scan the codes below. The finest that your scanner reads at once is fine enough."),
    )  # fmt: skip
    for number, step in enumerate(steps, 1):
        board.line(x, y + 0.8, str(number), 9, bold=True)
        y = board.lines(x + 5, y + 0.8, wrap(step, width - 6, 9))
    for at, dots in enumerate(_fineness(board)):
        top = y + 2.0 + at * 11.0
        if top + 9.0 > _WORDS_AT[1] + height - 2:
            break
        symbol = symbols.code128(_CODE)
        board.code(x, top, symbol, dots, height=9.0)
        mm = dots * symbols.MM_PER_INCH / board.dpi
        board.line(x + board.size_of(symbol, dots) + 2, top + 2, f"{mm:.3f} mm", 8)


def _fineness(board: Board) -> tuple[int, ...]:
    """The modules worth trying on this printer, in dots, the widest first, as far as the label is wide enough."""
    dot = symbols.MM_PER_INCH / board.dpi
    symbol, room = symbols.code128(_CODE), board.width - 2 * board.margin - 3.0
    dots = {max(1, round(mm / dot)) for mm in (0.5, 0.375, 0.34, 0.254)}
    return tuple(sorted((one for one in dots if board.size_of(symbol, one) <= room), reverse=True))
