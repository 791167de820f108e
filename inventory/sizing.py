"""How many pieces of a line to own, calculated from what people have asked for: the formula and its numbers.

A line that is lent is a loss system: a request meets a free piece or none. Requests come at a rate r; each keeps a
piece away for the loan and for the turnaround after it, T in all. By Little's law (J. D. C. Little, "A Proof for the
Queuing Formula: L = λW", Operations Research 9, 1961) a = r T pieces are away on average. Of c pieces all are away for
the share B(c, a) of requests, Erlang's loss formula (A. K. Erlang, "Løsning af nogle Problemer fra
Sandsynlighedsregningen af Betydning for de automatiske Telefoncentraler", Elektroteknikeren 13, 1917):

    B(0) = 1,  B(n) = a B(n-1) / (n + a B(n-1))

It asks nothing of how loans' lengths are spread, only of their mean (B. A. Sevastyanov, "An Ergodic Theorem for Markov
Processes and Its Application to Telephone Systems with Refusals", Theory of Probability and Its Applications 2, 1957).
The number to own is the smallest c with B(c, a) at most 1 minus the service level.

A counted line (ferrules, trays) is used up: what is taken must last until the next delivery. The number to have is
the smallest s with P(D <= s) at least the service level, where D, what is taken while a delivery is on its way, is
Poisson with mean r times the delivery time: the base-stock level (G. Hadley and T. M. Whitin, Analysis of Inventory
Systems, 1963).
"""

from __future__ import annotations

import math
import statistics
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, func, or_, select

from depot import clock
from depot.fold import Ended, HoldState
from depot.journal import read_body
from depot.outcomes import Reason
from depot.states import MOVES, Fact, State, destination
from depot.station import Station
from depot.tables import event, hold, item, loan, product, refusal
from depot.tables import station as stations

WEEKS = 26
"""Over how many weeks demand is measured, unless another number is given."""
SERVICE = 0.95
"""What share of requests shall be met at once, unless another is given."""
DELIVERY_WEEKS = 4
"""How long a delivery takes, unless another number is given."""
FEWEST_LOANS = 5
"""Ended loans from which a mean is believed; with fewer the line's own days are taken."""
FEWEST_RETURNS = 3
"""Returns from which a turnaround is believed; with fewer the setting is taken."""
NOTHING_FREE = (Reason.NOT_AVAILABLE, Reason.IN_CLEANING, Reason.SET_ASIDE_FOR_OTHER)
"""Refusals that mean that somebody wanted a piece and there was none for them."""

_DAY = 86_400_000
_WEEK = 7 * _DAY


def loss(pieces: int, load: float) -> float:
    """Say what share of requests finds every piece away: Erlang's loss formula B(c, a).

    Args:
        pieces: c, 0 or more; load: a, requests a week times weeks that each keeps a piece away, 0 or more.

    Raises:
        ValueError: one of them is negative.
    """
    if pieces < 0 or load < 0:
        raise ValueError(f"wanted pieces and load of 0 or more, got {pieces} and {load}")
    blocked = 1.0
    for n in range(1, pieces + 1):
        blocked = load * blocked / (n + load * blocked)
    return blocked


def pool(load: float, service: float) -> int:
    """Say how many pieces meet a share of requests at once.

    Args:
        load: as for `loss`; service: the share, 0 to less than 1.

    Raises:
        ValueError: one is outside its range.
    """
    if not 0 <= service < 1 or load < 0:
        raise ValueError(
            f"wanted a service level from 0 to less than 1 and a load of 0 or more, got {service}, {load}"
        )
    if load == 0:
        return 0
    pieces, blocked = 0, 1.0
    while blocked > 1 - service:
        pieces += 1
        blocked = load * blocked / (pieces + load * blocked)
    return pieces


def base_stock(demand: float, service: float) -> int:
    """Say how many pieces last through a delivery time: the smallest s with P(D <= s) at least the service level.

    Args:
        demand: the mean of D, pieces, 0 or more; service: 0 to less than 1.

    Raises:
        ValueError: one is outside its range.
    """
    if not 0 <= service < 1 or demand < 0:
        raise ValueError(
            f"wanted a service level from 0 to less than 1 and demand of 0 or more, got {service}, {demand}"
        )
    pieces, share = 0, math.exp(-demand)
    if share == 0.0:  # a mean above 745 pieces: the normal law with half a piece's correction is as good
        return math.ceil(demand + statistics.NormalDist().inv_cdf(service) * math.sqrt(demand) - 0.5)
    reached = share
    while reached < service:
        pieces += 1
        share *= demand / pieces
        reached += share
    return pieces


