"""Something is wrong with what came home: broken, soiled, or a part of it stayed out; and the part comes later.

What a person says belongs to the deed of the check-in, so that one undo takes back both. A thing that
lacks a part which its line declares goes to the workshop to be completed: it must not be lent without its
footrests, and a cleaning leads straight back to the shelf. Where the line declares no parts, nobody knows
what is missing or whether it matters; the thing stays with what is to be cleaned, and the bench sees it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select

from depot import journal, looks, projection
from depot.fold import OwedPart, Story, fold, step
from depot.looks import Look
from depot.outcomes import Already, Moved, Outcome, Reason, Refused, Trouble
from depot.parts import ANY_PART
from depot.states import Fact, State
from depot.station import Station
from depot.tables import place, product, product_part

_CAME_HOME = (Fact.CHECK_IN, Fact.FOUND, Fact.ARRIVED)


def report_trouble(
    conn: Connection,
    station: Station,
    *,
    item: str,
    deed: str,
    trouble: Trouble,
    now: datetime,
    parts: tuple[tuple[str, int], ...] = (),
) -> Outcome:
    """Record what is wrong with a thing that was just brought back, as part of that same deed.

    Args:
        item: the item's code.
        deed: the deed of its check-in; undo then takes both back.
        trouble: broken goes to the workshop, soiled to quarantine; a missing part stays owed on the loan.
        now: aware, UTC.
        parts: which parts are missing, by code, and how many of each in all; never more than the line
            has. More may be told in the same deed, one after the other, and telling the same again is
            `Already`. Nothing named is one part that nobody knows; the first that is named takes its place.
    """
    look = looks.for_check_in(conn, station, item)
    told = [one for one in journal.of_deed(conn, station.id, deed) if one.item == item]
    came = next((one for one in told if one.kind in _CAME_HOME), None)
    if came is None or look.now.tick != max(one.tick for one in told):
        return Refused(item=item, product=look.row.product, reasons=(Reason.WRONG_STATE,))
    if trouble is Trouble.MISSING_PART:
        return _miss(conn, station, _Return(look, came, told), dict(parts), now)
    if look.now.state is not State.RETURNED:
        return Refused(item=item, product=look.row.product, reasons=(Reason.WRONG_STATE,))
    soiled = trouble is Trouble.SOILED
    kind = Fact.QUARANTINED if soiled else Fact.TO_REPAIR
    facts: dict[str, Any] = {"infection": True} if soiled else {"fault": trouble.value}
    where = looks.place_for(conn, station, looks.INFECTION if soiled else looks.REPAIR)
    happened = _pen(conn, station, look, now, deed=deed).write(
        kind, after=look.now.tick, item=item, loan=came.loan, facts=facts
    )
    taken = step(look.now, look.loans, happened)
    projection.write_step(conn, look.now, look.loans, taken)
    return _moved(look, happened, taken.now.state, where)


@dataclass(frozen=True, slots=True)
class _Return:
    """A thing that was just brought back: as it is, how it came home, and what its deed has told of it."""

    look: Look
    came: journal.Event
    told: list[journal.Event]


def _miss(
    conn: Connection, station: Station, home: _Return, wanted: Mapping[str, int], now: datetime
) -> Outcome:
    look = home.look
    line = _line(conn, station, look.row.product)
    if not wanted.keys() <= line.parts.keys() | {ANY_PART}:
        return Refused(item=look.now.item, product=look.row.product, reasons=(Reason.WRONG_STATE,))
    before = _told_missing(home.told)
    more = _more(wanted or {ANY_PART: 1}, line.parts, before)
    loan = home.came.loan
    completes = look.now.state is State.RETURNED and (bool(line.parts) or loan is None)
    if not more or (loan is None and not completes):
        return Already(item=look.now.item, product=look.row.product, place=_where(look, line))
    facts: dict[str, Any] = {"parts": [list(one) for one in more]}
    if before[ANY_PART]:
        facts["instead_of"] = [[ANY_PART, before[ANY_PART]]]
    kind = Fact.TO_REPAIR if completes else Fact.PARTS_OWED
    if completes:
        facts["fault"] = Trouble.MISSING_PART.value
    pen = _pen(conn, station, look, now, deed=home.came.deed)
    story = journal.of_item(conn, look.now.item)
    happened = pen.write(kind, after=look.now.tick, item=look.now.item, loan=loan, facts=facts)
    after = _tell_on(conn, story, [happened])
    return _moved(look, happened, after.now.state, line.workshop if completes else _where(look, line))


def _told_missing(told: Iterable[journal.Event]) -> Counter[str]:
    """Count the parts that a deed's events have called missing, as far as they still do."""
    said = Counter[str]()
    for one in told:
        for part, number in one.facts.get("parts", ()):
            said[part] += number
        for part, number in one.facts.get("instead_of", ()):
            said[part] -= number
    return said


def _more(
    wanted: Mapping[str, int], of_line: Mapping[str, int], before: Counter[str]
) -> list[tuple[str, int]]:
    """Say what is told beyond what was told before."""
    if wanted.keys() == {ANY_PART}:
        return [] if before.total() else [(ANY_PART, 1)]
    named = ((part, min(number, of_line[part])) for part, number in wanted.items() if part != ANY_PART)
    return [(part, number - before[part]) for part, number in named if number > before[part]]


