"""Receiving: a delivery of new pieces of one line, from the carton to the shelf, one scan at a time.

A delivery is begun once (line, number of pieces, shelf, owner, price, day) and then done by scanning. Either
labels are printed (codes are minted and the pieces are in the ledger, `received`) or labels that are printed
already are bound. The scan of a label that is glued on proves that it reads, and makes its piece available on
the delivery's shelf. Every scan is a commit of its own: whoever stops at twelve goes on at thirteen, and what
nobody could read off the ledger is kept beside it (`work`).

The ledger has two rules that show here. A code is bound to its piece from its first event on, so a spoiled label
is printed again with the same code, and a label that was bound by mistake is used up. And a piece that was minted
and never came does not vanish: it is written off, as not delivered.

All take `(conn, ...)` and commit nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import Connection, select

from depot import journal, looks, reference, stock
from depot.codes import Gtin, Udi
from depot.outcomes import Moved, Outcome, Reason, Refused
from depot.states import Fact, State
from depot.station import Station
from depot.stock import Arrival
from depot.tables import item, item_state, shelf
from inventory import identifiers, work
from inventory.deliveries import (
    KIND,
    Delivery,
    How,
    body_of,
    is_counted,
    keep,
    label_is_used,
    look,
    must_find,
    piece_with_serial,
    pieces_of,
)

MOST = 200
"""Pieces of one delivery: more is a slip of the finger, or comes on several days."""
LONGEST_NUMBER, LONGEST_OWNER = 60, 80
"""Characters of a maker's serial number or lot, and of an owner's name."""
_AT_ONCE = 10
"""Codes minted in one commit, so that nobody at the kiosk waits for the writers' lock (see `depot.intake`)."""
_ASIDE = 50
"""Wrong scans that are kept beside a delivery."""

NOT_DELIVERED, WRONGLY_LABELLED = "not_delivered", "wrongly_labelled"
"""Why a piece of a delivery is written off: it never came, or its label was bound by mistake."""


class No(StrEnum):
    """Why a delivery is not begun, or not changed so."""

    NO_LINE = "no_line"
    COUNTED = "counted"
    """Its pieces are counted and not labelled."""
    NO_SHELF = "no_shelf"
    NUMBER = "number"
    """Not that many can be meant."""
    FEWER_THAN_DONE = "fewer_than_done"
    SERIALS = "serials"
    """There are not as many serial numbers as pieces, or one stands twice or is another piece's."""
    NO_DELIVERY = "no_delivery"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to be received.

    Args:
        line: the product's code; pieces: 1 to `MOST`; shelf: the code of where they will stand.
        owner: whose they are, where they are not the depot's own; price_ore: of one piece, in øre.
        on: the day of their arrival, where that is not today.
        labels: whether minted codes are left to the press; printer: on which printer, None for the station's own.
        serials: makers' numbers, in the order in which codes are minted; none, or one for each piece.
    """

    line: str
    pieces: int
    shelf: str
    how: How = How.PRINT
    owner: str | None = None
    price_ore: int | None = None
    on: date | None = None
    labels: bool = True
    printer: str | None = None
    serials: tuple[str, ...] = ()


class Told(StrEnum):
    """What a scan has led to. The first two did what it was for."""

    SHELVED = "shelved"
    BOUND = "bound"
    """The label was not in use; now it is this piece's, and the piece stands on the shelf."""

    ALREADY = "already"
    """It stands on the shelf already, of this delivery."""
    OTHER_LINE = "other_line"
    NOT_THESE = "not_these"
    """It is of this line, and not of this delivery."""
    ON_LOAN = "on_loan"
    USED_UP = "used_up"
    """Its label was bound by mistake, or its piece was written off: it is thrown away."""
    UNUSED = "unused"
    """No piece has this label, and this delivery's are printed."""
    ENOUGH = "enough"
    """No piece has this label, and all of the delivery have theirs."""

    GIVEN = "given"
    """The maker's number is the piece's that was labelled last."""
    WAITS = "waits"
    """The maker's number is kept for the next label."""
    RIGHT_LINE = "right_line"
    """The maker's label says which product it is and nothing of the piece; it is the right one."""
    NOT_PARTED = "not_parted"
    """It is the right product; its serial number and lot cannot be told apart, because no separators arrive."""
    NO_NUMBER = "no_number"
    """The maker's label says nothing of the piece, of which that was asked."""
    NEW_NUMBER = "new_number"
    """Nobody has said yet which line this product's number is."""
    SERIAL_TAKEN = "serial_taken"
    """Another piece of the line has this serial number."""


