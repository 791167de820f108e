"""Fees and deposits, as records only: what is owed, paid, waived, paid back. Depot takes no money.

What a line costs stands beside it (`product_fee`), and what a loan costs follows from what stood there when it was
lent. Rows are made by `advance`, which the desk runs when it is idle and before it shows a list; a loan never waits
for it, and a kiosk never runs it. Two things let a borrower off: they are young enough to borrow free, and what they
owe and have paid for the loans that are still tied to them has reached the cap. A row is made all the same, waived and
with the reason, so that the answer stands when the tie is cut.

A row names a loan, never a person; whose it is stands in `link` alone. What is owed, and a deposit that is to go back,
keeps the tie until it is settled (`depot.privacy`).
"""

from __future__ import annotations

import json
import uuid
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    Connection,
    and_,
    bindparam,
    case,
    delete,
    exists,
    func,
    insert,
    literal_column,
    or_,
    select,
    update,
)
from sqlalchemy.dialects.sqlite import insert as upsert

from depot import clock, reference
from depot.calendar import local_day
from depot.fold import Ended
from depot.settings import FeesSection
from depot.station import Station
from depot.tables import about, borrower, card, fee, link, loan, product, product_fee, revision

MOST_ORE = 10_000_000
"""The largest amount, 100 000 kroner: more is a number that was scanned."""
LONGEST = 60
"""Characters of why something is waived or asked for."""
CAP, YOUNG, FREE, HOME, UNDONE, DIED = "cap", "young", "free", "home", "undone", "died"
"""Why a row was waived without anybody deciding it; other reasons are in somebody's own words."""
BATCH = 500
"""Loans that one call of `advance` looks at most."""

_SINCE = "fees_since"
"""Where the ledger remembers, in `about`, from when on loans cost something."""
_KEYS = uuid.UUID("6d3c0d2e-96b7-4f0e-9a5c-3a3c1f0a9d57")


class Kind(StrEnum):
    """What is owed. The names are those in the table."""

    FEE = "fee"
    DEPOSIT = "deposit"
    COMPENSATION = "compensation"
    """For what was lost or broken, said by the desk one by one."""


class State(StrEnum):
    """How it stands. The names are those in the table."""

    OWED = "owed"
    PAID = "paid"
    WAIVED = "waived"
    PAID_BACK = "paid_back"
    """Of a deposit: the thing is home."""


