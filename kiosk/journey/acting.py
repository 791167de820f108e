"""What to do with a thing that is in somebody's hand, and the small moves that several answers share."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta

from depot.outcomes import Peeked
from depot.states import State
from kiosk.journey.asked import AskWhatItIs, AskWhoseCard, Count, Lend, TakeBack
from kiosk.journey.shown import (
    AlreadyHome,
    AlreadyListed,
    AskCard,
    AskWeight,
    BadgePin,
    Finished,
    GiveBackOrKeep,
    Help,
    HelpAbout,
    JustBorrowed,
    No,
    NoMoreTries,
    NoSuchSlip,
    NotUnderstood,
    Screen,
    ThisIs,
    Welcome,
    WhoseCard,
    WhoseIsIt,
)
from kiosk.journey.values import Hint, Moment, Setup, Turn, Visit
from kiosk.terminal.sounds import Sound

_BORROWABLE = (State.AVAILABLE, State.SET_ASIDE)
_WELCOME_BACK = (State.MISSING, State.WRITTEN_OFF, State.KEPT, State.IN_TRANSIT)


def act_on(visit: Visit, thing: Peeked, setup: Setup, *, told: bool = False) -> Turn:
    """Decide what a thing in somebody's hand means: borrowing, returning, or a question.

    `told` says that its page was shown already, with what it bears.
    """
    if thing.state is None:
        return not_understood(visit, "unknown_code")
    visit = replace(visit, errand=None)
    done_with = replace(visit, waiting=None)
    # Something comes home in between: what waits for a card is in the same hands still, and waits on.
    in_between = done_with if visit.paused or visit.waiting == thing.item else visit
    if thing.state is State.ON_LOAN:
        return _on_loan(in_between, thing)
    if thing.state in _WELCOME_BACK:
        return Turn(in_between, TakeBack(thing.item))
    if any(one.item == thing.item and one.home for one in visit.listed) and thing.state not in _BORROWABLE:
        place = thing.refusal.place if thing.refusal else None
        home = AlreadyHome(thing.item, thing.product, place)
        return Turn(replace(done_with, screen=home), sound=Sound.READ)
    if thing.refusal is not None:
        return _refuse(visit, thing)
    return _borrow(visit, thing, ask_weight=not told and bears_little(thing.product, setup))


def bears_little(product: str | None, setup: Setup) -> bool:
    """Say whether a line bears less than what the house asks about before lending."""
    return setup.weights.get(product or "", setup.weight_asked_below) < setup.weight_asked_below


def _borrow(visit: Visit, thing: Peeked, *, ask_weight: bool) -> Turn:
    """Lend it, or ask on whose card. One thing at a time waits for a card: none is forgotten unseen."""
    if visit.waiting not in (None, thing.item) and not visit.paused:
        told = replace(visit, screen=ground(visit.screen), hint=Hint.CARD_FIRST)
        return Turn(told, sound=Sound.NOT_THIS)
    if visit.card is None:
        return Turn(replace(visit, screen=AskCard(thing), waiting=thing.item), sound=Sound.READ)
    if visit.paused or visit.waiting is not None:
        return Turn(replace(visit, screen=WhoseCard(thing), waiting=thing.item), sound=Sound.READ)
    if ask_weight and joins(visit, thing) is None:
        return Turn(replace(visit, screen=AskWeight(thing)), sound=Sound.READ)
    return lend(visit, thing)


def _on_loan(visit: Visit, thing: Peeked) -> Turn:
    if thing.theirs and any(one.item == thing.item and not one.home for one in visit.listed):
        return Turn(replace(visit, screen=AlreadyListed(thing.item, thing.product)), sound=Sound.READ)
    if thing.theirs:
        return Turn(replace(visit, screen=GiveBackOrKeep(thing)), sound=Sound.READ)
    if thing.just_lent:
        return Turn(replace(visit, screen=JustBorrowed(thing)), sound=Sound.READ)
    if visit.card is not None:
        return lend(visit, thing)
    return Turn(visit, TakeBack(thing.item))


def _refuse(visit: Visit, thing: Peeked) -> Turn:
    refusal = thing.refusal
    if refusal is None:
        raise ValueError("a thing without a refusal is not refused")
    said = replace(visit, screen=No(refusal), waiting=None)
    return Turn(said, Count(refusal.reasons, thing.product), Sound.NOT_THIS)


def lend(visit: Visit, thing: Peeked) -> Turn:
    """Ask the ledger for the loan; the second piece of a pair joins the first one's line."""
    return Turn(replace(visit, waiting=None), Lend(thing.item, visit.card or "", joins(visit, thing)))


