"""Reading aloud: on and off, louder and quieter, and once more. Kept for a visit, gone for the next person.

It begins with the plus key twice, which needs no eyes: the first opens help, the second, on help, switches the
voice on. Everything else is said by the voice itself.
"""

from __future__ import annotations

from dataclasses import replace

from depot.codes import Command
from kiosk.journey.acting import wrong
from kiosk.journey.values import Hint, Setup, Turn, Visit
from kiosk.terminal.sounds import Sound

LOUDEST = 3
"""Steps of the volume; `Visit.volume` begins with the one in the middle."""

QUIETER, OFF, LOUDER = "4", "5", "6"
"""The keys on the help screen: the middle row of the keypad, whose 5 can be felt."""


def say_again(visit: Visit) -> Turn:
    """Say the screen once more, as often as wanted; without the voice the key means nothing."""
    return Turn(visit, again=True) if visit.voice else wrong(visit)


def plus_on_help(visit: Visit) -> Turn:
    """Switch the voice on; where it is on, say the help once more."""
    if visit.voice:
        return say_again(visit)
    return Turn(replace(visit, voice=True, hint=Hint.VOICE_ON), sound=Sound.DONE)


def digit_on_help(visit: Visit, digit: str) -> Turn | None:
    """Change how loud it is, or switch the voice off; None for a digit that does neither."""
    if not visit.voice or digit not in (QUIETER, OFF, LOUDER):
        return None
    if digit == OFF:
        return Turn(replace(visit, voice=False, hint=Hint.VOICE_OFF), sound=Sound.DONE)
    wanted = visit.volume + (1 if digit == LOUDER else -1)
    volume = min(max(wanted, 1), LOUDEST)
    sound = Sound.READ if volume == wanted else Sound.NOT_THIS
    return Turn(replace(visit, volume=volume, hint=Hint.VOLUME), sound=sound)


_DIGITS = {Command.QUIETER: QUIETER, Command.LOUDER: LOUDER}


def commanded(visit: Visit, command: Command, setup: Setup) -> Turn | None:
    """Do what the command card says of the voice, on any screen; None for what it cannot do now."""
    if command is Command.READ_ALOUD and visit.voice:
        return digit_on_help(visit, OFF)
    if command is Command.READ_ALOUD and setup.can_speak:
        return plus_on_help(visit)
    if command is Command.SAY_AGAIN and visit.voice:
        return say_again(visit)
    return digit_on_help(visit, _DIGITS[command]) if command in _DIGITS else None
