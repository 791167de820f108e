"""What a scan, a key or a little time does to a visit."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import assert_never

from depot import codes
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
from kiosk.journey.acting import fresh, not_understood, whose_card
from kiosk.journey.keys import pressed
from kiosk.journey.values import (
    AlreadyListed,
    AskWhatItIs,
    ConfirmPhone,
    Finished,
    Happening,
    Hint,
    Home,
    Key,
    Moment,
    MoreTime,
    Press,
    Setup,
    TakeForeign,
    ThisIs,
    Tick,
    Turn,
    TypeLastFour,
    TypePhone,
    Visit,
    Welcome,
)
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
    if isinstance(visit.screen, Finished):
        visit = fresh(visit, setup)
    paused = visit.card is not None and moment.at - visit.last_act > setup.whose_card
    visit = replace(visit, last_act=moment.at, hint=None, paused=paused)
    if isinstance(visit.screen, MoreTime):
        visit = replace(visit, screen=visit.screen.under)
        if isinstance(what, Press):
            return Turn(visit, sound=Sound.READ)
    if isinstance(what, Press):
        return pressed(visit, what, moment, setup)
    return _scanned(visit, what, moment, setup)


def _tick(visit: Visit, moment: Moment, setup: Setup) -> Turn:
    screen = visit.screen
    if isinstance(screen, Finished):
        return Turn(fresh(visit, setup) if moment.at - screen.since >= setup.goodbye else visit)
    if isinstance(screen, MoreTime):
        return Turn(fresh(visit, setup) if moment.at - screen.since >= setup.more_time else visit)
    if isinstance(screen, Welcome) and visit.card is None:
        return Turn(visit)
    if moment.at - visit.last_act < setup.idle:
        return Turn(visit)
    return Turn(replace(visit, screen=MoreTime(screen, moment.at)), sound=Sound.READ)


def _scanned(visit: Visit, scan: Scan, moment: Moment, setup: Setup) -> Turn:
    if not isinstance(scan, Unreadable):
        name = scan.code if isinstance(scan, codes.OwnCode) else scan.loggable
        before, at = visit.last_scan
        visit = replace(visit, last_scan=(name, moment.at))
        if name == before and moment.at - at <= setup.twice_is_once:
            return Turn(visit)
    match scan:
        case ItemCode():
            return _item(visit, scan.code)
        case CardCode():
            return Turn(visit, whose_card(visit, scan.code))
        case CommandCode():
            return _command(visit, scan.command, moment, setup)
        case NavLabel() | Giai() | Grai():
            return Turn(replace(visit, failed=0), TakeForeign(scan))
        case ShelfCode() | ProductCode() | SlipCode() | BadgeCode():
            return _this_is(visit, scan.kind.name.lower())
        case Gtin() | Udi():
            return _this_is(visit, "maker")
        case Unreadable(reason=UnreadableReason.EMPTY):
            return Turn(visit)
        case Unreadable():
            return not_understood(visit, scan.reason.value)
        case _:
            assert_never(scan)


def _item(visit: Visit, code: str) -> Turn:
    """A thing was scanned. While a number is wanted it waits; once listed it stays as it is."""
    if isinstance(visit.screen, TypePhone | ConfirmPhone | TypeLastFour):
        waiting = visit.waiting or code
        return Turn(replace(visit, waiting=waiting, hint=Hint.NUMBER_FIRST), sound=Sound.NOT_THIS)
    lent = next((one for one in visit.listed if one.item == code and not one.home), None)
    if lent is not None and visit.card is not None:
        return Turn(replace(visit, screen=AlreadyListed(code, lent.product), failed=0), sound=Sound.READ)
    return Turn(visit, AskWhatItIs(code, visit.card))


def _this_is(visit: Visit, kind: str) -> Turn:
    return Turn(replace(visit, screen=ThisIs(kind), waiting=None), sound=Sound.NOT_THIS)


# The command card says by scanning what the keys say; on the screens where the key means something else, the
# card's own meaning is looked for first.
_AS_KEYS: Mapping[Command, Press] = {
    Command.FINISH: Press(Key.YES),
    Command.YES: Press(Key.YES),
    Command.ALL_RIGHT: Press(Key.YES),
    Command.NO: Press(Key.NO),
    Command.UNDO: Press(Key.NO),
    Command.HELP: Press(Key.HELP),
    Command.LANGUAGE: Press(Key.DIGIT, "9"),
    Command.BRINGING_BACK: Press(Key.DIGIT, "1"),
}
_TROUBLES: Mapping[Command, Press] = {
    Command.BROKEN: Press(Key.DIGIT, "1"),
    Command.MISSING_PART: Press(Key.DIGIT, "2"),
    Command.SOILED: Press(Key.DIGIT, "3"),
}


def _command(visit: Visit, command: Command | None, moment: Moment, setup: Setup) -> Turn:
    if command is None:
        return _this_is(visit, "command")
    if command in _AS_KEYS:
        return pressed(visit, _AS_KEYS[command], moment, setup)
    if command in _TROUBLES and isinstance(visit.screen, Home):
        return pressed(visit, _TROUBLES[command], moment, setup)
    return _this_is(visit, "command")