@dataclass(frozen=True, slots=True, kw_only=True)
class Demand:
    """What people have asked for of a line in some weeks.

    Args:
        weeks: of measuring; fewer than were asked for where the depot is younger.
        lent: loans made, a pair being one; of a counted line, pieces taken less those brought back.
        unmet_holds: places in the queue that were not fetched: somebody waits still, or gave up.
        refused: times that somebody wanted a piece and there was none for them.
        loan_days: how long a loan keeps a piece, renewals and all; median_days: the middle one, None where
            too few ended; ended: how many loans that is measured on.
        turnaround_days: from coming home to being free; returns: how many that is measured on.
    """

    product: str
    weeks: float
    lent: int
    unmet_holds: int
    refused: int
    loan_days: float
    median_days: float | None
    ended: int
    turnaround_days: float
    returns: int
    pieces: int
    counted: bool

    @property
    def per_week(self) -> float:
        """Requests a week, met and unmet."""
        return (self.lent + self.unmet_holds + self.refused) / self.weeks if self.weeks else 0.0

    @property
    def load(self) -> float:
        """Pieces (pairs, where two make one) that would be away on average if every request were met."""
        return self.per_week * (self.loan_days + self.turnaround_days) / 7


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """How many pieces to own, and what it rests on.

    Args:
        number: in loans' worth, a pair being one; to_own: in pieces.
        unmet: the share of requests that finds none with so many; with one fewer, `unmet_with_fewer`.
    """

    demand: Demand
    service: float
    delivery_weeks: float
    number: int
    unmet: float
    unmet_with_fewer: float

    @property
    def to_own(self) -> int:
        """The number in pieces."""
        return self.number * self.demand.pieces


def answer(demand: Demand, *, service: float = SERVICE, delivery_weeks: float = DELIVERY_WEEKS) -> Answer:
    """Calculate how many pieces to own.

    Args:
        service: what share of requests shall be met at once, 0 to less than 1.
        delivery_weeks: how long a delivery takes; it matters for counted lines alone.
    """
    if demand.counted:
        taken = demand.per_week * delivery_weeks
        number = base_stock(taken, service)
        return Answer(
            demand=demand,
            service=service,
            delivery_weeks=delivery_weeks,
            number=number,
            unmet=0.0,
            unmet_with_fewer=0.0,
        )
    number = pool(demand.load, service)
    return Answer(
        demand=demand,
        service=service,
        delivery_weeks=delivery_weeks,
        number=number,
        unmet=loss(number, demand.load) if number else 0.0,
        unmet_with_fewer=loss(number - 1, demand.load) if number else 0.0,
    )


# --- measuring ---

_OF_LINE = loan.c.product == bindparam("line")
_LENT_HERE = or_(loan.c.depot.is_(None), loan.c.depot == bindparam("here"))
_MADE = or_(loan.c.ended.is_(None), loan.c.ended != Ended.UNDONE.value)
_LOANS = select(loan.c.deed, loan.c.out_at, loan.c.returned_at).where(
    _OF_LINE,
    _LENT_HERE,
    _MADE,
    or_(loan.c.returned_at.is_(None), loan.c.returned_at >= bindparam("since")),
)
_UNMET_HOLDS = select(func.count()).where(
    hold.c.product == bindparam("line"),
    hold.c.placed_at >= bindparam("since"),
    hold.c.state.not_in((HoldState.FETCHED.value, HoldState.READY.value)),
    or_(hold.c.depot.is_(None), hold.c.depot == bindparam("here")),
)
_REFUSED = select(func.coalesce(func.sum(refusal.c.n), 0)).where(
    refusal.c.product == bindparam("line"),
    refusal.c.day >= bindparam("day"),
    refusal.c.reason.in_([one.value for one in NOTHING_FREE]),
)
_FIRST = select(func.min(stations.c.made_at))
_STORIES = (
    select(event.c.body)
    .join(item, item.c.code == event.c.item)
    .where(item.c.product == bindparam("line"), event.c.tick >= bindparam("since"))
    .order_by(event.c.item, event.c.tick, event.c.station, event.c.seq)
)
_TAKEN = select(event.c.body).where(
    event.c.item.is_(None),
    event.c.hold.is_(None),
    event.c.kind.in_([Fact.QUANTITY_TAKEN.value, Fact.QUANTITY_BACK.value, Fact.UNDONE.value]),
    event.c.tick >= bindparam("since"),
)


