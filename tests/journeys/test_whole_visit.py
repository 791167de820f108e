"""The whole visit, in each language and by each scanner: a thing is out, join the list, be told, fetch it, keep it,
return it.

Whoever does it here reads nothing but the screen: every key that is pressed stands on it, beside its words.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

import pytest

from depot import catalogue, stock, tables
from depot.states import State
from depot.words import Words, words_in
from tests.journeys.conftest import NewStation
from tests.journeys.doors import DOORS
from tests.journeys.station import ENTER, Station

CHAIR = "BTH-02"
"""A shower chair with a back and armrests, which come off."""
LINES = {one.code: one for one in catalogue.packaged()}


@pytest.fixture(scope="module")
def kiosk(new_station: NewStation) -> Station:
    return new_station()


@dataclass(frozen=True)
class Citizen:
    """Somebody who reads one language and presses what the screen says.

    Args:
        kiosk: where they stand; words: what they can read.
    """

    kiosk: Station
    words: Words

    def reads(self, *sentences: str, **facts: object) -> None:
        """Wait until these stand on the screen, in their language."""
        self.kiosk.says(*(self.words.t(one, **facts) for one in sentences))

    def key(self, sentence: str) -> str:
        """The key that stands before these words."""
        wanted = self.words.t(sentence)
        self.kiosk.says(wanted)
        found = re.search(rf"(?:^| )(\d|Enter|-) +{re.escape(wanted)}", self.kiosk.said)
        assert found, f"no key before {wanted!r}: {self.kiosk.said}"
        return ENTER if found[1] == "Enter" else found[1]

    def chooses(self, sentence: str, *then: str) -> None:
        """Press the key that stands before these words, and read on."""
        self.kiosk.press(self.key(sentence), *(self.words.t(one) for one in then))


@pytest.mark.parametrize(("language", "number"), [("nb", "21"), ("nn", "22"), ("da", "23"), ("en", "24")])
def test_out_join_be_told_fetch_keep_and_return_with_a_part_missing(
    kiosk: Station, language: str, number: str
) -> None:
    visit(kiosk, language, number)


@pytest.mark.parametrize("kind", DOORS)
def test_the_same_visit_by_a_scanner_that_is_no_keyboard(
    new_station: NewStation, tmp_path: Path, kind: str
) -> None:
    with DOORS[kind](tmp_path) as door:
        station = new_station(door=door)
        visit(station, "nb", "25")
        scans = re.findall(r"scan=.* source=(\w+)", station.log.read_text("utf-8"))
    assert set(scans) == {kind}


def visit(kiosk: Station, language: str, number: str) -> None:
    """Play it, with a telephone number that ends so."""
    kiosk.start_over()
    house, words = kiosk.house, words_in(language)
    me = Citizen(kiosk, words)
    chair = house.stands(CHAIR, "C3")
    house.lends(house.confirmed("Ola Annensen"), chair)
    kiosk.clock.jump(minutes=11)
    card = house.card_from_box()
    name = LINES[CHAIR].names[language]

    # My language, and what is free?
    kiosk.press("9", words.name)
    found = re.search(rf"(\d) +{re.escape(words.name)}", kiosk.said)
    assert found
    kiosk.press(found[1], words.t("Do you want to borrow or return?"))
    me.chooses("What is free now?", "For bath and shower")
    me.chooses("For bath and shower")
    kiosk.says(name)
    (row,) = re.findall(rf"(\d) +{re.escape(name)}", kiosk.said)
    kiosk.press(row, name.upper(), words.t("None is free here now."))

    # The waiting list, with a card from the box.
    me.chooses("Put me on the waiting list", "Who wants to be on the waiting list?")
    kiosk.scan(card, words.t("Your phone number"))
    kiosk.dial(f"00467017406{number}", words.t("Is this number right?"))
    kiosk.press(ENTER, words.t("You are on the waiting list"), words.t("We ring you when it is ready."))
    me.reads("You are number %(n)d in the queue.", n=1)
    kiosk.press(ENTER, words.t("Thank you, and take care!"))

    # It comes home, is washed, and somebody is to ring me.
    kiosk.house.brings(chair)
    kiosk.house.do(stock.cleaned, item=chair)
    (hold,) = [one for one in kiosk.rows(tables.hold, product=CHAIR) if one.item == chair]
    assert [one.why for one in kiosk.rows(tables.ring, subject=hold.key)] == ["hold_ready"]

    # I come back: the card knows my language, and something stands ready.
    kiosk.clock.jump(minutes=30)
    kiosk.scan(card, words.t("Your card is open"))
    kiosk.says("HENTES")
    kiosk.says_no(name, name.upper())
    kiosk.scan(chair, words.t("The loan is in order"), name.upper())
    assert kiosk.lent_to(chair, card)
    kiosk.press(ENTER, words.t("Thank you, and take care!"))

    # Two weeks later I need it longer.
    kiosk.clock.jump(days=14)
    (before,) = [one.due for one in kiosk.house.loans(chair) if one.ended is None]
    kiosk.scan(card, words.t("Your card is open"))
    me.chooses("Keep everything longer", "You can keep it longer")
    (after,) = [one.due for one in kiosk.house.loans(chair) if one.ended is None]
    assert after > before
    kiosk.press(ENTER, words.t("Your card is open"))
    kiosk.press(ENTER, words.t("Thank you, and take care!"))

    # And then I bring it back, without one of its armrests. The screen is in the house's language again.
    kiosk.clock.jump(days=10)
    kiosk.scan(chair)
    here = Citizen(kiosk, words_in("nb"))
    here.reads("Thank you! It is returned now")
    here.chooses("something is missing", "What is missing?")
    kiosk.press("1", words_in("nb").t("Thank you for telling us"), "VERKSTED")
    (owed,) = kiosk.rows(tables.owed_part, item=chair)
    assert (owed.part, owed.pieces) == ("armrest", 1)
    assert kiosk.house.state(chair) is State.REPAIR
    assert kiosk.ended(chair)[-1] == "returned"
