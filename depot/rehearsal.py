"""The year that the practice depot has behind it, told by the same deeds that every depot does.

First a diary is written: what happens, and when. Then it is lived in the order of time, each deed with the
clock of its day, in batches of one commit. What the depot looks like afterwards is what those deeds have
made of it; nothing is put into the derived tables by hand.
"""

from __future__ import annotations

import random
import uuid
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import Connection, insert

from depot import (
    badges,
    borrowers,
    catalogue,
    clock,
    codes,
    defects,
    demo,
    founding,
    holds,
    lending,
    lists,
    quantities,
    reference,
    stock,
)
from depot.attempts import CardLimits
from depot.catalogue import Line
from depot.codes import Kind
from depot.demo import Person, items
from depot.ledger import Ledger, open_ledger
from depot.outcomes import CheckedIn, CheckedOut, Moved, Refused, Trouble
from depot.phone import Phone, parse_phone
from depot.settings import RulesSection, Settings
from depot.states import State
from depot.station import Station
from depot.tables import about, recall

Deed = Callable[[Connection, Station, datetime], object]

OPENED, DELIVERED = 400, 300
"""Days ago: the depot opens with what needs no yearly inspection, and the rest arrives."""

_BATCH = 250
"""Deeds in one commit: the year is lived in a dozen fsyncs instead of thousands."""


def tell(settings: Settings, *, now: datetime) -> None:
    """Make the practice depot where the settings say, and live its year.

    Rules, clock and printer are those of the story, whatever the settings say: it must go the same way
    everywhere.

    Args:
        now: aware, UTC.
    """
    station = replace(settings.station, clock="trusted", printer="", ballast_mb=0)
    quiet = replace(settings, rules=RulesSection(), station=station)
    diary = Diary(now)
    opened = diary.day(OPENED + 1)
    founding.found_ledger(
        quiet, now=opened, name="Øvingslageret", station_name="K1", first_series=demo.SERIES
    )
    _furnish(diary)
    _welcome(diary)
    _lend_all_year(diary)
    _come_to_today(diary)
    with open_ledger(quiet, built_floor=False) as ledger:
        diary.live(ledger)


class Diary:
    """What happens, and when; lived in the order of time, whatever the order in which it was written."""

    def __init__(self, now: datetime) -> None:
        self._latest = now - timedelta(hours=1)
        self._midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
        self._pages: list[tuple[datetime, int, Deed]] = []

    def day(self, days_ago: int, hour: int = 10) -> datetime:
        """A time of a day so many days ago, `hour` in UTC; never less than an hour ago."""
        return min(self._midnight - timedelta(days=days_ago) + timedelta(hours=hour), self._latest)

    def note(self, days_ago: int, *deeds: Deed, hour: int = 10) -> None:
        """Write down what happens on a day, one after the other."""
        self._pages += [
            (self.day(days_ago, hour), len(self._pages) + number, deed) for number, deed in enumerate(deeds)
        ]

    def live(self, ledger: Ledger) -> None:
        """Do every deed, in the order of time."""
        pages = sorted(self._pages, key=lambda page: page[:2])
        for start in range(0, len(pages), _BATCH):
            ledger.perform(_all_of(pages[start : start + _BATCH]))


def _all_of(pages: list[tuple[datetime, int, Deed]]) -> Callable[[Connection, Station], None]:
    def live(conn: Connection, station: Station) -> None:
        for at, _, deed in pages:
            outcome = deed(conn, station, at)
            if isinstance(outcome, Refused):
                raise RuntimeError(f"on {at:%Y-%m-%d} the practice depot's story was refused: {outcome}")

    return live


# --- the deeds of the story ---


def _borrows(who: Person, *pieces: str) -> Deed:
    """Somebody borrows pieces of one line together: the second of a pair joins the first."""

    def deed(conn: Connection, station: Station, now: datetime) -> object:
        joins = None
        for piece in pieces:
            outcome = lending.check_out(conn, station, card=who.card, item=piece, joins=joins, now=now)
            if not isinstance(outcome, CheckedOut):
                return outcome
            joins = outcome.deed
        return None

    return deed


def _brings(*pieces: str, trouble: Trouble | None = None) -> Deed:
    def deed(conn: Connection, station: Station, now: datetime) -> object:
        for piece in pieces:
            outcome = lending.check_in(conn, station, item=piece, now=now)
            if trouble is not None and isinstance(outcome, CheckedIn):
                defects.report_trouble(conn, station, item=piece, deed=outcome.deed, trouble=trouble, now=now)
        return None

    return deed


