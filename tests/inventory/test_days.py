"""Days as they are typed at the desk."""

from __future__ import annotations

from datetime import date

import pytest

from inventory import days


@pytest.mark.parametrize("text", ["1.2.2027", "01.02.2027", "2027-02-01"])
def test_a_day_is_read_as_it_is_written_in_the_north_and_as_iso_has_it(text: str) -> None:
    assert days.typed(text) == date(2027, 2, 1)


@pytest.mark.parametrize("text", ["", "31.2.2027", "1/2/2027", "1.2.27", "٠١.٠٢.٢٠٢٧", "yesterday"])
def test_what_is_no_day_is_none(text: str) -> None:
    assert days.typed(text) is None
