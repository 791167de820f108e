"""What the desk asks at every look, key and scan is found by an index, however much was ever lent and printed.

Read off SQLite's own plans, which say the same on a small ledger as on one with a million loans; nothing is timed.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from typing import Any

import pytest
from sqlalchemy import Engine, event, select

from depot import borrowers, codes, lending
from depot.tables import loan
from labels import queue
from tests.depot.house import ROLLATOR, House, settings_for
from tests.inventory.desk.driver import MANAGER, Sitting

EVER_GROWING = ("event", "loan", "link", "label_job", "borrower", "card", "revision", "refusal", "ring")
"""Tables that have a row for all that ever happened, or for everybody who ever came."""

Statements = list[tuple[str, tuple[Any, ...]]]


@contextmanager
def overheard() -> Iterator[Statements]:
    """Collect the questions of a block."""
    heard: Statements = []

    def listen(_: Any, __: Any, sql: str, parameters: Any, ___: Any, ____: bool) -> None:
        if sql.startswith(("SELECT", "WITH")):
            heard.append((sql, tuple(parameters)))

    event.listen(Engine, "before_cursor_execute", listen)
    try:
        yield heard
    finally:
        event.remove(Engine, "before_cursor_execute", listen)


def read_whole(house: House, heard: Statements) -> list[str]:
    """Name the statements that read one of those tables from its first row to its last."""
    whole = re.compile(rf"SCAN ({'|'.join(EVER_GROWING)})$")
    with closing(sqlite3.connect(f"{house.file.as_uri()}?mode=ro", uri=True)) as raw:
        plans = [(sql, raw.execute(f"EXPLAIN QUERY PLAN {sql}", said).fetchall()) for sql, said in heard]
    return [f"{step[3]}: {sql}" for sql, plan in plans for step in plan if whole.match(step[3])]


@pytest.fixture
def out(house: House) -> str:
    """A thing that is on loan."""
    thing = house.stands(ROLLATOR)
    house.do(lending.check_out, card=house.confirmed("Kari Testesen"), item=thing)
    return thing


@pytest.fixture
def home(house: House, out: str) -> str:
    """A thing that has come home and is to be washed."""
    house.do(lending.check_in, item=out)
    return out


@pytest.fixture
def sitting(house: House) -> Sitting:
    """A manager at the desk."""
    return Sitting(house.ledger, settings_for(house.file), house.now, acting=MANAGER)


def _look(desk: Sitting, _: str) -> None:
    desk.press("afresh")


def _search(desk: Sitting, thing: str) -> None:
    desk.press("search")
    desk.type(f"rollator {codes.digits(thing)[:4]}", enter=False)


def _open_a_thing(desk: Sitting, thing: str) -> None:
    desk.press("0")
    desk.type(codes.digits(thing))


def _wash(desk: Sitting, thing: str) -> None:
    desk.act("Wash")
    desk.scan(thing)
    assert desk.tone == "good", desk.see()


def _see_to_the_press(desk: Sitting, _: str) -> None:
    desk.act("Labels and press")


@pytest.mark.parametrize("what", [_look, _search, _open_a_thing, _wash, _see_to_the_press])
def test_nothing_that_only_grows_is_read_from_end_to_end(
    house: House, sitting: Sitting, home: str, what: Callable[[Sitting, str], None]
) -> None:
    with overheard() as heard:
        what(sitting, home)
    assert heard
    assert read_whole(house, heard) == []


def test_a_return_at_the_desk_reads_none_of_it_from_end_to_end(
    house: House, sitting: Sitting, out: str
) -> None:
    with overheard() as heard:
        sitting.scan(out)
    assert sitting.tone == "good", sitting.see()
    assert read_whole(house, heard) == []


def test_who_gave_one_number_is_read_off_the_index_of_numbers(house: House) -> None:
    with overheard() as heard, house.ledger.reading() as conn:
        borrowers.to_merge(conn)
    assert read_whole(house, heard) == []


def test_what_is_read_whole_is_seen(house: House) -> None:
    with overheard() as heard, house.ledger.reading() as conn:
        conn.execute(select(loan.c.key).where(loan.c.product == ROLLATOR)).all()
        queue.newest(conn, states=(queue.PRINTED,), limit=5)
    assert [one.split(":")[0] for one in read_whole(house, heard)] == ["SCAN loan", "SCAN label_job"]