def joins(visit: Visit, thing: Peeked) -> str | None:
    """Name the deed of the line that a thing is the second piece of, if it is one."""
    pair = visit.pair
    return pair.deed if pair is not None and pair.product == thing.product else None


def not_understood(visit: Visit, reason: str) -> Turn:
    """A scan gave nothing: say so, count it, and after two offer the digits. What was asked stays asked."""
    failed = visit.failed + 1
    screen = NotUnderstood(reason, failed, ground(visit.screen))
    return Turn(replace(visit, screen=screen, failed=failed), Count((reason,)), Sound.NOT_THIS)


def ground(screen: Screen) -> Screen:
    """Return the screen that a help text, a label that says nothing or a badge's PIN lies over."""
    over = NotUnderstood | ThisIs | WhoseIsIt | Help | HelpAbout | BadgePin | NoMoreTries | NoSuchSlip
    while isinstance(screen, over) and screen.under is not None:
        screen = screen.under
    return screen


def whose_card(visit: Visit, code: str, *, typed: bool = False) -> AskWhoseCard:
    """Ask about a card, and let it remember a language that was chosen in this visit, but not by another's card."""
    chose = visit.chose and visit.card in (None, code)
    return AskWhoseCard(code, typed, visit.language if chose else None)


def go_on(visit: Visit, setup: Setup) -> Turn:
    """Leave a screen that has been read: back to the open card, to what waits for one, or to the first screen."""
    if visit.card is None and visit.waiting is not None:
        return ask_again(visit)
    if visit.card is not None:
        return Turn(replace(visit, waiting=None, errand=None, pair=None), whose_card(visit, visit.card))
    return Turn(still_here(visit, setup) if visit.voice or visit.chose else fresh(visit, setup))


def ask_again(visit: Visit) -> Turn:
    """Go back to the thing that waits: look at it again, and ask again on whose card it shall be."""
    looking = replace(visit, screen=Welcome(), waiting=None, paused=True)
    return Turn(looking, AskWhatItIs(visit.waiting or "", visit.card))


def fresh(visit: Visit, setup: Setup) -> Visit:
    """Forget the person: the first screen, in the house's language, not read aloud."""
    return Visit(
        screen=Welcome(), language=setup.language, last_act=visit.last_act, last_scan=visit.last_scan
    )


def still_here(visit: Visit, setup: Setup) -> Visit:
    """The first screen for whoever has been here all the time: in their language, and read aloud as before."""
    kept = replace(fresh(visit, setup), language=visit.language, chose=visit.chose)
    return replace(kept, voice=visit.voice, volume=visit.volume)


def help_now(under: Screen, moment: Moment, setup: Setup) -> Help:
    """Say who answers the phone at this moment, and otherwise on which day somebody will ring."""
    calls = tuple(
        (phone.name, phone.number)
        for phone in setup.phones
        if moment.local.weekday() in phone.days and phone.opens <= moment.local.time() < phone.closes
    )
    return Help(calls, None if calls else _next_day(moment.local, setup), under)


def _next_day(local: datetime, setup: Setup) -> date | None:
    """The next day on which somebody rings those who asked for it; today, before they have gone home."""
    for ahead in range(366):
        day = local.date() + timedelta(days=ahead)
        if setup.open_days is not None and not setup.open_days.is_open(day):
            continue
        closes = [phone.closes for phone in setup.phones if day.weekday() in phone.days]
        if setup.phones and not closes:
            continue
        if ahead or (closes and local.time() < max(closes)):
            return day
    return None


def wrong(visit: Visit) -> Turn:
    """A key that means nothing here: a soft sound, and what the keys are."""
    return Turn(replace(visit, hint=Hint.KEYS), sound=Sound.NOT_THIS)


def finish(visit: Visit, moment: Moment, setup: Setup) -> Turn:
    """Say goodbye with what was done; the next act is somebody else's."""
    goodbye = Finished(visit.lent, visit.brought, moment.at)
    gone = replace(fresh(visit, setup), language=visit.language, voice=visit.voice, volume=visit.volume)
    return Turn(replace(gone, screen=goodbye), sound=Sound.READ)