def _cleaned(*pieces: str) -> Deed:
    """The storekeeper does every job that a piece waits for, until it can be lent again."""

    def deed(conn: Connection, station: Station, now: datetime) -> object:
        for piece in pieces:
            outcome = stock.done(conn, station, item=piece, now=now)
            while isinstance(outcome, Moved) and outcome.state in (State.CLEANING, State.INSPECTION):
                outcome = stock.done(conn, station, item=piece, now=now)
        return None

    return deed


def _does(move: Callable[..., object], piece: str, **said: object) -> Deed:
    """One arrow of the table, by its name in `stock`."""
    return lambda conn, station, now: move(conn, station, item=piece, now=now, **said)


def _to(person: Callable[..., object], *what: object, **said: object) -> Deed:
    """Something that the desk does to a person."""
    return lambda conn, _, now: person(conn, *what, now=now, **said)


# --- what stands there ---


def _furnish(diary: Diary) -> None:
    lines = {line.code: line for line in catalogue.packaged()}
    diary.note(OPENED, _to(catalogue.store, list(lines.values())), _open_shop, hour=8)
    shelves = {line: shelf for shelf, line, _ in demo.STOCK}
    for line, shelf in shelves.items():
        if line in demo.COUNTED:
            diary.note(OPENED, _are_received(line, demo.COUNTED[line] + 1, shelf), hour=9)
            continue
        for number, piece in enumerate(items(line)):
            arrives = _arrival(lines[line], piece)
            if piece == demo.NOT_SHELVED:
                diary.note(1, _receives(line, piece, None))
            else:
                lot = "L2407" if line == "WHC-02" and number < 2 else None
                diary.note(arrives, _receives(line, piece, shelf, lot), hour=9)
    diary.note(30, *(_to(borrowers.add_card, card) for card in demo.CARDS_IN_THE_BOX))


def _arrival(line: Line, piece: str) -> int:
    return OPENED if line.inspection_days == 0 or piece == demo.INSPECTION_EXPIRED else DELIVERED


def _open_shop(conn: Connection, station: Station, now: datetime) -> None:
    """Labels are printed, shelves put up, and the storekeeper has a badge."""
    conn.execute(insert(about).values(name="practice", value="yes"))
    for _ in range(sum(pieces for _, _, pieces in demo.STOCK)):
        stock.mint(conn, Kind.ITEM)
    for name in sorted({shelf for shelf, _, _ in demo.STOCK}):
        stock.add_shelf(conn, station, name=name, now=now)
    badges.add(conn, name="Lagermester Øvesen", pin=demo.PIN, role="storekeeper", badge=demo.BADGE, now=now)


def _receives(line: str, piece: str, shelf: str | None, lot: str | None = None) -> Deed:
    def deed(conn: Connection, station: Station, now: datetime) -> None:
        arrival = stock.Arrival(lot=lot, owner="Øvingskommunen")
        stock.receive(conn, station, line=line, code=piece, arrival=arrival, now=now)
        if shelf is not None:
            stock.shelve(conn, station, item=piece, shelf=lists.shelves(conn, shelf)[0], now=now)

    return deed


def _are_received(line: str, number: int, shelf: str) -> Deed:
    return lambda conn, station, now: quantities.received(
        conn, station, line=line, n=number, shelf=lists.shelves(conn, shelf)[0], now=now
    )


# --- who comes ---

_NO_LIMITS = CardLimits(per_number=100, per_hour=100)


def _phone(person: Person) -> Phone:
    phone = parse_phone(person.phone)
    if phone is None:
        raise RuntimeError(f"the practice depot's {person.name} has a number that nobody could type")
    return phone


def _welcome(diary: Diary) -> None:
    for person in demo.PEOPLE:
        diary.note(OPENED, _to(borrowers.add_card, person.card))
        if person.confirmed == person.started:
            diary.note(person.started, _registers(person))
            continue
        diary.note(person.started, _starts(person))
        if person.confirmed is not None:
            diary.note(person.confirmed, _to(borrowers.confirm, person.card, name=person.name))
    diary.note(20, _to(borrowers.block, demo.BLOCKED.card, "desk"))
    diary.note(
        6, lambda conn, station, now: borrowers.died(conn, demo.DEAD.card, station.today(now), now=now)
    )


def _dies(conn: Connection, station: Station, now: datetime) -> None:
    borrowers.died(conn, demo.DEAD.card, station.today(now), now=now)


def _registers(person: Person) -> Deed:
    def deed(conn: Connection, _: Station, now: datetime) -> None:
        borrowers.add(
            conn,
            name=person.name,
            phone=_phone(person).e164,
            card_code=person.card,
            language=person.language,
            now=now,
        )

    return deed


