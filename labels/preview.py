"""A label in the terminal, before it is printed: half blocks, two dots of the picture to a cell."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from PIL import Image

_HALF = "\N{UPPER HALF BLOCK}"
_RESET = "\x1b[0m"

Colour = tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell of the terminal: the colour of its upper and of its lower half."""

    upper: Colour
    lower: Colour


def cells(page: Image.Image, columns: int, lines: int) -> list[list[Cell]]:
    """Make a page small enough for a terminal, in its own proportions.

    Args:
        page: the label, in colour; columns, lines: the room that it has, each at least 1.

    A half block is about as wide as it is high, so the picture is twice as many dots high as it has lines.
    """
    wide, high = page.size
    scale = min(columns / wide, 2 * lines / high)
    width, height = max(1, round(wide * scale)), max(1, round(high * scale))
    height += height % 2
    small = page.convert("RGB").resize((width, height), Image.Resampling.BOX)
    dots = [small.getpixel((x, y)) for y in range(height) for x in range(width)]
    rows = [dots[at : at + width] for at in range(0, len(dots), width)]
    return [
        [Cell(_colour(above), _colour(below)) for above, below in zip(upper, lower, strict=True)]
        for upper, lower in zip(rows[::2], rows[1::2], strict=True)
    ]


def _colour(pixel: object) -> Colour:
    if not isinstance(pixel, tuple):
        raise TypeError(f"Expected a colour, got {pixel!r}.")
    red, green, blue = pixel
    return red, green, blue


def ansi(page: Image.Image, columns: int, lines: int) -> Iterator[str]:
    """Give a page as lines for a terminal that knows 24-bit colours (SGR 38 and 48, ISO 8613-6)."""
    for row in cells(page, columns, lines):
        said = "".join(
            f"\x1b[38;2;{';'.join(map(str, cell.upper))};48;2;{';'.join(map(str, cell.lower))}m{_HALF}"
            for cell in row
        )
        yield said + _RESET
