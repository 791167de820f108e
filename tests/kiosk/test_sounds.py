"""Three sounds that can be told apart with eyes shut, and that never hold anybody up."""

import sys
import wave
from itertools import pairwise
from pathlib import Path

import numpy
import pytest
from numpy.typing import NDArray

from kiosk.terminal import sounds
from kiosk.terminal.sounds import TONES, Sound, Sounds


class Bell:
    def __init__(self) -> None:
        self.rings = 0

    def __call__(self) -> None:
        self.rings += 1


@pytest.fixture
def bell() -> Bell:
    return Bell()


def player(program: str) -> str:
    """A command that plays sounds by running a line of Python, with the file's name in `sys.argv[1]`."""
    return f'{sys.executable} -c "{program}"'


def noted(folder: Path) -> str:
    return player(f"import sys; open('{folder / 'played'}', 'a').write(sys.argv[1])")


def wait_for_the_player(played: Sounds) -> None:
    assert played._playing is not None
    played._playing.wait(20)


def test_a_sound_is_made_at_its_first_use_and_played_by_the_command(tmp_path: Path, bell: Bell) -> None:
    played = Sounds(noted(tmp_path), tmp_path / "cache" / "sounds", bell)
    assert not (tmp_path / "cache").exists()
    played.play(Sound.DONE)
    wait_for_the_player(played)
    file = Path((tmp_path / "played").read_text())
    with wave.open(str(file)) as made:
        assert made.getnchannels() == 1
        assert made.getnframes() / made.getframerate() == pytest.approx(0.38, abs=0.01)
    assert bell.rings == 0


def test_a_newer_sound_cuts_an_older_one_off(tmp_path: Path, bell: Bell) -> None:
    played = Sounds(player("import time; time.sleep(60)"), tmp_path, bell)
    played.play(Sound.READ)
    older = played._playing
    assert older is not None
    played.play(Sound.NOT_THIS)
    assert older.wait(20) != 0
    assert played._playing is not None
    assert played._playing.poll() is None
    played.close()
    assert bell.rings == 0


@pytest.mark.parametrize(("sound", "rings"), [(Sound.READ, 1), (Sound.DONE, 1), (Sound.NOT_THIS, 2)])
def test_without_a_command_the_bell_rings(tmp_path: Path, bell: Bell, sound: Sound, rings: int) -> None:
    Sounds("", tmp_path, bell).play(sound)
    assert bell.rings == rings
    assert list(tmp_path.iterdir()) == []


def test_a_command_that_is_not_there_leaves_the_bell(tmp_path: Path, bell: Bell) -> None:
    played = Sounds("no-such-player-anywhere --quiet", tmp_path, bell)
    played.play(Sound.READ)
    played.play(Sound.NOT_THIS)
    assert bell.rings == 3


def test_a_player_that_fails_is_given_up_for_the_bell(tmp_path: Path, bell: Bell) -> None:
    played = Sounds(player("raise SystemExit(1)"), tmp_path, bell)
    played.play(Sound.READ)
    wait_for_the_player(played)
    played.play(Sound.READ)
    assert bell.rings == 1


def test_a_folder_that_cannot_be_made_leaves_the_bell(tmp_path: Path, bell: Bell) -> None:
    (tmp_path / "file").write_text("in the way")
    Sounds(player("pass"), tmp_path / "file" / "sounds", bell).play(Sound.READ)
    assert bell.rings == 1


def test_all_tones_are_below_fifteen_hundred_hertz_and_short() -> None:
    for tones in TONES.values():
        assert all(tone.hertz < 1500 for tone in tones)
        assert sum(tone.seconds for tone in tones) <= 0.6


def wav(sound: Sound, folder: Path) -> NDArray[numpy.float64]:
    """The sound as the player gets it, -1 to 1."""
    made_for = Sounds("true", folder, Bell())
    made_for.play(sound)
    wait_for_the_player(made_for)
    with wave.open(str(next(folder.glob(f"{sound}-*.wav")))) as made:
        assert (made.getnchannels(), made.getsampwidth(), made.getframerate()) == (1, 2, sounds.RATE)
        return numpy.frombuffer(made.readframes(made.getnframes()), "<i2") / 32_768


def onsets(wave_form: NDArray[numpy.float64]) -> list[float]:
    """When a tone begins after silence, in seconds, to 10 ms."""
    step = sounds.RATE // 100
    loud = [
        float(numpy.max(numpy.abs(wave_form[at : at + step]))) > 0.05 for at in range(0, len(wave_form), step)
    ]
    return [at / 100 for at, (before, now) in enumerate(pairwise([False, *loud])) if now and not before]


def test_the_sounds_can_be_told_apart_by_when_they_strike(tmp_path: Path) -> None:
    """Ears that hear no pitch hear one stroke, a short and a long one, or three."""
    struck = {sound: onsets(wav(sound, tmp_path)) for sound in Sound}
    assert struck == {
        Sound.READ: pytest.approx([0.0], abs=0.015),
        Sound.DONE: pytest.approx([0.0, 0.14], abs=0.015),
        Sound.NOT_THIS: pytest.approx([0.0, 0.20, 0.40], abs=0.015),
    }


