"""A storekeeper's badge at the kiosk: its PIN, and then the screen is theirs.

Whatever a citizen was doing stands behind the question and comes back when nobody answers it: a badge that
somebody has found and tries must cost nobody a loan. Unknown badges and wrong PINs are answered alike.
"""

from __future__ import annotations

from dataclasses import replace

from kiosk.journey.acting import fresh, ground
from kiosk.journey.asked import CheckBadge
from kiosk.journey.shown import BadgePin, HandedOver, NoMoreTries
from kiosk.journey.values import Hint, Key, Moment, Press, Setup, Turn, Verdict, Visit
from kiosk.terminal.sounds import Sound

LONGEST_PIN = 12
"""Digits, the most that a PIN may have (`badges.LONGEST_PIN`); further keys are wrong keys."""


def scanned(visit: Visit, badge: str) -> Turn:
    """A badge was scanned: ask for its PIN, over whatever was shown."""
    return Turn(replace(visit, screen=BadgePin(badge, ground(visit.screen))), sound=Sound.READ)


def typed(visit: Visit, screen: BadgePin, press: Press, _moment: Moment, _setup: Setup) -> Turn:
    """A key on the way to a PIN."""
    match press.key:
        case Key.DIGIT if len(screen.typed) < LONGEST_PIN:
            more = replace(screen, typed=screen.typed + press.digit, again=False)
            return Turn(replace(visit, screen=more))
        case Key.ERASE if screen.typed:
            return Turn(replace(visit, screen=replace(screen, typed=screen.typed[:-1], again=False)))
        case Key.NO:
            return Turn(replace(visit, screen=screen.under), sound=Sound.READ)
        case Key.YES if screen.typed:
            return Turn(visit, CheckBadge(screen.badge, screen.typed))
    return Turn(replace(visit, hint=Hint.KEYS), sound=Sound.NOT_THIS)


def read(visit: Visit, screen: NoMoreTries, press: Press, _moment: Moment, _setup: Setup) -> Turn:
    """A key where no more tries are left: back to where the visit stood."""
    if press.key in (Key.YES, Key.NO):
        return Turn(replace(visit, screen=screen.under), sound=Sound.READ)
    return Turn(replace(visit, hint=Hint.KEYS), sound=Sound.NOT_THIS)


def gone(visit: Visit, _screen: HandedOver, _press: Press, _moment: Moment, _setup: Setup) -> Turn:
    """A key in the moment in which the kiosk ends."""
    return Turn(visit)


def answered(visit: Visit, verdict: Verdict, setup: Setup) -> Turn:
    """What the ledger says of a PIN. With the right one nothing of any visit stays on the screen."""
    screen = visit.screen
    if verdict is Verdict.RIGHT:
        return Turn(replace(fresh(visit, setup), screen=HandedOver()), sound=Sound.DONE)
    if not isinstance(screen, BadgePin):
        raise TypeError(f"a PIN was answered on {type(screen).__name__}")
    if verdict is Verdict.WRONG:
        return Turn(replace(visit, screen=replace(screen, typed="", again=True)), sound=Sound.NOT_THIS)
    return Turn(replace(visit, screen=NoMoreTries(screen.under)), sound=Sound.NOT_THIS)


def waited(visit: Visit, moment: Moment, setup: Setup) -> Visit:
    """The visit where it stood, once nobody has typed a PIN for long enough."""
    screen = visit.screen
    if isinstance(screen, BadgePin | NoMoreTries) and moment.at - visit.last_act >= setup.pin_wait:
        return replace(visit, screen=screen.under, hint=None)
    return visit
