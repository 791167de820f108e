"""Today: everything in the depot that waits for somebody, and what is done about each of it.

All of it is read off the ledger each time: a row is gone when the deed is done that it waits for, and nobody
ticks anything off. The kinds come in the order in which a storekeeper does them, the oldest first within each.
It never names a person: a row about somebody has the key by which the desk opens them after a badge.

A kind is one statement at most, whatever the number of things, and nothing is asked about a single row. What
the ledger holds few of beside what happens (lines, shelves, signs) is read once and looked up.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    and_,
    bindparam,
    case,
    cast,
    exists,
    func,
    literal_column,
    or_,
    select,
    union_all,
)

from depot import clock, looks, queue, rings
from depot.calendar import local_day
from depot.codes import UnreadableReason
from depot.coming import competes, may_be_served
from depot.fold import HoldState
from depot.states import Fact, State
from depot.station import Station
from depot.stock import Job
from depot.tables import (
    borrower,
    discrepancy,
    event,
    foreign_return,
    hold,
    item,
    item_state,
    label_job,
    link,
    loan,
    owed_part,
    part_text,
    place,
    product,
    product_text,
    recall,
    refusal,
    resolution,
    shelf,
)
from depot.tally import STRANGE
from inventory.waiting import NEXT, Kind, Next, Pile, Row, Today

JOBS: dict[Kind, Job] = {
    Kind.INFECTED: Job.CLEANING,
    Kind.TO_CLEAN: Job.CLEANING,
    Kind.CLEANING: Job.CLEANING,
    Kind.INSPECTION: Job.INSPECTION,
    Kind.REPAIR: Job.REPAIR,
    Kind.QUARANTINE: Job.QUARANTINE,
}
"""The kinds that are a thing's next job, which `stock.done` does."""

AHEAD = timedelta(days=14)
"""How long before a timed inspection runs out the thing is called in: two weeks of Tuesdays."""
REFUSED_DAYS = 7
"""How many days of refusals are told, today among them: nobody takes a refusal off a list."""
TAKEN_INSTEAD = timedelta(days=90)
"""How long a piece is told of that stayed at the pick-up sign because its borrower took another one."""
STUCK = timedelta(minutes=10)
"""How long a label may wait before somebody looks at the printer. A loan's label lapses after as long."""


def today(
    conn: Connection,
    station: Station,
    *,
    now: datetime,
    language: str = "en",
    kinds: Collection[Kind] | None = None,
) -> Today:
    """Say what waits at this station's depot: 18 statements, however much waits.

    Args:
        now: aware, UTC.
        language: of the names; a line without one has its English or Norwegian name.
        kinds: only these; all by default.
    """
    wanted = frozenset(Kind) if kinds is None else frozenset(kinds)
    look = _Look(conn, station, now=now, language=language)
    found: dict[Kind, list[Row]] = defaultdict(list)
    for of_kinds, read in _READERS:
        if wanted.isdisjoint(of_kinds):
            continue
        for row in read(look):
            found[row.kind].append(row)
    rows: list[Row] = []
    piles: list[Pile] = []
    for kind in Kind:
        if kind in wanted and found[kind]:
            in_order = sorted(found[kind], key=lambda row: (row.since, row.subject, row.why or ""))
            rows += in_order
            piles.append(_pile(kind, in_order))
    return Today(tuple(rows), tuple(piles))


def jobs(
    conn: Connection, station: Station, *, now: datetime, language: str = "en", only: Job | None = None
) -> tuple[Row, ...]:
    """List the things whose next job is due, one row each: cleaning, inspection, repair, quarantine.

    Args:
        now: aware, UTC; language: as for `today`.
        only: only this job.
    """
    kinds = [kind for kind, job in JOBS.items() if only in (None, job)]
    return today(conn, station, now=now, language=language, kinds=kinds).rows


def _pile(kind: Kind, rows: Sequence[Row]) -> Pile:
    signs = Counter[str]()
    for row in rows:
        if row.place is not None:
            signs[row.place] += row.count
    places = tuple(sorted(signs.items(), key=lambda one: (-one[1], one[0])))
    return Pile(kind, sum(row.count for row in rows), max(row.age_days for row in rows), NEXT[kind], places)


# --- what every kind needs to know ---

_SAID, _EN, _NB = (product_text.alias(name) for name in ("said", "en", "nb"))