WRONG = frozenset({Told.OTHER_LINE, Told.NOT_THESE, Told.ON_LOAN, Told.USED_UP})
"""What lands beside the work: it is in somebody's hands and belongs somewhere else."""


@dataclass(frozen=True, slots=True)
class Answer:
    """The answer to a scan.

    Args:
        code: the piece that is spoken of; line: its line; state: where it is in its life.
        place: where it is to be put, where that is not the delivery's shelf: somebody waits for it.
        deed: what an undo takes back.
        serial, lot: the maker's numbers that it got.
        recalled: whether an open recall speaks of it.
        done, of: how far the delivery has come.
    """

    told: Told
    code: str = ""
    line: str | None = None
    state: State | None = None
    place: str | None = None
    deed: str = ""
    serial: str | None = None
    lot: str | None = None
    recalled: bool = False
    done: int = 0
    of: int = 0


# --- beginning, and what can be changed on the way ---


def begin(
    conn: Connection,
    station: Station,
    wanted: Wanted,
    *,
    by: str,
    now: datetime,
    there: Sequence[str] = (),
) -> str | No:
    """Begin a delivery; returns its key, or why not. `mint` then makes what codes it needs.

    Args:
        by: the pseudonym of who begins it; now: aware, UTC.
        there: codes of pieces that were received before and wait for their label and shelf.
    """
    counted = is_counted(conn, wanted.line)
    if counted is None:
        return No.NO_LINE
    if counted:
        return No.COUNTED
    if not 1 <= wanted.pieces <= MOST:
        return No.NUMBER
    if not _is_shelf(conn, station, wanted.shelf):
        return No.NO_SHELF
    if wanted.serials and not _are_good(conn, wanted):
        return No.SERIALS
    begun = Delivery(
        "",
        wanted.line,
        wanted.pieces,
        wanted.shelf,
        wanted.how,
        wanted.owner,
        wanted.price_ore,
        wanted.on.isoformat() if wanted.on else None,
        wanted.labels,
        wanted.printer,
        wanted.serials,
        tuple(there),
        queued=len(there),
    )
    return work.begin(conn, station, KIND, body_of(begun), by=by, now=now)


def _is_shelf(conn: Connection, station: Station, code: str) -> bool:
    mine = (shelf.c.code == code, shelf.c.depot == station.depot)
    return conn.scalar(select(shelf.c.code).where(*mine)) is not None


def _are_good(conn: Connection, wanted: Wanted) -> bool:
    serials = wanted.serials
    if len(serials) != wanted.pieces or len(set(serials)) != len(serials):
        return False
    return all(is_number(one) and piece_with_serial(conn, wanted.line, one) is None for one in serials)


def is_number(text: str) -> bool:
    """Say whether a text may be a maker's serial number or lot."""
    return 0 < len(text) <= LONGEST_NUMBER and text.isprintable()