def demand_for(
    conn: Connection, station: Station, line: str, *, weeks: int = WEEKS, now: datetime
) -> Demand | None:
    """Measure what people have asked for of a line in the last weeks; None where the catalogue has no such line.

    How long a loan keeps a piece is the days that its pieces were out in those weeks, divided by the loans that ended
    in them: what is out still counts, and a line whose things come back late or never is not made to look quick.

    Args:
        weeks: 1 or more, cut to the depot's age; now: aware, UTC.
    """
    about = conn.execute(select(product).where(product.c.code == line)).first()
    if about is None:
        return None
    end = clock.millis(now)
    since = max(end - weeks * _WEEK, _began(conn, end))
    measured = max((end - since) / _WEEK, 1 / 7)
    said = {"line": line, "here": station.depot, "since": since}
    day = station.today(clock.from_millis(since)).isoformat()
    refused = int(conn.scalar(_REFUSED, {"line": line, "day": day}) or 0)
    holds = int(conn.scalar(_UNMET_HOLDS, said) or 0)
    if about.counted:
        lent, kept, median, ended = _taken(conn, station, line, since), 0.0, None, 0
    else:
        lent, kept, median, ended = _loans(conn.execute(_LOANS, said).all(), since, end)
    days = kept if about.counted or ended >= FEWEST_LOANS else float(about.loan_days)
    back = [] if about.counted else _turnarounds(conn, line, since)
    turnaround = (
        statistics.fmean(back) if len(back) >= FEWEST_RETURNS else float(station.rules.turnaround_days)
    )
    return Demand(
        product=line,
        weeks=measured,
        lent=lent,
        unmet_holds=holds,
        refused=refused,
        loan_days=days,
        median_days=median,
        ended=ended,
        turnaround_days=0.0 if about.counted else turnaround,
        returns=len(back),
        pieces=about.pieces,
        counted=about.counted,
    )


def _began(conn: Connection, end: int) -> int:
    first = conn.scalar(_FIRST)
    return min(int(first), end) if first is not None else end


def _loans(rows: Any, since: int, end: int) -> tuple[int, float, float | None, int]:
    """Count the loans made, and measure how long one keeps its pieces: a mean, the median, on how many ended ones."""
    made = {row.deed for row in rows if row.out_at >= since}
    out = sum(max(0, min(row.returned_at or end, end) - max(row.out_at, since)) for row in rows)
    ended = [row for row in rows if row.returned_at is not None and row.returned_at <= end]
    lengths = [max(0, row.returned_at - row.out_at) / _DAY for row in ended]
    mean = out / _DAY / len(ended) if ended else 0.0
    return len(made), mean, statistics.median(lengths) if lengths else None, len(ended)


_TO_FREE = {fact for fact, (_, leads_to) in MOVES.items() if State.AVAILABLE in leads_to}


def _turnarounds(conn: Connection, line: str, since: int) -> list[float]:
    """Measure the days from each return to the next time that the piece was free, off the pieces' stories."""
    home: dict[str, int] = {}
    told: list[float] = []
    for body in conn.scalars(_STORIES, {"line": line, "since": since}):
        happened = read_body(body)
        if happened.item is None:
            continue
        if happened.kind == Fact.CHECK_IN:
            home[happened.item] = happened.when
        elif happened.kind in _TO_FREE and happened.item in home:
            if destination(Fact(happened.kind), happened.facts.get("to")) is State.AVAILABLE:
                told.append(max(0, happened.when - home.pop(happened.item)) / _DAY)
        elif happened.kind in (Fact.UNDONE, Fact.CHECK_OUT, Fact.WRITTEN_OFF):
            home.pop(happened.item, None)
    return told


def _taken(conn: Connection, station: Station, line: str, since: int) -> int:
    """Count the pieces of a counted line that were taken here, less those brought back or taken by a slip."""
    events = [read_body(body) for body in conn.scalars(_TAKEN, {"since": since})]
    undone = {one.undoes for one in events if one.kind == Fact.UNDONE}
    sign = {Fact.QUANTITY_TAKEN: 1, Fact.QUANTITY_BACK: -1}
    of_it = (
        one
        for one in events
        if one.key not in undone
        and one.kind in (Fact.QUANTITY_TAKEN, Fact.QUANTITY_BACK)
        and one.facts.get("product") == line
        and one.facts.get("depot") == station.depot
    )
    return max(0, sum(sign[Fact(one.kind)] * int(one.facts["n"]) for one in of_it))
