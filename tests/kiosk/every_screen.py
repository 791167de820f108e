"""Every screen that the kiosk can show, with its longest contents, for the tests that look at all of them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from depot.outcomes import (
    CardIs,
    CheckedIn,
    CheckedOut,
    Met,
    Moved,
    Peeked,
    Reason,
    Refused,
    Trouble,
    Undone,
    Was,
)
from depot.own import Kind, mint
from depot.phone import Phone
from depot.states import State
from kiosk.journey import values as v
from kiosk.sentences import _CARDS, _KINDS, _REASONS

ITEM = mint(Kind.ITEM, "0004217")
CARD = mint(Kind.CARD, "9315842")
LONGEST_DAY = date(2026, 9, 30)
"""A Wednesday in September: onsdag 30. september 2026, the longest that a date gets in either language."""
PHONE = Phone("+4741234567", "41 23 45 67", "4567")
CALLS = (("Hjelpemiddellageret", "55 56 78 90"), ("Legevakten", "116 117"))


def screens(product: str) -> Iterator[v.Screen]:
    """Go through every kind of screen, for a thing of one line of the catalogue."""
    thing = Peeked(item=ITEM, product=product, state=State.SET_ASIDE)
    loan = _loan(product)
    home = CheckedIn(
        item=ITEM, product=product, key="k", deed="d", was=Was.FOUND, loan=None, place="VERKSTED"
    )
    yield v.Welcome()
    yield v.ChooseLanguage()
    yield v.CardOpen(Met(CARD, CardIs.OPEN, lines=8, nearest_due=LONGEST_DAY, late=2))
    yield v.CardOpen(Met(CARD, CardIs.OPEN, lines=8, nearest_due=LONGEST_DAY))
    yield v.CardOpen(Met(CARD, CardIs.OPEN), just_started=True)
    yield v.AskCard(thing)
    yield v.TypePhone(CARD, "412345678901234", again=True)
    yield v.TypePhone(None, "4123")
    yield v.ConfirmPhone(CARD, PHONE)
    for what in v.TypingFor:
        yield v.TypeCode(what, "00042177", again=True)
    yield v.TypeLastFour(CARD, "45", again=True)
    yield v.ConfirmThing(thing)
    yield v.Lent(loan)
    yield v.Lent(loan, second=True)
    yield v.Lent(loan, whole=True)
    yield v.Lent(_loan(product, due=None))
    for flag in _FLAGS:
        yield v.Lent(_loan(product, flags=(flag,)))
    yield v.Lent(_loan(product, flags=_FLAGS))
    yield v.OnlyOne(loan)
    yield v.Home(home)
    yield v.AllRight(product)
    for trouble in Trouble:
        yield v.TroubleNoted(
            trouble, Moved(item=ITEM, product=product, key="k", deed="d", state="repair", place="VERKSTED")
        )
    yield from _refusals(product)
    for card_is in _CARDS:
        yield v.CardRefused(None, card_is)
    yield v.AlreadyListed(ITEM, product)
    yield v.AlreadyHome(ITEM, product, "VERKSTED")
    yield v.GiveBackOrKeep(thing)
    yield v.JustBorrowed(thing)
    yield v.WhoseCard(thing)
    for is_home in (True, False):
        yield v.AskUndo("d", product, home=is_home, under=v.Welcome())
    undone = Undone(item=ITEM, product=product, deed="d", back_on_loan=False, place="B2")
    yield v.Taken((undone, undone))
    yield v.Taken((Undone(item=ITEM, product=product, deed="d", back_on_loan=True, place=None),))
    yield v.UndoTooLate()
    for nav in (True, False):
        for place in ("UKJENT", None):
            yield v.NotOurs(nav, place)
    for reason in ("unknown_code", "layout", "check_failed"):
        for times in (1, 2):
            yield v.NotUnderstood(reason, times)
    for kind in _KINDS:
        yield v.ThisIs(kind)
    yield v.Help(CALLS, None, v.Welcome())
    yield v.Help((), LONGEST_DAY, v.Welcome())
    for topic in ("no_label", "died"):
        yield v.HelpAbout(topic, v.Welcome())
    yield v.CallBackNoted(LONGEST_DAY)
    yield v.MoreTime(v.Welcome(), 0.0)
    yield v.Finished(2, 3, 0.0)
    yield v.NotStored()
    yield v.OutOfService(CALLS)


_FLAGS = (
    Reason.TOO_MANY_LINES,
    Reason.OVERDUE,
    Reason.CARD_EXPIRED,
    Reason.CARD_UNCONFIRMED,
    Reason.CAP_REACHED,
)


def _loan(product: str, *, due: date | None = LONGEST_DAY, flags: tuple[Reason, ...] = ()) -> CheckedOut:
    return CheckedOut(item=ITEM, product=product, key="k", deed="d", due=due, days=90, flags=flags)


def _refusals(product: str) -> Iterator[v.Screen]:
    for reason in _REASONS:
        for others in ((), (("B2", 1),), (("B2", 12), ("C1", 3))):
            yield v.No(
                Refused(item=ITEM, product=product, reasons=(reason,), place="VERKSTED", others=others)
            )
    several = (Reason.IN_CLEANING, Reason.STAFF_ONLY, Reason.INSPECTION_EXPIRED, Reason.RECALLED)
    yield v.No(Refused(item=ITEM, product=product, reasons=several, place="VERKSTED", others=(("B2", 12),)))
    home = (Reason.ON_LOAN_TO_OTHER,)
    yield v.No(
        Refused(
            item=ITEM, product=product, reasons=home, place="VASK 1", others=(("B2", 2),), checked_in=True
        )
    )
