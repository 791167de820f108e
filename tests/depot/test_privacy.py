"""What a loan tells about a person: nothing, to anybody who was not meant to know.

Loan records are health data. One table ties a deed to somebody; it stands outside the journal, so that the
tie can be cut while the journal stays whole.
"""

from __future__ import annotations

import logging
import traceback
from collections.abc import Iterable
from datetime import datetime

import pytest
from sqlalchemy import Connection, Executable, Table, delete, insert, select, text

from depot import badges, borrowers, holds, lending, stock, tables
from depot.errors import DepotError
from depot.lending import Desk
from depot.outcomes import CardIs, Trouble
from tests.depot.house import CRUTCHES, NUMBERS, STICK, STOOL, TODAY, TONGS, House

NAME, NUMBER = "Kari Hemmelig Testesen", NUMBERS[0]
PIN, STOREKEEPER = "471147", "Per Lagersen"
WITHOUT_PERSONS = (
    tables.event,
    *tables.DERIVED,
    tables.item,
    tables.label_job,
    tables.outbox,
    tables.refusal,
    tables.revision,
    tables.series,
    tables.station,
)


@pytest.fixture
def lived_in(house: House) -> House:
    """A depot in which everything has happened that somebody's name was near."""
    house.reopen(station_printer="etikett")
    by, _ = house.at_desk(badges.add, name=STOREKEEPER, pin=PIN, role="storekeeper")
    known, begun = house.confirmed(NAME, phone=f"+47{NUMBER}"), house.starter(NUMBERS[1])
    stick, stool, tongs = house.stands(STICK), house.stands(STOOL), house.stands(TONGS)
    one, other = house.stand(2, CRUTCHES)
    house.lends(known, stick, desk=Desk(by=by))
    house.lends(known, other, joins=house.lends(known, one).deed)
    house.refuses(begun, stick, in_hand=True)
    house.undoes(house.lends(begun, tongs).deed)
    house.trouble(one, house.brings(one).deed, Trouble.MISSING_PART)
    waiting = house.queues(begun, STOOL)
    house.brings(stool, brought_back=True)
    house.do(stock.cleaned, item=stool, by=by)
    house.do(holds.cancel, key=waiting.key)
    house.at_desk(borrowers.confirm, begun, name="Ola Hemmelig Testesen", by=by)
    house.at_desk(borrowers.merge, begun, known, by=by)
    house.at_desk(borrowers.block, known, "bill", by=by)
    house.refuses(known, tongs)
    return house


def secrets(house: House) -> list[str]:
    """Everything that says who somebody is: names, numbers, cards and their digits, persons' ids, PINs."""
    cards = [row.code for row in house.rows(tables.card)]
    persons = [row.id for row in house.rows(tables.borrower)]
    badge = [row.badge for row in house.rows(tables.staff)]
    return [
        "Hemmelig",
        "Lagersen",
        PIN,
        *NUMBERS[:2],
        *cards,
        *(code[1:9] for code in cards),
        *persons,
        *badge,
    ]


def told(said: str, of: Iterable[str]) -> list[str]:
    return [secret for secret in of if secret in said]


# --- what is written down where ---


def test_no_event_says_who_it_was(lived_in: House) -> None:
    journal = " ".join(row.body for row in lived_in.rows(tables.event))
    assert len(lived_in.events()) > 20
    assert told(journal, secrets(lived_in)) == []


def test_staff_are_in_the_journal_by_a_pseudonym(lived_in: House) -> None:
    (row,) = lived_in.rows(tables.staff)
    assert {one.by for one in lived_in.events()} == {None, row.id}


def cells(house: House, table: Table) -> list[str]:
    """All that a table says, but for a revision's own key, which names the row that it is of."""
    without = {"key"} if table is tables.revision else set()
    return [
        str(value)
        for row in house.rows(table)
        for name, value in row._mapping.items()
        if name not in without and not isinstance(value, bytes)
    ]


def test_no_table_beside_the_tie_knows_a_deed_and_a_person(lived_in: House) -> None:
    persons = secrets(lived_in)
    for table in WITHOUT_PERSONS:
        assert told("\n".join(cells(lived_in, table)), persons) == [], table.name


def test_outcomes_never_tell_who_has_a_thing(house: House) -> None:
    theirs, mine = house.confirmed(NAME, phone=f"+47{NUMBER}"), house.starter(NUMBERS[1])
    item = house.stands(STICK)
    lent = house.lends(theirs, item)
    peeked = house.look(lending.peek, house.station, item=item, card=mine, now=house.now)
    refused = house.refuses(mine, item)
    home = house.brings(item)
    for outcome in (lent, peeked, refused, home):
        assert told(repr(outcome), secrets(house)) == []


# --- cutting the tie ---