def mint(conn: Connection, station: Station, key: str, *, now: datetime, by: str | None = None) -> int:
    """Mint some of the codes that a delivery lacks, at most ten; when it has all, its labels are queued.

    Call it, each time in a transaction of its own, until it returns 0. After a stop in between it goes on.

    Args:
        key: the delivery's; now: aware, UTC; by: the pseudonym of who does it, for the events.

    Returns:
        How many are still to be minted.
    """
    delivery = must_find(conn, key)
    if delivery.to_mint <= 0 and delivery.queued >= len(delivery.codes):
        return 0
    for _ in range(min(_AT_ONCE, delivery.to_mint)):
        serial, serials = (delivery.serials[0], delivery.serials[1:]) if delivery.serials else (None, ())
        arrival = _arrival(delivery, serial, None)
        code = stock.receive(conn, station, line=delivery.line, now=now, arrival=arrival, by=by).item
        delivery = replace(delivery, codes=(*delivery.codes, code), serials=serials)
    if delivery.to_mint <= 0:
        new = tuple(code for code in delivery.codes[delivery.queued :] if code not in delivery.void)
        if delivery.labels and new:
            print_labels(conn, new, now=now, printer=delivery.printer)
        delivery = replace(delivery, queued=len(delivery.codes))
    keep(conn, delivery, now=now)
    return max(0, delivery.to_mint)


def _arrival(delivery: Delivery, serial: str | None, lot: str | None) -> Arrival:
    on = date.fromisoformat(delivery.on) if delivery.on else None
    return Arrival(serial, lot, delivery.owner, delivery.price_ore, on)


def print_labels(conn: Connection, codes: Sequence[str], *, now: datetime, printer: str | None = None) -> str:
    """Leave the labels of pieces to the press: new ones, or a spoiled one again, which keeps its code.

    Args:
        printer: the name of a printer of the settings; None for the station's own.

    Returns:
        The key of the job in the label queue.
    """
    from labels import queue  # 0.5 s of label stock and designs, for those who print
    from labels.work import Request

    return queue.put(conn, Request("asset", tuple(codes), printer=printer), now=now)


def set_shelf(conn: Connection, station: Station, key: str, code: str, *, now: datetime) -> No | None:
    """Go on with another shelf: what was shelved stays where it is."""
    if not _is_shelf(conn, station, code):
        return No.NO_SHELF
    keep(conn, replace(must_find(conn, key), shelf=code), now=now)
    return None


def set_number(
    conn: Connection, station: Station, key: str, pieces: int, *, now: datetime, by: str | None = None
) -> No | None:
    """More or fewer pieces have come than was said.

    Of fewer, minted codes whose label was never scanned are written off as not delivered, the last first. Of
    more, `mint` makes the rest.
    """
    delivery = must_find(conn, key)
    if not 1 <= pieces <= MOST:
        return No.NUMBER
    if pieces < delivery.done:
        return No.FEWER_THAN_DONE
    unscanned = [
        one.code for one in pieces_of(conn, delivery) if one.state is State.RECEIVED and not one.void
    ]
    for code in sorted(unscanned, key=delivery.codes.index, reverse=True):
        if len(delivery.standing) <= pieces:
            break
        delivery, _ = _write_off(conn, station, delivery, code, NOT_DELIVERED, fewer=False, now=now, by=by)
    keep(conn, replace(delivery, of=pieces), now=now)
    return None


def finish(conn: Connection, station: Station, key: str, *, now: datetime, by: str | None = None) -> None:
    """End a delivery of which no more comes: what was minted and never scanned is written off as not delivered."""
    delivery = must_find(conn, key)
    if delivery.done:
        set_number(conn, station, key, delivery.done, now=now, by=by)
    else:
        for one in pieces_of(conn, delivery):
            if one.state is State.RECEIVED and not one.void:
                delivery, _ = _write_off(
                    conn, station, delivery, one.code, NOT_DELIVERED, fewer=False, now=now, by=by
                )
        keep(conn, delivery, now=now)
    work.end(conn, key, now=now)


