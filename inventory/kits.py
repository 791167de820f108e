"""Kits: things that stand together under a name, as the store has arranged them.

A kit is an arrangement and nothing more. Its pieces are lent, returned, washed and looked over one by one, and
nothing that happens to one of them at a kiosk or a desk changes the kit. What a kit does know is whether a piece
is missing from it: that is said here, and unsaid as soon as the piece is scanned at the kits or in a count.

All take `(conn, ...)` and commit nothing. What a kit was made of earlier stands in `revision`.
"""

from __future__ import annotations

import uuid
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from sqlalchemy import ColumnElement, Connection, select

from depot import clock, reference, stock
from depot.outcomes import Moved, Refused
from depot.states import State
from depot.station import Station
from depot.tables import item, item_state, kit, kit_piece, product, shelf

LONGEST_NAME = 60
"""Characters of a kit's name."""
FEWEST = 2
"""Pieces below which there is no kit."""

_GONE = (State.MISSING, State.WRITTEN_OFF, State.KEPT)
_NO_LONGER_OURS = (State.WRITTEN_OFF, State.KEPT)
_IN_PLACE = (State.AVAILABLE, State.SET_ASIDE, State.RECEIVED)


@dataclass(frozen=True, slots=True)
class Piece:
    """One thing of a kit.

    Args:
        item, product: its code and line; state: what the ledger says of it, whatever the kit says.
        shelf: the name of its shelf, if it has one; here: whether it is in this kit's depot.
        missing_since: since when it has been missing from the kit; aware, UTC; None for one that is there.
    """

    item: str
    product: str
    state: State
    shelf: str | None
    here: bool
    missing_since: datetime | None = None

    @property
    def is_lacking(self) -> bool:
        """Whether the kit must do without it: said to be missing, or no longer in the store at all."""
        return self.missing_since is not None or self.state in _GONE

    @property
    def is_away(self) -> bool:
        """Whether it is known where it is, and that is not with the kit: lent, to be washed, on its way."""
        return not self.is_lacking and (self.state not in _IN_PLACE or not self.here)


@dataclass(frozen=True, slots=True)
class Kit:
    """A kit and its pieces, by their codes."""

    key: str
    name: str
    made_at: datetime
    pieces: tuple[Piece, ...]

    @property
    def lacking(self) -> tuple[Piece, ...]:
        """What somebody has to find or replace."""
        return tuple(one for one in self.pieces if one.is_lacking)

    @property
    def away(self) -> tuple[Piece, ...]:
        """What is elsewhere for a known reason, and comes back by itself."""
        return tuple(one for one in self.pieces if one.is_away)


class Why(StrEnum):
    """Why something about a kit is not done."""

    UNKNOWN_CODE = "unknown_code"
    NO_LONGER_OURS = "no_longer_ours"
    IN_ANOTHER_KIT = "in_another_kit"
    IN_NO_KIT = "in_no_kit"
    NO_SUCH_KIT = "no_such_kit"
    TOO_FEW = "too_few"
    TOO_LATE = "too_late"


@dataclass(frozen=True, slots=True)
class Unfit:
    """The answer is no: why, about which thing, and the name of the kit in which that is."""

    why: Why
    item: str = ""
    kit: str = ""


