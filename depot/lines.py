"""Open loan lines: everything that is out on a card, or the line that one item belongs to, in one look.

A line is what counts as one: a pair of crutches is two loans of one deed. The look tells what a renewal asks
the rules, also whether somebody waits: another living, unblocked borrower whose hold on the same line is
still without a piece and may be served where the loan was made. A hold that is ready has its piece, and
one's own is no reason to bring a thing back. How many are out does not matter: whoever waits gets the first.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Row, Select, and_, bindparam, exists, func, or_, select, union_all

from depot import clock, journal, looks
from depot.calendar import day_of
from depot.fold import Ended, HoldState, ItemNow, Loan
from depot.journal import Head
from depot.states import State
from depot.station import Station
from depot.tables import borrower, card, event, hold, item, item_state, link, loan

_HEAD = journal.HEAD.subquery("head")
_LAST, _SEEN = event.alias("last"), event.alias("seen")
_QUEUED, _QUEUED_LINK, _QUEUER = hold.alias("queued"), link.alias("queued_link"), borrower.alias("queuer")
_THEIRS, _THEIR_LINK, _CARDS = loan.alias("theirs"), link.alias("their_link"), card.alias("cards")
_MINE = link.alias("mine")

_STATE_COLUMNS = [item_state.c[one.name].label(f"state_{one.name}") for one in fields(ItemNow)]
_LOAN_COLUMNS = [loan.c[one.name].label(f"loan_{one.name}") for one in fields(Loan)]
_STATE = slice(0, len(_STATE_COLUMNS))
_LOAN = slice(_STATE.stop, _STATE.stop + len(_LOAN_COLUMNS))

_SOMEONE_WAITS = exists(
    select(_QUEUED.c.key)
    .select_from(
        _QUEUED.outerjoin(_QUEUED_LINK, _QUEUED_LINK.c.key == _QUEUED.c.key).outerjoin(
            _QUEUER, _QUEUER.c.id == _QUEUED_LINK.c.borrower
        )
    )
    .where(
        looks.in_queue(_QUEUED),
        _QUEUED.c.state == HoldState.WAITING.value,
        _QUEUED.c.product == loan.c.product,
        or_(_QUEUED.c.depot.is_(None), loan.c.depot.is_(None), _QUEUED.c.depot == loan.c.depot),
        or_(_QUEUER.c.id.is_(None), link.c.borrower.is_(None), _QUEUER.c.id != link.c.borrower),
        _QUEUER.c.died_on.is_(None),
        _QUEUER.c.blocked.is_(None),
    )
    .correlate(loan, link)
)

# As for a check-out (`looks`): a pair is two loans and one line, whose days count once.
_LINE_DAYS = (
    select(
        (
            func.max(func.coalesce(_THEIRS.c.returned_at, bindparam("now_ms"))) - func.min(_THEIRS.c.out_at)
        ).label("ms")
    )
    .select_from(_THEIR_LINK.join(_THEIRS, _THEIRS.c.key == _THEIR_LINK.c.key))
    .where(
        _THEIR_LINK.c.borrower == link.c.borrower,
        _THEIRS.c.product == loan.c.product,
        or_(_THEIRS.c.ended.is_(None), _THEIRS.c.ended != Ended.UNDONE.value),
    )
    .group_by(_THEIRS.c.deed)
    .correlate(link, loan)
    .subquery("line_days")
)

_OUT = (
    select(
        *_STATE_COLUMNS,
        *_LOAN_COLUMNS,
        _HEAD.c.seq.label("head_seq"),
        _HEAD.c.hash.label("head_hash"),
        _HEAD.c.at.label("head_at"),
        link.c.borrower,
        borrower.c.standing,
        borrower.c.blocked.label("borrower_blocked"),
        borrower.c.died_on,
        borrower.c.made_at.label("borrower_made_at"),
        card.c.borrower.label("card_borrower"),
        card.c.blocked.label("card_blocked"),
        card.c.expires_on,
        looks.good_until(link.c.borrower).label("good_until"),
        looks.IS_RECALLED.label("recalled"),
        _SOMEONE_WAITS.label("someone_waits"),
        select(func.sum(_LINE_DAYS.c.ms)).scalar_subquery().label("line_ms"),
        _LAST.c.kind.label("last_kind"),
        _SEEN.c.body.label("seen_body"),
    )
    .select_from(
        loan.join(item_state, and_(item_state.c.item == loan.c.item, item_state.c.loan == loan.c.key))
        .outerjoin(_HEAD, _HEAD.c.seq.is_not(None))
        .outerjoin(item, item.c.code == loan.c.item)
        .outerjoin(link, link.c.key == loan.c.key)
        .outerjoin(borrower, borrower.c.id == link.c.borrower)
        .outerjoin(card, card.c.code == bindparam("card"))
        .outerjoin(
            _LAST,
            and_(_LAST.c.station == item_state.c.station, _LAST.c.seq == item_state.c.seq, _LAST.c.fork == 0),
        )
        .outerjoin(_SEEN, _SEEN.c.key == bindparam("key"))
    )
    .where(loan.c.ended.is_(None))
    .order_by(loan.c.due, loan.c.out_at, loan.c.key)
)
OF_CARD = _OUT.where(
    loan.c.key.in_(
        select(_MINE.c.key).where(
            _MINE.c.borrower
            == select(_CARDS.c.borrower).where(_CARDS.c.code == bindparam("card")).scalar_subquery()
        )
    )
)
_OUT_BY = select(item_state.c.loan).where(item_state.c.item == bindparam("item")).correlate(None)
_THE_LOAN = _OUT_BY.scalar_subquery()
OF_ITEM = _OUT.where(
    # by key, then by its borrower: there is no index of deeds, and a borrower has few loans
    loan.c.key.in_(
        union_all(
            _OUT_BY,
            select(_MINE.c.key).where(
                _MINE.c.borrower
                == select(_THEIR_LINK.c.borrower).where(_THEIR_LINK.c.key == _THE_LOAN).scalar_subquery()
            ),
        )
    ),
    loan.c.deed == select(_THEIRS.c.deed).where(_THEIRS.c.key == _THE_LOAN).scalar_subquery(),
)


@dataclass(frozen=True, slots=True)
class Line:
    """An open loan line: one row of the look for each of its pieces that are still out, the due first."""

    rows: tuple[Row[Any], ...]

    @property
    def row(self) -> Row[Any]:
        """What is the same for all its pieces."""
        return self.rows[0]

    @property
    def due(self) -> date | None:
        """The day on which it is all due; None where a piece has no date yet."""
        known = [due for row in self.rows if (due := day_of(row.loan_due))]
        return max(known) if len(known) == len(self.rows) else None

    @property
    def renewals(self) -> int:
        """How often it was renewed."""
        return max(int(row.loan_renewals) for row in self.rows)

    @property
    def head(self) -> Head:
        """The end of this station's chain."""
        return Head.read(self.row.head_seq, self.row.head_hash, self.row.head_at)


def look(
    conn: Connection, statement: Select[Any], station: Station, *, now: datetime, **asked: str | None
) -> list[Line]:
    """Look at open loan lines, the first due first.

    Args:
        statement: `OF_CARD` or `OF_ITEM`.
        now: aware, UTC.
        asked: `card`, `item` and `key` (of an event, to see whether it was used), as far as they are given.
    """
    said = {"card": None, "item": None, "key": None, "station": station.id, "now_ms": clock.millis(now)}
    rows = conn.execute(statement, said | asked).all()
    lines: dict[tuple[str, str], list[Row[Any]]] = {}
    for row in rows:
        lines.setdefault((row.loan_deed, row.loan_product), []).append(row)
    return [Line(tuple(each)) for each in lines.values()]


def story(row: Row[Any]) -> tuple[ItemNow, Loan]:
    """Read where a piece's story stands, and its open loan, as the fold takes them."""
    code, state, *rest = row[_STATE]
    return ItemNow(code, State(state), *rest), Loan(*row[_LOAN])