def _in(words: Any, language: Any) -> ColumnElement[bool]:
    return and_(words.c.product == product.c.code, words.c.language == language)


_LINES = select(
    product.c.code,
    func.coalesce(_SAID.c.name, _EN.c.name, _NB.c.name, "").label("name"),
    product.c.cleaning_class,
    product.c.inspection_days,
    product.c.pieces,
).select_from(
    product.outerjoin(_SAID, _in(_SAID, bindparam("language")))
    .outerjoin(_EN, _in(_EN, "en"))
    .outerjoin(_NB, _in(_NB, "nb"))
)
_SHELVES = select(shelf.c.code, shelf.c.name)
_SIGNS = select(place.c.purpose, place.c.name).where(place.c.depot == bindparam("here"))


def _here(depot: ColumnElement[Any]) -> ColumnElement[bool]:
    """Say that something is this depot's; what nobody has said the depot of is everybody's."""
    return or_(depot == bindparam("here"), depot.is_(None))


class _Look:
    """What is read once: the lines, shelves and signs; and how a row is made of what a statement found."""

    def __init__(self, conn: Connection, station: Station, *, now: datetime, language: str) -> None:
        self._conn, self.station, self.now = conn, station, now
        self.today = station.today(now)
        self._days: dict[str, tuple[date, datetime, int]] = {}
        self.lines = {row.code: row for row in self.ask(_LINES, language=language)}
        self._shelves = {row.code: row.name for row in self.ask(_SHELVES)}
        self._signs = {row.purpose: row.name for row in self.ask(_SIGNS, here=station.depot)}
        self.language = language

    @property
    def conn(self) -> Connection:
        """The ledger, for questions that another module asks."""
        return self._conn

    def ask(self, statement: Any, **said: object) -> Sequence[Any]:
        """Ask the ledger one thing."""
        return self._conn.execute(statement, said).all()

    def sign(self, purpose: str | None) -> str | None:
        """Name the place for a purpose, a cleaning class or one of `looks`; None in a depot without it."""
        return self._signs.get(purpose) if purpose else None

    def shelf(self, code: str | None) -> str | None:
        """Name a shelf by its code."""
        return self._shelves.get(code) if code else None

    def row(
        self,
        kind: Kind,
        subject: str,
        *,
        at: int = 0,
        day: str | None = None,
        waits_from_day: bool = False,
        product: str | None = None,
        **said: Any,
    ) -> Row:
        """Make a row.

        Args:
            at: since when it waits, in milliseconds since 1970.
            day: the day that counts, ISO; `waits_from_day`: it waits since then, whatever `at` is.
            product: the line, which names it unless a name is said.
            said: the rest, as in `Row`.
        """
        on, midnight, age = self._day(day) if day else (None, None, 0)
        if midnight is not None and waits_from_day:
            since = midnight
        else:
            since = clock.from_millis(at)
            age = self._age(local_day(since, self.station.time_zone))
        line = self.lines.get(product) if product else None
        said.setdefault("name", line.name if line is not None else "")
        said.setdefault("next", NEXT[kind])
        return Row(kind=kind, subject=subject, since=since, age_days=age, day=on, product=product, **said)

    def _day(self, said: str) -> tuple[date, datetime, int]:
        """Read a day once: itself, its midnight here, how many days ago it was."""
        if said not in self._days:
            on = date.fromisoformat(said)
            midnight = datetime.combine(on, time(), self.station.time_zone).astimezone(UTC)
            self._days[said] = on, midnight, self._age(on)
        return self._days[said]

    def _age(self, on: date) -> int:
        return max(0, (self.today - on).days)


_Rows = Iterator[Row]


# --- things in the house ---

