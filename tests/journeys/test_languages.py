"""A visit in every language, the card that remembers it, and a language that nobody had thought of."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest

from depot import tables
from tests import pseudo
from tests.depot.house import ROLLATOR
from tests.journeys.conftest import NewStation
from tests.journeys.station import ENTER, MINUS, WELCOME, Station


@dataclass(frozen=True, slots=True)
class Told:
    """What a visit is told in one language, in the order in which it is told."""

    key: str
    welcome: str
    thing: str
    ask_card: str
    phone: str
    right: str
    in_order: str
    due: str
    brakes: str
    undo: str
    goodbye: str
    card_open: str
    one_thing: str
    keep_or_back: str
    put_at: str
    number: str


TOLD = {
    "nb": Told(
        key="1",
        welcome="Vil du låne eller levere tilbake?",
        thing="RULLATOR, INNENDØRS",
        ask_card="Vil du låne denne?",
        phone="Telefonnummeret ditt",
        right="Er nummeret riktig?",
        in_order="Lånet er i orden",
        due="Lever tilbake senest mandag 1. februar 2027.",
        brakes="Prøv begge bremsene",
        undo="Vil du angre lånet?",
        goodbye="Takk, og ha det godt!",
        card_open="Kortet ditt er åpent",
        one_thing="Du har 1 ting på lån.",
        keep_or_back="Denne har du på lån",
        put_at="Sett den ved det blå skiltet: VASK 1",
        number="0046701740611",
    ),
    "nn": Told(
        key="2",
        welcome="Vil du låne eller levere tilbake?",
        thing="RULLATOR, INNANDØRS",
        ask_card="Vil du låne denne?",
        phone="Telefonnummeret ditt",
        right="Er nummeret rett?",
        in_order="Lånet er i orden",
        due="Lever tilbake seinast måndag 1. februar 2027.",
        brakes="Prøv begge bremsene",
        undo="Vil du angre lånet?",
        goodbye="Takk, og ha det godt!",
        card_open="Kortet ditt er ope",
        one_thing="Du har 1 ting på lån.",
        keep_or_back="Denne har du på lån",
        put_at="Set den ved det blå skiltet: VASK 1",
        number="0046701740612",
    ),
    "da": Told(
        key="3",
        welcome="Vil du låne eller aflevere?",
        thing="ROLLATOR, INDENDØRS",
        ask_card="Vil du låne denne?",
        phone="Dit telefonnummer",
        right="Er nummeret rigtigt?",
        in_order="Lånet er i orden",
        due="Aflever senest mandag den 1. februar 2027.",
        brakes="Prøv begge bremser, før du går.",
        undo="Vil du fortryde lånet?",
        goodbye="Tak, og hav det godt!",
        card_open="Dit kort er åbent",
        one_thing="Du har 1 ting til låns.",
        keep_or_back="Denne har du til låns",
        put_at="Stil den ved det blå skilt: VASK 1",
        number="0046701740613",
    ),
    "en": Told(
        key="4",
        welcome="Do you want to borrow or return?",
        thing="ROLLATOR, INDOOR",
        ask_card="Do you want to borrow this?",
        phone="Your phone number",
        right="Is this number right?",
        in_order="The loan is in order",
        due="Return it by Monday 1 February 2027.",
        brakes="Try both brakes",
        undo="Do you want to undo the loan?",
        goodbye="Thank you, and take care!",
        card_open="Your card is open",
        one_thing="You have 1 thing on loan.",
        keep_or_back="You have this on loan",
        put_at="Put it at the blue sign: VASK 1",
        number="0046701740614",
    ),
}


@pytest.mark.parametrize("language", TOLD)
def test_a_visit_in_each_language_and_the_card_remembers_it(kiosk: Station, language: str) -> None:
    told = TOLD[language]
    item, card = kiosk.house.stands(ROLLATOR), kiosk.house.card_from_box()

    kiosk.press("9", "Språk / Sprog / Language", "1 Bokmål", "2 Nynorsk", "3 Dansk", "4 English")
    kiosk.press(told.key, told.welcome)
    kiosk.scan(item, told.ask_card, told.thing)
    kiosk.scan(card, told.phone)
    kiosk.dial(told.number, told.right)
    kiosk.press(ENTER, told.in_order, told.thing, told.due, told.brakes)
    kiosk.press(MINUS, told.undo)
    kiosk.press(MINUS, told.in_order)
    kiosk.press(ENTER, told.goodbye)
    assert kiosk.lent_to(item, card)

    kiosk.clock.jump(seconds=9)
    kiosk.says(WELCOME)
    kiosk.clock.jump(minutes=15)
    kiosk.scan(card, told.card_open, told.one_thing)
    kiosk.scan(item, told.keep_or_back)
    kiosk.press("1", told.put_at, told.thing)
    (person,) = kiosk.rows(tables.borrower, id=kiosk.holder(card))
    assert person.language == language


def test_a_language_that_is_added_as_one_catalogue_is_offered_spoken_and_remembered(
    new_station: NewStation, tmp_path: Path
) -> None:
    folder = pseudo.make(tmp_path)
    kiosk = new_station(phones='[kiosk]\nlanguages = ["nb", "xx"]\n', words=str(folder))
    item, card = kiosk.house.stands(ROLLATOR), kiosk.house.card_from_box()

    kiosk.press("9", "Språk / [Låñgüågé ö]", "1 Bokmål", "2 [Éñglïshö]")
    kiosk.press("2", "[Dö ÿöü wåñt tö börröw ör rétürñ?", "[Höld thé ÿéllöw låbél öñ thé åïd")
    kiosk.scan(item, "[Dö ÿöü wåñt tö börröw thïs?", "ROLLATOR, INDOOR")
    kiosk.scan(card, "[Ýöür phöñé ñümbér")
    kiosk.dial("0046701740615", "[Ïs thïs ñümbér rïght?")
    kiosk.press(ENTER, "[Thé löåñ ïs ïñ ördér", "Try both brakes before", "Monday 1 February 2027 ~~~")
    assert kiosk.said.count("[") == kiosk.said.count("]") > 5
    kiosk.press(ENTER, "[Thåñk ÿöü, åñd tåké çåré!")
    kiosk.clock.jump(seconds=9)
    kiosk.says(WELCOME)
    kiosk.scan(card, "[Ýöür çård ïs öpéñ")
    (person,) = kiosk.rows(tables.borrower, id=kiosk.holder(card))
    assert person.language == "xx"
