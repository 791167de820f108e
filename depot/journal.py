"""The journal: what happened, in the bytes it was written in.

An event's `body` is canonical JSON: keys sorted, no spaces, ASCII. It is stored and hashed as those very
bytes and never serialised again. `hash = sha256(previous hash + body)`, a chain per station; a station
that was restored from a backup names, in its first event, the hash it goes on from.

Nothing personal is in a body and no free text ever is. Who borrowed stands in `link`, outside the chain,
so that the link can be cut and the chain stays whole.

Order is (tick, station, seq): `tick = max(now in ms, the subject's last tick + 1)`. The wall clock only
describes; it orders nothing.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import BindParameter, Connection, bindparam, func, insert, select
from uuid_utils import uuid7

from depot import clock
from depot.states import Fact
from depot.tables import discrepancy, event
from depot.writes import Write

WRITTEN = "depot.written"
"""Where a connection remembers the number of the last event written in its transaction (for the anchor)."""

VERSION = 1
"""The version of the body's shape that this code writes and understands."""

_OPTIONAL = ("item", "loan", "hold", "undoes", "by")
_HEAD = ("v", "station", "seq", "key", "deed", "kind", "tick", "at", "clock_trusted", *_OPTIONAL)


@dataclass(frozen=True, slots=True)
class Event:
    """One fact, as it was recorded.

    Times are epoch milliseconds (`at`, `tick`); `facts` holds the kind's own codes and numbers.
    """

    station: str
    seq: int
    key: str
    deed: str
    kind: str
    tick: int
    at: int
    trusted: bool = True
    item: str | None = None
    loan: str | None = None
    hold: str | None = None
    undoes: str | None = None
    by: str | None = None
    v: int = VERSION
    facts: Mapping[str, Any] = field(default_factory=dict)

    @property
    def order(self) -> tuple[int, str, int, str]:
        """The place in its subject's story. The key only decides between two events of a forked station."""
        return (self.tick, self.station, self.seq, self.key)

    @property
    def when(self) -> int:
        """When it happened, in epoch milliseconds: as a late entry says, else when it was recorded."""
        happened_at = self.facts.get("happened_at")
        return clock.millis(clock.from_iso(happened_at)) if happened_at else self.at

    @property
    def understood(self) -> bool:
        """Whether this version knows what the event means."""
        return self.v == VERSION and self.kind in _KINDS


_KINDS = frozenset(Fact)


@dataclass(frozen=True, slots=True)
class Head:
    """The end of a station's chain: its newest event's number and hash; 0 and empty before the first.

    `at` is the time of the newest event whose clock was trusted: one that was wrong must neither vouch for
    the next nor, once it is put right, stand against it.
    """

    seq: int
    hash: bytes
    at: datetime | None

    @classmethod
    def read(cls, seq: int | None, digest: bytes | None, at: str | None) -> Head:
        """Make a head of the columns of `HEAD`, which are all None where the station has no event."""
        return cls(seq or 0, digest or b"", clock.from_iso(at) if at else None)


def new_key() -> str:
    """Return a new UUIDv7: the key of an event, made where it happened. It names, it does not order."""
    return str(uuid7())


def body_of(happened: Event) -> str:
    """Write an event's body: the bytes that are hashed, stored and shipped."""
    body: dict[str, Any] = {
        "v": happened.v,
        "station": happened.station,
        "seq": happened.seq,
        "key": happened.key,
        "deed": happened.deed,
        "kind": happened.kind,
        "tick": happened.tick,
        "at": clock.iso(clock.from_millis(happened.at)),
        "clock_trusted": happened.trusted,
    }
    for name in _OPTIONAL:
        value = getattr(happened, name)
        if value is not None:
            body[name] = value
    return json.dumps({**happened.facts, **body}, sort_keys=True, separators=(",", ":"))


def read_body(body: str) -> Event:
    """Read a body back.

    Raises:
        ValueError: it is not a body (not JSON, or without the parts every event has).
    """
    try:
        said = json.loads(body)
        return Event(
            station=said["station"],
            seq=said["seq"],
            key=said["key"],
            deed=said["deed"],
            kind=said["kind"],
            tick=said["tick"],
            at=clock.millis(clock.from_iso(said["at"])),
            trusted=said["clock_trusted"],
            item=said.get("item"),
            loan=said.get("loan"),
            hold=said.get("hold"),
            undoes=said.get("undoes"),
            by=said.get("by"),
            v=said["v"],
            facts={name: value for name, value in said.items() if name not in _HEAD},
        )
    except (KeyError, TypeError, AttributeError) as missing:
        raise ValueError(f"not an event's body: {missing}") from missing


def chained(previous: bytes, body: str) -> bytes:
    """Return the hash of a body that follows `previous` (empty for the first event of all)."""
    return hashlib.sha256(previous + body.encode()).digest()


