"""What the keys do on the pages of the waiting list: joining it, where one stands, leaving it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from kiosk.journey import errands
from kiosk.journey.acting import finish, wrong
from kiosk.journey.asked import LeaveQueue
from kiosk.journey.loans import MyLoans
from kiosk.journey.looking import back, show
from kiosk.journey.shown import AskCardToWait, AskLeaveQueue, InQueue, NoSuchSlip, OneLine
from kiosk.journey.values import Key, Moment, Press, Setup, Turn, Visit


def _ask_card_to_wait(
    visit: Visit, screen: AskCardToWait, press: Press, _moment: Moment, _setup: Setup
) -> Turn | None:
    if press.key is Key.NO:
        return show(replace(visit, errand=None), OneLine(screen.line, screen.under))
    if press.key is Key.YES:
        return wrong(visit) if visit.card is None else errands.on_the_open_card(visit)
    return None


def may_leave(visit: Visit, screen: InQueue) -> bool:
    """Say whether whoever stands here may give the place up.

    While it waits its number is known to one person. The slip of a piece that is ready stands in the open
    beside it, so from then on the card is wanted.
    """
    if not screen.held.item or screen.placed or isinstance(screen.under, MyLoans):
        return True
    return screen.held.slip in {ready.slip for ready in visit.ready}


def _in_queue(visit: Visit, screen: InQueue, press: Press, moment: Moment, setup: Setup) -> Turn | None:
    leaves = Press(Key.NO) if screen.placed else Press(Key.DIGIT, "1")
    if press == leaves and may_leave(visit, screen):
        return show(visit, AskLeaveQueue(screen.held, screen))
    if press.key is Key.YES and screen.placed:
        return finish(visit, moment, setup)
    if press.key is Key.NO or (press.key is Key.YES and isinstance(screen.under, MyLoans)):
        return back(visit, screen.under, setup)
    return None


def _ask_leave(
    visit: Visit, screen: AskLeaveQueue, press: Press, _moment: Moment, _setup: Setup
) -> Turn | None:
    if press.key is Key.YES:
        return Turn(visit, LeaveQueue(screen.held.key, screen.held.product))
    if press.key is Key.NO:
        return show(visit, screen.under)
    return wrong(visit)


def _no_slip(visit: Visit, screen: NoSuchSlip, press: Press, _moment: Moment, _setup: Setup) -> Turn | None:
    if press.key in (Key.YES, Key.NO) and screen.under is not None:
        return show(visit, screen.under)
    return None


# Each takes its own screen's type, which a mapping from types cannot say: hence Any.
HANDLERS: Mapping[type, Callable[[Visit, Any, Press, Moment, Setup], Turn | None]] = {
    AskCardToWait: _ask_card_to_wait,
    InQueue: _in_queue,
    AskLeaveQueue: _ask_leave,
    NoSuchSlip: _no_slip,
}
