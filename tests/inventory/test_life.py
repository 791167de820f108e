"""A thing's life: every fact about it has a sentence, and none says whose it was."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from depot import defects, lapses, late, renewals, stock
from depot.badges import add as add_staff
from depot.lending import Desk
from depot.outcomes import Trouble
from depot.states import MOVES, STAYS, Fact
from depot.words import words_in
from inventory import life, notes
from tests.depot.house import NO_SUCH_ITEM, ROLLATOR, STICK, Elsewhere, House

_OF_NO_THING = {
    Fact.STATION_OPENED,
    Fact.HOLD_PLACED,
    Fact.HOLD_CANCELLED,
    Fact.PICK_UP_MOVED,
    Fact.QUANTITY_RECEIVED,
    Fact.QUANTITY_TAKEN,
    Fact.QUANTITY_BACK,
    Fact.QUANTITY_COUNTED,
    Fact.RECEIVED_FOREIGN,
}


def told(house: House, code: str, language: str = "en") -> list[str]:
    """A thing's life in sentences, the newest first."""
    return [one.text for one in house.look(life.of_item, house.station, code, words_in(language))]


def test_every_fact_about_a_thing_has_a_sentence_and_the_others_none() -> None:
    assert set(life.SAYS) == set(Fact) - _OF_NO_THING
    assert set(MOVES) | STAYS | {Fact.RECEIVED, Fact.UNDONE} == set(life.SAYS)


def test_a_loan_is_lent_and_returned_with_its_dates_and_never_a_name(house: House) -> None:
    thing, card = house.stands(STICK, "A1"), house.confirmed("Ada Berg")
    house.lends(card, thing)
    house.wait(days=12)
    house.do(renewals.renew, item=thing, desk=Desk("somebody"))
    house.wait(days=1)
    house.brings(thing)
    said = told(house, thing)
    assert said[0].startswith("Returned after 13 days, due ")
    assert said[1].startswith("Renewed until ")
    assert said[2].startswith("Lent for 90 days, until ")
    assert said[3:] == ["Labelled, onto shelf A1", "Received"]
    assert "Ada" not in str(house.look(life.of_item, house.station, thing, words_in("en")))
    assert card not in str(house.look(life.of_item, house.station, thing, words_in("en")))


def test_who_did_it_is_named_where_it_was_staff_and_nobody_where_it_was_not(house: House) -> None:
    thing = house.stands(STICK)
    who, _ = house.at_desk(add_staff, name="Liv Lager", pin="4321", role="storekeeper")
    house.do(stock.send_to_repair, item=thing, fault="brakes", by=who)
    house.do(stock.repaired, item=thing, by="somebody from elsewhere")
    repaired, sent, shelved, _ = house.look(life.of_item, house.station, thing, words_in("en"))
    assert (sent.who, sent.where, sent.text) == ("Liv Lager", "K1", "To the workshop: brakes")
    assert (repaired.who, shelved.who) == ("staff", "")


def test_what_was_undone_is_told_and_by_what(house: House) -> None:
    thing, card = house.stands(STICK), house.confirmed()
    house.undoes(house.lends(card, thing).deed)
    newest, lent, *_ = house.look(life.of_item, house.station, thing, words_in("en"))
    assert newest.text.startswith("Undone: Lent for 90 days")
    assert lent.undone
    assert lent.text.endswith("– undone")


def test_notes_stand_between_the_events_where_they_were_written(house: House) -> None:
    thing = house.stands(STICK)
    house.wait(minutes=1)
    house.at_desk(notes.add, thing, "Squeaks.", by=None)
    house.wait(minutes=1)
    house.do(stock.count_out, item=thing)
    said = told(house, thing)
    assert said[:2] == ["Not found on its shelf: missing", "Squeaks."]


def test_upkeep_and_parts_are_told_in_words(house: House) -> None:
    thing, card = house.stands(ROLLATOR), house.confirmed()
    house.lends(card, thing)
    home = house.brings(thing)
    house.trouble(thing, home.deed, Trouble.MISSING_PART)
    assert told(house, thing)[0] == "Came home without: a part"
    given_up = house.moves(defects.parts_given_up, thing)
    assert told(house, thing)[0] == "No longer waited for: a part"
    house.do(stock.undo, deed=given_up.deed)
    house.do(defects.parts_back, item=thing)
    house.do(stock.cleaned, item=thing)
    house.do(stock.quarantine, item=thing, infection=True)
    house.do(stock.write_off, item=thing, reason="worn_out", destination="scrap")
    assert told(house, thing)[:4] == [
        "Written off: worn out; thrown away",
        "Kept apart: risk of infection",
        "Cleaned",
        "Came home later: a part",
    ]


def test_a_hold_is_told_without_saying_whose(house: House) -> None:
    thing = house.stands(STICK)
    house.queues(house.confirmed())
    house.do(lapses.advance)
    assert told(house, thing)[0].startswith("Set aside for the first in line")


def test_what_is_entered_afterwards_says_so_and_stands_where_it_happened(house: House) -> None:
    thing, card = house.stands(STICK), house.confirmed()
    house.wait(hours=3)
    then = house.now
    house.wait(hours=2)
    entry = late.Entry(then, "somebody")
    house.do(late.check_out, card=card, item=thing, entry=entry)
    newest = house.look(life.of_item, house.station, thing, words_in("en"))[0]
    assert newest.text.endswith("– entered afterwards")
    assert newest.at == then


def test_what_another_version_wrote_is_told_as_not_known(house: House) -> None:
    thing = house.stands(STICK)
    ms = int(datetime(2027, 2, 1, tzinfo=UTC).timestamp() * 1000)
    house.hears(Elsewhere().says("teleported", tick=ms, key="e1", item=thing))
    assert told(house, thing)[0] == "Something that this version of Depot does not know"


def test_a_thing_that_nobody_knows_has_no_life(house: House) -> None:
    assert told(house, NO_SUCH_ITEM) == []


@pytest.mark.parametrize("language", ["nb", "nn", "da"])
def test_no_sentence_is_left_in_english(house: House, language: str) -> None:
    thing, card = house.stands(STICK), house.confirmed()
    house.lends(card, thing)
    house.brings(thing)
    assert not set(told(house, thing, language)) & set(told(house, thing))
