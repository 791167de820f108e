"""The rules of lending, as pure functions of values: no session, no clock.

Which refusal a person is told first is a kindness and a decision. We begin with the thing, because it is
in their hands: do we know it, is it fit to be lent, may it be taken without staff. Then the card. Only
then what the person has done or owes. All reasons are carried, so that nobody solves one to meet the next.

A soft reason does not stop a loan: a refusal in an empty room stops nobody, and a flagged loan is better
than an unrecorded one. It cuts the loan short and puts it on the desk's list. `strict` makes it hard.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from depot.outcomes import Reason
from depot.states import State


class FirstLoan(StrEnum):
    """How somebody who has never been here gets a first loan."""

    STARTER = "starter"
    STAFF = "staff"
    OPEN = "open"


class ForeignReturns(StrEnum):
    """What happens to a thing that is not ours."""

    ACCEPT = "accept"
    SEND = "send"


class RenewFrom(StrEnum):
    """From which day a renewal counts a loan's days."""

    TODAY = "today"
    DUE = "due"


@dataclass(frozen=True, slots=True)
class Rules:
    """The municipality's own numbers. Days are civil days."""

    strict: bool = False
    first_loan: FirstLoan = FirstLoan.STARTER
    foreign_returns: ForeignReturns = ForeignReturns.ACCEPT
    max_lines: int = 8
    starter_lines: int = 4
    starter_days: int = 21
    confirm_days: int = 14
    late_days: int = 14
    late_loans: int = 2
    flagged_days: int = 14
    cap_days: int = 730
    due_policy: str = "next_open_day"
    pick_up_days: int = 3
    turnaround_days: int = 2
    max_renewals: int = 6
    renew_from: RenewFrom = RenewFrom.TODAY
    still_needed_days: int = 90
    just_borrowed_minutes: int = 10
    link_days: int = 30
    forget_days: int = 730
    look_up_days: int = 365


@dataclass(frozen=True, slots=True)
class ThingAsked:
    """What a rule needs to know of the thing. `state` is None when the code is well-formed but not in the ledger."""

    state: State | None
    parked: bool = False
    self_service: bool = True
    inspection_days: int = 0
    inspected_on: date | None = None
    recalled: bool = False
    set_aside_for_them: bool = False
    promised: bool = False


@dataclass(frozen=True, slots=True)
class BorrowerAsked:
    """What a rule needs to know of the card and of the person behind it; never who it is."""

    known: bool
    blocked: bool = False
    confirmed: bool = False
    days_since_start: int = 0
    expired: bool = False
    open_lines: int = 0
    late_loans: int = 0
    days_of_this_line: int = 0


@dataclass(frozen=True, slots=True)
class LoanAsked:
    """What a rule needs to know of a loan line that somebody wants to keep for longer.

    `more_days` is how far from today its full renewal would reach.
    """

    days: int
    more_days: int
    renewals: int = 0
    recalled: bool = False
    someone_waits: bool = False


@dataclass(frozen=True, slots=True)
class Answer:
    """A rule's answer: `hard` reasons stop the deed, `soft` ones flag it; `days` is how long the loan may last."""

    hard: tuple[Reason, ...]
    soft: tuple[Reason, ...]
    days: int


_NOT_LENDABLE = {
    State.RECEIVED: Reason.NOT_AVAILABLE,
    State.ON_LOAN: Reason.ON_LOAN_TO_OTHER,
    State.RETURNED: Reason.IN_CLEANING,
    State.CLEANING: Reason.IN_CLEANING,
    State.INSPECTION: Reason.IN_CLEANING,
    State.REPAIR: Reason.IN_REPAIR,
    State.QUARANTINE: Reason.QUARANTINED,
    State.MISSING: Reason.NOT_AVAILABLE,
    State.WRITTEN_OFF: Reason.NOT_AVAILABLE,
    State.KEPT: Reason.NOT_AVAILABLE,
    State.IN_TRANSIT: Reason.NOT_AVAILABLE,
}


def may_check_out(
    thing: ThingAsked, who: BorrowerAsked, rules: Rules, *, line_days: int, today: date, at_desk: bool = False
) -> Answer:
    """Say whether a thing may leave with somebody, and for how long.

    Args:
        line_days: the line's own loan period in days, at least 1.
        today: the depot's local date.
        at_desk: staff are doing it, so a line that needs them is no obstacle.
    """
    hard = (*about_the_thing(thing, today, at_desk=at_desk), *_about_the_card(who))
    soft = _about_the_borrower(who, rules, line_days) if who.known else ()
    days = first_days(line_days, rules, confirmed=who.confirmed)
    if soft:
        days = min(days, rules.flagged_days)
    if rules.strict:
        return Answer((*hard, *soft), (), days)
    return Answer(hard, soft, days)


