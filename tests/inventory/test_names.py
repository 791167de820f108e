"""What people and things are called at the desk."""

from __future__ import annotations

import pytest

from depot import badges
from inventory import names
from tests.depot.house import House


def test_who_did_something_is_named_and_no_pseudonym_is_shown(house: House) -> None:
    who, _ = house.at_desk(badges.add, name="Turid Test", pin="4711", role="manager")
    assert house.look(names.of_staff, who) == "Turid Test"


@pytest.mark.parametrize(
    ("who", "said"),
    [(None, ""), ("os:liv", "os:liv"), ("6f0d4a52-0000-4000-8000-000000000009", "–")],
)
def test_whoever_has_no_badge_here_is_said_as_far_as_it_tells_something(
    house: House, who: str | None, said: str
) -> None:
    assert house.look(names.of_staff, who) == said
