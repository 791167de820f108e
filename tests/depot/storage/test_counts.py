"""What a deed costs, counted and not timed: syncs, bytes of WAL, statements.

The numbers hold on any machine. An SD card lives by the bytes, a person waits for the syncs.
"""

from __future__ import annotations

import random
import statistics
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

import pytest
from sqlalchemy import ColumnElement, Connection, Engine, event, insert, select

from depot import borrowers, defects, holds, journal, lapses, projection, quantities, renewals, stock
from depot.outcomes import Renewed, Trouble
from depot.states import Fact
from depot.station import Station
from depot.tables import borrower, card, item_state, link, loan
from tests.depot.house import CRUTCHES, NO_SUCH_ITEM, START, STICK, STOOL, House
from tests.depot.storage import lender
from tests.depot.storage.conftest import ClerkAtADistance, copied
from tests.depot.storage.trace import calls, traced

T = TypeVar("T")

# --- syncs ---


@pytest.mark.parametrize("rested", [False, True], ids=["as it was opened", "after a rest"])
def test_a_deed_in_an_open_ledger_costs_one_sync(
    file: Path, tmp_path: Path, clerk: Callable[..., ClerkAtADistance], rested: bool
) -> None:
    house = House(file)
    items, cards = house.stand(11), (house.confirmed(), house.confirmed())
    house.close()
    lends, seen = clerk(file, station_printer="labels"), tmp_path / "seen"
    lends.does(lender.open_up)
    if rested:
        lends.does(lender.visits, cards=cards, items=items[:1])
        lends.does(lender.rest)
    with traced(lends.pid, "-y", "--trace=fdatasync,fsync", into=seen):
        deeds = lends.does(lender.visits, cards=cards, items=items[1:])
    assert [call.path for call in calls(seen)] == [f"{file}-wal"] * deeds


# --- bytes ---

THINGS, LOANS_EACH = 250, 12
MEDIAN, MOST = 40_000, 64_000
"""Bytes of WAL that a deed may cost."""


