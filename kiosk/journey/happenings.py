"""What a scan, a key or a little time does to a visit."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import assert_never

from depot.codes import (
    BadgeCode,
    CardCode,
    Command,
    CommandCode,
    Giai,
    Grai,
    Gtin,
    ItemCode,
    NavLabel,
    ProductCode,
    Scan,
    ShelfCode,
    SlipCode,
    Udi,
    Unreadable,
    UnreadableReason,
)
from kiosk.journey import looking, staff
from kiosk.journey.acting import finish, fresh, ground, not_understood, still_here, whose_card
from kiosk.journey.asked import AskWhatItIs, LookAtNumber, TakeForeign
from kiosk.journey.hearing import commanded, say_again
from kiosk.journey.keys import pressed
from kiosk.journey.loans import TypeToSee
from kiosk.journey.shown import (
    AskCard,
    AskWeight,
    ConfirmPhone,
    Finished,
    GiveBackOrKeep,
    Home,
    InQueue,
    JustBorrowed,
    Lent,
    MoreTime,
    OnlyOne,
    SomeTaken,
    ThisIs,
    TroubleNoted,
    TypeLastFour,
    TypePhone,
    Welcome,
)
from kiosk.journey.values import NO_SCAN, Happening, Hint, Key, Moment, Press, Setup, Tick, Turn, Visit
from kiosk.terminal.sounds import Sound


def happens(visit: Visit, what: Happening, moment: Moment, setup: Setup) -> Turn:
    """Carry a visit on by one thing that happened.

    Args:
        visit: the visit as it is.
        what: a scan as `codes.parse` understood it, a key, or a tick (about one a second).
        moment: when.
        setup: the place.
    """
    if isinstance(what, Tick):
        return _tick(visit, moment, setup)
    if isinstance(visit.screen, Finished) and what == Press(Key.AGAIN) and visit.voice:
        return say_again(visit)
    if isinstance(visit.screen, Finished):
        lasts = moment.at - visit.screen.since < setup.goodbye
        visit = still_here(visit, setup) if lasts and _is_help(what) else fresh(visit, setup)
    paused = moment.at - visit.last_act > setup.whose_card
    visit = replace(visit, last_act=moment.at, hint=None, paused=paused)
    if isinstance(visit.screen, MoreTime):
        visit = replace(visit, screen=visit.screen.under)
        if isinstance(what, Press | CommandCode):
            return Turn(visit, sound=Sound.READ)
    if isinstance(what, Press):
        # A key in between is an act: the next scan, however soon, is no second reading of the last one.
        return pressed(replace(visit, last_scan=NO_SCAN), what, moment, setup)
    return _scanned(visit, what, moment, setup)


def _is_help(what: Happening) -> bool:
    return what == Press(Key.HELP) or (isinstance(what, CommandCode) and what.command is Command.HELP)


def _tick(visit: Visit, moment: Moment, setup: Setup) -> Turn:
    visit = staff.waited(visit, moment, setup)
    screen = visit.screen
    if isinstance(screen, Finished):
        return Turn(fresh(visit, setup) if moment.at - screen.since >= setup.goodbye else visit)
    if isinstance(screen, MoreTime):
        return Turn(fresh(visit, setup) if moment.at - screen.since >= setup.more_time else visit)
    if moment.at - visit.last_act < setup.idle:
        return Turn(visit)
    if isinstance(screen, Welcome) and visit.card is None and not visit.voice:
        return Turn(fresh(visit, setup))  # the language that somebody chose who then walked away
    return Turn(replace(visit, screen=MoreTime(screen, moment.at), hint=None), sound=Sound.READ)


def _scanned(visit: Visit, scan: Scan, moment: Moment, setup: Setup) -> Turn:
    if not isinstance(scan, Unreadable):
        before, at = visit.last_scan
        visit = replace(visit, last_scan=(scan, moment.at))
        if scan == before and moment.at - at <= setup.twice_is_once:
            return Turn(visit)
    match scan:
        case ItemCode():
            return _item(visit, scan.code)
        case CardCode():
            return _card(visit, scan.code)
        case CommandCode():
            return _command(visit, scan.command, moment, setup)
        case NavLabel() | Giai() | Grai():
            return _foreign(visit, scan)
        case ShelfCode() | ProductCode() | SlipCode():
            return looking.scanned(visit, scan)
        case BadgeCode():
            return staff.scanned(visit, scan.code)
        case Gtin() | Udi():
            return looking.numbered(visit, scan)
        case Unreadable():
            return _unreadable(visit, scan)
        case _:
            assert_never(scan)


def _unreadable(visit: Visit, scan: Unreadable) -> Turn:
    if scan.reason is UnreadableReason.EMPTY:
        return Turn(visit)
    if scan.reason in (UnreadableReason.WRONG_SHAPE, UnreadableReason.CHECK_FAILED):
        return Turn(visit, LookAtNumber(scan))  # it may be a supplier's, which is any text
    return not_understood(visit, scan.reason.value)


def _card(visit: Visit, code: str) -> Turn:
    """A card was scanned. Shown once more while its digits are asked for, it is the answer to nothing."""
    screen = visit.screen
    if isinstance(screen, TypeToSee) and screen.card == code:
        return Turn(visit, sound=Sound.READ, again=visit.voice)
    return Turn(visit, whose_card(visit, code))


def _item(visit: Visit, code: str) -> Turn:
    """A thing was scanned. While a number is wanted it waits."""
    screen = ground(visit.screen)
    if isinstance(screen, TypePhone | ConfirmPhone | TypeLastFour) and visit.errand is not None:
        told = replace(visit, screen=screen, hint=Hint.NUMBER_THEN_SCAN)
        return Turn(told, sound=Sound.NOT_THIS)
    if isinstance(screen, TypePhone | ConfirmPhone | TypeLastFour):
        waiting = visit.waiting or code
        told = replace(visit, screen=screen, waiting=waiting, hint=Hint.NUMBER_FIRST)
        return Turn(told, sound=Sound.NOT_THIS)
    if isinstance(screen, AskWeight) and screen.thing.item != code and not visit.paused:
        return Turn(replace(visit, screen=screen, hint=Hint.ANSWER_FIRST), sound=Sound.NOT_THIS)
    return Turn(visit, AskWhatItIs(code, visit.card))


def _foreign(visit: Visit, scan: NavLabel | Giai | Grai) -> Turn:
    """A thing of somebody else's. What is being typed or asked is not left for it; it can be scanned again."""
    screen = ground(visit.screen)
    told = replace(visit, screen=screen)
    if isinstance(screen, TypePhone | ConfirmPhone | TypeLastFour):
        return Turn(replace(told, hint=Hint.NUMBER_THEN_SCAN), sound=Sound.NOT_THIS)
    if isinstance(screen, AskWeight) and not visit.paused:
        return Turn(replace(told, hint=Hint.ANSWER_FIRST), sound=Sound.NOT_THIS)
    if isinstance(scan, NavLabel) and scan.serial is None:
        return looking.numbered(visit, scan)
    return Turn(replace(visit, failed=0), TakeForeign(scan))


