"""The derived tables: the stories of `fold`, kept up to date in the transaction that records the event.

In order, an event costs one UPDATE of its item and an INSERT or UPDATE of its loan. Out of order, from
another station, or taken back: the item's story is told again from the beginning. `differences` derives
everything anew beside what is stored and names what is not the same; `rebuild` puts it right.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict
from typing import Any

from sqlalchemy import Connection, Row, Table, bindparam, delete, func, insert, select, text, tuple_, update
from sqlalchemy.dialects.sqlite import insert as upsert

from depot.fold import (
    Discrepancy,
    HoldNow,
    HoldState,
    ItemNow,
    Loan,
    OwedPart,
    Step,
    Story,
    fold,
    fold_hold,
    step_hold,
)
from depot.journal import Event, of_hold, of_item, of_quantities, read_body
from depot.tables import DERIVED, discrepancy, event, hold, item_state, loan, owed_part, quantity
from depot.tally import STRANGE, Tally, fold_tally, subject_of
from depot.writes import Write

_CHANGING = ("due", "flags", "renewals", "returned_at", "ended")
"""What may change of a loan once it is made."""

_add_item = Write(insert(item_state))
_set_item = Write(
    update(item_state)
    .where(item_state.c.item == bindparam("of_item"))
    .values({name: bindparam(name) for name in item_state.c.keys() if name != "item"})
)
_add_loan = Write(insert(loan))
_set_loan = Write(
    update(loan)
    .where(loan.c.key == bindparam("of_loan"))
    .values({name: bindparam(name) for name in _CHANGING})
)
_STORED_HOLD = select(hold).where(hold.c.key == bindparam("of_hold"))
_NEW_HOLD = insert(hold)
_SET_HOLD = (
    update(hold)
    .where(hold.c.key == bindparam("of_hold"))
    .values({name: bindparam(name) for name in hold.c.keys() if name != "key"})
)
_OWED = upsert(owed_part).on_conflict_do_update(
    index_elements=["loan", "part"], set_={"pieces": upsert(owed_part).excluded.pieces}
)
_NOTED_APART = ("tampered",)  # noted when a body was turned away, so no event tells of it


def row_of_item(now: ItemNow) -> dict[str, Any]:
    """Return an item's row as it is stored."""
    return {
        "item": now.item,
        "state": now.state.value,
        "depot": now.depot,
        "shelf": now.shelf,
        "loan": now.loan,
        "hold": now.hold,
        "infected": now.infected,
        "parked": now.parked,
        "inspected_on": now.inspected_on,
        "since": now.since,
        "tick": now.tick,
        "station": now.station,
        "seq": now.seq,
    }


def row_of_loan(made: Loan) -> dict[str, Any]:
    """Return a loan's row as it is stored."""
    return {
        "key": made.key,
        "item": made.item,
        "product": made.product,
        "deed": made.deed,
        "depot": made.depot,
        "out_at": made.out_at,
        "days": made.days,
        "policy": made.policy,
        "due": made.due,
        "flags": made.flags,
        "renewals": made.renewals,
        "returned_at": made.returned_at,
        "ended": made.ended.value if made.ended else None,
    }


def write_step(conn: Connection, before: ItemNow, known: Mapping[str, Loan], taken: Step) -> None:
    """Store what one event, in its order, has changed.

    Not what is owed: that is settled over the whole story (see `write_change`).

    Args:
        before: the item before the event; `tick` 0 means that it has no row yet.
        known: the loans that already have rows.
    """
    for one in taken.loans:
        if one.key in known:
            _set_loan(conn, {**row_of_loan(one), "of_loan": one.key})
        else:
            _add_loan(conn, row_of_loan(one))
    row = row_of_item(taken.now)
    if before.tick:
        _set_item(conn, {**row, "of_item": taken.now.item})
    else:
        _add_item(conn, row)
    _write_strange(conn, taken.strange, item=taken.now.item)


def write_hold(
    conn: Connection, before: HoldNow, now: HoldNow, strange: tuple[Discrepancy, ...] = ()
) -> None:
    """Store what one event, in its order, has changed of a hold."""
    row = {**asdict(now), "state": now.state.value}
    if before.tick:
        conn.execute(_SET_HOLD, {"of_hold": row.pop("key"), **row})
    else:
        conn.execute(_NEW_HOLD, row)
    _write_strange(conn, strange, hold_key=now.key)


def _write_owed(conn: Connection, item: str, owed: tuple[OwedPart, ...]) -> None:
    rows = [{"loan": one.loan, "part": one.part, "item": item, "pieces": one.pieces} for one in owed]
    if rows:
        conn.execute(_OWED, rows)


def _write_strange(
    conn: Connection,
    strange: tuple[Discrepancy, ...],
    *,
    item: str | None = None,
    hold_key: str | None = None,
) -> None:
    for one in strange:
        conn.execute(
            insert(discrepancy).values(
                kind=one.kind, event=one.event, item=item, hold=hold_key, said=one.said
            )
        )