_add = Write(insert(event))
_FIRST_OF_DEED: BindParameter[str] = bindparam("deed")
_OF_DEED = (
    select(event.c.body)
    .where(
        event.c.station == bindparam("station"),
        event.c.deed == _FIRST_OF_DEED,
        event.c.seq >= select(event.c.seq).where(event.c.key == _FIRST_OF_DEED).scalar_subquery(),
    )
    .order_by(event.c.seq)
)
_OF_ITEM = select(event.c.body).where(event.c.item == bindparam("item"))
_OF_QUANTITIES = (Fact.QUANTITY_RECEIVED, Fact.QUANTITY_COUNTED, Fact.UNDONE)
_TAKES = (Fact.QUANTITY_TAKEN, Fact.QUANTITY_BACK)
_OF_HOLD = select(event.c.body).where(event.c.hold == bindparam("hold"))
_BY_KEY = select(event.c.body).where(event.c.key == bindparam("key"))
_TRUSTED = event.alias("trusted_event")
_NEWEST_TRUSTED = (
    select(_TRUSTED.c.at)
    .where(_TRUSTED.c.station == bindparam("station"), _TRUSTED.c.fork == 0, _TRUSTED.c.trusted)
    .order_by(_TRUSTED.c.seq.desc())
    .limit(1)
    .scalar_subquery()
)
HEAD = (
    select(event.c.seq, event.c.hash, _NEWEST_TRUSTED.label("at"))
    .where(event.c.station == bindparam("station"), event.c.fork == 0)
    .order_by(event.c.seq.desc())
    .limit(1)
)


def head_of(conn: Connection, station: str) -> Head:
    """Look up the end of a station's chain."""
    row = conn.execute(HEAD, {"station": station}).first()
    return Head.read(row.seq, row.hash, row.at) if row else Head(0, b"", None)


class Pen:
    """Writes the events of one deed, one after the other, onto the end of a station's chain.

    Args:
        station: the id of the station whose chain it is.
        head: the end of that chain, read in the same transaction.
        now: the deed's time; aware, UTC.
        trusted: whether that clock may be believed.
        by: the pseudonym of the member of staff who did it, if one did.
        deed: the deed to go on with; a new one is named after its first event.
    """

    def __init__(
        self,
        conn: Connection,
        station: str,
        head: Head,
        *,
        now: datetime,
        trusted: bool,
        by: str | None = None,
        deed: str | None = None,
    ) -> None:
        self._conn, self._station, self._head = conn, station, head
        self._at, self._trusted, self._by = clock.millis(now), trusted, by
        self.deed = deed

    @property
    def trusted(self) -> bool:
        """Whether the deed's clock may be believed."""
        return self._trusted

    def write(
        self,
        kind: Fact,
        *,
        after: int = 0,
        key: str | None = None,
        item: str | None = None,
        loan: str | None = None,
        hold: str | None = None,
        undoes: str | None = None,
        facts: Mapping[str, Any] | None = None,
        tick: int | None = None,
    ) -> Event:
        """Record one fact.

        Args:
            after: the subject's last tick; the event's own comes after it.
            tick: a late entry's place in its subject's story; the caller tells the story again.
            key: the event's key, when the doer brought one; else a new one.
        """
        key = key or new_key()
        self.deed = self.deed or key
        happened = Event(
            station=self._station,
            seq=self._head.seq + 1,
            key=key,
            deed=self.deed,
            kind=kind,
            tick=max(self._at, after + 1) if tick is None else tick,
            at=self._at,
            trusted=self._trusted,
            item=item,
            loan=loan,
            hold=hold,
            undoes=undoes,
            by=self._by,
            facts=facts or {},
        )
        body = body_of(happened)
        self._head = Head(happened.seq, chained(self._head.hash, body), self._head.at)
        _add(self._conn, _row(happened, body, self._head.hash))
        self._conn.info[WRITTEN] = happened.seq
        return happened


def _row(happened: Event, body: str, digest: bytes, fork: int = 0) -> dict[str, Any]:
    return {
        "station": happened.station,
        "seq": happened.seq,
        "fork": fork,
        "key": happened.key,
        "deed": happened.deed,
        "kind": happened.kind,
        "tick": happened.tick,
        "at": clock.iso(clock.from_millis(happened.at)),
        "trusted": happened.trusted,
        "item": happened.item,
        "loan": happened.loan,
        "hold": happened.hold,
        "body": body,
        "hash": digest,
    }


_COLUMNS = event.c.keys()


def _as_stored(row: Mapping[str, Any]) -> tuple[Any, ...]:
    """Put a row's values in the table's order, in which a stored row compares fastest: a start compares 1,000."""
    return tuple(map(row.__getitem__, _COLUMNS))


def find(conn: Connection, key: str) -> Event | None:
    """Look up one event by its key."""
    body = conn.scalar(_BY_KEY, {"key": key})
    return read_body(body) if body is not None else None


def of_item(conn: Connection, item: str) -> list[Event]:
    """Read all events about an item, in no particular order."""
    return [read_body(body) for body in conn.scalars(_OF_ITEM, {"item": item})]