def _this_is(visit: Visit, kind: str) -> Turn:
    return Turn(replace(visit, screen=ThisIs(kind, ground(visit.screen))), sound=Sound.NOT_THIS)


# The command card says by scanning what the keys say. What a key says on some screens only, the card says
# on those only: "all is right" must never answer "shall I undo?", nor "I bring it back" mean "it is broken".
_AS_KEYS: Mapping[Command, Press] = {
    Command.YES: Press(Key.YES),
    Command.NO: Press(Key.NO),
    Command.HELP: Press(Key.HELP),
}
_ON_SCREENS: Mapping[Command, tuple[Press, tuple[type, ...]]] = {
    Command.UNDO: (Press(Key.NO), (Lent, OnlyOne, Home, TroubleNoted, SomeTaken, InQueue)),
    Command.ALL_RIGHT: (Press(Key.YES), (Home,)),
    Command.BROKEN: (Press(Key.DIGIT, "1"), (Home,)),
    Command.MISSING_PART: (Press(Key.DIGIT, "2"), (Home,)),
    Command.SOILED: (Press(Key.DIGIT, "3"), (Home,)),
    Command.BRINGING_BACK: (Press(Key.DIGIT, "1"), (AskCard, GiveBackOrKeep, JustBorrowed)),
    Command.LANGUAGE: (Press(Key.DIGIT, "9"), (Welcome,)),
}


def _command(visit: Visit, command: Command | None, moment: Moment, setup: Setup) -> Turn:
    if command is None:
        return _this_is(visit, "command")
    if command in _AS_KEYS:
        return pressed(visit, _AS_KEYS[command], moment, setup)
    if (turn := commanded(visit, command, setup)) is not None:
        return turn
    if command is Command.FINISH and not isinstance(visit.screen, Welcome):
        return finish(visit, moment, setup)
    screen = ground(visit.screen)
    if command in _ON_SCREENS and isinstance(screen, _ON_SCREENS[command][1]):
        return pressed(replace(visit, screen=screen), _ON_SCREENS[command][0], moment, setup)
    return _this_is(visit, "command")