@pytest.fixture(scope="module")
def old(founded: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a ledger that has seen three thousand loans, of 250 things, by 40 borrowers."""
    house = House(copied(founded, tmp_path_factory.mktemp("old")))
    house.stand(THINGS)
    for _ in range(40):
        house.confirmed()
    house.ledger.perform(_remember_loans)
    assert len(house.rows(loan)) == THINGS * LOANS_EACH
    assert house.unsoundness() == []
    house.close()
    return house.file.parent


def _remember_loans(conn: Connection, station: Station) -> None:
    """Write the events of loans that are long over, and tell the things' stories from them."""
    chance = random.Random(3)
    borrowers = list(conn.scalars(select(borrower.c.id)))
    things = list(conn.scalars(select(item_state.c.item)))
    pen = journal.Pen(conn, station.id, journal.head_of(conn, station.id), now=START, trusted=True)

    def happened(kind: Fact, tick: int, item: str, **facts: Any) -> str:
        pen.deed = None
        return pen.write(kind, after=tick, item=item, facts=facts).key

    lent = {"product": STICK, "depot": station.depot, "days": 90, "policy": "keep", "due": "2027-01-08"}
    begun = int(START.timestamp() * 1000)
    for number in range(LOANS_EACH):
        tick, keys = begun + number * 10, []
        for item in things:
            keys.append(happened(Fact.CHECK_OUT, tick, item, **lent))
            happened(Fact.CHECK_IN, tick + 1, item, depot=station.depot)
            happened(Fact.CLEANED, tick + 2, item, to="available")
        links = [
            {"key": key, "borrower": chance.choice(borrowers), "station": station.id, "made_at": begun}
            for key in keys
        ]
        conn.execute(insert(link), links)
    projection.rebuild(conn)


def test_a_deed_writes_little_even_where_thousands_of_loans_are_kept(old: Path, tmp_path: Path) -> None:
    house = House(copied(old, tmp_path), station_printer="labels")
    wal, chance = Path(f"{house.file}-wal"), random.Random(5)
    cards = list(house.look(_all_of, card.c.code))
    costs: dict[str, list[int]] = {}

    def costed(name: str, deed: Callable[..., T], *what: Any) -> T:
        before = wal.stat().st_size
        outcome = deed(*what)
        costs.setdefault(name, []).append(wal.stat().st_size - before)
        return outcome

    for number, item in enumerate(chance.sample(house.look(_all_of, item_state.c.item), 100)):
        house.wait(seconds=40)
        out = costed("check-out", house.lends, chance.choice(cards), item)
        if number % 3 == 0:
            costed("undo", house.undoes, out.deed)
            costed("check-out", house.lends, chance.choice(cards), item)
        home = costed("check-in", house.brings, item)
        if number % 3 == 1:
            costed("trouble", house.trouble, item, home.deed, Trouble.MISSING_PART)
            costed("undo", house.undoes, home.deed)
            costed("check-in", house.brings, item)
        costed("cleaning", house.moves, stock.done, item)
    house.close()
    medians = {name: statistics.median(each) for name, each in costs.items()}
    assert min(medians.values()) > 0, "the WAL was not seen to grow"
    assert max(medians.values()) <= MEDIAN, medians
    assert max(max(each) for each in costs.values()) <= MOST, costs


def _all_of(conn: Connection, column: ColumnElement[str]) -> list[str]:
    return list(conn.scalars(select(column).order_by(column)))


# --- statements ---


@contextmanager
def counted() -> Iterator[list[str]]:
    """Collect the statements of a block, BEGIN left out."""
    said: list[str] = []

    def hear(_conn: object, _cursor: object, statement: str, *_: object) -> None:
        if not statement.startswith("BEGIN"):
            said.append(statement)

    event.listen(Engine, "before_cursor_execute", hear)
    try:
        yield said
    finally:
        event.remove(Engine, "before_cursor_execute", hear)


def _check_out(house: House) -> Callable[[], object]:
    card, item = house.confirmed(), house.stands()
    return lambda: house.lends(card, item)


def _check_in(house: House) -> Callable[[], object]:
    item = house.stands()
    house.lends(house.confirmed(), item)
    return lambda: house.brings(item)


def _refusal(house: House) -> Callable[[], object]:
    card, item = house.confirmed(), house.stands()
    house.stand(2)
    house.lends(house.confirmed(), item)
    return lambda: house.refuses(card, item)


def _unknown(house: House) -> Callable[[], object]:
    card = house.confirmed()
    return lambda: house.refuses(card, NO_SUCH_ITEM)


def _implied_return(house: House) -> Callable[[], object]:
    card, item = house.confirmed(), house.stands()
    house.lends(house.confirmed(), item)
    return lambda: house.refuses(card, item, in_hand=True)


def _unregistered(house: House) -> Callable[[], object]:
    item = house.stands()
    return lambda: house.brings(item, brought_back=True)


def _already(house: House) -> Callable[[], object]:
    item = house.stands()
    return lambda: house.already(item)


def _second_of_a_pair(house: House) -> Callable[[], object]:
    card, one, other = house.confirmed(), house.stands(CRUTCHES), house.stands(CRUTCHES)
    first = house.lends(card, one)
    return lambda: house.lends(card, other, joins=first.deed)


def _undo_of_a_check_out(house: House) -> Callable[[], object]:
    lent = house.lends(house.confirmed(), house.stands())
    return lambda: house.undoes(lent.deed)


def _undo_of_a_check_in(house: House) -> Callable[[], object]:
    item = house.stands()
    house.lends(house.confirmed(), item)
    home = house.brings(item)
    return lambda: house.undoes(home.deed)


def _trouble(trouble: Trouble) -> Callable[[House], Callable[[], object]]:
    def prepared(house: House) -> Callable[[], object]:
        item = house.stands()
        house.lends(house.confirmed(), item)
        home = house.brings(item)
        return lambda: house.trouble(item, home.deed, trouble)

    return prepared


def _undo_of_trouble(house: House) -> Callable[[], object]:
    item = house.stands()
    house.lends(house.confirmed(), item)
    home = house.brings(item)
    house.trouble(item, home.deed, Trouble.MISSING_PART)
    return lambda: house.undoes(home.deed)


def _chair_home(house: House) -> tuple[str, str]:
    item = house.stands("WHC-01")
    house.lends(house.confirmed(), item)
    return item, house.brings(item).deed


def _missing_parts(house: House) -> Callable[[], object]:
    item, deed = _chair_home(house)
    return lambda: house.trouble(item, deed, Trouble.MISSING_PART, footrest=2, cushion=1)


def _named_missing_part(house: House) -> Callable[[], object]:
    item, deed = _chair_home(house)
    house.trouble(item, deed, Trouble.MISSING_PART)
    return lambda: house.trouble(item, deed, Trouble.MISSING_PART, footrest=1)


def _undo_of_missing_parts(house: House) -> Callable[[], object]:
    item, deed = _chair_home(house)
    house.trouble(item, deed, Trouble.MISSING_PART, footrest=2, cushion=1)
    return lambda: house.undoes(deed)


def _parts_back(house: House) -> Callable[[], object]:
    item, deed = _chair_home(house)
    house.trouble(item, deed, Trouble.MISSING_PART, footrest=2, cushion=1)
    return lambda: house.do(defects.parts_back, item=item, parts=(("footrest", 1), ("cushion", 1)))


def _counted_line(house: House) -> dict[str, Any]:
    said = {"line": "WLK-11", "n": 1}
    house.do(quantities.received, shelf=house.shelf("A1"), **said)
    return said


def _take(house: House) -> Callable[[], object]:
    said = _counted_line(house)
    return lambda: house.do(quantities.take, **said)


def _take_beyond_the_count(house: House) -> Callable[[], object]:
    said = _counted_line(house)
    house.do(quantities.take, **said)
    return lambda: house.do(quantities.take, **said)


def _undo_of_a_take(house: House) -> Callable[[], object]:
    said = _counted_line(house)
    house.do(quantities.take, **said)
    deed = house.events()[-1].deed
    return lambda: house.undoes(deed)


def _receive(house: House) -> Callable[[], object]:
    return house.received


def _shelve(house: House) -> Callable[[], object]:
    item, shelf = house.received(), house.shelf("A1")
    return lambda: house.moves(stock.shelve, item, shelf=shelf)


def _done(house: House) -> Callable[[], object]:
    item = house.stands()
    house.brings(item, brought_back=True)
    return lambda: house.moves(stock.done, item)


def _done_with_somebody_waiting(house: House) -> Callable[[], object]:
    item = house.stands()
    house.brings(item, brought_back=True)
    house.queues(house.confirmed())
    return lambda: house.moves(stock.done, item)


def _lose(house: House) -> Callable[[], object]:
    item = house.stands()
    house.lends(house.confirmed(), item)
    return lambda: house.moves(stock.lose, item)


def _hold(house: House) -> Callable[[], object]:
    card = house.confirmed()
    return lambda: house.queues(card)


def _hold_of_what_stands_free(house: House) -> Callable[[], object]:
    card, _ = house.confirmed(), house.stands()
    return lambda: house.queues(card)


def _hold_that_is_there_already(house: House) -> Callable[[], object]:
    card = house.confirmed()
    house.queues(card)
    return lambda: house.queues(card)


def _expiry(house: House) -> Callable[[], object]:
    house.queues(house.confirmed())
    house.queues(house.confirmed())
    house.stands()
    house.wait(days=10)
    return lambda: house.do(lapses.let_lapse, line=STICK)


def _taking_a_free_piece_while_waiting(house: House) -> Callable[[], object]:
    card = house.confirmed()
    house.queues(card)
    house.at_desk(borrowers.block, card, "bill")
    item = house.stands()
    house.at_desk(borrowers.block, card, None)
    return lambda: house.lends(card, item)


def _taking_another_piece_than_the_one_set_aside(house: House) -> Callable[[], object]:
    card, _ = house.confirmed(), house.stands()
    house.queues(card)
    item = house.stands()
    return lambda: house.lends(card, item)


def _taking_another_piece_with_somebody_waiting(house: House) -> Callable[[], object]:
    card, next_one, _ = house.confirmed(), house.confirmed(), house.stands()
    house.queues(card)
    house.queues(next_one)
    house.at_desk(borrowers.block, next_one, "bill")
    item = house.stands()
    house.at_desk(borrowers.block, next_one, None)
    return lambda: house.lends(card, item)


def _fetching_a_hold(house: House) -> Callable[[], object]:
    card, item = house.confirmed(), house.stands()
    house.queues(card)
    house.brings(item, brought_back=True)
    house.moves(stock.done, item)
    return lambda: house.lends(card, item)


def _cancelled_hold(house: House) -> Callable[[], object]:
    placed = house.queues(house.confirmed())
    return lambda: house.do(holds.cancel, key=placed.key)


def _cancelled_hold_with_the_next_waiting(house: House) -> Callable[[], object]:
    item = house.stands()
    first = house.queues(house.confirmed())
    house.queues(house.confirmed())
    house.brings(item, brought_back=True)
    house.moves(stock.done, item)
    return lambda: house.do(holds.cancel, key=first.key)


def _renewal(house: House) -> Callable[[], object]:
    item = house.stands()
    house.lends(house.confirmed(), item)
    house.wait(days=60)
    return lambda: house.do(renewals.renew, item=item)


def _renewal_that_is_refused(house: House) -> Callable[[], object]:
    item = house.stands()
    house.lends(house.confirmed(), item)
    house.queues(house.confirmed())
    return lambda: house.do(renewals.renew, item=item)


def _a_pair(house: House) -> tuple[str, str]:
    card, one, other = house.confirmed(), house.stands(CRUTCHES), house.stands(CRUTCHES)
    lent = house.lends(card, one)
    house.lends(card, other, joins=lent.deed)
    house.wait(days=45)
    return card, one


def _renewal_of_a_pair(house: House) -> Callable[[], object]:
    card, one = _a_pair(house)
    return lambda: house.do(renewals.renew, item=one, card=card)


def _kept_pair(house: House) -> Callable[[], object]:
    card, one = _a_pair(house)
    return lambda: house.do(renewals.kept, item=one, card=card)


def _undo_of_a_renewal(house: House) -> Callable[[], object]:
    renewed = _renewal(house)()
    assert isinstance(renewed, Renewed)
    return lambda: house.undoes(renewed.deed)


#                                                deed                        at most
STATEMENTS: tuple[tuple[Callable[[House], Callable[[], object]], int], ...] = (
    (_check_out, 6),
    (_check_in, 4),
    (_second_of_a_pair, 7),
    (_refusal, 8),
    (_unknown, 8),
    (_implied_return, 8),
    (_unregistered, 8),
    (_already, 8),
    (_undo_of_a_check_out, 8),
    (_undo_of_a_check_in, 8),
    (_undo_of_trouble, 8),
    (_trouble(Trouble.BROKEN), 8),
    (_trouble(Trouble.SOILED), 8),
    (_trouble(Trouble.MISSING_PART), 8),
    (_missing_parts, 7),
    (_named_missing_part, 8),
    (_undo_of_missing_parts, 8),
    (_parts_back, 8),
    (_take, 5),
    (_take_beyond_the_count, 6),
    (_undo_of_a_take, 8),
    (_receive, 8),
    (_shelve, 8),
    (_done, 8),
    (_done_with_somebody_waiting, 8),
    (_lose, 8),
    (_renewal, 4),
    (_renewal_that_is_refused, 2),
    (_renewal_of_a_pair, 7),
    (_kept_pair, 8),
    (_undo_of_a_renewal, 8),
    (_hold, 8),
    (_hold_of_what_stands_free, 8),
    (_hold_that_is_there_already, 8),
    (_expiry, 2 + 8),  # whether any has run out, and whether the clock may say so; then the deed
    (_taking_a_free_piece_while_waiting, 7),
    (_taking_another_piece_than_the_one_set_aside, 7 + 4),  # it also lets the other piece go
    (_taking_another_piece_with_somebody_waiting, 7 + 4 + 3),  # and sets it aside for the next, who is rung
    (_fetching_a_hold, 8),
    (_cancelled_hold, 8),
    (_cancelled_hold_with_the_next_waiting, 8),
)


@pytest.mark.parametrize(("prepare", "most"), STATEMENTS)
def test_a_deed_takes_few_statements(
    new_house: Callable[..., House], prepare: Callable[[House], Callable[[], object]], most: int
) -> None:
    house = new_house(station_printer="labels")
    deed = prepare(house)
    with counted() as said:
        deed()
    assert len(said) <= most, said


def test_renewing_all_takes_one_statement_and_three_for_each_piece(house: House) -> None:
    card, _ = _a_pair(house)
    for line in (STICK, STOOL):
        house.lends(card, house.stands(line))
    house.wait(days=30)
    with counted() as said:
        outcomes = house.do(renewals.renew_all, card=card)
    assert [type(one) for one in outcomes] == 3 * [Renewed]
    assert len(said) == 1 + 3 * 4, said


def test_my_loans_are_one_statement(house: House) -> None:
    card, _ = _a_pair(house)
    with counted() as said:
        house.look(renewals.loans_of, house.station, card=card, now=house.now)
    assert len(said) == 1, said


def test_without_a_printer_a_check_out_takes_five_statements(house: House) -> None:
    deed = _check_out(house)
    with counted() as said:
        deed()
    assert len(said) == 5, said


def test_each_thing_of_a_pair_is_undone_in_few_statements(new_house: Callable[..., House]) -> None:
    house = new_house(station_printer="labels")
    card, one, other = house.confirmed(), house.stands(CRUTCHES), house.stands(CRUTCHES)
    lent = house.lends(card, one)
    house.lends(card, other, joins=lent.deed)
    with counted() as said:
        house.undoes(lent.deed)
    assert len(said) <= 2 * 8, said