@dataclass(frozen=True, slots=True)
class Marked:
    """A piece is missing from its kit now, or is there again.

    Args:
        kit, name: the kit's key and name; item, product: the piece and its line; missing: which of the two.
        changed: whether the kit had said otherwise; moved: what happened to the thing itself, if anything.
    """

    kit: str
    name: str
    item: str
    product: str
    missing: bool
    changed: bool
    moved: Moved | None = None


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A kit that many depots put together: for what, and of which lines; of one slot any line will do."""

    key: str
    name: str
    lines: tuple[tuple[str, ...], ...]


SUGGESTED = (
    Suggestion("hip", "Hip operation", (("TOI-03",), ("REA-01",), ("REA-02",), ("BED-05",))),
    Suggestion("ankle", "Broken ankle", (("WLK-01", "WLK-10"), ("BTH-01",))),
    Suggestion(
        "end_of_life",
        "End of life at home",
        (("BED-01",), ("BED-02",), ("BED-03",), ("LFT-01",), ("LFT-03",), ("TOI-06",)),
    ),
    Suggestion("visit", "A guest in a wheelchair", (("WHC-02",), ("RMP-01",))),
)
"""Kits that may be worth having; the lines are those of the packaged catalogue. Staff decide what a kit is."""


# --- reading ---


def every(conn: Connection, station: Station) -> tuple[Kit, ...]:
    """List the kits of this depot, by name."""
    made = _kits(conn, kit.c.depot == station.depot)
    return tuple(sorted(made, key=lambda one: (one.name.casefold(), one.key)))


def find(conn: Connection, key: str) -> Kit | None:
    """Look a kit up by its key; None for one that there is not or that was split."""
    return next(iter(_kits(conn, kit.c.key == key)), None)


def named(conn: Connection, station: Station, text: str) -> Kit | None:
    """Find a kit by its name or key, whatever the case; None where there is none or more than one."""
    said = text.strip().casefold()
    found = [one for one in every(conn, station) if said in (one.name.casefold(), one.key)]
    return found[0] if len(found) == 1 else None


def of_item(conn: Connection, code: str) -> Kit | None:
    """Find the kit of which a thing is a piece."""
    key = conn.scalar(select(kit_piece.c.kit).where(kit_piece.c.item == code))
    return find(conn, key) if key is not None else None


def incomplete(conn: Connection, station: Station) -> tuple[Kit, ...]:
    """List the kits that lack something which somebody has to find or replace."""
    return tuple(one for one in every(conn, station) if one.lacking)


def _kits(conn: Connection, *wanted: ColumnElement[bool]) -> list[Kit]:
    """Read kits that were not split, and their pieces, in two statements whatever their number."""
    which = (*wanted, kit.c.split_at.is_(None))
    kits = conn.execute(select(kit).where(*which)).all()
    at = {row.key: row.depot for row in kits}
    pieces: dict[str, list[Piece]] = defaultdict(list)
    for row in conn.execute(_PIECES.where(kit_piece.c.kit.in_(select(kit.c.key).where(*which)))):
        since = clock.from_millis(row.missing_at) if row.missing_at is not None else None
        here = row.depot == at[row.kit]
        piece = Piece(row.item, row.product, State(row.state), row.shelf, here, since)
        pieces[row.kit].append(piece)
    return [Kit(row.key, row.name, clock.from_millis(row.made_at), tuple(pieces[row.key])) for row in kits]


_PIECES = (
    select(
        kit_piece.c.kit,
        kit_piece.c.item,
        kit_piece.c.missing_at,
        item.c.product,
        item_state.c.state,
        item_state.c.depot,
        shelf.c.name.label("shelf"),
    )
    .select_from(
        kit_piece.join(item, item.c.code == kit_piece.c.item)
        .join(item_state, item_state.c.item == kit_piece.c.item)
        .outerjoin(shelf, shelf.c.code == item_state.c.shelf)
    )
    .order_by(kit_piece.c.item)
)


def still_wanted(
    conn: Connection, suggestion: Suggestion, lines: Iterable[str]
) -> tuple[tuple[tuple[str, ...], int], ...]:
    """Say what a suggested kit still lacks of things of these lines: for each slot its lines and how many.

    Of a line whose pieces belong together (crutches) all of them are wanted.
    """
    rows = conn.execute(select(product.c.code, product.c.pieces))
    pieces: Mapping[str, int] = {row.code: row.pieces for row in rows}
    have, wanted = Counter(lines), []
    for slot in suggestion.lines:
        taken = next((one for one in slot if have[one]), None)
        meant = taken or next((one for one in slot if one in pieces), slot[0])
        lacks = pieces.get(meant, 1) - have[meant]
        if lacks > 0:
            wanted.append(((meant,) if taken else slot, lacks))
    return tuple(wanted)


# --- composing ---


def compose(
    conn: Connection,
    station: Station,
    *,
    name: str,
    items: Sequence[str],
    now: datetime,
    by: str | None = None,
) -> Kit | Unfit:
    """Put things together as a kit.

    Args:
        name: 1 to `LONGEST_NAME` characters; of kits with one name the later get a number behind it.
        items: the codes of at least `FEWEST` things, none of them in a kit.
        now: aware, UTC; by: who does it, for the revision.
    """
    codes = tuple(dict.fromkeys(items))
    unfit = next((one for one in (_unfit(conn, code) for code in codes) if one is not None), None)
    if unfit is not None:
        return unfit
    if len(codes) < FEWEST:
        return Unfit(Why.TOO_FEW)
    key = str(uuid.uuid4())
    row = {
        "key": key,
        "depot": station.depot,
        "name": _free_name(conn, station, name.strip()),
        "made_at": clock.millis(now),
        "split_at": None,
    }
    reference.put(conn, kit, row, now=now, by=by)
    for code in codes:
        _put_piece(conn, code, key, None, now=now, by=by)
    return _must_be(find(conn, key))


def may_join(conn: Connection, code: str) -> str | Unfit:
    """Say which line a thing is of that may become a piece of a kit; or why it cannot."""
    unfit = _unfit(conn, code)
    return unfit or str(conn.scalar(select(item.c.product).where(item.c.code == code)))


def _unfit(conn: Connection, code: str) -> Unfit | None:
    """Say why a thing cannot become a piece of a kit; None where it can."""
    known = select(item_state.c.state).join(item, item.c.code == item_state.c.item)
    state = conn.scalar(known.where(item.c.code == code))
    if state is None:
        return Unfit(Why.UNKNOWN_CODE, code)
    of = of_item(conn, code)
    if of is not None:
        return Unfit(Why.IN_ANOTHER_KIT, code, of.name)
    return Unfit(Why.NO_LONGER_OURS, code) if state in _NO_LONGER_OURS else None


def _free_name(conn: Connection, station: Station, name: str) -> str:
    taken = {one.name.casefold() for one in every(conn, station)}
    number, free = 1, name
    while free.casefold() in taken:
        number += 1
        free = f"{name} {number}"
    return free


def _put_piece(
    conn: Connection, code: str, key: str, missing_at: int | None, *, now: datetime, by: str | None
) -> None:
    row = {"item": code, "kit": key, "missing_at": missing_at}
    reference.put(conn, kit_piece, row, now=now, by=by)


def _must_be(found: Kit | None) -> Kit:
    if found is None:
        raise LookupError("no such kit")
    return found


def add(conn: Connection, *, kit: str, item: str, now: datetime, by: str | None = None) -> Kit | Unfit:
    """Put one more thing into a kit.

    Args:
        kit: the kit's key; item: the thing's code, which is in no kit.
    """
    there = find(conn, kit)
    if there is None:
        return Unfit(Why.NO_SUCH_KIT)
    unfit = _unfit(conn, item)
    if unfit is not None:
        return unfit
    _put_piece(conn, item, kit, None, now=now, by=by)
    return _must_be(find(conn, kit))


def take_out(conn: Connection, *, item: str, now: datetime, by: str | None = None) -> Kit | Unfit:
    """Take a thing out of its kit for good. What is left must still be a kit: else it is split.

    Returns:
        The kit as it was before, which `rejoin` puts together again.
    """
    before = of_item(conn, item)
    if before is None:
        return Unfit(Why.IN_NO_KIT, item)
    if len(before.pieces) <= FEWEST:
        return Unfit(Why.TOO_FEW, item, before.name)
    reference.drop(conn, kit_piece, {"item": item}, now=now, by=by)
    return before


def split(conn: Connection, *, key: str, now: datetime, by: str | None = None) -> Kit | Unfit:
    """Take a kit apart: its things stand for themselves again.

    Returns:
        The kit as it was, which `rejoin` puts together again.
    """
    before = find(conn, key)
    if before is None:
        return Unfit(Why.NO_SUCH_KIT)
    for piece in before.pieces:
        reference.drop(conn, kit_piece, {"item": piece.item}, now=now, by=by)
    reference.put(conn, kit, {"key": key, "split_at": clock.millis(now)}, now=now, by=by)
    return before


def rejoin(conn: Connection, *, before: Kit, now: datetime, by: str | None = None) -> Kit | Unfit:
    """Put a kit together again as it was before it was split or a thing was taken out of it or put into it."""
    have = {row.item: row.kit for row in conn.execute(select(kit_piece.c.item, kit_piece.c.kit))}
    for piece in before.pieces:
        if have.get(piece.item, before.key) != before.key:
            return Unfit(Why.TOO_LATE, piece.item)
    reference.put(conn, kit, {"key": before.key, "split_at": None}, now=now, by=by)
    wanted = {piece.item for piece in before.pieces}
    for code in sorted(code for code, key in have.items() if key == before.key and code not in wanted):
        reference.drop(conn, kit_piece, {"item": code}, now=now, by=by)
    for piece in before.pieces:
        if piece.item not in have:
            since = clock.millis(piece.missing_since) if piece.missing_since is not None else None
            _put_piece(conn, piece.item, before.key, since, now=now, by=by)
    return _must_be(find(conn, before.key))


# --- missing and found ---


def missing(
    conn: Connection,
    station: Station,
    *,
    item: str,
    now: datetime,
    by: str | None = None,
    staff: str | None = None,
) -> Marked | Unfit:
    """A piece is not with its kit. One that the ledger believes free on a shelf is missing from now on.

    Args:
        item: the piece's code.
        by: who says so, for the revision; staff: their pseudonym for the journal, where a badge told it.
    """
    piece, of = _piece(conn, item)
    if piece is None or of is None:
        return Unfit(Why.IN_NO_KIT, item)
    moved: Moved | None = None
    if piece.state is State.AVAILABLE and piece.here:
        outcome = stock.count_out(conn, station, item=item, now=now, by=staff)
        moved = outcome if isinstance(outcome, Moved) else None
    changed = piece.missing_since is None
    if changed:
        _put_piece(conn, item, of.key, clock.millis(now), now=now, by=by)
    return Marked(of.key, of.name, item, piece.product, missing=True, changed=changed, moved=moved)


def found(
    conn: Connection,
    station: Station,
    *,
    item: str,
    now: datetime,
    by: str | None = None,
    staff: str | None = None,
) -> Marked | Unfit:
    """A piece is with its kit again. One that the ledger had given up is taken in, to be washed first.

    The arguments are those of `missing`.
    """
    piece, of = _piece(conn, item)
    if piece is None or of is None:
        return Unfit(Why.IN_NO_KIT, item)
    moved: Moved | None = None
    if piece.state in _GONE:
        outcome = stock.find_again(conn, station, item=item, now=now, by=staff)
        moved = outcome if isinstance(outcome, Moved) else None
    changed = seen(conn, item=item, now=now, by=by)
    return Marked(of.key, of.name, item, piece.product, missing=False, changed=changed, moved=moved)


def seen(conn: Connection, *, item: str, now: datetime, by: str | None = None) -> bool:
    """A thing was scanned where it stands: if it was missing from a kit, it is so no more.

    Nothing happens to the thing itself: in a count that is decided afterwards.

    Returns:
        Whether it had been missing from a kit.
    """
    row = conn.execute(select(kit_piece).where(kit_piece.c.item == item)).first()
    if row is None or row.missing_at is None:
        return False
    _put_piece(conn, item, row.kit, None, now=now, by=by)
    return True


def unmark(
    conn: Connection,
    station: Station,
    *,
    marked: Marked,
    now: datetime,
    by: str | None = None,
    staff: str | None = None,
) -> Marked | Unfit:
    """Take back what `missing` or `found` has said, and what happened to the thing by it."""
    piece, of = _piece(conn, marked.item)
    if piece is None or of is None or (piece.missing_since is not None) != marked.missing:
        return Unfit(Why.TOO_LATE, marked.item)
    if marked.moved is not None:
        undone = stock.undo(conn, station, deed=marked.moved.deed, now=now, by=staff)
        if isinstance(undone, Refused):
            return Unfit(Why.TOO_LATE, marked.item)
    if marked.changed:
        _put_piece(conn, piece.item, of.key, None if marked.missing else clock.millis(now), now=now, by=by)
    return replace(marked, missing=not marked.missing, moved=None)


def _piece(conn: Connection, code: str) -> tuple[Piece | None, Kit | None]:
    of = of_item(conn, code)
    return next((one for one in of.pieces if one.item == code), None) if of else None, of
