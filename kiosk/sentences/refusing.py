"""Screens that say no: the thing, the reason, the next step."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from depot.outcomes import Reason, Refused
from depot.words import Words
from kiosk.journey import shown
from kiosk.journey import values as v
from kiosk.journey.looking import may_ask_when
from kiosk.sentences.page import Block, Choice, Name, Page, Para, Scene
from kiosk.sentences.phrases import back, go_on, put_at, put_back, stands_ready, whom_to_call

REASONS: Mapping[Reason, Callable[[Words], str]] = {
    Reason.ON_LOAN_TO_OTHER: lambda w: w.t("It is on loan."),
    Reason.IN_CLEANING: lambda w: w.t("It was returned, but it is not washed yet."),
    Reason.IN_REPAIR: lambda w: w.t("It is broken and waits to be repaired."),
    Reason.QUARANTINED: lambda w: w.t("It must be washed extra well first. Please wash your hands."),
    Reason.NOT_AVAILABLE: lambda w: w.t("It is not ready to be lent."),
    Reason.STAFF_ONLY: lambda w: w.t("Somebody must fit it to you or show you how to use it."),
    Reason.INSPECTION_EXPIRED: lambda w: w.t("It must be checked before it is lent again."),
    Reason.RECALLED: lambda w: w.t("The maker has called it back."),
    Reason.SET_ASIDE_FOR_OTHER: lambda w: w.t("It is set aside for somebody who waits."),
    Reason.CARD_UNKNOWN: lambda w: w.t("We do not know the card."),
    Reason.CARD_BLOCKED: lambda w: w.t("The card cannot be used now."),
    Reason.TOO_MANY_LINES: lambda w: w.t("The card has as many loans as it may have."),
    Reason.OVERDUE: lambda w: w.t("Other things should have been returned first."),
    Reason.CARD_EXPIRED: lambda w: w.t("The card has run out."),
    Reason.CARD_UNCONFIRMED: lambda w: w.t("We have not reached you by phone yet."),
    Reason.CAP_REACHED: lambda w: w.t("For needs that last over two years NAV is the one to ask."),
    Reason.LEDGER_FULL: lambda w: w.t("We can take things back, but not lend any just now."),
}


def _no(screen: shown.No, visit: v.Visit, scene: Scene) -> Page:
    refusal = screen.refusal
    if refusal.checked_in:
        return _came_home(refusal, scene)
    w = scene.words
    told = [REASONS[reason](w) for reason in refusal.reasons if reason in REASONS] or [
        w.t("It is not ready to be lent.")
    ]
    blocks: list[Block] = [Name(scene.name(refusal.product))]
    blocks.extend(Para(sentence, close=bool(number)) for number, sentence in enumerate(told[:3]))
    if refusal.place:
        blocks.append(Para(_where(refusal, refusal.place, scene), strong=True))
    if refusal.reasons[0] is Reason.SET_ASIDE_FOR_OTHER and visit.ready:
        blocks.append(Para(stands_ready(visit.ready[0], scene)))  # theirs may stand beside it
    else:
        blocks.extend(_another(refusal, scene))
    blocks.extend(_when(refusal, w))
    return Page(w.t("You cannot borrow this now"), tuple(blocks), yes=go_on(w), no=back(w))


def _where(refusal: Refused, place: str, scene: Scene) -> str:
    if refusal.reasons[0] in _ON_ITS_SHELF or refusal.reasons[0] not in REASONS:
        return put_back(place, scene)
    return scene.words.t("Put it at the blue sign: %(place)s", place=place)


_ON_ITS_SHELF = frozenset(
    {
        Reason.STAFF_ONLY,
        Reason.SET_ASIDE_FOR_OTHER,
        Reason.RECALLED,
        Reason.INSPECTION_EXPIRED,
        Reason.CARD_UNKNOWN,
        Reason.CARD_BLOCKED,
        Reason.TOO_MANY_LINES,
        Reason.OVERDUE,
        Reason.CARD_EXPIRED,
        Reason.CARD_UNCONFIRMED,
        Reason.CAP_REACHED,
        Reason.LEDGER_FULL,
    }
)


def _another(refusal: Refused, scene: Scene) -> tuple[Block, ...]:
    w = scene.words
    if refusal.reasons[0] in _CALL:
        return whom_to_call(scene)
    if refusal.reasons[0] is Reason.CARD_UNKNOWN and scene.cards_in_box:
        return (Para(w.t("Take a new card from the box and scan it.")),)
    if refusal.others:
        shelf, number = refusal.others[0]
        text = w.n(
            "There is %(n)d more on shelf %(shelf)s. Take that one.",
            "There are %(n)d more on shelf %(shelf)s. Take one of them.",
            number,
            shelf=shelf,
        )
        return (Para(text),)
    return (Para(w.t("No other one is free here just now.")),)


def _when(refusal: Refused, w: Words) -> tuple[Block, ...]:
    """Offer to say when there will be one, where there is none now: the waiting list stands there."""
    return (Choice("1", w.t("When will there be one?")),) if may_ask_when(refusal) else ()


_CALL = frozenset(
    {
        Reason.STAFF_ONLY,
        Reason.CARD_BLOCKED,
        Reason.TOO_MANY_LINES,
        Reason.OVERDUE,
        Reason.CARD_EXPIRED,
        Reason.CARD_UNCONFIRMED,
        Reason.CAP_REACHED,
        Reason.LEDGER_FULL,
    }
)


def _came_home(refusal: Refused, scene: Scene) -> Page:
    """The attempt proved that the thing had come home: thank, and nothing about who had it."""
    w = scene.words
    blocks = (
        Name(scene.name(refusal.product)),
        Para(w.t("It must be washed before it is lent again.")),
        *put_at(refusal.place, scene),
        *_another(refusal, scene),
        *_when(refusal, w),
    )
    return Page(w.t("Thank you! It is returned now"), blocks, yes=go_on(w))


CARDS: Mapping[str, Callable[[Words], tuple[str, str]]] = {
    "unknown": lambda w: (w.t("We do not know this card"), w.t("Take a new card from the box and scan it.")),
    "staff": lambda w: (
        w.t("This card is not in use yet"),
        w.t("Somebody here must start it with you."),
    ),
    "blocked": lambda w: (
        w.t("This card cannot be used now"),
        w.t("What you have on loan is still in order."),
    ),
    "paused": lambda w: (
        w.t("Cards cannot be typed just now"),
        w.t("Scan your card, or take a new one from the box. Typing is open again in ten minutes."),
    ),
    "no_more": lambda w: (
        w.t("The digits did not fit the card"),
        w.t("Scan your card, or take a new one from the box."),
    ),
}


def _card_refused(screen: shown.CardRefused, _visit: v.Visit, scene: Scene) -> Page:
    w = scene.words
    title, text = CARDS[screen.card_is](w)
    if screen.card_is == "unknown" and not scene.cards_in_box:
        text = w.t("Press + and we help you.")
    call = whom_to_call(scene) if screen.card_is in ("blocked", "no_more", "staff") else ()
    return Page(title, (Para(text), *call), yes=go_on(w), no=back(w))


# Each takes its own screen's type, which a mapping from types cannot say: hence Any.
PAGES: Mapping[type, Callable[[Any, v.Visit, Scene], Page]] = {
    shown.No: _no,
    shown.CardRefused: _card_refused,
}
