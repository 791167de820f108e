"""A whole visit on a large terminal, and on one that changes its size meanwhile."""

from __future__ import annotations

import pytest

from depot import codes
from tests.depot.house import CRUTCHES, ROLLATOR
from tests.journeys.conftest import NewStation
from tests.journeys.station import ENTER, MINUS, PLUS, WELCOME, Station


@pytest.fixture(scope="module")
def running(new_station: NewStation) -> Station:
    return new_station(columns=120, rows=40, kiosk_cards_per_number="100")


def test_a_whole_visit_on_a_large_terminal_stands_in_its_middle(kiosk: Station) -> None:
    item, card = kiosk.house.stands(ROLLATOR), kiosk.house.card_from_box()

    kiosk.says(WELCOME)
    for sent, *says in (
        (item + "\r", "Vil du låne denne?", "RULLATOR, INNENDØRS"),
        (card + "\r", "Telefonnummeret ditt"),
        ("41234593", "41 23 45 93_"),
        (ENTER, "Er nummeret riktig?"),
        (ENTER, "Lånet er i orden", "mandag 1. februar 2027", "Tåler inntil 130 kg."),
        (MINUS, "Vil du angre lånet?"),
        (PLUS, "Hjelp", "Jeg leverer noe uten lapp"),
        (PLUS, "Vil du angre lånet?"),
        (MINUS, "Lånet er i orden"),
        (ENTER, "Takk, og ha det godt!"),
    ):
        kiosk.terminal.send(sent.encode())
        kiosk.says(*says)
        is_in_the_middle(kiosk)

    assert kiosk.lent_to(item, card)


def is_in_the_middle(kiosk: Station) -> None:
    """The page keeps to 80 columns and 24 rows: longer lines are harder to read."""
    shown = [line for line in kiosk.terminal.screen if line]
    first = next(at for at, line in enumerate(kiosk.terminal.screen) if line)
    assert first == 8
    assert len(shown) <= 24
    assert all(line.startswith(" " * 20) and len(line) <= 100 for line in shown)


@pytest.mark.parametrize(("columns", "rows"), [(56, 16), (80, 24), (200, 60), (120, 16), (56, 40)])
def test_the_size_changes_in_the_middle_of_a_visit(kiosk: Station, columns: int, rows: int) -> None:
    """Number 84 of the bad inputs, as far as one kiosk has it."""
    item, card = kiosk.house.stands(ROLLATOR), kiosk.house.card_from_box()

    kiosk.scan(item, "Vil du låne denne?", codes.spoken(item))
    kiosk.terminal.resize(columns, rows)
    fits(kiosk, columns, rows, "Vil du låne denne?", codes.spoken(item), "Jeg leverer den tilbake")
    kiosk.scan(card, "Telefonnummeret ditt")
    kiosk.press("4123", "41 23_")
    kiosk.terminal.resize(120, 40)
    fits(kiosk, 120, 40, "Telefonnummeret ditt", "41 23_")
    kiosk.terminal.send(b"45")
    kiosk.terminal.resize(columns, rows)
    kiosk.terminal.send(b"92")
    fits(kiosk, columns, rows, "41 23 45 92_")
    kiosk.press(ENTER, "Er nummeret riktig?")
    kiosk.press(ENTER, "Lånet er i orden", "Tåler inntil 130 kg.", "Vil du låne mer? Skann det.")

    assert kiosk.lent_to(item, card)
    kiosk.terminal.resize(120, 40)


def fits(kiosk: Station, columns: int, rows: int, *texts: str) -> None:
    """The page is drawn for this size: its keys stand on the page's last line."""
    last = (rows - min(rows, 24)) // 2 + min(rows, 24) - 1
    kiosk.terminal.wait_until(
        lambda: (
            kiosk.terminal.screen[last].endswith("+ hjelp")
            and len(kiosk.terminal.screen[last]) > (columns - min(columns, 80)) // 2 + min(columns, 80) - 4
        ),
        what=f"a page for {columns} x {rows}",
    )
    kiosk.says(*texts)


def test_a_scan_while_the_size_changes_is_not_lost(kiosk: Station) -> None:
    """Both pieces of a pair, the window pulled about while the scanner is at work."""
    left, right = kiosk.house.stand(2, CRUTCHES)
    card = kiosk.house.confirmed()

    kiosk.terminal.send(f"{card}\r".encode())
    kiosk.terminal.resize(56, 16)
    kiosk.terminal.send(f"{left}\r{right[:5]}".encode())
    kiosk.terminal.resize(90, 30)
    kiosk.terminal.send(f"{right[5:]}\r".encode())
    kiosk.says("Nå har du lånt begge to", "1 ting")
    kiosk.terminal.resize(120, 40)

    assert kiosk.lent_to(left, card)
    assert kiosk.lent_to(right, card)


@pytest.mark.parametrize(("columns", "rows"), [(80, 24), (200, 60)])
def test_the_smallest_and_the_largest_that_are_promised_are_begun_on(
    new_station: NewStation, columns: int, rows: int
) -> None:
    """Number 84: not pulled to this size but opened on it, and without colours (NO_COLOR)."""
    kiosk = new_station(columns=columns, rows=rows, environment={"NO_COLOR": "1"})
    fits(kiosk, columns, rows, WELCOME)
    item, card = kiosk.house.stands(ROLLATOR), kiosk.house.confirmed()
    kiosk.scan(item, "Vil du låne denne?", "RULLATOR, INNENDØRS")
    kiosk.scan(card, "Lånet er i orden", "Tåler inntil 130 kg.")
    assert kiosk.lent_to(item, card)
    look = kiosk.terminal.look("Lånet er i orden")
    assert look.bold, "what matters most is told by more than its colour"
    assert look.foreground[:2] == look.foreground[2:4] == look.foreground[4:], "a grey"
    assert look.background in ("000000", "default")


def test_a_terminal_that_is_far_too_small_is_outlived(kiosk: Station) -> None:
    item = kiosk.house.stands(ROLLATOR)

    kiosk.terminal.resize(12, 4)
    kiosk.terminal.scan(item)
    kiosk.terminal.resize(56, 16)
    fits(kiosk, 56, 16, "Vil du låne denne?", codes.spoken(item))
    kiosk.terminal.resize(120, 40)
    fits(kiosk, 120, 40, "Vil du låne denne?")
