"""What the ledger could not explain, and what a person decides about it.

The fold never refuses: what does not fit together (a return that nobody lent, a loan on top of a loan, two
events under one number) is noted for somebody to look at. Their decision is a row of its own, matched by kind
and event, so that a ledger that is derived anew keeps it; where it changes something, it does so by the same
deeds as any other day. A decision may be taken back. All take `(conn, ...)` and commit nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import Connection, and_, delete, exists, insert, select

from depot import clock, journal, lending, stock
from depot.journal import Event
from depot.outcomes import CheckedIn, Moved, Outcome, Reason, Refused
from depot.states import State
from depot.station import Station
from depot.tables import discrepancy, item, item_state, resolution


class Decision(StrEnum):
    """What a person decides."""

    AS_IT_IS = "as_it_is"
    """What the ledger says now is so."""
    TAKEN_IN = "taken_in"
    """The thing is here: it is taken in and washed like anything that comes home."""
    MISSING = "missing"
    """The thing is nowhere: it becomes missing, and its loan, if it is on one, ends as lost."""
    NOT_KNOWN = "not_known"
    """It was looked into, and nobody can tell any more."""


_MAY_BE_TAKEN_IN = frozenset({State.ON_LOAN, State.AVAILABLE, State.SET_ASIDE, *lending.FOUND})
_MAY_BE_MISSING = frozenset({State.ON_LOAN, State.AVAILABLE})


@dataclass(frozen=True, slots=True)
class Strange:
    """One thing that the ledger could not explain.

    Args:
        kind: of discrepancy, a code; event: the key of what does not fit, and `happened` all of it, where this
            ledger can read it.
        item, product, state: the thing that it is about, its line and where it is now; None where it is about
            none, or one that is not known here.
        hold: the place in a queue that it is about.
        decided: what was decided, None while nothing was.
    """

    kind: str
    event: str
    happened: Event | None
    item: str | None
    product: str | None
    state: State | None
    hold: str | None
    decided: Decision | None = None

    @property
    def possible(self) -> tuple[Decision, ...]:
        """What may be decided, the usual first."""
        may = [Decision.AS_IT_IS]
        may += [Decision.TAKEN_IN] if self.state in _MAY_BE_TAKEN_IN else []
        may += [Decision.MISSING] if self.state in _MAY_BE_MISSING else []
        return (*may, Decision.NOT_KNOWN)


_ONE = select(
    discrepancy,
    item.c.product,
    item_state.c.state,
    resolution.c.decided,
).select_from(
    discrepancy.outerjoin(item, item.c.code == discrepancy.c.item)
    .outerjoin(item_state, item_state.c.item == discrepancy.c.item)
    .outerjoin(
        resolution,
        and_(resolution.c.kind == discrepancy.c.kind, resolution.c.event == discrepancy.c.event),
    )
)


def find(conn: Connection, kind: str, event: str) -> Strange | None:
    """Look one up by its kind and the key of its event; None where there is none (any more)."""
    row = conn.execute(_ONE.where(discrepancy.c.kind == kind, discrepancy.c.event == event)).first()
    if row is None:
        return None
    return Strange(
        kind,
        event,
        journal.find(conn, event),
        row.item,
        row.product,
        State(row.state) if row.state else None,
        row.hold,
        Decision(row.decided) if row.decided in set(Decision) else None,
    )


def decide(
    conn: Connection,
    station: Station,
    kind: str,
    event: str,
    *,
    decision: Decision,
    by: str,
    now: datetime,
    staff: str | None = None,
) -> Outcome | Strange:
    """Decide about one: do what was decided, and record that it was.

    Args:
        kind, event: which; decision: one of its `possible` ones.
        by: who decided, for the decision's own row; staff: their pseudonym, where a badge told it.
        now: aware, UTC.

    Returns:
        What the deed led to; the discrepancy itself where the decision changes nothing else; a refusal with
        `WRONG_STATE` where there is none such, it was decided before, or it may not be decided so.
    """
    found = find(conn, kind, event)
    is_open = found is not None and not _is_decided(conn, kind, event)
    if found is None or not is_open or decision not in found.possible:
        return Refused(item=(found.item if found else None) or "", reasons=(Reason.WRONG_STATE,))
    outcome = _do(conn, station, found, decision, now=now, by=staff)
    if isinstance(outcome, Refused):
        return outcome
    row = {"kind": kind, "event": event, "at": clock.millis(now), "by": by, "decided": decision.value}
    conn.execute(insert(resolution).values(row))
    return outcome


def _do(
    conn: Connection, station: Station, found: Strange, decision: Decision, *, now: datetime, by: str | None
) -> Outcome | Strange:
    code = found.item or ""
    if decision is Decision.TAKEN_IN:
        return lending.check_in(conn, station, item=code, now=now, brought_back=True, by=by)
    if decision is Decision.MISSING:
        away = stock.lose if found.state is State.ON_LOAN else stock.count_out
        return away(conn, station, item=code, now=now, by=by)
    return found


def _is_decided(conn: Connection, kind: str, event: str) -> bool:
    mine = exists().where(resolution.c.kind == kind, resolution.c.event == event)
    return bool(conn.scalar(select(mine)))


def reopen(
    conn: Connection,
    station: Station,
    kind: str,
    event: str,
    *,
    deed: str | None,
    now: datetime,
    by: str | None = None,
) -> bool:
    """Take a decision back, and the deed that it led to; says whether it could still be taken back.

    Args:
        deed: the deed's id, where the decision led to one; now: aware, UTC.
        by: the pseudonym of the member of staff who takes it back.
    """
    if deed is not None and isinstance(stock.undo(conn, station, deed=deed, now=now, by=by), Refused):
        return False
    gone = delete(resolution).where(resolution.c.kind == kind, resolution.c.event == event)
    return conn.execute(gone).rowcount == 1


def deed_of(outcome: Outcome | Strange) -> str | None:
    """Return the deed that a decision led to, for `reopen`; None where it changed nothing else."""
    return outcome.deed if isinstance(outcome, Moved | CheckedIn) else None
