"""The pictograms: a thing's label under the light, for those who do not read; and nothing that needs a word."""

from __future__ import annotations

from labels.board import BLACK, Board

_BARS = ((0.0, 0.10), (0.16, 0.05), (0.28, 0.14), (0.50, 0.05), (0.62, 0.10), (0.80, 0.05), (0.90, 0.10))


def scan(board: Board, x: float, y: float, side: float) -> None:
    """Draw a lamp that shines on a bar code, in a square of `side` millimetres."""
    middle = x + side / 2
    lamp, mouth = side * 0.26, side * 0.17
    board.path(
        (
            (middle - lamp, y),
            (middle + lamp, y),
            (middle + mouth, y + side * 0.20),
            (middle - mouth, y + side * 0.20),
        )
    )
    ray = side * 0.045
    for lean in (-0.24, 0.0, 0.24):
        top, foot = middle + lean * side * 0.55, middle + lean * side * 1.25
        board.path(
            (
                (top - ray, y + side * 0.26),
                (top + ray, y + side * 0.26),
                (foot + ray, y + side * 0.50),
                (foot - ray, y + side * 0.50),
            )
        )
    for first, wide in _BARS:
        board.path(_box(x + side * (0.05 + 0.9 * first), y + side * 0.58, side * 0.9 * wide, side * 0.42))


def _box(x: float, y: float, width: float, height: float) -> tuple[tuple[float, float], ...]:
    return ((x, y), (x + width, y), (x + width, y + height), (x, y + height))


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