@pytest.mark.parametrize("sound", Sound)
def test_nothing_of_a_sound_lies_where_older_ears_no_longer_hear(sound: Sound, tmp_path: Path) -> None:
    """99 in 100 parts of the energy lie below 2000 Hz, clicks at the ends of its tones included."""
    wave_form = wav(sound, tmp_path)
    energy = abs(numpy.fft.rfft(wave_form)) ** 2
    hertz = numpy.fft.rfftfreq(len(wave_form), 1 / sounds.RATE)
    assert energy[hertz < 2000].sum() > 0.99 * energy.sum()
    assert energy[hertz > 250].sum() > 0.9 * energy.sum(), "and not where a small loudspeaker is silent"


def test_the_sounds_differ_in_rhythm() -> None:
    rhythms = {tuple(tone.seconds for tone in tones) for tones in TONES.values()}
    assert len(rhythms) == len(Sound)
    assert len({len(tones) for tones in TONES.values()}) == len(Sound)


def test_a_tone_has_its_pitch_and_neither_clicks_nor_distorts() -> None:
    tone = sounds.Tone(440, 0.5)
    wave_form = sounds.samples(tone, 100)
    upward = sum(1 for before, after in pairwise(wave_form) if before < 0 <= after)
    assert upward / tone.seconds == pytest.approx(440, abs=4)
    assert wave_form[0] == 0
    assert abs(wave_form[-1]) < 500
    assert 15_000 < max(wave_form) <= 32_767 * sounds.LOUDEST


def program(folder: Path, name: str) -> None:
    (folder / name).write_text("#!/bin/sh\n")
    (folder / name).chmod(0o755)


A_CARD = " 0 [Headphones     ]: bcm2835_headpho - bcm2835 Headphones\n"
NO_CARD = "--- no soundcards ---\n"


@pytest.mark.parametrize(
    ("cards", "players", "servers", "command"),
    [
        (A_CARD, ["aplay"], [], "aplay -q"),
        (A_CARD, [], [], ""),
        (NO_CARD, ["aplay"], [], ""),
        (None, ["aplay"], [], ""),
        (A_CARD, ["aplay", "paplay"], ["pulse/native"], "paplay"),
        (A_CARD, ["aplay"], ["pulse/native"], "aplay -q"),
        (NO_CARD, ["pw-play", "paplay"], ["pulse/native", "pipewire-0"], "pw-play"),
    ],
)
def test_what_plays_is_what_this_machine_has(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    cards: str | None,
    players: list[str],
    servers: list[str],
    command: str,
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    for name in players:
        program(tmp_path, name)
    for name in servers:
        socket = tmp_path / "session" / name
        socket.parent.mkdir(parents=True, exist_ok=True)
        socket.touch()
    if cards is not None:
        (tmp_path / "cards").write_text(cards)
    environment = {"XDG_RUNTIME_DIR": str(tmp_path / "session")}
    assert sounds.default_command(tmp_path / "cards", environment) == command


def test_a_device_that_fails_is_known_before_the_first_sound(tmp_path: Path, bell: Bell) -> None:
    played = Sounds(player("raise SystemExit(1)"), tmp_path, bell)
    played.try_out()
    wait_for_the_player(played)
    played.play(Sound.DONE)
    assert bell.rings == 1


def test_trying_out_a_device_sounds_nothing_and_is_cut_off_by_the_first_sound(
    tmp_path: Path, bell: Bell
) -> None:
    played = Sounds(noted(tmp_path), tmp_path, bell)
    played.try_out()
    wait_for_the_player(played)
    assert loudest(Path((tmp_path / "played").read_text())) == 0
    assert bell.rings == 0


def loudest(file: Path) -> float:
    with wave.open(str(file)) as made:
        wave_form = numpy.frombuffer(made.readframes(made.getnframes()), "<i2") / 32_768
    return float(numpy.max(numpy.abs(wave_form)))


def test_the_volume_is_heard_and_half_the_number_is_a_quarter_of_the_pressure(
    tmp_path: Path, bell: Bell
) -> None:
    heard = {}
    for volume in (100, 80, 50):
        played = Sounds(noted(tmp_path), tmp_path / "sounds", bell, volume=volume)
        played.play(Sound.DONE)
        wait_for_the_player(played)
        heard[volume] = loudest(Path((tmp_path / "played").read_text()))
        (tmp_path / "played").unlink()
    assert 0.85 < heard[100] < 1
    assert heard[50] == pytest.approx(heard[100] / 4, rel=0.01)
    assert heard[50] < heard[80] < heard[100]


def test_at_volume_none_nothing_sounds_nor_does_the_bell(tmp_path: Path, bell: Bell) -> None:
    for command in ("", noted(tmp_path)):
        played = Sounds(command, tmp_path, bell, volume=0)
        played.try_out()
        played.play(Sound.NOT_THIS)
        played.close()
    assert bell.rings == 0
    assert list(tmp_path.iterdir()) == []
