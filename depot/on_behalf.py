"""Lending and renewing by staff for somebody: past a refusal with a reason, and to whoever collects it for another.

Why somebody lent past a refusal, and who fetched the thing, stand beside the loan, in tables that are emptied with
its tie to a person; the journal has the reasons that were passed over and by whom, and nothing else of it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select
from sqlalchemy.dialects.sqlite import insert as upsert
from uuid_utils import UUID, uuid5

from depot import borrowers, clock, journal, lending, privacy, renewals
from depot.lending import Desk
from depot.outcomes import CheckedOut, Outcome, Reason, Refused, Renewed, Undone
from depot.states import Fact
from depot.station import Station
from depot.tables import collector, loan, note

LONGEST_WHY = 120
"""Characters of a reason."""

MAY_BE_OVERRIDDEN = frozenset(Reason) - {
    Reason.UNKNOWN_CODE,
    Reason.NOT_OURS,
    Reason.NAV_LABEL,
    Reason.ON_LOAN_TO_OTHER,
    Reason.CARD_UNKNOWN,
    Reason.NOT_ON_LOAN,
    Reason.KEY_REUSED,
    Reason.UNDO_TOO_LATE,
    Reason.LEDGER_FULL,
}
"""Refusals that staff may lend or renew past, as `lending.check_out` and `renewals.renew` have it."""


@dataclass(frozen=True, slots=True)
class Collector:
    """Somebody else stands there than who borrows; `card` is their own, if they have one here."""

    card: str | None = None


@dataclass(frozen=True, slots=True)
class Help:
    """How staff do something for somebody.

    Args:
        by: who of them, for the journal; None where it is nobody of them: then past no refusal.
        why: in words, why they go past a refusal, 1 to `LONGEST_WHY` printable characters; no place for names or
            anybody's health. None goes past none.
        collects: whoever stands there, where that is not who borrows.
        noted_by: who wrote it down, where that is said otherwise than in the journal.

    Raises:
        ValueError: the reason is none.
    """

    by: str | None
    why: str | None = None
    collects: Collector | None = None
    noted_by: str | None = None

    def __post_init__(self) -> None:
        """Look at the reason before anything is written."""
        if self.why is not None and not (0 < len(self.why.strip()) <= LONGEST_WHY and self.why.isprintable()):
            raise ValueError(f"wanted a reason of 1 to {LONGEST_WHY} printable characters")

    @property
    def desk(self) -> Desk | None:
        """Who it is, as the deeds are told."""
        return Desk(self.by, overrides=self.why is not None) if self.by is not None else None


def lend(
    conn: Connection,
    station: Station,
    *,
    card: str,
    item: str,
    helps: Help,
    now: datetime,
    joins: str | None = None,
    in_hand: bool = False,
    key: str | None = None,
) -> Outcome:
    """Lend a thing to the borrower behind a card, as `lending.check_out`.

    Args:
        helps: who lends, past what, and to whom; now: aware, UTC.

    Raises:
        LookupError: the collector's card is unknown or nobody's.
    """
    other = helps.collects
    who = borrowers.behind(conn, other.card) if other is not None and other.card else None
    outcome = lending.check_out(
        conn, station, card=card, item=item, now=now, joins=joins, in_hand=in_hand, key=key, desk=helps.desk
    )
    if isinstance(outcome, CheckedOut):
        if other is not None:
            row = {"key": outcome.key, "borrower": who, "made_at": clock.millis(now)}
            conn.execute(upsert(collector).values(row).on_conflict_do_nothing())
        _note(conn, helps, loan_key=outcome.key, happened=outcome.key, now=now)
    return outcome


def renew(
    conn: Connection,
    station: Station,
    *,
    item: str,
    helps: Help,
    now: datetime,
    key: str | None = None,
    root: str | None = None,
) -> Outcome:
    """Renew the loan that a thing is out by, as `renewals.renew`: for whoever rings, and nobody is looked up.

    Args:
        helps: who renews, past what; now: aware, UTC.
    """
    outcome = renewals.renew(conn, station, item=item, now=now, key=key, root=root, desk=helps.desk)
    if isinstance(outcome, Renewed):
        is_open = select(loan.c.key).where(loan.c.item == item, loan.c.ended.is_(None))
        _note(conn, helps, loan_key=str(conn.scalar(is_open)), happened=outcome.key, now=now)
    return outcome


def _note(conn: Connection, helps: Help, *, loan_key: str, happened: str, now: datetime) -> None:
    """Write down why; the row's key follows from the event's, so that a deed that is repeated writes nothing more."""
    if helps.why is None:
        return
    row = {"key": str(uuid5(UUID(happened), "why")), "subject": loan_key, "at": clock.millis(now)}
    said = {"by": helps.noted_by or helps.by, "text": helps.why.strip()}
    conn.execute(upsert(note).values(row | said).on_conflict_do_nothing())


def take_back(
    conn: Connection, station: Station, deed: str, *, by: str, now: datetime
) -> tuple[Undone, ...] | Refused:
    """Take back what was lent or renewed for somebody, and what was noted beside it."""
    told = journal.of_deed(conn, station.id, deed)
    outcome = lending.undo(conn, station, deed=deed, now=now, by=by)
    if not isinstance(outcome, Refused):
        privacy.forget_beside(conn, [one.key for one in told if one.kind == Fact.CHECK_OUT])
    return outcome
