"""Every screen that the kiosk can show, with its longest contents, for the tests that look at all of them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

from depot import parts
from depot.codes import NavLabel
from depot.outcomes import (
    CardIs,
    CheckedIn,
    CheckedOut,
    Met,
    Moved,
    Peeked,
    Ready,
    Reason,
    Refused,
    Trouble,
    Undone,
    Was,
)
from depot.own import Kind, mint
from depot.phone import Phone
from depot.states import State
from kiosk.journey import missing, shown
from kiosk.sentences.helping import KINDS
from kiosk.sentences.refusing import CARDS, REASONS
from tests.kiosk.finding_screens import SLIP, screens_of_finding
from tests.kiosk.loans_screens import screens_of_loans

ITEM = mint(Kind.ITEM, "0004217")
CARD = mint(Kind.CARD, "9315842")
LONGEST_DAY = date(2026, 9, 30)
"""A Wednesday in September: onsdag 30. september 2026, the longest that a date gets in either language."""
PHONE = Phone("+4741234567", "41 23 45 67", "4567")
PARTS = tuple(sorted(parts.packaged()))
CALLS = (("Hjelpemiddellageret", "55 56 78 90"), ("Legevakten", "116 117"))


def screens(product: str) -> Iterator[shown.Screen]:
    """Go through every kind of screen, for a thing of one line of the catalogue."""
    thing = Peeked(item=ITEM, product=product, state=State.SET_ASIDE)
    loan = _loan(product)
    home = CheckedIn(
        item=ITEM, product=product, key="k", deed="d", was=Was.FOUND, loan=None, place="VERKSTED"
    )
    yield shown.Welcome()
    yield shown.ChooseLanguage()
    yield shown.CardOpen(Met(CARD, CardIs.OPEN, lines=8, nearest_due=LONGEST_DAY, late=2))
    yield shown.CardOpen(Met(CARD, CardIs.OPEN, lines=8, nearest_due=LONGEST_DAY))
    yield shown.CardOpen(Met(CARD, CardIs.OPEN), just_started=True)
    ready = (Ready(SLIP, "HENTES", LONGEST_DAY), Ready(SLIP, "B2", None))
    yield shown.CardOpen(Met(CARD, CardIs.OPEN, lines=8, nearest_due=LONGEST_DAY, late=2, ready=ready))
    yield shown.CardOpen(Met(CARD, CardIs.OPEN, ready=ready[1:]))
    yield shown.AskCard(thing)
    yield shown.TypePhone(CARD, "412345678901234", again=True)
    yield shown.TypePhone(None, "4123")
    yield shown.ConfirmPhone(CARD, PHONE)
    for what in shown.TypingFor:
        yield shown.TypeCode(what, "00042177", again=True)
    yield shown.TypeLastFour(CARD, "45", again=True)
    yield shown.ConfirmThing(thing)
    yield shown.Lent(loan)
    yield shown.Lent(loan, second=True)
    yield shown.Lent(loan, whole=True)
    yield shown.Lent(_loan(product, due=None))
    for flag in _FLAGS:
        yield shown.Lent(_loan(product, flags=(flag,)))
    yield shown.Lent(_loan(product, flags=_FLAGS))
    yield shown.OnlyOne(loan)
    yield shown.Home(home)
    yield shown.AllRight(product)
    noted = Moved(item=ITEM, product=product, key="k", deed="d", state="repair", place="VERKSTED")
    for trouble in Trouble:
        yield shown.TroubleNoted(trouble, noted, home)
    for told in (PARTS, (missing.UNNAMED,)):
        one_more = shown.TroubleNoted(Trouble.MISSING_PART, noted, home, told, more=True)
        yield one_more
        yield shown.WhichPart(one_more)
    yield shown.WhichPart(shown.Home(home))
    yield shown.AskWeight(thing)
    yield shown.TooLight(product)
    yield from _refusals(product)
    for card_is in CARDS:
        yield shown.CardRefused(None, card_is)
    yield shown.AlreadyListed(ITEM, product)
    yield shown.AlreadyHome(ITEM, product, "VERKSTED")
    yield shown.GiveBackOrKeep(replace(thing, due=LONGEST_DAY))
    yield shown.JustBorrowed(thing)
    yield shown.WhoseCard(thing)
    for is_home in (True, False):
        yield shown.AskUndo("d", product, home=is_home, under=shown.Welcome())
    undone = Undone(item=ITEM, product=product, deed="d", back_on_loan=False, place="B2")
    yield shown.Taken((undone, undone))
    yield shown.Taken((Undone(item=ITEM, product=product, deed="d", back_on_loan=True, place=None),))
    some = shown.SomeTaken(product, 9, "B12", "d")
    yield from (shown.Taken((undone,), one) for one in (some, replace(some, back=True)))
    yield shown.UndoTooLate()
    for nav in (True, False):
        for place in ("UKJENT", None):
            yield shown.NotOurs(nav, place)
    for reason in ("unknown_code", "layout", "check_failed", "other_label", "parcel", "url", "glued"):
        for times in (1, 2):
            yield shown.NotUnderstood(reason, times)
    for kind in KINDS:
        yield shown.ThisIs(kind)
    yield shown.ThisIs("maker", product=product)
    yield shown.WhoseIsIt(NavLabel("005634"), product)
    yield shown.Help(CALLS, None, shown.Welcome())
    yield shown.Help((), LONGEST_DAY, shown.Welcome())
    for topic in ("no_label", "died"):
        yield shown.HelpAbout(topic, shown.Welcome())
    yield shown.CallBackNoted(LONGEST_DAY)
    yield shown.BadgePin(CARD, shown.Welcome(), "123456789012", again=True)
    yield shown.NoMoreTries(shown.Welcome())
    yield shown.HandedOver()
    yield shown.MoreTime(shown.Welcome(), 0.0)
    yield shown.Finished(2, 3, 0.0)
    yield from screens_of_finding(product)
    yield from screens_of_loans(product)
    yield shown.NotStored()
    yield shown.OutOfService(CALLS)


_FLAGS = (
    Reason.TOO_MANY_LINES,
    Reason.OVERDUE,
    Reason.CARD_EXPIRED,
    Reason.CARD_UNCONFIRMED,
    Reason.CAP_REACHED,
)


def _loan(product: str, *, due: date | None = LONGEST_DAY, flags: tuple[Reason, ...] = ()) -> CheckedOut:
    return CheckedOut(item=ITEM, product=product, key="k", deed="d", due=due, days=90, flags=flags)


def _refusals(product: str) -> Iterator[shown.Screen]:
    for reason in REASONS:
        for others in ((), (("B2", 1),), (("B2", 12), ("C1", 3))):
            yield shown.No(
                Refused(item=ITEM, product=product, reasons=(reason,), place="VERKSTED", others=others)
            )
    several = (Reason.IN_CLEANING, Reason.STAFF_ONLY, Reason.INSPECTION_EXPIRED, Reason.RECALLED)
    yield shown.No(
        Refused(item=ITEM, product=product, reasons=several, place="VERKSTED", others=(("B2", 12),))
    )
    home = (Reason.ON_LOAN_TO_OTHER,)
    yield shown.No(
        Refused(
            item=ITEM, product=product, reasons=home, place="VASK 1", others=(("B2", 2),), checked_in=True
        )
    )