def _starts(person: Person) -> Deed:
    def deed(conn: Connection, station: Station, now: datetime) -> object:
        return borrowers.start(
            conn,
            station,
            card_code=person.card,
            phone=_phone(person),
            now=now,
            limits=_NO_LIMITS,
            language=person.language,
        )

    return deed


# --- a year of lending ---


def _lend_all_year(diary: Diary) -> None:
    """Loans that came and went, over the year; the same on every machine, and some a few days late."""
    chance = random.Random(demo.SERIES)  # noqa: S311 - a story, not a secret
    for line in catalogue.packaged():
        for pieces in _in_circulation(line):
            day = DELIVERED - 10 - chance.randrange(280)
            while (home := day - chance.randrange(5, min(75, line.loan_days + 8))) >= 15:
                who = chance.choice([one for one in _REGULARS if one.started > day])
                out_at, home_at = chance.randrange(7, 16), chance.randrange(7, 16)
                cleaned = home - chance.randrange(1, 4)
                if line.cleaning_class != stock.SINGLE_USER:  # nobody is lent one after somebody
                    diary.note(day, _borrows(who, *pieces), hour=out_at)
                    diary.note(home, _brings(*pieces), hour=home_at)
                    diary.note(cleaned, _cleaned(*pieces), hour=17)
                day = home - 30 - chance.randrange(150)


_REGULARS = (
    demo.KARI, demo.OLA, demo.REGULAR, demo.BORROWS_MUCH, demo.BLOCKED, demo.DEAD, demo.ENGLISH,
)  # fmt: skip


def _in_circulation(line: Line) -> Iterator[tuple[str, ...]]:
    """What anybody may borrow and no particular story is told of; crutches two by two."""
    labelled = line.self_service and not line.counted
    pieces = [piece for piece in items(line.code) if labelled and piece not in _TOLD_OF]
    for start in range(0, len(pieces), line.pieces):
        yield tuple(pieces[start : start + line.pieces])


# --- the stories that have names ---

# who borrowed what, how many days ago; when it came home, and was clean again; what was said of it
_STORIES: tuple[tuple[Person, tuple[str, ...], int, int | None, int | None, Trouble | None], ...] = (
    (demo.KARI,         (items("WLK-07")[1],),      10, None, None, None),
    (demo.KARI,         (items("WLK-10")[1],),      15, None, None, None),
    (demo.KARI,         (items("TOI-03")[0],),      45, 0,    None, None),
    (demo.OLA,          (demo.KEPT,),              200, None, None, None),
    (demo.OLA,          (demo.WRITTEN_OFF,),       150, 90,   None, Trouble.BROKEN),
    (demo.OLA,          (items("WLK-03")[1],),     100, None, None, None),
    (demo.OLA,          (demo.SET_ASIDE,),          60, 2,    1,    None),
    (demo.OLA,          (items("BTH-01")[2],),      50, 1,    None, None),
    (demo.OLA,          (items("WHC-01")[4],),      25, None, None, None),
    (demo.NEW,          tuple(items("WLK-01")[2:4]), 2, None, None, None),
    (demo.UNCONFIRMED,  (items("BTH-01")[1],),      18, None, None, None),
    (demo.LATE,         (demo.LOST,),              230, None, None, None),
    (demo.LATE,         (items("REA-01")[1],),      95, None, None, None),
    (demo.LATE,         (items("WHC-02")[2],),      75, None, None, None),
    (demo.DEAD,         (items("WHC-01")[2],),      40, None, None, None),
    (demo.DEAD,         (items("TOI-04")[1],),      40, None, None, None),
    (demo.BORROWS_MUCH, (items("TOI-02")[0],),      33, 2,    None, None),
    (demo.BORROWS_MUCH, (items("TOI-06")[1],),      20, None, None, None),
    (demo.BORROWS_MUCH, (items("TOI-07")[1],),      20, None, None, None),
    (demo.BORROWS_MUCH, (demo.ON_LOAN,),            20, None, None, None),
    (demo.BORROWS_MUCH, (items("BTH-04")[1],),      62, None, None, None),
    (demo.ENGLISH,      (items("BTH-03")[1],),      88, None, None, None),
    (demo.ENGLISH,      (items("TOI-06")[2],),      66, 21,   20,   Trouble.MISSING_PART),
    (demo.ENGLISH,      (items("BTH-02")[2],),      30, None, None, None),
    (demo.ENGLISH,      (demo.NEXT_HOME,),          80, None, None, None),
    (demo.REGULAR,      (items("WLK-06")[2],),     140, 90,   84,   Trouble.BROKEN),
    (demo.REGULAR,      (items("WLK-05")[0],),      70, 0,    None, None),
    (demo.REGULAR,      (demo.IN_REPAIR,),          70, 6,    None, Trouble.BROKEN),
    (demo.REGULAR,      (demo.IN_CLEANING,),        60, 0,    None, None),
    (demo.REGULAR,      (items("BTH-02")[1],),      50, 1,    0,    None),
    (demo.REGULAR,      (demo.IN_QUARANTINE,),      45, 2,    None, Trouble.SOILED),
    (demo.REGULAR,      (demo.WHEELCHAIR_OUT,),     12, None, None, None),
    (demo.REGULAR,      (items("WLK-10")[0],),       9, None, None, None),
    (demo.BLOCKED,      (items("BTH-04")[2],),      41, None, None, None),
    (demo.WAITING,      (items("BTH-04")[3],),      11, None, None, None),
)  # fmt: skip

