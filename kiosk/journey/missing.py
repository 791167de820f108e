"""Something did not come back with a thing: which of its parts, one after the other."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from depot.outcomes import Already, Moved, Trouble
from kiosk.journey.acting import wrong
from kiosk.journey.asked import Report, Request
from kiosk.journey.shown import Home, TroubleNoted, WhichPart
from kiosk.journey.values import Answer, Key, Moment, Press, Setup, Turn, Visit
from kiosk.terminal.sounds import Sound

SOMETHING_ELSE = "9"
"""The key for what none of the numbered parts is."""
UNNAMED = ""
"""What stands in `told` for it."""


def begin(visit: Visit, screen: Home | TroubleNoted, setup: Setup) -> Turn:
    """Ask which part is missing; of a thing without any that we know, it is noted that something is."""
    asking = WhichPart(screen)
    if not _parts_of(asking.home.product, setup):
        return Turn(visit, Report(asking.home.item, asking.home.deed, Trouble.MISSING_PART))
    return Turn(replace(visit, screen=asking), sound=Sound.READ)


def answered(visit: Visit, asked: Request, answer: Answer, setup: Setup) -> Turn | None:
    """Thank for being told what is wrong, and say where to put the thing; None where nothing was noted."""
    screen = visit.screen
    if not (isinstance(asked, Report) and isinstance(answer, Moved | Already)):
        return None
    if isinstance(screen, WhichPart):
        codes = (*screen.told, asked.parts[0][0] if asked.parts else UNNAMED)
        more = bool(left(screen.home.product, codes, setup))
        noted = TroubleNoted(asked.trouble, answer, screen.home, codes, more)
    elif isinstance(screen, Home):
        noted = TroubleNoted(asked.trouble, answer, screen.outcome)
    else:
        return None
    return Turn(replace(visit, screen=noted), sound=Sound.DONE)


def left(product: str | None, told: tuple[str, ...], setup: Setup) -> tuple[str, ...]:
    """Name the parts of which a piece may still be missing, in the order of their keys."""
    return tuple(code for code, pieces in _parts_of(product, setup) if told.count(code) < pieces)


def _parts_of(product: str | None, setup: Setup) -> tuple[tuple[str, int], ...]:
    return setup.parts.get(product or "", ())


def _which_part(visit: Visit, screen: WhichPart, press: Press, _moment: Moment, setup: Setup) -> Turn:
    home = screen.home
    if press.key is Key.NO:
        return Turn(replace(visit, screen=screen.under), sound=Sound.READ)
    if press.key is not Key.DIGIT:
        return wrong(visit)
    if press.digit == SOMETHING_ELSE and UNNAMED not in screen.told:
        return Turn(visit, Report(home.item, home.deed, Trouble.MISSING_PART))
    offered = left(home.product, screen.told, setup)
    if not 1 <= int(press.digit) <= len(offered):
        return wrong(visit)
    code = offered[int(press.digit) - 1]
    parts = ((code, screen.told.count(code) + 1),)
    return Turn(visit, Report(home.item, home.deed, Trouble.MISSING_PART, parts))


# Takes its own screen's type, which a mapping from types cannot say: hence Any.
HANDLERS: Mapping[type, Callable[[Visit, Any, Press, Moment, Setup], Turn | None]] = {WhichPart: _which_part}