def of_hold(conn: Connection, hold: str) -> list[Event]:
    """Read all events about a hold, in no particular order."""
    return [read_body(body) for body in conn.scalars(_OF_HOLD, {"hold": hold})]


def of_quantities(
    conn: Connection, depot: str | None = None, line: str | None = None, *, takes: bool = True
) -> list[Event]:
    """Read the events of no thing and no hold that may be about counted lines, in no particular order.

    Args:
        depot: at least those about this depot; line: and about this line of the catalogue.
        takes: also what was taken and brought back, which may be many.
    """
    kinds = (*_OF_QUANTITIES, *_TAKES) if takes else _OF_QUANTITIES
    # `likely` is SQLite's word: without it the index of things is taken, of which all these are the NULL.
    of_no_thing = func.likely(event.c.item.is_(None)), event.c.hold.is_(None)
    told = select(event.c.body).where(*of_no_thing, event.c.kind.in_(kinds))
    for name, value in (("depot", depot), ("product", line)):
        if value:  # a body is canonical: this text stands in it, or the event is about another
            told = told.where(event.c.body.contains(f'"{name}":{json.dumps(value)}', autoescape=True))
    return [read_body(body) for body in conn.scalars(told)]


def of_deed(conn: Connection, station: str, deed: str) -> list[Event]:
    """Read the events of one of this station's deeds, in the order in which it wrote them."""
    return [read_body(body) for body in conn.scalars(_OF_DEED, {"station": station, "deed": deed})]


@dataclass(frozen=True, slots=True)
class Received:
    """What taking in another station's events did: whose stories changed, and how many events were new.

    `quantities` says that some were of no thing and no hold, so that counted lines may have changed.
    """

    new: int
    items: frozenset[str]
    holds: frozenset[str]
    quantities: bool = False


def take_in(conn: Connection, bodies: Iterable[tuple[str, bytes]]) -> Received:
    """Store other stations' events beside our own: each once, by key, whatever the order and repetition.

    The same key with another content keeps the first and records `tampered`. Two events under one number
    of one station (a cloned card) are both kept, because both have happened, and recorded as `fork`.
    The caller folds the stories that are named in the answer.

    Args:
        bodies: pairs of body and hash, as they were shipped.

    Raises:
        ValueError: a body is not an event's.
    """
    new, items, holds, quantities = 0, set[str](), set[str](), False
    for body, digest in bodies:
        happened = read_body(body)
        known = conn.scalar(_BY_KEY, {"key": happened.key})
        if known is not None:
            if known != body:
                _note(conn, "tampered", happened)
            continue
        twins = list(
            conn.scalars(
                select(event.c.key).where(event.c.station == happened.station, event.c.seq == happened.seq)
            )
        )
        _add(conn, _row(happened, body, digest, fork=len(twins)))
        new += 1
        items.update([happened.item] if happened.item else [])
        holds.update([happened.hold] if happened.hold else [])
        quantities |= happened.item is None and happened.hold is None
    return Received(new, frozenset(items), frozenset(holds), quantities)


def _note(conn: Connection, kind: str, happened: Event) -> None:
    already = select(discrepancy.c.event).where(
        discrepancy.c.kind == kind, discrepancy.c.event == happened.key
    )
    if conn.scalar(already) is None:
        conn.execute(
            insert(discrepancy).values(
                kind=kind, event=happened.key, item=None, hold=None, said=f"{happened.station} {happened.seq}"
            )
        )


@dataclass(frozen=True, slots=True)
class Break:
    """A place where the chain is not what it was: what is wrong, and where."""

    what: str
    where: str


def breaks(conn: Connection, station: str, *, last: int | None = None) -> Iterator[Break]:
    """Follow a station's chain and name every place where it is broken.

    Args:
        last: how many of the newest events to follow; all of them by default.
    """
    lowest = 0
    if last is not None:
        newest = conn.scalar(select(func.max(event.c.seq)).where(event.c.station == station)) or 0
        lowest = max(0, newest - last)
    rows = conn.execute(
        select(event)
        .where(event.c.station == station, event.c.seq >= lowest)
        .order_by(event.c.seq, event.c.fork)
    )
    before: dict[int, list[bytes] | None] = {}
    for row in rows:
        where = f"station {station}, event {row.seq}"
        try:
            said = read_body(row.body)
        except ValueError:
            yield Break("an event's body cannot be read", where)
            said = None
        if said is not None and row != _as_stored(_row(said, row.body, row.hash, row.fork)):
            yield Break("an event's columns differ from its body", where)
        previous = before.get(row.seq - 1)
        if row.seq == 1:
            previous = [bytes.fromhex((said.facts.get("continues") or "") if said else "")]
        if previous is None and row.seq > max(lowest, 1):
            yield Break("an event is missing before this one", where)
        elif previous is not None and row.hash not in [chained(end, row.body) for end in previous]:
            yield Break("the chain of hashes is broken", where)
        before = {row.seq: [*(before.get(row.seq) or []), row.hash], row.seq - 1: previous}