class No(StrEnum):
    """Why something is not done."""

    NO_FEE = "no_fee"
    NO_LINE = "no_line"
    NO_LOAN = "no_loan"
    OUT_OF_RANGE = "out_of_range"
    NO_REASON = "no_reason"
    """Who waives or asks for compensation says why, in 1 to `LONGEST` characters."""
    WRONG_STATE = "wrong_state"
    """It does not stand so that this can be done: only what is owed is paid or waived, only a paid deposit paid back."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fee:
    """One thing that is or was owed. It names a loan and its thing, never a person.

    Args:
        amount_ore: hundredths; of one waived for the cap or for age, what it would have been.
        why: why it was waived, or what it is for; a code (`CAP` and its like) or somebody's words.
        is_home: whether the loan has ended.
    """

    key: str
    loan: str
    item: str
    product: str
    kind: Kind
    amount_ore: int
    state: State
    made_at: datetime
    why: str
    settled_at: datetime | None
    is_home: bool

    @property
    def to_pay_back(self) -> bool:
        """Whether it is a paid deposit whose thing has come home."""
        return self.kind is Kind.DEPOSIT and self.state is State.PAID and self.is_home


# --- what a line costs ---


def set_line(
    conn: Connection,
    line: str,
    *,
    fee_ore: int,
    deposit_ore: int,
    now: datetime,
    by: str | None = None,
) -> No | None:
    """Say what one loan of one piece of a line costs from now on; loans made before keep what stood then.

    Args:
        line: the product's code in the catalogue.
        fee_ore, deposit_ore: hundredths, 0 to `MOST_ORE`.
        now: aware, UTC; by: the pseudonym of who says so.
    """
    if conn.scalar(select(product.c.code).where(product.c.code == line)) is None:
        return No.NO_LINE
    if not (0 <= fee_ore <= MOST_ORE and 0 <= deposit_ore <= MOST_ORE):
        return No.OUT_OF_RANGE
    row = {"product": line, "fee_ore": fee_ore, "deposit_ore": deposit_ore}
    reference.put(conn, product_fee, row, now=now, by=by)
    return None


def lines(conn: Connection) -> dict[str, tuple[int, int]]:
    """Read what lines cost now: fee and deposit in hundredths, by line; lines that cost nothing are left out."""
    asked = select(product_fee).where(or_(product_fee.c.fee_ore > 0, product_fee.c.deposit_ore > 0))
    return {row.product: (row.fee_ore, row.deposit_ore) for row in conn.execute(asked)}


class _Prices:
    """What lines have cost, and from when on."""

    def __init__(self, conn: Connection) -> None:
        asked = select(revision.c.key, revision.c.at, revision.c.body).where(
            revision.c.table == product_fee.name
        )
        stood: dict[str, list[tuple[int, Mapping[str, int]]]] = defaultdict(list)
        for row in conn.execute(asked.order_by(revision.c.at, revision.c.version)):
            stood[row.key].append((row.at, _said(row.body)))
        self._stood = dict(stood)

    @property
    def lines(self) -> list[str]:
        """Every line that something was ever said of."""
        return sorted(self._stood)

    def at(self, line: str, when: int) -> tuple[int, int]:
        """Return the fee and deposit of a line at a time in milliseconds."""
        stood = self._stood.get(line, [])
        place = bisect_right(stood, when, key=lambda one: one[0])
        if not place:
            return 0, 0
        said = stood[place - 1][1]
        return int(said.get("fee_ore", 0)), int(said.get("deposit_ore", 0))


def _said(body: str | None) -> Mapping[str, int]:
    told = json.loads(body) if body else None
    return told if isinstance(told, dict) else {}


# --- what loans cost ---

_NONE_YET = ~exists().where(fee.c.loan == loan.c.key, fee.c.kind.in_([Kind.FEE.value, Kind.DEPOSIT.value]))
_NEW = (
    select(loan.c.key, loan.c.product, loan.c.out_at, borrower.c.id, borrower.c.birth_year)
    .select_from(link.join(loan, loan.c.key == link.c.key).join(borrower, borrower.c.id == link.c.borrower))
    .where(
        loan.c.out_at >= bindparam("since"),
        loan.c.product.in_(bindparam("lines", expanding=True)),
        or_(loan.c.ended.is_(None), loan.c.ended != Ended.UNDONE.value),
        borrower.c.died_on.is_(None),
        _NONE_YET,
    )
    .order_by(loan.c.out_at, loan.c.key)
    .limit(BATCH)
)
_SO_FAR = (
    select(link.c.borrower, func.sum(fee.c.amount_ore).label("ore"))
    .join(fee, fee.c.loan == link.c.key)
    .where(
        link.c.borrower.in_(bindparam("who", expanding=True)),
        fee.c.kind == Kind.FEE.value,
        fee.c.state.in_([State.OWED.value, State.PAID.value]),
    )
    .group_by(link.c.borrower)
)


def advance(conn: Connection, station: Station, terms: FeesSection, *, now: datetime) -> int:
    """Make the rows that follow from loans: what new ones cost, and what is owed no more.

    Run again it makes nothing twice: a row's key follows from its loan. Of very many loans a call makes the rows of
    `BATCH` and leaves the rest to the next.

    Args:
        terms: the settings; while they are not enabled, no loan costs anything, nor does it later.
        now: aware, UTC.

    Returns:
        How many rows were made or changed.
    """
    at = clock.millis(now)
    since = conn.scalar(select(about.c.value).where(about.c.name == _SINCE))
    if not terms.enabled:
        if since is not None:
            conn.execute(delete(about).where(about.c.name == _SINCE))
        return 0
    if since is None:
        begun = upsert(about).values(name=_SINCE, value=str(at))
        conn.execute(begun.on_conflict_do_nothing(index_elements=["name"]))
        since = str(at)
    return _settle_by_itself(conn, at) + _charge(conn, station, terms, int(since), at)


def _charge(conn: Connection, station: Station, terms: FeesSection, since: int, at: int) -> int:
    prices = _Prices(conn)
    if not prices.lines:
        return 0
    new = conn.execute(_NEW, {"since": since, "lines": prices.lines}).all()
    if not new:
        return 0
    said = {"who": sorted({row.id for row in new})}
    so_far = {row.borrower: int(row.ore) for row in conn.execute(_SO_FAR, said)}
    rows = []
    for row in new:
        amount, deposit = prices.at(row.product, row.out_at)
        year = local_day(clock.from_millis(row.out_at), station.time_zone).year
        left = terms.cap_ore - so_far.get(row.id, 0)
        if not amount and not deposit:
            rows.append(_row(row.key, Kind.FEE, 0, at, FREE))
        elif amount and _is_young(row.birth_year, year, terms):
            rows.append(_row(row.key, Kind.FEE, amount, at, YOUNG))
        elif amount and terms.cap_ore and left <= 0:
            rows.append(_row(row.key, Kind.FEE, amount, at, CAP))
        elif amount:
            owed = min(amount, left) if terms.cap_ore else amount
            so_far[row.id] = so_far.get(row.id, 0) + owed
            rows.append(_row(row.key, Kind.FEE, owed, at))
        if deposit:
            rows.append(_row(row.key, Kind.DEPOSIT, deposit, at))
    conn.execute(upsert(fee).on_conflict_do_nothing(index_elements=["key"]), rows)
    return len(rows)


def _is_young(birth_year: int | None, year: int, terms: FeesSection) -> bool:
    """Say whether somebody may be younger than the age, or reaches it this year."""
    return birth_year is not None and year - birth_year <= terms.free_under_age > 0


def _row(of_loan: str, kind: Kind, amount: int, at: int, waived: str = "") -> dict[str, Any]:
    settled = {"state": State.WAIVED.value, "why": waived, "settled_at": at} if waived else {}
    owed = {"state": State.OWED.value, "why": None, "settled_at": None}
    key = str(uuid.uuid5(_KEYS, f"{of_loan} {kind}"))
    row = {"key": key, "loan": of_loan, "kind": kind.value, "amount_ore": amount, "made_at": at}
    return {**row, **owed, **settled, "settled_by": None}


_LOAN_UNDONE = exists().where(loan.c.key == fee.c.loan, loan.c.ended == Ended.UNDONE.value)
_LOAN_HOME = exists().where(
    loan.c.key == fee.c.loan, loan.c.ended.in_([Ended.RETURNED.value, Ended.IMPLIED.value])
)


def _settle_by_itself(conn: Connection, at: int) -> int:
    """Waive what a loan taken back would have cost, and a deposit that nobody paid before the thing was home."""
    owed = update(fee).where(fee.c.state == State.OWED.value)
    done = {"state": State.WAIVED.value, "settled_at": at}
    undone = conn.execute(owed.where(_LOAN_UNDONE).values(**done, why=UNDONE))
    home = conn.execute(owed.where(fee.c.kind == Kind.DEPOSIT.value, _LOAN_HOME).values(**done, why=HOME))
    return undone.rowcount + home.rowcount


# --- what the desk does ---


def pay(conn: Connection, key: str, *, by: str, now: datetime) -> No | None:
    """Note that what is owed was paid. None when that is done; so with the deeds below."""
    return _settle(conn, key, State.PAID, by=by, now=now)


def waive(conn: Connection, key: str, *, why: str, by: str, now: datetime) -> No | None:
    """Let somebody off what is owed.

    Args:
        why: 1 to `LONGEST` characters; it is no place for health or names.
        by: the pseudonym of who decides; now: aware, UTC.
    """
    said = why.strip()
    if not 1 <= len(said) <= LONGEST:
        return No.NO_REASON
    return _settle(conn, key, State.WAIVED, by=by, now=now, why=said)


def pay_back(conn: Connection, key: str, *, by: str, now: datetime) -> No | None:
    """Note that a paid deposit was paid back."""
    return _settle(conn, key, State.PAID_BACK, by=by, now=now)


_FROM = {State.PAID: State.OWED, State.WAIVED: State.OWED, State.PAID_BACK: State.PAID}


def _settle(
    conn: Connection, key: str, state: State, *, by: str, now: datetime, why: str | None = None
) -> No | None:
    row = conn.execute(select(fee.c.kind, fee.c.state, fee.c.why).where(fee.c.key == key)).first()
    if row is None:
        return No.NO_FEE
    if row.state != _FROM[state] or (state is State.PAID_BACK and row.kind != Kind.DEPOSIT):
        return No.WRONG_STATE
    settled = {"state": state.value, "settled_at": clock.millis(now), "settled_by": by}
    if why is not None:  # what a compensation was for stays in sight
        settled["why"] = f"{row.why} – {why}" if row.why else why
    conn.execute(update(fee).where(fee.c.key == key).values(settled))
    return None


def take_back(conn: Connection, key: str, *, by: str, now: datetime) -> No | None:
    """Take the last step back: what was paid or waived is owed again, what was paid back is paid."""
    row = conn.execute(select(fee.c.state, fee.c.kind).where(fee.c.key == key)).first()
    if row is None:
        return No.NO_FEE
    if row.state == State.OWED:
        return No.WRONG_STATE
    if row.state == State.PAID_BACK:
        back: dict[str, Any] = {
            "state": State.PAID.value,
            "settled_at": clock.millis(now),
            "settled_by": by,
        }
    else:
        back = {"state": State.OWED.value, "settled_at": None, "settled_by": None}
        back |= {"why": None} if row.state == State.WAIVED and row.kind != Kind.COMPENSATION else {}
    conn.execute(update(fee).where(fee.c.key == key).values(back))
    return None


def ask_for(conn: Connection, loan_key: str, *, amount_ore: int, why: str, now: datetime) -> str | No:
    """Ask for a compensation, for something that was lost or broken.

    Args:
        loan_key: the loan that it is about; amount_ore: hundredths, 1 to `MOST_ORE`.
        why: for what, 1 to `LONGEST` characters; now: aware, UTC.

    Returns:
        The row's key.
    """
    said = why.strip()
    if conn.scalar(select(loan.c.key).where(loan.c.key == loan_key)) is None:
        return No.NO_LOAN
    if not 1 <= amount_ore <= MOST_ORE:
        return No.OUT_OF_RANGE
    if not 1 <= len(said) <= LONGEST:
        return No.NO_REASON
    key = str(uuid.uuid4())
    row = {"key": key, "loan": loan_key, "kind": Kind.COMPENSATION.value, "amount_ore": amount_ore}
    conn.execute(insert(fee).values(**row, state=State.OWED.value, made_at=clock.millis(now), why=said))
    return key


# --- lists ---

_ORDER = case(
    (fee.c.state == State.OWED.value, 0), (fee.c.state == State.PAID.value, 1), else_=literal_column("2")
)
_FEES = (
    select(fee, loan.c.item, loan.c.product, loan.c.ended)
    .join(loan, loan.c.key == fee.c.loan)
    .where(fee.c.amount_ore > 0)
    .order_by(_ORDER, fee.c.made_at, loan.c.out_at, fee.c.loan, fee.c.key)
)
_OPEN = or_(
    fee.c.state == State.OWED.value,
    and_(fee.c.kind == Kind.DEPOSIT.value, fee.c.state == State.PAID.value, loan.c.ended.is_not(None)),
)


def listing(conn: Connection, *, everything: bool = False) -> tuple[Fee, ...]:
    """List what is owed and what is to be paid back, the oldest first; names nobody.

    Args:
        everything: also what is settled.
    """
    asked = _FEES if everything else _FEES.where(_OPEN)
    return tuple(_fee(row) for row in conn.execute(asked))


def of_loan(conn: Connection, key: str) -> tuple[Fee, ...]:
    """List what a loan costs, by its key."""
    return tuple(_fee(row) for row in conn.execute(_FEES.where(fee.c.loan == key)))


def of_card(conn: Connection, code: str) -> tuple[Fee, ...]:
    """List what the borrower behind a card owes, has paid and was let off, for loans that are still tied to them.

    The caller logs the look-up by `borrowers.log_look_up` in the same transaction.
    """
    whose = select(card.c.borrower).where(card.c.code == code).scalar_subquery()
    theirs = select(link.c.key).where(link.c.borrower == whose)
    return tuple(_fee(row) for row in conn.execute(_FEES.where(fee.c.loan.in_(theirs))))


def find(conn: Connection, key: str) -> Fee | None:
    """Look up one row."""
    row = conn.execute(_FEES.where(fee.c.key == key)).first()
    return _fee(row) if row is not None else None


def _fee(row: Any) -> Fee:
    return Fee(
        key=row.key,
        loan=row.loan,
        item=row.item,
        product=row.product,
        kind=Kind(row.kind),
        amount_ore=row.amount_ore,
        state=State(row.state),
        made_at=clock.from_millis(row.made_at),
        why=row.why or "",
        settled_at=clock.from_millis(row.settled_at) if row.settled_at is not None else None,
        is_home=row.ended is not None,
    )