_KIND_OF: dict[str, Kind] = {
    State.RETURNED: Kind.TO_CLEAN,
    State.CLEANING: Kind.CLEANING,
    State.INSPECTION: Kind.INSPECTION,
    State.REPAIR: Kind.REPAIR,
    State.QUARANTINE: Kind.QUARANTINE,
    State.MISSING: Kind.MISSING,
    State.RECEIVED: Kind.UNLABELLED,
}
_TO_BE_CLEANED = (Kind.INFECTED, Kind.TO_CLEAN, Kind.CLEANING)
_SINGLE_USER = "single_user"
_FAULT = (
    select(func.json_extract(event.c.body, "$.fault"))
    .where(
        event.c.item == item_state.c.item,
        event.c.tick >= item_state.c.since,  # what happened earlier in its life need not be read
        event.c.kind == Fact.TO_REPAIR.value,
    )
    .order_by(event.c.tick.desc())
    .limit(1)
    .scalar_subquery()
)
_THINGS = (
    select(
        item_state.c.item,
        item_state.c.state,
        item_state.c.shelf,
        item_state.c.infected,
        item_state.c.since,
        item.c.product,
        case((item_state.c.state == State.REPAIR.value, _FAULT)).label("fault"),
    )
    .join(item, item.c.code == item_state.c.item)
    .where(item_state.c.state.in_([str(one) for one in _KIND_OF]), _here(item_state.c.depot))
)


def _things(look: _Look) -> _Rows:
    """What came home, is being cleaned, looked over or mended, is kept apart, missing, or not yet labelled."""
    for row in look.ask(_THINGS, here=look.station.depot):
        kind = _KIND_OF[row.state]
        if row.infected and kind in (Kind.TO_CLEAN, Kind.CLEANING):
            kind = Kind.INFECTED
        line = look.lines.get(row.product)
        of_class = line.cleaning_class if line is not None else None
        to_be_cleaned = kind in _TO_BE_CLEANED
        yield look.row(
            kind,
            row.item,
            at=row.since,
            item=row.item,
            product=row.product,
            place=look.sign(_purpose(kind, of_class)),
            shelf=look.shelf(row.shelf),
            why=of_class if to_be_cleaned else row.fault,
            next=Next.WRITE_OFF if to_be_cleaned and of_class == _SINGLE_USER else NEXT[kind],
        )


def _purpose(kind: Kind, of_class: str | None) -> str | None:
    """Say which place a thing waits at, as `looks.where_it_belongs` does for a thing in hand."""
    if kind in (Kind.INFECTED, Kind.QUARANTINE):
        return looks.INFECTION
    if kind is Kind.REPAIR:
        return looks.REPAIR
    return None if kind in (Kind.MISSING, Kind.UNLABELLED) else of_class


_LINE = product.alias("line")
_TIMED = select(_LINE.c.code).where(_LINE.c.inspection_days > 0)  # else every piece is asked for its line
_RUN_OUT = (
    select(
        item_state.c.item,
        item_state.c.shelf,
        item_state.c.since,
        item_state.c.inspected_on,
        item.c.product,
    )
    .select_from(
        product.join(item, item.c.product == product.c.code).join(
            item_state, item_state.c.item == item.c.code
        )
    )
    .where(
        product.c.code.in_(_TIMED),
        item_state.c.state == State.AVAILABLE.value,
        _here(item_state.c.depot),
        or_(
            item_state.c.inspected_on.is_(None),
            func.julianday(item_state.c.inspected_on) + product.c.inspection_days
            <= func.julianday(bindparam("by")),
        ),
    )
)


def _inspections(look: _Look) -> _Rows:
    """What stands on a shelf and must be inspected before it is lent, now or within two weeks."""
    by = (look.today + AHEAD).isoformat()
    for row in look.ask(_RUN_OUT, here=look.station.depot, by=by):
        lasts = timedelta(days=look.lines[row.product].inspection_days)
        until = date.fromisoformat(row.inspected_on) + lasts if row.inspected_on else None
        yield look.row(
            Kind.INSPECTION_DUE,
            row.item,
            at=row.since,
            day=until.isoformat() if until else None,
            waits_from_day=True,
            item=row.item,
            product=row.product,
            shelf=look.shelf(row.shelf),
        )


# --- who waits for what ---

