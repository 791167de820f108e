"""Deliveries as they stand: what is kept of one while it is received, and what is known before one is begun.

What a delivery has done is in the ledger, deed by deed. Kept beside it (`work`) is what nobody could read off
there: how many pieces are expected, which codes are this delivery's, in which order they were scanned.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, Row, func, select

from depot.states import Fact, State
from depot.station import Station
from depot.tables import event, item, item_state, product, shelf
from inventory import work

KIND = "receiving"
"""What a delivery is called among the work that may be left half done."""


class How(StrEnum):
    """Where the labels come from."""

    PRINT = "print"
    BIND = "bind"


@dataclass(frozen=True, slots=True)
class Delivery:
    """A delivery as it stands.

    Args:
        key: its own; ended: whether all of it is done.
        of: how many pieces there are to be; done: how many of them stand on the shelf.
        codes: its pieces' codes in the order of their arrival; seen: those whose label was scanned, in that order.
        void: codes that are written off; of each, the deed that did it, and whether the number fell with it.
        queued: how many of the codes have been left to the press.
        maker_first: whether the maker's label is scanned before ours; None while nobody has scanned one.
        waits: serial number and lot that the next label gets.
        aside: what was scanned and is none of this delivery, and why.
    """

    key: str
    line: str
    of: int
    shelf: str
    how: How
    owner: str | None = None
    price_ore: int | None = None
    on: str | None = None
    labels: bool = True
    printer: str | None = None
    serials: tuple[str, ...] = ()
    codes: tuple[str, ...] = ()
    seen: tuple[str, ...] = ()
    void: Mapping[str, tuple[str, bool]] = field(default_factory=dict)
    queued: int = 0
    maker_first: bool | None = None
    waits: tuple[str | None, str | None] | None = None
    aside: tuple[tuple[str, str], ...] = ()
    done: int = 0
    ended: bool = False

    @property
    def standing(self) -> tuple[str, ...]:
        """The codes that are in use."""
        return tuple(code for code in self.codes if code not in self.void)

    @property
    def to_mint(self) -> int:
        """How many codes are still to be minted."""
        return self.of - len(self.standing) if self.how is How.PRINT else 0


@dataclass(frozen=True, slots=True)
class Piece:
    """One piece of a delivery; `shelf` is the name of where it stands, `void` says that it is written off here."""

    code: str
    state: State
    shelf: str | None
    serial: str | None
    lot: str | None
    void: bool


@dataclass(frozen=True, slots=True)
class Before:
    """What is known of the last delivery of a line: whose it was and what a piece cost."""

    owner: str | None = None
    price_ore: int | None = None


@dataclass(frozen=True, slots=True)
class Place:
    """A shelf of this depot, and how many pieces of the line stand on it."""

    code: str
    name: str
    there: int


# --- what is known beforehand ---


def before(conn: Connection, line: str) -> Before:
    """Look up what the last piece of a line that arrived is known by."""
    asked = (
        select(item.c.owner, item.c.price_ore)
        .join(event, event.c.item == item.c.code)
        .where(item.c.product == line, event.c.kind == Fact.RECEIVED.value)
        .order_by(event.c.tick.desc())
        .limit(1)
    )
    row = conn.execute(asked).first()
    return Before(row.owner, row.price_ore) if row is not None else Before()


def places(conn: Connection, station: Station, line: str) -> tuple[Place, ...]:
    """List this depot's shelves: those first on which most of the line stands, the rest by name."""
    of_line = (
        select(item_state.c.shelf, func.count().label("there"))
        .join(item, item.c.code == item_state.c.item)
        .where(item.c.product == line, item_state.c.state == State.AVAILABLE.value)
        .group_by(item_state.c.shelf)
        .subquery()
    )
    there = func.coalesce(of_line.c.there, 0)
    asked = select(shelf.c.code, shelf.c.name, there.label("there")).select_from(
        shelf.outerjoin(of_line, of_line.c.shelf == shelf.c.code)
    )
    asked = asked.where(shelf.c.depot == station.depot).order_by(there.desc(), shelf.c.name, shelf.c.code)
    return tuple(Place(row.code, row.name, row.there) for row in conn.execute(asked))


def is_counted(conn: Connection, line: str) -> bool | None:
    """Say whether a line's pieces are counted and not labelled; None for one that there is not."""
    counted = conn.scalar(select(product.c.counted).where(product.c.code == line))
    return None if counted is None else bool(counted)


def piece_with_serial(conn: Connection, line: str, serial: str) -> str | None:
    """Find the piece of a line that has a maker's serial number."""
    same = select(item.c.code).where(item.c.product == line, item.c.serial == serial)
    code: str | None = conn.scalar(same)
    return code


def label_is_used(conn: Connection, code: str) -> bool:
    """Say whether any piece has a label, or had it at any station whose events are here."""
    found = select(event.c.key).where(event.c.item == code).limit(1)
    has_row = conn.scalar(select(item.c.code).where(item.c.code == code)) is not None
    return has_row or conn.scalar(found) is not None


def look(conn: Connection, code: str) -> Row[Any] | None:
    asked = select(item, item_state.c.state).join(item_state, item_state.c.item == item.c.code)
    return conn.execute(asked.where(item.c.code == code)).first()