def as_before(
    conn: Connection, station: Station, before: Delivery, *, now: datetime, by: str | None = None
) -> No | None:
    """Take back that a delivery was ended, or that its number was changed.

    What was written off by it is waited for again; of codes that were minted by it those are written off that
    were not scanned.

    Args:
        before: the delivery as it stood then.
    """
    for code in must_find(conn, before.key).void:
        if code not in before.void:
            put_back_in(conn, station, before.key, code, now=now, by=by)
    return set_number(conn, station, before.key, before.of, now=now, by=by)


# --- a scan of a label ---


def scan(
    conn: Connection, station: Station, key: str, code: str, *, now: datetime, by: str | None = None
) -> Answer:
    """Take the scan of one of our labels: whatever it is, it is answered, and the delivery goes on.

    Args:
        key: the delivery's; code: the label's, 10 characters; now: aware, UTC.
        by: the pseudonym of who scanned it, for the events.
    """
    delivery = must_find(conn, key)
    if code in delivery.void:
        delivery = _came_after_all(conn, station, delivery, code, now=now, by=by)
    row = look(conn, code)
    if row is None and label_is_used(conn, code):
        return _aside(conn, delivery, Answer(Told.USED_UP, code), now=now)
    if row is None:
        return _bind(conn, station, delivery, code, now=now, by=by)
    answer = Answer(Told.SHELVED, code, row.product, State(row.state))
    if row.product != delivery.line:
        told = Told.ON_LOAN if answer.state is State.ON_LOAN else Told.OTHER_LINE
        return _aside(conn, delivery, replace(answer, told=told), now=now)
    if answer.state is State.ON_LOAN:
        return _aside(conn, delivery, replace(answer, told=Told.ON_LOAN), now=now)
    if code in delivery.void:
        return _aside(conn, delivery, replace(answer, told=Told.USED_UP), now=now)
    if code in delivery.codes and answer.state is not State.RECEIVED:
        return replace(answer, told=Told.ALREADY, done=delivery.done, of=delivery.of)
    if code not in delivery.codes:
        has_room = delivery.how is How.BIND and len(delivery.standing) < delivery.of
        if not has_room or answer.state is not State.RECEIVED:
            return _aside(conn, delivery, replace(answer, told=Told.NOT_THESE), now=now)
        delivery = replace(delivery, codes=(*delivery.codes, code))
    return _shelve(conn, station, delivery, answer, now=now, by=by)


def _aside(conn: Connection, delivery: Delivery, answer: Answer, *, now: datetime) -> Answer:
    """Note a wrong scan once, beside the delivery."""
    if all(code != answer.code for code, _ in delivery.aside):
        aside = (*delivery.aside, (answer.code, answer.told.value))[-_ASIDE:]
        delivery = keep(conn, replace(delivery, aside=aside), now=now)
    return replace(answer, done=delivery.done, of=delivery.of)


def _bind(
    conn: Connection, station: Station, delivery: Delivery, code: str, *, now: datetime, by: str | None
) -> Answer:
    """Bind a label that no piece has."""
    no = Answer(Told.UNUSED, code, done=delivery.done, of=delivery.of)
    if delivery.how is How.PRINT:
        return no
    if len(delivery.standing) >= delivery.of:
        return replace(no, told=Told.ENOUGH)
    serial, lot = delivery.waits or (None, None)
    if serial is not None and piece_with_serial(conn, delivery.line, serial) is not None:
        return replace(no, told=Told.SERIAL_TAKEN, serial=serial)
    arrival = _arrival(delivery, serial, lot)
    stock.receive(conn, station, line=delivery.line, now=now, code=code, arrival=arrival, by=by)
    delivery = replace(delivery, codes=(*delivery.codes, code), waits=None)
    answer = Answer(Told.BOUND, code, delivery.line, State.RECEIVED, serial=serial, lot=lot)
    return _shelve(conn, station, delivery, answer, now=now, by=by)