_WAITS = and_(hold.c.state == HoldState.WAITING.value, may_be_served(borrower))
_QUEUES = (
    select(
        hold.c.product,
        func.count().filter(_WAITS).label("waiting"),
        func.min(hold.c.placed_at).filter(_WAITS).label("since"),
        func.count().filter(hold.c.state == HoldState.READY.value).label("ready"),
    )
    .select_from(
        hold.outerjoin(link, link.c.key == hold.c.key).outerjoin(borrower, borrower.c.id == link.c.borrower)
    )
    .where(looks.in_queue(hold), competes(hold, bindparam("here")))
    .group_by(hold.c.product)
    .subquery("queues")
)
# As `looks.IS_FREE`, but the recalled pieces are gathered once: most lines of most depots have none.
_OPEN_RECALLS = select(recall.c.product).where(recall.c.closed_at.is_(None))
_RECALLED = select(item.c.code).where(item.c.product.in_(_OPEN_RECALLS), looks.IS_RECALLED).correlate(None)
_IS_FREE = and_(
    item_state.c.state == State.AVAILABLE.value,
    item_state.c.parked.is_(False),
    item.c.code.not_in(_RECALLED),
)
_GOOD = or_(
    product.c.inspection_days == 0,
    func.coalesce(
        func.julianday(item_state.c.inspected_on) + product.c.inspection_days
        >= func.julianday(bindparam("today")),
        False,
    ),
)
_SERVABLE = (
    select(_QUEUES, product.c.pieces, item_state.c.shelf, func.count().label("free"))
    .select_from(
        _QUEUES.join(product, product.c.code == _QUEUES.c.product)
        .join(item, item.c.product == _QUEUES.c.product)
        .join(item_state, item_state.c.item == item.c.code)
    )
    .where(_QUEUES.c.waiting > 0, item_state.c.depot == bindparam("here"), _IS_FREE, _GOOD)
    .group_by(_QUEUES.c.product, item_state.c.shelf)
)


def _to_set_aside(look: _Look) -> _Rows:
    """Lines of which pieces stand free while somebody waits: a row a line, and for how many it is enough.

    Who gets them is a deed's choice (`lapses.advance`), so no hold is named.
    """
    free: dict[str, list[Any]] = defaultdict(list)
    for row in look.ask(_SERVABLE, here=look.station.depot, today=look.today.isoformat()):
        free[row.product].append(row)
    for code, rows in free.items():
        line, shelves = rows[0], Counter({row.shelf: row.free for row in rows})
        enough_for = (shelves.total() - (line.pieces - 1) * line.ready) // line.pieces
        if enough_for > 0:
            yield look.row(
                Kind.TO_SET_ASIDE,
                code,
                at=line.since,
                product=code,
                place=look.sign(looks.PICK_UP),
                shelf=look.shelf(_fullest(shelves)),
                count=min(enough_for, line.waiting),
            )


def _fullest(pieces: Counter[str | None]) -> str | None:
    """Name the shelf on which most stand; of several the one with the first code."""
    return min(pieces, key=lambda one: (-pieces[one], one or ""), default=None)


_READY = (
    select(
        hold.c.key,
        hold.c.product,
        hold.c.item,
        hold.c.pick_up_by,
        item_state.c.since,
        item_state.c.shelf,
        looks.last_set_aside(hold).label("set_aside"),
    )
    .join(item_state, and_(item_state.c.item == hold.c.item, item_state.c.hold == hold.c.key))
    .where(looks.in_queue(hold), hold.c.state == HoldState.READY.value, _here(item_state.c.depot))
)
_PARTNERS = (
    select(item.c.product, item_state.c.shelf, func.count().label("n"))
    .select_from(
        product.join(item, item.c.product == product.c.code).join(
            item_state, item_state.c.item == item.c.code
        )
    )
    .where(
        product.c.pieces > 1,
        product.c.code.in_(
            select(hold.c.product).where(looks.in_queue(hold), hold.c.state == HoldState.READY.value)
        ),
        item_state.c.depot == bindparam("here"),
        _IS_FREE,
    )
    .group_by(item.c.product, item_state.c.shelf)
)


def _set_aside(look: _Look) -> _Rows:
    """What stands set aside past its last day, and of a pair the partner that stands somewhere else."""
    partners: dict[str, Counter[str | None]] = defaultdict(Counter)
    for row in look.ask(_PARTNERS, here=look.station.depot):
        partners[row.product][row.shelf] = row.n
    for row in look.ask(_READY, here=look.station.depot):
        on_shelf = queue.is_on_shelf(row.set_aside) or look.sign(looks.PICK_UP) is None
        sign = None if on_shelf else look.sign(looks.PICK_UP)
        about = {"at": row.since, "item": row.item, "product": row.product, "day": row.pick_up_by}
        shelf_name = look.shelf(row.shelf)
        if row.pick_up_by is not None and row.pick_up_by < look.today.isoformat():
            about |= {"waits_from_day": True, "place": sign, "shelf": shelf_name}
            yield look.row(Kind.PAST_LAST_DAY, row.key, **about)
            continue
        line = look.lines.get(row.product)
        missing = line.pieces - 1 if line is not None else 0
        beside_it = partners[row.product][row.shelf] if on_shelf else 0
        if missing > beside_it:
            fetched_at = look.shelf(_fullest(partners[row.product]))
            about |= {"place": sign or shelf_name, "shelf": fetched_at, "count": missing - beside_it}
            yield look.row(Kind.PARTNER, row.key, **about)


