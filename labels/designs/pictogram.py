"""The pictograms: a thing's label under the light, for those who do not read; and nothing that needs a word."""

from __future__ import annotations

from labels.board import BLACK, Board

_BARS = ((0.0, 0.10), (0.16, 0.05), (0.28, 0.14), (0.50, 0.05), (0.62, 0.10), (0.80, 0.05), (0.90, 0.10))


def _box(x: float, y: float, width: float, height: float) -> tuple[tuple[float, float], ...]:
    return ((x, y), (x + width, y), (x + width, y + height), (x, y + height))


_LAMP = ((0.24, 0.0), (0.76, 0.0), (0.67, 0.20), (0.33, 0.20))
_RAYS = tuple(
    (
        (0.455 + lean * 0.55, 0.26),
        (0.545 + lean * 0.55, 0.26),
        (0.545 + lean * 1.25, 0.50),
        (0.455 + lean * 1.25, 0.50),
    )
    for lean in (-0.24, 0.0, 0.24)
)
_SCAN = (_LAMP, *_RAYS, *(_box(0.05 + 0.9 * first, 0.58, 0.9 * wide, 0.42) for first, wide in _BARS))


def scan(board: Board, x: float, y: float, side: float) -> None:
    """Draw a lamp that shines on a bar code, in a square of `side` millimetres."""
    board.picture(x, y, side, _SCAN)


def arrow(board: Board, x: float, y: float, side: float) -> None:
    """Draw an arrow to the right in a square of `side` millimetres."""
    board.path(
        (
            (x, y + side * 0.38),
            (x + side * 0.55, y + side * 0.38),
            (x + side * 0.55, y + side * 0.12),
            (x + side, y + side * 0.5),
            (x + side * 0.55, y + side * 0.88),
            (x + side * 0.55, y + side * 0.62),
            (x, y + side * 0.62),
        ),
        BLACK,
    )