def _shelve(
    conn: Connection, station: Station, delivery: Delivery, answer: Answer, *, now: datetime, by: str | None
) -> Answer:
    code = answer.code
    if delivery.waits is not None:
        serial, lot = delivery.waits
        if serial is not None and piece_with_serial(conn, delivery.line, serial) not in (None, code):
            return replace(answer, told=Told.SERIAL_TAKEN, serial=serial, done=delivery.done, of=delivery.of)
        _write_numbers(conn, code, serial, lot, now=now, by=by)
        answer = replace(answer, serial=serial, lot=lot)
    moved = stock.shelve(conn, station, item=code, shelf=delivery.shelf, now=now, by=by)
    if not isinstance(moved, Moved):
        raise LookupError(f"{code} was received, and is not shelved")
    seen = (*(one for one in delivery.seen if one != code), code)
    aside = tuple(one for one in delivery.aside if one[0] != code)
    delivery = replace(delivery, seen=seen, aside=aside, waits=None)
    delivery = keep(conn, delivery, now=now)
    return replace(
        answer,
        state=State(moved.state),
        place=moved.place if moved.state == State.SET_ASIDE else None,
        deed=moved.deed,
        recalled=_is_recalled(conn, code),
        done=delivery.done,
        of=delivery.of,
    )


def _is_recalled(conn: Connection, code: str) -> bool:
    return bool(conn.scalar(select(looks.IS_RECALLED).select_from(item).where(item.c.code == code)))


# --- a scan of the maker's label ---


def read_maker(
    conn: Connection, key: str, said: Gtin | Udi, *, now: datetime, by: str | None = None
) -> Answer:
    """Take the scan of the maker's label on a piece: its serial number and lot, before our label or after it.

    The first one in a delivery says which: where the piece that was labelled last has no number yet it is
    that piece's, and the maker's label comes after ours from then on. Where that piece has one already, the next
    label gets it.
    """
    delivery = must_find(conn, key)
    number = identifiers.Number(identifiers.GTIN, said.gtin14)
    line = identifiers.line_of(conn, number)
    answer = Answer(Told.RIGHT_LINE, line=line, done=delivery.done, of=delivery.of)
    if line is None:
        return replace(answer, told=Told.NEW_NUMBER)
    if line != delivery.line:
        return replace(answer, told=Told.OTHER_LINE)
    serial, lot = _numbers(said)
    if serial is None and lot is None:
        is_unparted = isinstance(said, Udi) and bool(said.unparted)
        return replace(answer, told=Told.NOT_PARTED) if is_unparted else answer
    answer = replace(answer, serial=serial, lot=lot)
    last = look(conn, delivery.seen[-1]) if delivery.seen else None
    lacks = last is not None and last.serial is None and last.lot is None
    if serial is not None and (other := piece_with_serial(conn, delivery.line, serial)) is not None:
        return replace(answer, told=Told.SERIAL_TAKEN, code=other)
    if last is not None and lacks and delivery.maker_first is not True:
        _write_numbers(conn, last.code, serial, lot, now=now, by=by)
        keep(conn, replace(delivery, maker_first=False), now=now)
        return replace(answer, told=Told.GIVEN, code=last.code, recalled=_is_recalled(conn, last.code))
    keep(conn, replace(delivery, maker_first=True, waits=(serial, lot)), now=now)
    return replace(answer, told=Told.WAITS)


def waits_as_before(conn: Connection, before: Delivery, *, now: datetime) -> None:
    """Take back that a maker's number waits for the next label.

    Args:
        before: the delivery as it stood before that scan.
    """
    delivery = must_find(conn, before.key)
    keep(conn, replace(delivery, waits=before.waits, maker_first=before.maker_first), now=now)


def _numbers(said: Gtin | Udi) -> tuple[str | None, str | None]:
    return (said.serial, said.batch) if isinstance(said, Udi) else (None, None)