# Without the cast SQLite makes no index of it, and asks 50,000 holds about each of 20,000 pieces.
_LAST_BUT_FETCHED = cast(
    hold.c.seq - case((hold.c.state == HoldState.FETCHED.value, 1), else_=0), hold.c.seq.type
)
# A piece is let go of by its hold's last event; when somebody took another one, by the one before that.
_OVER = (
    select(
        hold.c.key,
        hold.c.station,
        _LAST_BUT_FETCHED.label("seq"),
    )
    .where(
        or_(
            hold.c.state.in_([HoldState.EXPIRED.value, HoldState.CANCELLED.value]),
            and_(hold.c.state == HoldState.FETCHED.value, hold.c.tick >= bindparam("fetched_since")),
        )
    )
    .cte("over")
    .prefix_with("MATERIALIZED", dialect="sqlite")
)
_MAY_STAND_THERE = (
    select(item_state.c.item, item_state.c.shelf, item_state.c.since, _OVER)
    .join(_OVER, and_(_OVER.c.station == item_state.c.station, _OVER.c.seq == item_state.c.seq))
    .where(item_state.c.state == State.AVAILABLE.value, _here(item_state.c.depot))
    .cte("may_stand_there")
    .prefix_with("MATERIALIZED", dialect="sqlite")
)
# The journal is asked last, and by number: begun from it or from the holds' events, all that ever waited is read.
_LET_GO = (
    select(
        _MAY_STAND_THERE.c.item,
        _MAY_STAND_THERE.c.shelf,
        _MAY_STAND_THERE.c.since,
        item.c.product,
        looks.last_set_aside(_MAY_STAND_THERE).label("set_aside"),
    )
    .join(item, item.c.code == _MAY_STAND_THERE.c.item)
    .join(
        event,
        and_(event.c.station == _MAY_STAND_THERE.c.station, event.c.seq == _MAY_STAND_THERE.c.seq),
    )
    .where(
        event.c.kind == Fact.RELEASED.value,
        func.coalesce(event.c.item, "") == _MAY_STAND_THERE.c.item,
        func.coalesce(event.c.hold, "") == _MAY_STAND_THERE.c.key,
    )
)


def _at_pick_up(look: _Look) -> _Rows:
    """What nobody fetched and has not been scanned onto a shelf since: it still stands at the pick-up sign."""
    sign = look.sign(looks.PICK_UP)
    since = clock.millis(look.now - TAKEN_INSTEAD)
    for row in look.ask(_LET_GO, here=look.station.depot, fetched_since=since):
        if sign is None or queue.is_on_shelf(row.set_aside):
            continue
        yield look.row(
            Kind.AT_PICK_UP,
            row.item,
            at=row.since,
            item=row.item,
            product=row.product,
            place=sign,
            shelf=look.shelf(row.shelf),
        )


# --- what is out, and what is not ours ---

_OVERDUE = select(loan.c.key, loan.c.item, loan.c.product, loan.c.due).where(
    loan.c.ended.is_(None), loan.c.due < bindparam("today"), _here(loan.c.depot)
)


def _overdue(look: _Look) -> _Rows:
    """Open loans past their due date, the longest first; a pair is two."""
    for key, code, line, due in look.ask(_OVERDUE, here=look.station.depot, today=look.today.isoformat()):
        yield look.row(Kind.OVERDUE, key, day=due, waits_from_day=True, item=code, product=line)


_NOT_SETTLED = select(foreign_return.c.event, foreign_return.c.hms, foreign_return.c.at).where(
    foreign_return.c.settled_at.is_(None)
)


def _foreign(look: _Look) -> _Rows:
    """What is not ours and lies at NAV's place. Its serial number points at a person and stays unsaid."""
    for row in look.ask(_NOT_SETTLED):
        yield look.row(Kind.FOREIGN, row.event, at=row.at, place=look.sign(looks.NAV), why=row.hms)


