"""Outcomes in words for a person at a shell, and in names for a machine."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

from depot import lists
from depot.codes import spoken
from depot.command.saying import Document, line
from depot.ledger import Ledger
from depot.outcomes import (
    Already,
    CheckedIn,
    CheckedOut,
    Held,
    Moved,
    NextStep,
    Outcome,
    Reason,
    Refused,
    Renewed,
    Taken,
    Tallied,
    Undone,
    Was,
)
from depot.states import Fact

REASONS = {
    Reason.UNKNOWN_CODE: "we do not know this code",
    Reason.NOT_OURS: "it is not ours",
    Reason.NAV_LABEL: "it is NAV's",
    Reason.ON_LOAN_TO_OTHER: "it is on loan to somebody else",
    Reason.IN_CLEANING: "it is not cleaned yet",
    Reason.IN_REPAIR: "it is in repair",
    Reason.QUARANTINED: "it is kept apart",
    Reason.NOT_AVAILABLE: "it is not for lending now",
    Reason.STAFF_ONLY: "it is lent by staff only",
    Reason.INSPECTION_EXPIRED: "its inspection has run out",
    Reason.RECALLED: "it is recalled",
    Reason.SET_ASIDE_FOR_OTHER: "it is set aside for somebody else",
    Reason.CARD_UNKNOWN: "the card is unknown or not in use",
    Reason.CARD_BLOCKED: "the card is blocked",
    Reason.TOO_MANY_LINES: "too many things are out",
    Reason.OVERDUE: "other things are overdue",
    Reason.CARD_EXPIRED: "the card has expired",
    Reason.CARD_UNCONFIRMED: "the card was never confirmed",
    Reason.CAP_REACHED: "the longest time for a short-term loan is reached",
    Reason.SOMEONE_WAITS: "somebody waits for it",
    Reason.RENEWALS_USED: "it was renewed as often as may be",
    Reason.NOT_ON_LOAN: "it is not on loan",
    Reason.WRONG_STATE: "nothing of the kind is to be done with it now",
    Reason.UNDO_TOO_LATE: "it is too late to take that back",
    Reason.KEY_REUSED: "the key was used for something else",
    Reason.LEDGER_FULL: "the disk is full; things can come home, but none may leave",
}


_TALLIED = {
    Fact.QUANTITY_RECEIVED.value: "received",
    Fact.QUANTITY_BACK.value: "brought back",
    Fact.QUANTITY_COUNTED.value: "counted",
}


@contextlib.contextmanager
def telling(ledger: Ledger, *, as_json: bool) -> Iterator[Callable[[str, Outcome], None]]:
    """Tell outcomes one by one, each before the next deed is begun: what was told is on disk.

    Yields:
        A function that tells one: what to call the thing, and its outcome.
    """
    if as_json:
        with Document(at_once=True) as told:
            yield lambda item, outcome: told.add(named(outcome, item))
        return

    def tell(item: str, outcome: Outcome) -> None:
        with ledger.reading() as conn:
            name = lists.name_of(conn, outcome.product)
        line(f"{item}  {name}{': ' if name else ''}{sentence(outcome)}")

    yield tell


def named(outcome: Outcome, item: str) -> dict[str, Any]:
    """Write an outcome for a machine; every outcome has the same names.

    Args:
        item: the code, or what was given in its place.
    """
    name, more = _by_kind(outcome)
    told = {"item": item, "product": outcome.product, "outcome": name, "due": None, "days": None}
    rest: dict[str, Any] = {"reasons": [], "flags": [], "next_step": NextStep.NOTHING.value, "place": None}
    return {**told, **rest, "checked_in": False, "key": None, **more}


def _by_kind(outcome: Outcome) -> tuple[str, dict[str, Any]]:
    match outcome:
        case CheckedOut():
            return "checked_out", {
                "due": _iso(outcome.due),
                "days": outcome.days,
                "flags": [flag.value for flag in outcome.flags],
                "next_step": NextStep.TAKE_IT.value,
                "key": outcome.key,
            }
        case CheckedIn():
            where = {"place": outcome.place, "next_step": NextStep.PUT_IT_THERE.value}
            return "checked_in", {**where, "was": outcome.was.value, "key": outcome.key}
        case Already():
            step = NextStep.PUT_IT_THERE if outcome.place else NextStep.NOTHING
            more = {"due": _iso(outcome.due), "place": outcome.place, "key": outcome.key}
            return "already", {**more, "next_step": step.value}
        case Refused():
            return "refused", {
                "reasons": [reason.value for reason in outcome.reasons],
                "next_step": outcome.next_step.value,
                "place": outcome.place,
                "others": [{"shelf": shelf, "free": free} for shelf, free in outcome.others],
                "checked_in": outcome.checked_in,
                "key": outcome.key,
            }
        case Moved():
            where = {"place": outcome.place, "state": str(outcome.state), "job": outcome.job}
            return "done", {**where, "key": outcome.key}
        case Undone():
            return "undone", {"place": outcome.place}
        case Renewed():
            return "renewed", {
                "due": _iso(outcome.due),
                "days": outcome.days,
                "renewals": outcome.renewals,
                "flags": [flag.value for flag in outcome.flags],
                "key": outcome.key,
            }
        case Taken() | Tallied():
            number = {"n": outcome.n, "left": outcome.left}
            name = "taken" if isinstance(outcome, Taken) else "done"
            return name, {**number, "place": outcome.shelf, "key": outcome.key}
        case Held():
            return "already" if outcome.already else "held", {
                "key": outcome.key,
                "slip": outcome.slip,
                "queue": outcome.place,
                "expected": _iso(outcome.expected),
                "pick_up_by": _iso(outcome.pick_up_by),
                "place": outcome.shelf,
            }


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None


def sentence(outcome: Outcome) -> str:
    """Say an outcome to a person: what happened, and what to do next."""
    match outcome:
        case CheckedOut():
            flags = f"; flagged: {_reasons(outcome.flags)}" if outcome.flags else ""
            return f"lent {until(outcome.due, outcome.days)}{flags}"
        case CheckedIn():
            was = {Was.UNREGISTERED: ", though nobody had borrowed it", Was.FOUND: ", found again"}
            return f"is home{was.get(outcome.was, '')}{_put(outcome.place)}"
        case Already(on_loan=True):
            return f"is on loan already, {until(outcome.due, None)}"
        case Already():
            return f"is already home{_put(outcome.place)}"
        case Refused():
            others = ", ".join(f"{free} free on {shelf}" for shelf, free in outcome.others)
            here = outcome.reasons[0] is not Reason.ON_LOAN_TO_OTHER or outcome.checked_in
            where = _put(outcome.place) if here else ""
            return f"no: {_reasons(outcome.reasons)}{where}{'; ' if others else ''}{others}"
        case Moved():
            done = f"{outcome.job} done: now " if outcome.job else "is now "
            return f"{done}{str(outcome.state).replace('_', ' ')}{_put(outcome.place)}"
        case Undone():
            return f"taken back{_put(outcome.place)}"
        case Renewed():
            flags = f"; flagged: {_reasons(outcome.flags)}" if outcome.flags else ""
            return f"renewed {until(outcome.due, outcome.days)}{flags}"
        case Taken() | Tallied():
            what = _TALLIED[outcome.fact] if isinstance(outcome, Tallied) else "taken"
            return f"{outcome.n} {what}; {outcome.left} there now{_put(outcome.shelf)}"
        case Held():
            return _held(outcome)


def _held(hold: Held) -> str:
    already, slip = " already" if hold.already else "", f"slip {spoken(hold.slip)}"
    if not hold.place:
        where, until_when = _put(hold.shelf), until(hold.pick_up_by, None)
        return f"set aside{already}{where}, to be fetched {until_when}; {slip}"
    when = f"expected {hold.expected.isoformat()}" if hold.expected else "no date can be told"
    waits = f"waits{already}, " if already else ""
    return f"{waits}number {hold.place} in the queue, {when}; {slip}"


def until(due: date | None, days: int | None) -> str:
    """Say when a loan is due; without a date, when the clock could not be trusted with one, for how long."""
    if due is not None:
        return f"until {due:%A} {due.day} {due:%B %Y}"
    return (
        f"for {days} days (no date: this machine's clock cannot be trusted)" if days else "without a date yet"
    )


def _reasons(reasons: tuple[Reason, ...]) -> str:
    return ", ".join(REASONS[reason] for reason in reasons)


def _put(place: str | None) -> str:
    return f"; it belongs at {place}" if place else ""
