"""Names of paper: what is asked for, and what a printer has that is it."""

from __future__ import annotations

import pytest

from labels.media import MEDIA
from labels.printers.pwg import chosen, keyword_for, lies_in, size

RANGE = ("custom_min_20x10mm", "custom_max_216x1000mm")


@pytest.mark.parametrize(
    ("width", "height", "name"),
    [
        (210.0, 297.0, "iso_a4_210x297mm"),
        (215.9, 279.4, "na_letter_8.5x11in"),
        (62.0, 29.0, "custom_62x29mm_62x29mm"),
        (101.6, 50.8, "custom_101.6x50.8mm_101.6x50.8mm"),
        (80.0, 123.456, "custom_80x123.46mm_80x123.46mm"),
    ],
)
def test_a_page_has_a_name_that_says_its_size(width: float, height: float, name: str) -> None:
    assert keyword_for(width, height) == name
    said = size(name)
    assert said is not None
    assert (said.width, said.height) == pytest.approx((width, height), abs=0.01)


def test_every_medium_of_the_table_has_a_name() -> None:
    for one in MEDIA.values():
        said = size(keyword_for(one.page_width, one.page_height or 100.0))
        assert said is not None
        assert said.is_near(one.page_width, one.page_height or 100.0)


@pytest.mark.parametrize(
    ("supported", "page", "name"),
    [
        (("iso_a4_210x297mm",), (210.0, 297.0), "iso_a4_210x297mm"),
        (("iso_a4_210x297mm",), (215.9, 279.4), None),
        # Makers name their labels as they like, and round them.
        (("oe_w82h176_29x62mm", "om_62x29_62x28.93mm"), (62.0, 29.0), "om_62x29_62x28.93mm"),
        (("oe_address_1.125x3.5in",), (89.0, 28.0), "oe_address_1.125x3.5in"),
        # Die-cut labels lie upright on their roll.
        (("om_29x90_29x90mm",), (90.0, 29.0), "om_29x90_29x90mm"),
        # With a tray or without margins is another name for the same paper; the plain one is taken.
        (("iso_a4_210x297mm.borderless", "iso_a4_210x297mm"), (210.0, 297.0), "iso_a4_210x297mm"),
        (("iso_a4_210x297mm_tray2",), (210.0, 297.0), "iso_a4_210x297mm_tray2"),
        (RANGE, (62.0, 87.5), "custom_62x87.5mm_62x87.5mm"),
        (RANGE, (62.0, 1200.0), None),
        (("roll_min_20x10mm", "roll_max_104x990mm"), (62.0, 100.0), "custom_62x100mm_62x100mm"),
        (("custom_min_20x10mm",), (62.0, 29.0), None),
        (("auto", "Brev", "tray-1", ""), (210.0, 297.0), None),
    ],
)
def test_the_printers_own_name_is_chosen(
    supported: tuple[str, ...], page: tuple[float, float], name: str
) -> None:
    assert chosen(supported, *page) == name


@pytest.mark.parametrize(
    ("ready", "page", "lies"),
    [
        (("iso_a4_210x297mm", "na_letter_8.5x11in"), (210.0, 297.0), True),
        (("na_letter_8.5x11in",), (210.0, 297.0), False),
        (("roll_current_62x0mm",), (62.0, 87.5), True),
        (("roll_current_50x0mm",), (62.0, 87.5), False),
        ((), (210.0, 297.0), None),
        (("auto",), (210.0, 297.0), None),
    ],
)
def test_what_lies_in_it_is_compared_by_size(
    ready: tuple[str, ...], page: tuple[float, float], lies: bool | None
) -> None:
    assert lies_in(ready, *page) is lies
