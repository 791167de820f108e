"""Who is read to, how loud, and until when: the journey alone, without a speaker."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from depot import codes
from depot.codes import Command
from kiosk.journey import shown
from kiosk.journey.happenings import happens
from kiosk.journey.values import Happening, Hint, Key, Moment, Press, Setup, Tick, Turn, Visit
from kiosk.terminal.sounds import Sound

PLUS, MINUS, ENTER, STAR = Press(Key.HELP), Press(Key.NO), Press(Key.YES), Press(Key.AGAIN)
ABLE = Setup(can_speak=True)


def at(seconds: float) -> Moment:
    return Moment(seconds, datetime(2027, 1, 11, 10, tzinfo=UTC))


def after(*acts: Happening, visit: Visit | None = None, setup: Setup = ABLE, since: float = 0.0) -> Turn:
    """What follows from one act after the other, a second apart."""
    turn = Turn(visit or Visit())
    for second, act in enumerate(acts, 1):
        turn = happens(turn.visit, act, at(since + second), setup)
    return turn


def digit(number: str) -> Press:
    return Press(Key.DIGIT, number)


def command(what: Command) -> codes.Scan:
    return codes.parse(codes.command_code(what))


def test_plus_twice_switches_the_voice_on_and_help_is_what_is_read() -> None:
    """EN 301 549 V3.2.1, 5.2: without sight, and without anything that must be found by sight."""
    turn = after(PLUS, PLUS)
    assert turn.visit.voice
    assert turn.visit.hint is Hint.VOICE_ON
    assert isinstance(turn.visit.screen, shown.Help)


@pytest.mark.parametrize("back", [ENTER, MINUS])
def test_from_help_one_goes_back_to_where_one_was(back: Press) -> None:
    screen = shown.TypePhone(None, "41")
    turn = after(PLUS, PLUS, back, visit=Visit(screen=screen))
    assert turn.visit.screen == screen
    assert turn.visit.voice


def test_plus_on_help_goes_back_where_no_program_can_speak() -> None:
    turn = after(PLUS, PLUS, setup=Setup())
    assert turn.visit.screen == shown.Welcome()
    assert not turn.visit.voice


def test_the_star_says_it_again_at_any_time_and_changes_nothing() -> None:
    """EN 301 549 V3.2.1, 5.1.3.4."""
    visit = Visit(screen=shown.TypePhone(None, "41"), voice=True)
    turn = after(STAR, visit=visit)
    assert turn.again
    assert turn.visit.screen == visit.screen
    goodbye = Visit(screen=shown.Finished(1, 0, 0.0), voice=True)
    assert after(STAR, visit=goodbye) == Turn(goodbye, again=True)


def test_without_the_voice_the_star_is_a_wrong_key() -> None:
    turn = after(STAR)
    assert (turn.sound, turn.visit.hint, turn.again) == (Sound.NOT_THIS, Hint.KEYS, False)


def test_three_steps_of_volume_and_no_more() -> None:
    visit = after(PLUS, PLUS).visit
    heard = []
    for key in "66644445":
        turn = after(digit(key), visit=visit)
        visit = turn.visit
        heard.append((visit.volume, turn.sound))
    read, no, done = Sound.READ, Sound.NOT_THIS, Sound.DONE
    assert heard == [(3, read), (3, no), (3, no), (2, read), (1, read), (1, no), (1, no), (1, done)]
    assert not visit.voice
    assert visit.hint is Hint.VOICE_OFF


def test_without_the_voice_the_keys_of_the_voice_are_wrong_keys() -> None:
    for key in "456":
        turn = after(PLUS, digit(key))
        assert turn.visit.hint is Hint.KEYS
        assert (turn.visit.voice, turn.visit.volume) == (False, 2)


def test_voice_and_volume_last_for_the_visit() -> None:
    loud = after(PLUS, PLUS, digit("6"), ENTER).visit
    for acts in (
        (digit("0"), MINUS),
        (digit("9"), digit("2")),
        (command(Command.UNDO), ENTER),
        (PLUS, MINUS),
    ):
        visit = after(*acts, visit=loud).visit
        assert (visit.voice, visit.volume) == (True, 3)


def test_a_language_that_was_chosen_stays_with_the_voice() -> None:
    visit = after(PLUS, PLUS, ENTER, digit("9"), digit("2"), digit("0"), MINUS).visit
    assert (visit.language, visit.voice) == ("en", True)


def test_the_goodbye_is_still_read_and_the_next_person_is_not_read_to() -> None:
    """EN 301 549 V3.2.1, 5.1.3.13."""
    card = Visit(screen=shown.OutOfService(()), card="B93158424X", voice=True, volume=3)
    gone = after(command(Command.FINISH), visit=card).visit
    assert isinstance(gone.screen, shown.Finished)
    assert (gone.voice, gone.volume) == (True, 3)
    for leaves in (Tick(), digit("5"), PLUS):
        visit = after(leaves, visit=gone, since=20).visit
        assert (visit.voice, visit.volume) == (False, 2)


@pytest.mark.parametrize("asks", [PLUS, command(Command.HELP)])
def test_whoever_asks_for_help_while_the_goodbye_is_read_hears_it_in_their_language(asks: Happening) -> None:
    card = Visit(screen=shown.OutOfService(()), language="da", chose=True, voice=True, volume=3)
    gone = after(command(Command.FINISH), visit=card).visit
    helped = after(asks, visit=gone, since=3).visit
    assert isinstance(helped.screen, shown.Help)
    assert (helped.voice, helped.volume, helped.language, helped.card) == (True, 3, "da", None)
    assert not after(digit("5"), visit=gone, since=3).visit.voice


def test_who_is_read_to_is_asked_before_the_voice_goes() -> None:
    """Silence would be the only sign; so even the first screen asks, and waits for half a minute more."""
    visit = after(PLUS, PLUS, ENTER).visit
    asked = happens(visit, Tick(), at(64), ABLE).visit
    assert isinstance(asked.screen, shown.MoreTime)
    assert asked.voice
    assert happens(asked, STAR, at(70), ABLE).visit == replace(visit, last_act=70, paused=True)
    blank = happens(asked, Tick(), at(95), ABLE).visit
    assert (blank.screen, blank.voice, blank.volume) == (shown.Welcome(), False, 2)


def test_the_command_card_says_the_same_on_any_screen() -> None:
    visit = Visit(screen=shown.TypePhone(None, "41"))
    turn = after(command(Command.READ_ALOUD), visit=visit)
    assert turn.visit.voice
    assert turn.visit.screen == visit.screen
    louder = after(command(Command.LOUDER), visit=turn.visit).visit
    assert louder.volume == 3
    assert after(command(Command.QUIETER), visit=louder).visit.volume == 2
    assert after(command(Command.SAY_AGAIN), visit=louder).again
    off = after(command(Command.READ_ALOUD), visit=louder, since=5)
    assert not off.visit.voice


@pytest.mark.parametrize("what", [Command.READ_ALOUD, Command.SAY_AGAIN, Command.LOUDER, Command.QUIETER])
def test_where_nothing_can_speak_the_command_card_says_that_it_does_nothing(what: Command) -> None:
    assert after(command(what), setup=Setup()).visit.screen == shown.ThisIs("command")