def give_numbers(
    conn: Connection,
    code: str,
    serial: str | None,
    lot: str | None,
    *,
    now: datetime,
    by: str | None = None,
) -> Answer:
    """Write down a piece's serial number and lot, as somebody typed them; None takes one away.

    Raises:
        LookupError: there is no such piece.
        ValueError: what was typed is no such number; see `is_number`.
    """
    row = conn.execute(select(item).where(item.c.code == code)).first()
    if row is None:
        raise LookupError(f"no piece {code}")
    if not all(one is None or is_number(one) for one in (serial, lot)):
        raise ValueError(f"wanted at most {LONGEST_NUMBER} printable characters")
    answer = Answer(Told.GIVEN, code, row.product, serial=serial, lot=lot)
    if serial is not None and (other := piece_with_serial(conn, row.product, serial)) not in (None, code):
        return replace(answer, told=Told.SERIAL_TAKEN, code=other or "")
    _write_numbers(conn, code, serial, lot, now=now, by=by)
    return replace(answer, recalled=_is_recalled(conn, code))


def number_piece(
    conn: Connection,
    code: str,
    said: Gtin | Udi | None,
    serial: str | None,
    lot: str | None,
    *,
    now: datetime,
    by: str | None = None,
) -> Answer | None:
    """Write down a piece's numbers off its maker's label, or as they are said; None where there is no such piece.

    Args:
        code: the piece's; now: aware, UTC.
        said: the maker's label, which must not be another line's; None where serial and lot are said.
        serial, lot: an empty one takes it away, None leaves it as it is.

    Raises:
        ValueError: what is said is no such number; see `is_number`.
    """
    row = conn.execute(select(item).where(item.c.code == code)).first()
    if row is None:
        return None
    if said is not None:
        line = identifiers.line_of(conn, identifiers.Number(identifiers.GTIN, said.gtin14))
        if line not in (None, row.product):
            return Answer(Told.OTHER_LINE, code, line)
        serial, lot = _numbers(said)
        if serial is None and lot is None:
            is_unparted = isinstance(said, Udi) and bool(said.unparted)
            return Answer(Told.NOT_PARTED if is_unparted else Told.NO_NUMBER, code, row.product)
    serial = row.serial if serial is None else serial or None
    lot = row.lot if lot is None else lot or None
    return give_numbers(conn, code, serial, lot, now=now, by=by)


def _write_numbers(
    conn: Connection, code: str, serial: str | None, lot: str | None, *, now: datetime, by: str | None
) -> None:
    row = conn.execute(select(item).where(item.c.code == code)).one()
    changed = {**row._asdict(), "serial": serial, "lot": lot}
    reference.put(conn, item, changed, now=now, by=by)


# --- taking back ---


def take_out(
    conn: Connection, station: Station, key: str, code: str, *, now: datetime, by: str | None = None
) -> Moved | Refused:
    """A piece of a delivery did not come, or was one too many: it is written off and the number falls by one.

    Returns:
        What it is now; refused where it has gone on to something else: on loan, set aside, in repair.
    """
    delivery = must_find(conn, key)
    if code not in delivery.standing:
        return Refused(item=code, product=delivery.line, reasons=(Reason.WRONG_STATE,))
    delivery, outcome = _write_off(conn, station, delivery, code, NOT_DELIVERED, fewer=True, now=now, by=by)
    if isinstance(outcome, Moved):
        keep(conn, replace(delivery, of=delivery.of - 1), now=now)
    return outcome


def put_back_in(
    conn: Connection, station: Station, key: str, code: str, *, now: datetime, by: str | None = None
) -> bool:
    """Take back that a piece did not come; says whether that could still be done."""
    delivery = must_find(conn, key)
    after = _came_after_all(conn, station, delivery, code, now=now, by=by)
    return code in delivery.void and code not in after.void