def test_a_tie_is_cut_and_everything_else_stays(house: House) -> None:
    whose, item = house.confirmed(NAME), house.stands(STICK)
    lent = house.lends(whose, item)
    house.wait(days=30)
    house.brings(item)
    journal, row = house.events(), house.loan(lent.key)
    house.ledger.perform(
        lambda conn, _: conn.execute(delete(tables.link).where(tables.link.c.key == lent.key)).rowcount
    )
    assert house.unsoundness() == []
    assert house.rebuild() == []
    assert (house.links(), house.events(), house.loan(lent.key)) == (set(), journal, row)
    house.reopen()
    assert house.links() == set()


def test_a_rebuild_makes_no_tie_and_cuts_none(lived_in: House) -> None:
    kept = lived_in.rows(tables.link)
    lived_in.ledger.perform(lambda conn, _: conn.execute(delete(tables.loan)).rowcount)
    assert lived_in.rebuild() != []
    assert lived_in.rows(tables.link) == kept


def test_what_is_deleted_is_not_left_in_the_file(house: House) -> None:
    """SQLite would leave a deleted row's bytes where they were; a card found years later holds none."""
    house.confirmed(NAME, phone=f"+47{NUMBER}")
    (person,) = house.rows(tables.borrower)
    house.close()
    assert NAME.encode() in house.file.read_bytes()
    house.reopen()
    house.ledger.perform(lambda conn, _: conn.execute(delete(tables.borrower)).rowcount)
    house.close()
    left = house.file.read_bytes()
    assert told(left.decode("latin-1"), [NAME, NUMBER]) == []
    assert house.file.with_name("depot.db-wal").exists() is False
    house.reopen()
    assert person not in house.rows(tables.borrower)


def test_a_number_of_the_dead_is_gone_at_once(house: House) -> None:
    whose = house.confirmed(NAME, phone=f"+47{NUMBER}")
    house.at_desk(borrowers.died, whose, TODAY)
    assert house.look(borrowers.meet, house.station, whose, now=house.now).what is CardIs.BLOCKED
    house.close()
    assert NUMBER.encode() not in house.file.read_bytes()
    house.reopen()


# --- who can read it ---


def test_everything_beside_the_ledger_is_its_owners_alone(house: House) -> None:
    house.reopen(station_ballast_mb="1")
    house.lends(house.confirmed(), house.stands(STICK))
    house.ledger.claim()
    beside = {path.name: path.stat().st_mode & 0o777 for path in house.file.parent.iterdir()}
    assert {"depot.db", "depot.db-wal", "depot.db-shm", "depot.db.lock"} <= set(beside)
    assert set(beside.values()) == {0o600}, beside


# --- what is said aloud ---


def test_a_deed_that_fails_says_neither_card_nor_number(
    house: House, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    whose = house.confirmed(NAME, phone=f"+47{NUMBER}")
    (person,) = house.rows(tables.borrower)
    twice = insert(tables.borrower).values(person._asdict())
    same_card = insert(tables.card).values(code=whose, printed_at=1)
    nowhere = text("INSERT INTO nowhere VALUES (:card, :name, :phone)").bindparams(
        card=whose, name=NAME, phone=NUMBER
    )
    for statement in (twice, same_card, nowhere):
        with pytest.raises(DepotError) as failed:
            house.at_desk(_execute, statement)
        said = "".join(traceback.format_exception(failed.value)) + caplog.text + str(failed.value)
        assert told(said, [NAME, NUMBER, whose, whose[1:9], person.id]) == []
    assert "error" in caplog.text
    house.lends(whose, house.stands(STICK))


def _execute(conn: Connection, statement: Executable, *, now: datetime) -> None:
    conn.execute(statement)


def test_an_ordinary_day_logs_nothing_about_anybody(house: House, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    whose, item = house.starter(NUMBER), house.stands(STICK)
    house.lends(whose, item)
    house.refuses(house.confirmed(NAME), item, in_hand=True)
    house.reopen()
    house.ledger.rest()
    assert told(caplog.text, secrets(house)) == []


def test_a_look_at_somebody_by_staff_leaves_a_row(house: House) -> None:
    whose = house.confirmed(NAME)
    house.at_desk(borrowers.log_look_up, by="os:per", why="borrowers", cards=[whose])
    (row,) = house.rows(tables.look_up)
    with house.ledger.reading() as conn:
        asked = conn.scalar(select(tables.card.c.borrower).where(tables.card.c.code == whose))
    assert (row.by, row.why, row.borrower) == ("os:per", "borrowers", asked)


def test_somebody_with_two_cards_is_looked_up_once(house: House) -> None:
    whose, also = house.confirmed(NAME), house.confirmed()
    house.at_desk(borrowers.merge, also, whose)
    house.at_desk(borrowers.log_look_up, by="os:per", why="borrowers", cards=[whose, also])
    assert len(house.rows(tables.look_up)) == 1
