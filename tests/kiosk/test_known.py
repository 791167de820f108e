"""What the kiosk knows of a line, in the person's language or the nearest one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from depot import catalogue
from kiosk import known
from tests.depot.house import ROLLATOR, STICK, House, found


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    file: Path = tmp_path_factory.mktemp("known") / "depot.db"
    found(file)
    house = House(file)
    stick = next(line for line in catalogue.packaged() if line.code == STICK)
    texts = {"nb": "Stokk", "nn": "Stav", "en": "Stick"}
    notes = {"nb": "Skru til.", "en": "Tighten."}
    own = replace(stick, names=texts, notes=notes, code="OWN-1", needs=None, parts=None)
    house.ledger.perform(lambda conn, _: catalogue.store(conn, [own], now=house.now))
    yield house
    house.ledger.close()


@pytest.mark.parametrize(
    ("language", "name"),
    [
        ("nb", "Rullator, innendørs"),
        ("nn", "Rullator, innandørs"),
        ("da", "Rollator, indendørs"),
        ("en", "Rollator, indoor"),
    ],
)
def test_a_thing_has_its_name_and_its_safety_note_in_every_language(
    house: House, language: str, name: str
) -> None:
    line = known.lines(house.ledger, language)[ROLLATOR]
    assert line.name == name
    others = {known.lines(house.ledger, other)[ROLLATOR].note for other in ("nb", "nn", "da", "en")}
    assert len(others) == 4
    assert line.note in others


@pytest.mark.parametrize(
    ("language", "name", "note"),
    [
        ("nb", "Stokk", "Skru til."),
        ("nn", "Stav", "Skru til."),
        ("da", "Stokk", "Skru til."),
        ("en", "Stick", "Tighten."),
        ("se", "Stick", "Tighten."),
    ],
)
def test_a_missing_name_or_note_is_said_in_the_nearest_language(
    house: House, language: str, name: str, note: str
) -> None:
    line = known.lines(house.ledger, language)["OWN-1"]
    assert (line.name, line.note) == (name, note)
