"""Whole visits with eyes shut: nothing is known but what was said, and no key is pressed that was not named."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from depot import codes
from tests.depot.house import CRUTCHES, ROLLATOR, STICK
from tests.journeys.conftest import NewStation
from tests.journeys.station import ENTER, HINT, MINUS, PLUS, WELCOME, Station

SPEAKER = "tests/journeys/speaker {language} {volume}"
STAR = "*"
NAMES = {ENTER: "Enter", MINUS: "minus", PLUS: "pluss", STAR: "stjerne", ",": "Komma"}
QUIET, NORMAL, LOUD = "35", "60", "100"


@pytest.fixture(scope="module")
def running(new_station: NewStation) -> Station:
    return new_station(kiosk_speech_command=SPEAKER)


class Listener:
    """Somebody who hears the kiosk and feels its keypad, and knows one thing from the sign: plus twice."""

    def __init__(self, kiosk: Station) -> None:
        self.kiosk, self.heard = kiosk, ""
        self.told: list[str] = []
        self.language = self.volume = ""

    def begins(self, *texts: str) -> None:
        """Switch the voice on, as the raised sign beside the keypad says."""
        self.kiosk.press(PLUS, "Hjelp")
        assert self.heard == "", "nobody is read to who has not asked for it"
        self._does(PLUS, "Opplesing er på.", *texts)

    def press(self, key: str, *texts: str) -> None:
        """Press a key that was named, and hear what it has done."""
        assert self._was_named(key), (key, self.heard)
        self._does(key, *texts)

    def chooses(self, what: str, *texts: str) -> None:
        """Press the key that was named for something, and hear what it has done."""
        named = re.search(rf"(?:^|[.?!] ){what}(?:[^.:]|(?<=\d)\.)*: trykk (\d)\.", self.told[-1])
        assert named, (what, self.told[-1])
        self.press(named[1], *texts)

    def types(self, digits: str, *, hidden: bool = False) -> None:
        """Type digits when told to; each is said, alone, or only counted."""
        assert re.search(r"[Tt]ast", self.told[-1]), self.told[-1]
        for count, digit in enumerate(digits, 1):
            self._does(digit)
            assert self.heard == (f"{count} tall tastet." if hidden else digit)

    def scan(self, code: str, *texts: str) -> None:
        """Hold a label or card under the light when told to."""
        assert re.search(r"Skann|skann|Hold", self.told[-1]), self.told[-1]
        before = self._lines()
        self.kiosk.terminal.scan(code)
        self._listens(len(before), texts)

    def hears_nothing_more(self) -> None:
        """The voice is off: another act brings nothing to hear."""
        before = self._lines()
        self.kiosk.press(PLUS, "Jeg leverer noe uten lapp", "+ les høyt")
        self.kiosk.press(MINUS, WELCOME)
        assert self._lines() == before

    def _was_named(self, key: str) -> bool:
        name = NAMES.get(key, key)
        always = key == STAR and any("når som helst: trykk stjerne" in one for one in self.told)
        return (
            always or f"trykk {name}" in self.told[-1] or (key == "," and "Komma tar bort" in self.told[-1])
        )

    def _does(self, key: str, *texts: str) -> None:
        before = self._lines()
        self.kiosk.terminal.press([key], gap=0.0)
        self._listens(len(before), texts)

    def _lines(self) -> list[str]:
        spoken = self.kiosk.folder / "spoken"
        return spoken.read_text("utf-8").splitlines() if spoken.exists() else []

    def _listens(self, known: int, texts: tuple[str, ...]) -> None:
        """Wait until a sentence that was not said before says all of these."""
        self.kiosk.terminal.wait_until(
            lambda: any(all(text in line for text in texts) for line in self._lines()[known:]),
            what=f"{texts} to be said",
        )
        self.language, self.volume, self.heard = self._lines()[-1].split("\t")
        if "trykk" in self.heard:
            self.told.append(self.heard)


@pytest.fixture
def ear(kiosk: Station) -> Iterator[Listener]:
    (kiosk.folder / "spoken").unlink(missing_ok=True)
    yield Listener(kiosk)
    kiosk.start_over()
    kiosk.press(PLUS, "Jeg leverer noe uten lapp")
    if "si igjen" in kiosk.said:
        kiosk.press("5", "+ les høyt")
    kiosk.press(MINUS, WELCOME)


def test_a_stranger_borrows_with_eyes_shut(kiosk: Station, ear: Listener) -> None:
    """A card from the box, a number that is typed, mistyped and heard back, the loan as a receipt."""
    item, card = kiosk.house.stands(ROLLATOR), kiosk.house.card_from_box()

    ear.begins("Hjelp.", "Hør igjen: trykk Enter.")
    ear.press(ENTER, "Vil du låne eller levere tilbake?", "Hold den gule lappen")
    ear.scan(item, "Vil du låne denne? Rullator, innendørs.", "Ta et fra esken og skann det.")
    ear.scan(card, "Telefonnummeret ditt.", "og trykk Enter.")
    ear.types("00467017406")
    ear.press(STAR, "Tastet: 0 0, 4 6, 7 0, 1 7, 4 0, 6.", "Komma tar bort det siste tallet.")
    ear.press(",", "Tatt bort. Nå står det 0 0, 4 6, 7 0, 1 7, 4 0.")
    ear.press(STAR, "Tast et telefonnummer", "Videre: trykk Enter.")
    ear.types("605")
    ear.press(STAR, "Videre: trykk Enter.")
    ear.press(ENTER, "Er nummeret riktig?", "pluss 4 6, 7 0, 1 7 4, 0 6, 0 5.", "Ja: trykk Enter.")
    ear.press(ENTER, "Lånet er i orden. 1 ting. Rullator, innendørs.")
    due = "Lever tilbake senest mandag 1. februar 2027."
    for fact in (_spoken(item), due, "Prøv begge bremsene før du går.", "Tåler inntil 130 kilo."):
        assert fact in ear.heard, "what a receipt says"
    assert kiosk.lent_to(item, card)

    ear.press(ENTER, "Takk, og ha det godt!", "Du har lånt 1 ting.")
    kiosk.clock.jump(seconds=9)
    kiosk.says(WELCOME)
    ear.hears_nothing_more()


def test_something_is_returned_with_a_part_missing_with_eyes_shut(kiosk: Station, ear: Listener) -> None:
    item, card = kiosk.house.stands(STICK), kiosk.house.confirmed()
    kiosk.scan(card, "Kortet ditt er åpent")
    kiosk.scan(item, "Lånet er i orden")
    kiosk.clock.jump(minutes=11)
    kiosk.start_over()

    ear.begins("Hjelp.")
    ear.press(MINUS, "Hold den gule lappen")
    ear.scan(item, "Takk! Nå er den levert tilbake. 1 ting. Stokk, regulerbar.", "Noe mangler: trykk 2.")
    assert "Sett den ved det blå skiltet:" in ear.heard
    ear.press("2", "Takk for at du sa fra", "Lever resten når du finner det.")
    ear.press(ENTER, "Vil du låne eller levere tilbake?")

    assert len(kiosk.ended(item)) == 1
    assert kiosk.ended(item) != [None]


def test_a_loan_is_undone_and_a_pair_is_borrowed_with_eyes_shut(kiosk: Station, ear: Listener) -> None:
    left, right = kiosk.house.stand(2, CRUTCHES)
    card = kiosk.house.confirmed()

    ear.begins()
    ear.press(ENTER, "Hold den gule lappen")
    ear.scan(card, "Kortet ditt er åpent.", f"Kort som slutter på {' '.join(codes.digits(card)[-2:])}.")
    ear.scan(left, "Den ene av to er lånt.", "Skann den andre også.", "Angre: trykk minus.")
    ear.press(MINUS, "Vil du angre lånet?", "Ja, angre: trykk Enter.")
    ear.press(ENTER, "Det er angret.", "Videre: trykk Enter.")
    ear.press(ENTER, "Kortet ditt er åpent.")
    kiosk.clock.jump(seconds=3)
    ear.scan(right, "Den ene av to er lånt.", "Skann den andre også.")
    ear.scan(left, "Nå har du lånt begge to.")
    assert kiosk.lent_to(left, card)
    assert kiosk.lent_to(right, card)


def test_what_is_free_is_asked_for_and_a_loan_renewed_with_eyes_shut(kiosk: Station, ear: Listener) -> None:
    item, card = kiosk.house.stands(STICK), kiosk.house.starter("+46701740617")
    kiosk.house.stands(STICK, on="C3")
    loan = kiosk.house.lends(card, item)
    kiosk.clock.jump(days=7)
    kiosk.start_over()

    ear.begins()
    ear.press(ENTER, "Vil du låne eller levere tilbake?")
    ear.chooses("Hva er ledig nå", "Til å gå med,")
    ear.chooses("Til å gå med", "Stokk, regulerbar,")
    ear.chooses("Stokk, regulerbar", "C3", "Tåler inntil")
    ear.press(ENTER, "Vil du låne eller levere tilbake?")
    ear.chooses("Mine lån", "Hold kortet ditt under det røde lyset.")
    ear.scan(card, "Er kortet ditt?", "Tast de fire siste tallene")
    ear.types("0616", hidden=True)
    ear.press(ENTER, "Tallene passer ikke til kortet.")
    ear.types("0617", hidden=True)
    ear.press(ENTER, "Dette har du lånt.", "Stokk, regulerbar,")
    ear.chooses("Stokk, regulerbar", "Denne har du på lån.", "Lever tilbake senest mandag 1. februar 2027.")
    ear.chooses("Behold den lenger", "mandag 8. februar 2027.")

    (now,) = (row for row in kiosk.house.loans(item) if row.ended is None)
    assert (loan.due, str(now.due)) == (date(2027, 2, 1), "2027-02-08")


def test_a_wrong_key_is_told_and_then_where_one_is(kiosk: Station, ear: Listener) -> None:
    ear.begins()
    ear.press(ENTER, "Vil du låne eller levere tilbake?")
    ear._does("x", "Bruk tallene, Enter, minus og pluss. Vil du låne eller levere tilbake?")
    kiosk.says(HINT)


def test_louder_and_quieter_in_another_language_and_all_as_before_for_the_next(
    kiosk: Station, ear: Listener
) -> None:
    ear.begins("trykk 6.")
    assert (ear.language, ear.volume) == ("nb", NORMAL)
    ear.press("6", "Lydstyrke 3 av 3.")
    assert ear.volume == LOUD
    ear.press("4", "Lydstyrke 2 av 3.")
    ear.press("4", "Lydstyrke 1 av 3.", "Hør igjen: trykk Enter.")
    assert ear.volume == QUIET
    ear.press(ENTER, "trykk 9.")
    ear.press("9", "English: trykk")
    english = re.search(r"English: trykk (\d)", ear.heard)
    assert english
    ear.press(english[1], "Do you want to borrow or return?")
    assert (ear.language, ear.volume) == ("en", QUIET)

    kiosk.clock.jump(seconds=61)
    ear._listens(len(ear._lines()) - 1, ("Do you need more time?",))
    kiosk.clock.jump(seconds=31)
    kiosk.says(WELCOME)
    ear.hears_nothing_more()
    ear.heard = ""
    ear.begins()
    assert (ear.language, ear.volume) == ("nb", NORMAL)
    ear.press("5", "Opplesing er av.")
    kiosk.press(MINUS, WELCOME)
    ear.hears_nothing_more()


def test_a_scanner_that_reads_a_label_twice_does_not_begin_the_sentence_anew(
    kiosk: Station, ear: Listener
) -> None:
    item = kiosk.house.stands(STICK)
    ear.begins()
    ear.press(ENTER, "Hold den gule lappen")
    ear.scan(item, "Vil du låne denne?")
    said = len(ear._lines())
    kiosk.terminal.scan(item)
    ear._does(STAR, "Vil du låne denne?")
    assert len(ear._lines()) == said + 1


def test_nothing_blinks_or_moves_by_itself(kiosk: Station) -> None:
    """WCAG 2.2, 2.2.2 and 2.3.1: a page stands still, and no character is drawn blinking."""
    kiosk.scan(kiosk.house.stands(STICK), "Vil du låne denne?")
    kiosk.terminal.settle(0.1)
    drawn = len(kiosk.terminal.output)
    kiosk.terminal.settle(0.5)
    assert len(kiosk.terminal.output) == drawn
    styles = re.findall(rb"\x1b\[([0-9;]*)m", bytes(kiosk.terminal.output))
    assert styles
    # A colour's own numbers follow 38 or 48; 5 and 6 anywhere else are slow and rapid blinking.
    plain = [re.sub(rb"[34]8;(2;\d+;\d+;\d+|5;\d+)", b"", style).split(b";") for style in styles]
    assert not any(blinking in style for style in plain for blinking in (b"5", b"6"))


def test_without_a_speaker_help_offers_none(new_station: NewStation) -> None:
    kiosk = new_station(kiosk_speech_command="none")
    kiosk.press(PLUS, "Hjelp", "+ hjelp")
    kiosk.says_no("les høyt")
    kiosk.press(PLUS, WELCOME)
    kiosk.press(STAR, HINT)


def test_a_speaker_that_hangs_holds_nobody_up_and_nothing_is_left_of_it(new_station: NewStation) -> None:
    kiosk = new_station(kiosk_speech_command="/bin/sleep 600")
    item, card = kiosk.house.stands(STICK), kiosk.house.confirmed()
    kiosk.press(PLUS, "+ les høyt")
    kiosk.press(PLUS, "Opplesing er på.", "+ si igjen")
    kiosk.press(ENTER, WELCOME)
    kiosk.scan(item, "Vil du låne denne?")
    kiosk.scan(card, "Lånet er i orden")
    sleeping = _children(kiosk.terminal.pid)
    assert kiosk.lent_to(item, card)
    assert len(sleeping) == 1, "the sentences before were cut off and gathered in"

    assert kiosk.quit() == 0
    assert not any(Path(f"/proc/{pid}").exists() for pid in sleeping)


def _children(pid: int) -> list[int]:
    """The processes that a process has started, zombies too."""
    found = Path(f"/proc/{pid}/task/{pid}/children").read_text("ascii")
    return [int(child) for child in found.split()]


def _spoken(code: str) -> str:
    return ", ".join(" ".join(group) for group in codes.spoken(code).split())