def first_days(line_days: int, rules: Rules, *, confirmed: bool) -> int:
    """Say for how many days a line is lent: fewer to somebody not confirmed, unless the house is open to all."""
    settled = confirmed or rules.first_loan is FirstLoan.OPEN
    return line_days if settled else min(line_days, rules.starter_days)


def may_renew(line: LoanAsked, who: BorrowerAsked, rules: Rules) -> Answer:
    """Say whether a loan line may be kept longer, and by how many days.

    That a loan is late, or others are, does not count against it: what is wanted is that people come to be
    asked, and whoever renews has come. What is soft is what of the card would cut a new loan short, and the
    cap, here with the days that a full renewal would add.
    """
    hard = [Reason.RECALLED] if line.recalled else []
    hard.extend(_about_the_card(who))
    if line.someone_waits:
        hard.append(Reason.SOMEONE_WAITS)
    if line.renewals >= rules.max_renewals:
        hard.append(Reason.RENEWALS_USED)
    soft = _about_the_cards_time(who, rules)
    if who.days_of_this_line + line.more_days > rules.cap_days:
        soft = (*soft, Reason.CAP_REACHED)
    days = min(line.days, rules.flagged_days) if soft else line.days
    if rules.strict:
        return Answer(in_order((*hard, *soft)), (), days)
    return Answer(tuple(hard), soft, days)


def in_order(reasons: Iterable[Reason]) -> tuple[Reason, ...]:
    """Put reasons into the order in which people are told."""
    return tuple(sorted(set(reasons), key=_ORDER.index))


_ORDER = tuple(Reason)


def about_the_thing(thing: ThingAsked, today: date, *, at_desk: bool) -> tuple[Reason, ...]:
    """Say what about the thing itself stops a loan, in the order in which people are told."""
    if thing.state is None:
        return (Reason.UNKNOWN_CODE,)
    reasons = []
    if thing.parked and thing.state in (State.AVAILABLE, State.SET_ASIDE):
        reasons.append(Reason.NOT_AVAILABLE)
    if thing.state in _NOT_LENDABLE:
        reasons.append(_NOT_LENDABLE[thing.state])
    if not thing.self_service and not at_desk:
        reasons.append(Reason.STAFF_ONLY)
    if inspection_expired(thing.inspection_days, thing.inspected_on, today):
        reasons.append(Reason.INSPECTION_EXPIRED)
    if thing.recalled:
        reasons.append(Reason.RECALLED)
    if thing.promised or (thing.state is State.SET_ASIDE and not thing.set_aside_for_them):
        reasons.append(Reason.SET_ASIDE_FOR_OTHER)
    return tuple(reasons)


def _about_the_card(who: BorrowerAsked) -> tuple[Reason, ...]:
    if not who.known:
        return (Reason.CARD_UNKNOWN,)
    return (Reason.CARD_BLOCKED,) if who.blocked else ()


def _about_the_borrower(who: BorrowerAsked, rules: Rules, line_days: int) -> tuple[Reason, ...]:
    settled = who.confirmed or rules.first_loan is FirstLoan.OPEN
    most = rules.max_lines if settled else min(rules.max_lines, rules.starter_lines)
    reasons = []
    if who.open_lines >= most:
        reasons.append(Reason.TOO_MANY_LINES)
    if who.late_loans >= rules.late_loans:
        reasons.append(Reason.OVERDUE)
    reasons.extend(_about_the_cards_time(who, rules))
    if who.days_of_this_line + line_days > rules.cap_days:
        reasons.append(Reason.CAP_REACHED)
    return tuple(reasons)


def _about_the_cards_time(who: BorrowerAsked, rules: Rules) -> tuple[Reason, ...]:
    reasons = [Reason.CARD_EXPIRED] if who.expired else []
    settled = who.confirmed or rules.first_loan is FirstLoan.OPEN
    if not settled and who.days_since_start > rules.confirm_days:
        reasons.append(Reason.CARD_UNCONFIRMED)
    return tuple(reasons)


def inspection_expired(interval_days: int, inspected_on: date | None, today: date) -> bool:
    """Say whether a timed inspection has run out. An interval of 0 means: looked over at each return only.

    A thing with an interval that has no inspection on record counts as expired: a thing whose inspection
    has run out must not be handed out.
    """
    if interval_days <= 0:
        return False
    return inspected_on is None or inspected_on + timedelta(days=interval_days) < today


def may_start_a_card(rules: Rules) -> bool:
    """Say whether a card from the box may be taken into use without staff."""
    return rules.first_loan is not FirstLoan.STAFF