def retell_item(conn: Connection, code: str) -> Story:
    """Tell an item's story again from all its events and store it."""
    story = fold(code, of_item(conn, code))
    conn.execute(delete(item_state).where(item_state.c.item == code))
    conn.execute(delete(discrepancy).where(discrepancy.c.item == code))
    if story.loans:
        conn.execute(delete(loan).where(loan.c.key.in_(list(story.loans))))
        conn.execute(delete(owed_part).where(owed_part.c.loan.in_(list(story.loans))))
        for one in story.loans.values():
            _add_loan(conn, row_of_loan(one))
    _add_item(conn, row_of_item(story.now))
    _write_owed(conn, code, story.owed)
    _write_strange(conn, story.strange, item=code)
    return story


def write_change(conn: Connection, before: Story, after: Story) -> None:
    """Store what differs between two tellings of an item's story, where the first one is what is stored."""
    _set_item(conn, {**row_of_item(after.now), "of_item": after.now.item})
    changed = [one for key, one in after.loans.items() if one != before.loans.get(key)]
    for one in sorted(
        changed, key=lambda made: made.ended is None
    ):  # close before opening: one open loan per item
        _set_loan(conn, {**row_of_loan(one), "of_loan": one.key})
    settled = {(one.loan, one.part) for one in before.owed} - {(one.loan, one.part) for one in after.owed}
    if settled:
        conn.execute(delete(owed_part).where(tuple_(owed_part.c.loan, owed_part.c.part).in_(settled)))
    for gone in set(before.strange) - set(after.strange):
        conn.execute(
            delete(discrepancy).where(discrepancy.c.kind == gone.kind, discrepancy.c.event == gone.event)
        )
    _write_owed(conn, after.now.item, tuple(set(after.owed) - set(before.owed)))
    _write_strange(conn, tuple(set(after.strange) - set(before.strange)), item=after.now.item)


def hold_of_row(row: Row[Any]) -> HoldNow:
    """Return a hold as the fold takes it, from its row."""
    return HoldNow(**{**row._mapping, "state": HoldState(row.state)})


def carry_hold(conn: Connection, before: HoldNow | None, happened: Event) -> HoldNow:
    """Carry a hold's story one event further and store it.

    Args:
        before: the hold as it is stored, `HoldNow(key)` for a new one; looked up when it is None.
    """
    key = happened.hold or ""
    before = before or hold_of_row(conn.execute(_STORED_HOLD, {"of_hold": key}).one())
    if happened.order[:3] <= (before.tick, before.station, before.seq):
        return retell_hold(conn, key)
    now, strange = step_hold(before, happened)
    write_hold(conn, before, now, strange)
    return now


def retell_hold(conn: Connection, key: str) -> HoldNow:
    """Tell a hold's story again from all its events and store it."""
    now, strange = fold_hold(key, of_hold(conn, key))
    conn.execute(delete(hold).where(hold.c.key == key))
    conn.execute(delete(discrepancy).where(discrepancy.c.hold == key))
    write_hold(conn, HoldNow(key), now, strange)
    return now


def write_tally(
    conn: Connection, now: Tally, strange: tuple[Discrepancy, ...] = (), *, first: bool = False
) -> None:
    """Store how many of a counted line there are at a depot now, and what is strange about that.

    Args:
        first: whether nothing is stored of it yet.
    """
    row = row_of_tally(now)
    if first and now.station:
        conn.execute(insert(quantity).values(row))
    elif not first:
        here = (quantity.c.depot == now.depot, quantity.c.product == now.product)
        conn.execute(update(quantity).where(*here).values(row))
    _write_strange(conn, strange)


def row_of_tally(now: Tally) -> dict[str, Any]:
    """Return a count's row as it is stored."""
    row = asdict(now)
    del row["shelf"]
    return row


def retell_tally(conn: Connection, depot: str, line: str) -> Tally:
    """Tell the story of a counted line at a depot again from all its events and store it."""
    told = [one for one in of_quantities(conn, depot, line) if subject_of(one) == (depot, line)]
    now, strange = fold_tally(depot, line, told)
    conn.execute(delete(quantity).where(quantity.c.depot == depot, quantity.c.product == line))
    noted = conn.scalars(select(discrepancy.c.event).where(discrepancy.c.kind.in_(STRANGE)))
    for key in {one.key for one in told}.intersection(noted):
        conn.execute(delete(discrepancy).where(discrepancy.c.event == key, discrepancy.c.kind.in_(STRANGE)))
    write_tally(conn, now, strange, first=True)
    return now


def retell_tallies(conn: Connection) -> None:
    """Tell the stories of all counted lines again, as after news from another station."""
    stored = {(row.depot, row.product) for row in conn.execute(select(quantity.c.depot, quantity.c.product))}
    for depot, line in sorted(stored | _tallies(conn).keys()):
        retell_tally(conn, depot, line)


def _tallies(conn: Connection) -> dict[tuple[str, str], list[Event]]:
    """Gather the events of every counted line at every depot."""
    found: dict[tuple[str, str], list[Event]] = {}
    for one in of_quantities(conn):
        subject = subject_of(one)
        if subject is not None:
            found.setdefault(subject, []).append(one)
    return found


