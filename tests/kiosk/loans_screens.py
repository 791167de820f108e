"""The screens about a person's own loans, with their longest contents, for `every_screen`."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from itertools import combinations

from depot.outcomes import Already, Held, OpenLoan, Reason, Refused, Renewed
from depot.own import Kind, mint
from kiosk.journey import loans
from kiosk.journey.shown import Screen

ITEMS = mint(Kind.ITEM, "0004217"), mint(Kind.ITEM, "0004218")
CARD = mint(Kind.CARD, "9315842")
SLIP = mint(Kind.SLIP, "0021233")
A_DAY = date(2026, 9, 30)
REASONS = (Reason.SOMEONE_WAITS, Reason.RENEWALS_USED, Reason.CAP_REACHED)


def screens_of_loans(product: str) -> Iterator[Screen]:
    """Go through every screen about loans, for things of one line of the catalogue."""
    loan = OpenLoan(
        item=ITEMS[0], product=product, deed="d", due=A_DAY, still_needed=True, pieces=2, others=ITEMS[1:]
    )
    late, undated = replace(loan, late=True), replace(loan, due=None)
    yield loans.ShowTheCard()
    for pin in (False, True):
        for again in (False, True):
            yield loans.TypeToSee(CARD, pin=pin, typed="12", again=again)
    yield loans.TypeToSee(CARD, pin=True, typed="1" * loans.LONGEST_PIN)
    yield loans.NoPin()
    yield loans.NotSeen()
    yield loans.MyLoans(loans.Theirs(()))
    waits, ready, undecided = _holds(product)
    yield loans.MyLoans(loans.Theirs((loan, late, late), (waits, ready)))
    yield loans.MyLoans(loans.Theirs((late,) * 7, (ready, undecided)), page=1)
    yield loans.MyLoans(loans.Theirs((late,) * 7))
    for one in (loan, late, undated, *(replace(late, refused=(reason,)) for reason in _ANY)):
        yield loans.OneLoan(one)
    yield loans.AskKept(loan, loans.OneLoan(loan))
    yield loans.KeptForGood(product)
    for theirs in (loans.Theirs((loan,)), loans.Theirs((loan,) * 8)):
        yield loans.StillNeeded(theirs)
    yield loans.BringItBack(loans.Theirs((loan, replace(loan, still_needed=False))))
    yield from _kept(product)
    yield loans.AsBefore(A_DAY, 1)
    yield loans.AsBefore(A_DAY, 8)
    yield loans.AsBefore(None, 1)


_ANY = (*REASONS, Reason.CARD_BLOCKED, Reason.NOT_ON_LOAN, Reason.RECALLED, Reason.IN_REPAIR)


def _holds(product: str) -> tuple[Held, Held, Held]:
    waits = Held(item="", product=product, key="k", slip=SLIP, place=12, expected=A_DAY)
    ready = Held(
        item=ITEMS[0], product=product, key="k", slip=SLIP, place=0, pick_up_by=A_DAY, shelf="HENTES"
    )
    return waits, ready, replace(ready, pick_up_by=None)


def _kept(product: str) -> Iterator[Screen]:
    renewed = Renewed(item=ITEMS[0], product=product, key="k", deed="d", due=A_DAY, days=90, renewals=1)
    capped, undated = replace(renewed, flags=(Reason.CAP_REACHED,)), replace(renewed, due=None)
    later = replace(capped, due=A_DAY + timedelta(days=30))
    already = Already(item=ITEMS[0], product=product, due=A_DAY, on_loan=True)
    refused = {reason: Refused(item=ITEMS[0], product=product, reasons=(reason,)) for reason in _ANY}
    ones: tuple[Renewed | Already | Refused, ...] = (renewed, capped, undated, already, *refused.values())
    for one in ones:
        yield loans.KeptLonger((one,), A_DAY, named=True)
    yield loans.AskUndoRenewal(loans.KeptLonger((renewed,), A_DAY, named=True))
    yield loans.KeptLonger((refused[REASONS[0]],), None, named=True)
    several = (renewed, capped, later, replace(later, due=A_DAY + timedelta(days=60)), undated)
    for first, second in combinations((*REASONS, Reason.IN_REPAIR), 2):
        for kept_longer in (several[:1], several[1:3], several, ()):
            yield loans.KeptLonger((*kept_longer, refused[first], refused[second]), A_DAY)
    yield loans.AskUndoRenewal(loans.KeptLonger(several, A_DAY))
    yield loans.AskUndoRenewal(loans.KeptLonger((renewed,), None))