_WORD, _WORD_EN = part_text.alias("word"), part_text.alias("word_en")
_OWED = (
    select(
        owed_part.c.loan,
        owed_part.c.item,
        owed_part.c.part,
        owed_part.c.pieces,
        item.c.product,
        func.coalesce(_WORD.c.name, _WORD_EN.c.name, owed_part.c.part).label("name"),
        func.coalesce(loan.c.returned_at, loan.c.out_at).label("at"),
    )
    .join(item, item.c.code == owed_part.c.item)
    .join(loan, loan.c.key == owed_part.c.loan)
    .outerjoin(_WORD, and_(_WORD.c.part == owed_part.c.part, _WORD.c.language == bindparam("language")))
    .outerjoin(_WORD_EN, and_(_WORD_EN.c.part == owed_part.c.part, _WORD_EN.c.language == "en"))
)


def _owed(look: _Look) -> _Rows:
    """Parts that stayed out when their thing came home."""
    for row in look.ask(_OWED, language=look.language):
        about = {"item": row.item, "product": row.product, "name": row.name, "why": row.part}
        yield look.row(Kind.OWED, row.loan, at=row.at, count=row.pieces, **about)


# --- the press ---

_OPEN = ("waiting", "printing", "sent")
_IN_THE_QUEUE = label_job.c.state.in_(  # in the words of the index, which SQLite only then makes use of
    [literal_column(f"'{state}'") for state in _OPEN]
)
_WAITING, _UNSURE = "waiting", "unsure"
# What was asked for by hand is read along, whatever became of it: it may be what was unsure, once more.
_JOBS_OF_THE_PRESS = union_all(
    select(label_job).where(_IN_THE_QUEUE),
    select(label_job).where(or_(label_job.c.state == _UNSURE, label_job.c.subjects.is_not(None))),
)


def _at_the_press(look: _Look) -> _Rows:
    """Labels that do not come out, and those that may have: until they are printed again or forgotten."""
    before, now = clock.millis(look.now - STUCK), clock.millis(look.now)
    told = {row.key: row for row in look.ask(_JOBS_OF_THE_PRESS)}.values()
    asked: dict[tuple[str, str], int] = {}
    for row in told:
        about = (row.design, row.subjects or "")
        asked[about] = max(asked.get(about, 0), row.made_at)
    for row in told:
        if row.state == _UNSURE:
            if asked.get((row.design, row.subjects or row.event), 0) <= row.made_at:
                yield _label(look, row, Next.SEE_WHETHER_IT_CAME_OUT)
        elif row.state in _OPEN and (row.why is not None or row.made_at < before):
            lapses = row.state == _WAITING and row.lapses_at is not None and row.lapses_at <= now
            if not lapses:
                yield _label(look, row, Next.SEE_TO_PRINTER)


def _label(look: _Look, row: Any, then: Next) -> Row:
    """Tell of a label by its design: what it is for may be somebody's card."""
    why = row.why or row.state
    return look.row(
        Kind.PRESS, row.key, at=row.made_at, name=row.design, place=row.printer, why=why, next=then
    )


# --- what a person must look at ---

_LATER = event.alias("later")


def _said(body: Any, name: str) -> ColumnElement[Any]:
    return func.json_extract(body.c.body, f"$.{name}")


_IS_OF_A_COUNT = discrepancy.c.kind.in_(STRANGE)
_COUNTED_SINCE = exists().where(
    _LATER.c.kind == Fact.QUANTITY_COUNTED.value,
    _LATER.c.item.is_(None),
    _LATER.c.hold.is_(None),
    _LATER.c.tick > event.c.tick,
    _said(_LATER, "product") == _said(event, "product"),
    _said(_LATER, "depot") == _said(event, "depot"),
)
_STRANGE = (
    select(
        discrepancy.c.kind,
        discrepancy.c.event,
        discrepancy.c.item,
        event.c.at,
        func.coalesce(item.c.product, hold.c.product, case((_IS_OF_A_COUNT, _said(event, "product")))).label(
            "product"
        ),
        _IS_OF_A_COUNT.label("of_a_count"),
    )
    .select_from(
        discrepancy.join(event, event.c.key == discrepancy.c.event)
        .outerjoin(item, item.c.code == discrepancy.c.item)
        .outerjoin(hold, hold.c.key == discrepancy.c.hold)
    )
    .where(
        ~exists().where(resolution.c.kind == discrepancy.c.kind, resolution.c.event == discrepancy.c.event),
        or_(
            ~_IS_OF_A_COUNT,
            and_(func.coalesce(_said(event, "depot"), "").in_((bindparam("here"), "")), ~_COUNTED_SINCE),
        ),
    )
)