def _write_off(
    conn: Connection,
    station: Station,
    delivery: Delivery,
    code: str,
    reason: str,
    *,
    fewer: bool,
    now: datetime,
    by: str | None,
) -> tuple[Delivery, Moved | Refused]:
    outcome = stock.write_off(conn, station, item=code, reason=reason, now=now, by=by)
    if not isinstance(outcome, Moved):
        return delivery, _refusal(code, outcome)
    void = {**delivery.void, code: (outcome.deed if reason == NOT_DELIVERED else "", fewer)}
    seen = tuple(one for one in delivery.seen if one != code)
    return replace(delivery, void=void, seen=seen), outcome


def _refusal(code: str, outcome: Outcome) -> Refused:
    return outcome if isinstance(outcome, Refused) else Refused(item=code, reasons=(Reason.WRONG_STATE,))


def _came_after_all(
    conn: Connection, station: Station, delivery: Delivery, code: str, *, now: datetime, by: str | None
) -> Delivery:
    """Take the writing-off of a piece back, if it was for not having come and nothing has happened since."""
    deed, fewer = delivery.void.get(code, ("", False))
    if not deed or isinstance(stock.undo(conn, station, deed=deed, now=now, by=by), Refused):
        return delivery
    void = {one: how for one, how in delivery.void.items() if one != code}
    more = fewer or len(delivery.standing) >= delivery.of
    back = replace(delivery, void=void, of=delivery.of + more)
    if _state_of(conn, code) not in (None, State.RECEIVED):
        back = replace(back, seen=(*back.seen, code))
    return keep(conn, back, now=now)


def _state_of(conn: Connection, code: str) -> State | None:
    state = conn.scalar(select(item_state.c.state).where(item_state.c.item == code))
    return State(state) if state is not None else None


def unshelve(
    conn: Connection,
    station: Station,
    key: str,
    code: str,
    *,
    deed: str,
    now: datetime,
    by: str | None = None,
) -> bool:
    """Take back that a piece was shelved: it waits for its label to be scanned again.

    Args:
        deed: of the scan's answer.

    Returns:
        False where something has happened to it since.
    """
    if isinstance(stock.undo(conn, station, deed=deed, now=now, by=by), Refused):
        return False
    delivery = must_find(conn, key)
    seen = tuple(one for one in delivery.seen if one != code)
    keep(conn, replace(delivery, seen=seen), now=now)
    return True


def unbind_label(
    conn: Connection,
    station: Station,
    key: str,
    code: str,
    *,
    deed: str,
    now: datetime,
    by: str | None = None,
) -> bool:
    """Take back that a label was bound: its piece leaves the ledger's shelf and waits for another label.

    The code has been a piece's and stays so: that piece is written off as wrongly labelled, and the label is
    thrown away. A serial number that it had goes to whoever is labelled next.

    Args:
        deed: of the scan's answer.

    Returns:
        False where something has happened to it since.
    """
    if isinstance(stock.undo(conn, station, deed=deed, now=now, by=by), Refused):
        return False
    row = conn.execute(select(item.c.serial, item.c.lot).where(item.c.code == code)).one()
    delivery = must_find(conn, key)
    if row.serial or row.lot:
        _write_numbers(conn, code, None, None, now=now, by=by)
        if delivery.maker_first:
            delivery = replace(delivery, waits=(row.serial, row.lot))
    delivery, outcome = _write_off(
        conn, station, delivery, code, WRONGLY_LABELLED, fewer=False, now=now, by=by
    )
    if isinstance(outcome, Refused):
        raise LookupError(f"{code} was taken off its shelf, and is not written off")
    keep(conn, delivery, now=now)
    return True


def scanned_by(conn: Connection, code: str) -> str | None:
    """Find the deed by which a piece was shelved, if nothing has happened to it since."""
    last = max(journal.of_item(conn, code), key=lambda one: one.order, default=None)
    if last is None or last.kind not in (Fact.SHELVED, Fact.SET_ASIDE):
        return None
    same = journal.of_deed(conn, last.station, last.deed)
    return last.deed if any(one.kind == Fact.SHELVED for one in same) else None
