"""The preview: a label in a terminal, in its own proportions, dark where it is dark."""

from __future__ import annotations

from PIL import Image, ImageDraw

from labels import preview


def page() -> Image.Image:
    picture = Image.new("RGB", (400, 200), (255, 255, 255))
    pen = ImageDraw.Draw(picture)
    pen.rectangle((0, 0, 199, 99), fill=(0, 0, 0))
    pen.rectangle((200, 100, 399, 199), fill=(255, 214, 0))
    return picture


def test_a_preview_keeps_the_proportions_and_fits_the_room() -> None:
    rows = preview.cells(page(), 60, 40)
    assert (len(rows[0]), len(rows)) == (60, 15)
    low = preview.cells(page(), 200, 10)
    assert (len(low[0]), len(low)) == (40, 10)


def test_each_half_of_a_cell_has_the_colour_of_its_part_of_the_label() -> None:
    rows = preview.cells(page(), 40, 40)
    assert rows[0][0].upper == rows[0][0].lower == (0, 0, 0)
    assert rows[0][-1].upper == (255, 255, 255)
    assert rows[-1][-1].lower == (255, 214, 0)


def test_the_lines_carry_nothing_but_colours_and_half_blocks_and_end_as_they_began() -> None:
    for line in preview.ansi(page(), 20, 10):
        assert line.endswith("\x1b[0m")
        assert line.count("▀") == 20
        assert set(line) <= set("\x1b[0123456789;m▀")
