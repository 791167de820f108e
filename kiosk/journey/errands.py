"""What somebody came for who was then asked for a card: it waits in the visit until the card is open.

A thing that waits for a card is in somebody's hand and stands in `Visit.waiting`; what waits here is only
meant, and ends as soon as a thing is scanned or the screen is left.
"""

from __future__ import annotations

from dataclasses import replace
from typing import assert_never

from kiosk.journey import mine
from kiosk.journey.acting import whose_card
from kiosk.journey.asked import JoinQueue
from kiosk.journey.loans import ShowTheCard
from kiosk.journey.shown import AskCardToWait, Screen
from kiosk.journey.values import Errand, ToHold, ToSee, Turn, Visit
from kiosk.terminal.sounds import Sound


def begin(visit: Visit, errand: Errand) -> Turn:
    """Do what was meant on the card that is open, or ask for one: none is, or it was left alone for a while."""
    if visit.card is None or visit.paused:
        return ask(visit, errand)
    return resume(replace(visit, errand=None), errand, visit.card)


def ask(visit: Visit, errand: Errand) -> Turn:
    """Ask for the card; also again, when somebody turns back from typing its digits."""
    match errand:
        case ToHold():
            screen: Screen = AskCardToWait(errand.line, errand.under)
        case ToSee():
            screen = ShowTheCard()
        case _:
            assert_never(errand)
    return Turn(replace(visit, screen=screen, errand=errand, waiting=None), sound=Sound.READ)


def resume(visit: Visit, errand: Errand, card: str) -> Turn:
    """The card is open: do what was meant."""
    match errand:
        case ToHold():
            return Turn(visit, JoinQueue(card, errand.line.product))
        case ToSee():
            return mine.see(visit, errand.asked)
        case _:
            assert_never(errand)


def on_the_open_card(visit: Visit) -> Turn:
    """Yes, on the card that is open still."""
    return Turn(visit, whose_card(visit, visit.card or ""))