def note_forks(conn: Connection) -> None:
    """Note every event that shares its station and number with another: a cloned or wrongly restored station."""
    twice = (
        select(event.c.station, event.c.seq)
        .group_by(event.c.station, event.c.seq)
        .having(func.count() > 1)
        .subquery()
    )
    forked = select(event.c.key, event.c.station, event.c.seq).join(
        twice, (event.c.station == twice.c.station) & (event.c.seq == twice.c.seq)
    )
    noted = set(conn.scalars(select(discrepancy.c.event).where(discrepancy.c.kind == "fork")))
    for row in conn.execute(forked).all():
        if row.key not in noted:
            conn.execute(
                insert(discrepancy).values(kind="fork", event=row.key, said=f"{row.station} {row.seq}")
            )


# --- all of it, anew ---


def differences(conn: Connection) -> list[tuple[str, str]]:
    """Derive every table anew, beside the stored ones, and name each row that differs.

    Returns:
        Pairs of what is wrong and where; empty when tables and fold agree.
    """
    _derive(conn)
    found: list[tuple[str, str]] = []
    for table in DERIVED:
        columns = ", ".join(f'"{name}"' for name in table.c.keys())
        for what, left, right in (
            ("a row that no event tells of", table.name, f"told_{table.name}"),
            ("a row that the events tell of is missing", f"told_{table.name}", table.name),
        ):
            ours = _only_told(table, left)
            rows = conn.execute(
                text(f"SELECT {columns} FROM {left}{ours} EXCEPT SELECT {columns} FROM {right}")
            )
            found.extend((f"{table.name}: {what}", " ".join(str(part) for part in row[:2])) for row in rows)
    return found


def rebuild(conn: Connection) -> list[tuple[str, str]]:
    """Derive every table anew and replace what differs, in the caller's one transaction.

    Returns:
        What differed, as `differences` names it.
    """
    found = differences(conn)
    if found:
        for table in DERIVED:
            columns = ", ".join(f'"{name}"' for name in table.c.keys())
            conn.execute(text(f"DELETE FROM {table.name}{_only_told(table, table.name)}"))
            conn.execute(
                text(f"INSERT INTO {table.name} ({columns}) SELECT {columns} FROM told_{table.name}")
            )
    return found


def _only_told(table: Table, name: str) -> str:
    if table is discrepancy and name == table.name:
        return " WHERE kind NOT IN (" + ", ".join(f"'{kind}'" for kind in _NOTED_APART) + ")"
    return ""


def _derive(conn: Connection) -> None:
    """Fill a temporary twin of every derived table from the events, one subject's story at a time."""
    for table in DERIVED:
        conn.execute(text(f"DROP TABLE IF EXISTS temp.told_{table.name}"))
        conn.execute(text(f"CREATE TEMP TABLE told_{table.name} AS SELECT * FROM {table.name} WHERE 0"))
    stories = _stories(conn)
    while batch := list(itertools.islice(stories, 500)):
        _fill(conn, "item_state", [row_of_item(story.now) for story in batch])
        _fill(conn, "loan", [row_of_loan(one) for story in batch for one in story.loans.values()])
        _fill(
            conn,
            "owed_part",
            [{**asdict(part), "item": story.now.item} for story in batch for part in story.owed],
        )
        _fill(
            conn,
            "discrepancy",
            [
                {**asdict(one), "item": story.now.item, "hold": None}
                for story in batch
                for one in story.strange
            ],
        )
    for key, events in _by_subject(conn, "hold"):
        now, strange = fold_hold(key, events)
        _fill(conn, "hold", [{**asdict(now), "state": now.state.value}])
        _fill(conn, "discrepancy", [{**asdict(one), "item": None, "hold": key} for one in strange])
    for (place, line), events in _tallies(conn).items():
        tally, strange = fold_tally(place, line, events)
        _fill(conn, "quantity", [row_of_tally(tally)] if tally.station else [])
        _fill(conn, "discrepancy", [{**asdict(one), "item": None, "hold": None} for one in strange])
    conn.execute(
        text(
            "INSERT INTO told_discrepancy (kind, event, said) SELECT 'fork', key, station || ' ' || seq FROM event"
            " WHERE (station, seq) IN (SELECT station, seq FROM event WHERE fork > 0)"
        )
    )


def _fill(conn: Connection, name: str, rows: list[dict[str, Any]]) -> None:
    if rows:
        columns = list(rows[0])
        marks = ", ".join(f":{column}" for column in columns)
        names = ", ".join(f'"{column}"' for column in columns)
        conn.execute(text(f"INSERT INTO told_{name} ({names}) VALUES ({marks})"), rows)


def _stories(conn: Connection) -> Iterator[Story]:
    for code, events in _by_subject(conn, "item"):
        yield fold(code, events)


def _by_subject(conn: Connection, subject: str) -> Iterator[tuple[str, Iterable[Event]]]:
    column = event.c[subject]
    rows = conn.execute(
        select(column, event.c.body).where(column.is_not(None)).order_by(column),
        execution_options={"yield_per": 2000},
    )
    for key, group in itertools.groupby(rows, key=lambda row: str(row[0])):
        yield key, [read_body(row[1]) for row in group]