# --- looking ---


def find(conn: Connection, key: str) -> Delivery | None:
    """Look up a delivery as it stands."""
    found = work.find(conn, key)
    if found is None or found.kind != KIND:
        return None
    return _read(conn, key, found.body, ended=work.is_ended(conn, key))


def must_find(conn: Connection, key: str) -> Delivery:
    found = find(conn, key)
    if found is None:
        raise LookupError(f"no delivery {key}")
    return found


def open_ones(conn: Connection, station: Station) -> tuple[Delivery, ...]:
    """List the deliveries of this depot that are not done, what was touched last first."""
    left = (one for one in work.unfinished(conn, station) if one.kind == KIND)
    return tuple(_read(conn, one.key, one.body, ended=False) for one in left)


def delivery_of(conn: Connection, station: Station, code: str) -> str | None:
    """Find the open delivery that a piece is of."""
    return next((one.key for one in open_ones(conn, station) if code in one.codes), None)


def not_shelved(conn: Connection, station: Station) -> dict[str, tuple[str, ...]]:
    """List what was received here and is in no open delivery: the codes of each line."""
    in_work = {code for one in open_ones(conn, station) for code in one.codes}
    asked = (
        select(item.c.code, item.c.product)
        .join(item_state, item_state.c.item == item.c.code)
        .where(item_state.c.state == State.RECEIVED.value, item_state.c.depot == station.depot)
        .order_by(item.c.product, item.c.code)
    )
    found: dict[str, tuple[str, ...]] = {}
    for row in conn.execute(asked):
        if row.code not in in_work:
            found[row.product] = (*found.get(row.product, ()), row.code)
    return found


def pieces(conn: Connection, key: str) -> tuple[Piece, ...]:
    """List a delivery's pieces: what was scanned last first, then what waits for its scan, then what never came."""
    return pieces_of(conn, must_find(conn, key))


def pieces_of(conn: Connection, delivery: Delivery) -> tuple[Piece, ...]:
    asked = (
        select(item.c.code, item_state.c.state, shelf.c.name, item.c.serial, item.c.lot)
        .join(item_state, item_state.c.item == item.c.code)
        .outerjoin(shelf, shelf.c.code == item_state.c.shelf)
        .where(item.c.code.in_(delivery.codes))
    )
    there = {
        row.code: Piece(row.code, State(row.state), row.name, row.serial, row.lot, row.code in delivery.void)
        for row in conn.execute(asked)
    }
    waiting = (code for code in delivery.codes if code not in delivery.seen and code not in delivery.void)
    order = (*reversed(delivery.seen), *waiting, *delivery.void)
    return tuple(there[code] for code in dict.fromkeys(order) if code in there)


# --- what is kept ---


def keep(conn: Connection, delivery: Delivery, *, now: datetime) -> Delivery:
    """Keep how far a delivery has come; it is ended by its last piece, and open again when one is taken back."""
    delivery = replace(delivery, done=_done(conn, delivery))
    work.keep(conn, delivery.key, body_of(delivery), now=now)
    is_done = delivery.done >= delivery.of and len(delivery.standing) == delivery.done
    if is_done and not delivery.ended:
        work.end(conn, delivery.key, now=now)
    elif delivery.ended and not is_done:
        work.reopen(conn, delivery.key, now=now)
    return replace(delivery, ended=is_done)


def _done(conn: Connection, delivery: Delivery) -> int:
    waits = item_state.c.state == State.RECEIVED.value
    mine = item_state.c.item.in_(delivery.standing)
    return conn.scalar(select(func.count()).where(mine, ~waits)) or 0


def body_of(delivery: Delivery) -> dict[str, Any]:
    return {
        "line": delivery.line,
        "of": delivery.of,
        "done": delivery.done,
        "shelf": delivery.shelf,
        "how": delivery.how.value,
        "owner": delivery.owner,
        "price_ore": delivery.price_ore,
        "on": delivery.on,
        "labels": delivery.labels,
        "printer": delivery.printer,
        "serials": list(delivery.serials),
        "codes": list(delivery.codes),
        "seen": list(delivery.seen),
        "void": {code: list(how) for code, how in delivery.void.items()},
        "queued": delivery.queued,
        "maker_first": delivery.maker_first,
        "waits": list(delivery.waits) if delivery.waits else None,
        "aside": [list(one) for one in delivery.aside],
    }


def _read(conn: Connection, key: str, body: Mapping[str, Any], *, ended: bool) -> Delivery:
    delivery = Delivery(
        key,
        body["line"],
        body["of"],
        body["shelf"],
        How(body["how"]),
        body["owner"],
        body["price_ore"],
        body["on"],
        body["labels"],
        body.get("printer"),
        tuple(body["serials"]),
        tuple(body["codes"]),
        tuple(body["seen"]),
        {code: (how[0], how[1]) for code, how in body["void"].items()},
        body["queued"],
        body["maker_first"],
        (body["waits"][0], body["waits"][1]) if body["waits"] else None,
        tuple((one[0], one[1]) for one in body["aside"]),
        ended=ended,
    )
    return replace(delivery, done=_done(conn, delivery))