@dataclass(frozen=True, slots=True)
class _Line:
    """What the catalogue says of a thing's parts, and the sign of the workshop."""

    parts: Mapping[str, int]
    workshop: str | None


def _line(conn: Connection, station: Station, code: str) -> _Line:
    repair = (place.c.depot == station.depot) & (place.c.purpose == looks.REPAIR)
    rows = conn.execute(
        select(product_part.c.part, product_part.c.pieces, place.c.name)
        .select_from(
            product.outerjoin(product_part, product_part.c.product == product.c.code).outerjoin(place, repair)
        )
        .where(product.c.code == code)
        .order_by(product_part.c.part)
    ).all()
    parts = {row.part: row.pieces for row in rows if row.part is not None}
    return _Line(parts, rows[0].name if rows else None)


def _where(look: Look, line: _Line) -> str | None:
    place_of_class: str | None = look.row.place
    return line.workshop if look.now.state is State.REPAIR else place_of_class


def _pen(
    conn: Connection, station: Station, look: Look, now: datetime, *, deed: str | None, by: str | None = None
) -> journal.Pen:
    trusted = station.trusts(now, look.head.at)
    return journal.Pen(conn, station.id, look.head, now=now, trusted=trusted, deed=deed, by=by)


def _tell_on(conn: Connection, story: list[journal.Event], new: list[journal.Event]) -> Story:
    """Tell a thing's story with what was just recorded, and store what that changes."""
    item = new[0].item or ""
    after = fold(item, [*story, *new])
    projection.write_change(conn, fold(item, story), after)
    return after


def _moved(look: Look, happened: journal.Event, state: State, where: str | None) -> Moved:
    return Moved(
        item=look.now.item,
        product=look.row.product,
        key=happened.key,
        deed=happened.deed,
        state=state,
        place=where,
    )


# --- and it comes later, or never ---


def parts_back(
    conn: Connection,
    station: Station,
    *,
    item: str,
    parts: tuple[tuple[str, int], ...] = (),
    now: datetime,
    by: str | None = None,
) -> Moved | Refused:
    """Take in parts that had stayed out. The oldest loan that owes them is settled first.

    Args:
        item: the code of the thing that they belong to, wherever it is now.
        parts: which, by code, and how many of each; nothing named is everything that is owed of it.
        now: aware, UTC.
        by: the pseudonym of the member of staff who did it, if one did.

    Returns:
        Where the thing itself belongs, or a refusal (`wrong_state`) where less than that is owed.
    """
    return _no_longer_owed(conn, station, item, parts, {}, now=now, by=by)


def parts_given_up(
    conn: Connection,
    station: Station,
    *,
    item: str,
    parts: tuple[tuple[str, int], ...] = (),
    now: datetime,
    by: str | None = None,
) -> Moved | Refused:
    """Wait no longer for parts that had stayed out: they will not come, or others were put on.

    They are owed no more, so that the loan's tie to its borrower is cut in its time. The thing itself stays as
    it is: what lacks a part is mended or cleaned as ever. The event is `parts_back` with `given_up`.

    Args:
        item, parts, now, by: as for `parts_back`, and so is what is returned.
    """
    return _no_longer_owed(conn, station, item, parts, {"given_up": True}, now=now, by=by)


def _no_longer_owed(
    conn: Connection,
    station: Station,
    item: str,
    parts: tuple[tuple[str, int], ...],
    said: Mapping[str, Any],
    *,
    now: datetime,
    by: str | None,
) -> Moved | Refused:
    look = looks.for_check_in(conn, station, item)
    if not look.known:
        return Refused(item=item, reasons=(Reason.UNKNOWN_CODE,))
    story = journal.of_item(conn, item)
    before = fold(item, story)
    owed = sorted(before.owed, key=lambda one: (before.loans[one.loan].out_at, one.loan, one.part))
    settled = _settle(owed, dict(parts) or dict(_sums(owed)))
    if not settled:
        return Refused(item=item, product=look.row.product, reasons=(Reason.WRONG_STATE,))
    pen = _pen(conn, station, look, now, deed=None, by=by)
    new: list[journal.Event] = []
    for loan, which in settled.items():
        tick = new[-1].tick if new else look.now.tick
        facts = {"parts": which, **said}
        new.append(pen.write(Fact.PARTS_BACK, after=tick, item=item, loan=loan, facts=facts))
    after = _tell_on(conn, story, new)
    return _moved(look, new[0], after.now.state, looks.where_it_belongs(conn, station, look))


def _sums(owed: Iterable[OwedPart]) -> Counter[str]:
    sums = Counter[str]()
    for one in owed:
        sums[one.part] += one.pieces
    return sums


def _settle(owed: Iterable[OwedPart], back: dict[str, int]) -> dict[str, list[list[Any]]]:
    """Spread what came back over the loans that owe it; empty where that is less than came back."""
    settled: dict[str, list[list[Any]]] = {}
    for one in owed:
        number = min(one.pieces, back.get(one.part, 0))
        if number > 0:
            settled.setdefault(one.loan, []).append([one.part, number])
            back[one.part] -= number
    return {} if any(back.values()) else settled