_TOLD_OF = frozenset(
    {
        *(piece for _, pieces, *_ in _STORIES for piece in pieces),
        *(demo.ROLLATOR, demo.SHOWER_STOOL, *demo.CRUTCHES, demo.COMMODE, demo.BUCKET, demo.WALKING_FRAME),
        *(demo.INSPECTION_EXPIRED, demo.RECALLED, demo.MISSING, demo.NOT_SHELVED),
        *items("WLK-02"),
    }
)


def _come_to_today(diary: Diary) -> None:
    """Everything that a particular story is told of, up to this morning."""
    for who, pieces, out, home, clean, trouble in _STORIES:
        diary.note(out, _borrows(who, *pieces), hour=11)
        if home is not None:
            diary.note(home, _brings(*pieces, trouble=trouble), hour=13)
        if clean is not None:
            diary.note(clean, _cleaned(*pieces), hour=14)
    diary.note(85, _does(stock.write_off, demo.WRITTEN_OFF, reason="worn_out"))
    diary.note(60, _does(stock.lose, demo.LOST))
    diary.note(30, _does(stock.keep, demo.KEPT))
    diary.note(15, _does(stock.count_out, demo.MISSING))
    diary.note(1, _does(stock.begin_cleaning, items("TOI-02")[0]))
    for sling in items("LFT-03")[1:]:
        diary.note(100, _does(stock.call_in, sling), _does(stock.inspected, sling))
    diary.note(1, _does(stock.call_in, demo.IN_INSPECTION))
    diary.note(8, _does(lending.check_in, items("REA-02")[7], brought_back=True))
    diary.note(7, _cleaned(items("REA-02")[7]))
    for line in demo.COUNTED:
        diary.note(75, _are_taken(line))
    diary.note(5, _regrets(demo.KARI, *items("WLK-02")[:2]))
    diary.note(9, _waits(demo.FIRST_IN_LINE, "BTH-02"), hour=12)
    diary.note(5, _waits(demo.WAITING, "WLK-10"))
    diary.note(4, _waits(demo.UNCONFIRMED, demo.WHOLLY_OUT))
    diary.note(4, _nav_comes_by)
    diary.note(7, _recalls)


def _regrets(who: Person, *pieces: str) -> Deed:
    """Somebody borrows something, thinks better of it, and takes the whole deed back."""

    def deed(conn: Connection, station: Station, now: datetime) -> object:
        first = lending.check_out(conn, station, card=who.card, item=pieces[0], now=now)
        if not isinstance(first, CheckedOut):
            return first
        for piece in pieces[1:]:
            lending.check_out(conn, station, card=who.card, item=piece, joins=first.deed, now=now)
        return lending.undo(conn, station, deed=first.deed, now=now)

    return deed


def _are_taken(line: str) -> Deed:
    """Somebody takes one of a counted line."""
    return lambda conn, station, now: quantities.take(conn, station, line=line, n=1, now=now)


def _waits(who: Person, line: str) -> Deed:
    return lambda conn, station, now: holds.place(conn, station, card=who.card, line=line, now=now)


def _nav_comes_by(conn: Connection, station: Station, now: datetime) -> object:
    return lending.receive_foreign(conn, station, label=codes.parse(demo.NAV_LABEL), now=now)


def _recalls(conn: Connection, _: Station, now: datetime) -> None:
    """A maker calls one lot of its transport wheelchairs back."""
    row = {"key": str(uuid.uuid4()), "product": "WHC-02", "lot": "L2407", "opened_at": clock.millis(now)}
    reference.put(conn, recall, row, now=now)