def _discrepancies(look: _Look) -> _Rows:
    """What the ledger could not explain, and the counted lines that somebody should count again."""
    lines: dict[str, list[Any]] = defaultdict(list)
    for row in look.ask(_STRANGE, here=look.station.depot):
        at = clock.millis(clock.from_iso(row.at))
        if row.of_a_count and row.product is not None:
            lines[row.product].append((at, row.kind))
            continue
        about = {"item": row.item, "product": row.product, "why": row.kind}
        yield look.row(Kind.DISCREPANCY, row.event, at=at, **about)
    for code, told in lines.items():
        at, why = min(told)
        yield look.row(Kind.RECOUNT, code, at=at, product=code, why=why, count=len(told))


_SAID_NO = (
    select(
        refusal.c.reason,
        refusal.c.product,
        func.sum(refusal.c.n).label("n"),
        func.min(refusal.c.day).label("day"),
    )
    .where(refusal.c.day >= bindparam("first"), refusal.c.day <= bindparam("today"))
    .group_by(refusal.c.reason, refusal.c.product)
)
_SCANS = frozenset(str(reason) for reason in UnreadableReason)


def _refusals(look: _Look) -> _Rows:
    """Scans of this week that gave nothing, and what people were told no about, by reason and line."""
    first = look.today - timedelta(days=REFUSED_DAYS - 1)
    for row in look.ask(_SAID_NO, first=first.isoformat(), today=look.today.isoformat()):
        kind = Kind.UNREADABLE if row.reason in _SCANS else Kind.REFUSED
        about = {"product": row.product or None, "why": row.reason, "count": row.n}
        yield look.row(kind, row.reason, day=row.day, waits_from_day=True, **about)


# --- whom to ring ---


def _calls(look: _Look) -> _Rows:
    """Who asked to be rung, and who is to be told something: the row's key opens name and number."""
    for call in rings.listing(look.conn):
        kind = Kind.CALL_BACK if call.why == rings.CALL_BACK else Kind.RING
        of_what = {"item": call.item, "why": call.why}
        yield look.row(
            kind,
            call.key,
            at=call.made_at,
            day=call.day,
            product=call.product,
            waits_from_day=False,
            **of_what,
        )


_STARTERS = select(borrower.c.id, borrower.c.made_at).where(
    borrower.c.standing == "starter",
    borrower.c.merged_into.is_(None),
    borrower.c.died_on.is_(None),
    borrower.c.blocked.is_(None),
)


def _starters(look: _Look) -> _Rows:
    """Cards from the box whose borrowers nobody has reached. The card opens something, so it is not told."""
    days = timedelta(days=look.station.rules.confirm_days)
    for row in look.ask(_STARTERS):
        last = local_day(clock.from_millis(row.made_at), look.station.time_zone) + days
        yield look.row(Kind.UNCONFIRMED, row.id, at=row.made_at, day=last.isoformat())


_Reader = Callable[[_Look], Iterable[Row]]

_READERS: tuple[tuple[tuple[Kind, ...], _Reader], ...] = (
    ((*_KIND_OF.values(), Kind.INFECTED), _things),
    ((Kind.INSPECTION_DUE,), _inspections),
    ((Kind.TO_SET_ASIDE,), _to_set_aside),
    ((Kind.PARTNER, Kind.PAST_LAST_DAY), _set_aside),
    ((Kind.AT_PICK_UP,), _at_pick_up),
    ((Kind.OVERDUE,), _overdue),
    ((Kind.FOREIGN,), _foreign),
    ((Kind.PRESS,), _at_the_press),
    ((Kind.OWED,), _owed),
    ((Kind.DISCREPANCY, Kind.RECOUNT), _discrepancies),
    ((Kind.UNREADABLE, Kind.REFUSED), _refusals),
    ((Kind.CALL_BACK, Kind.RING), _calls),
    ((Kind.UNCONFIRMED,), _starters),
)
"""Which kinds each statement tells of."""
