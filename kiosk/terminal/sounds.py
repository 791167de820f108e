"""Three sounds that answer a scan: read, done, not this one.

They differ in rhythm and not only in pitch, and stay below 1500 Hz, which older ears still hear: one short
tone, a short and a long one, three equal ones. They are made here, as small files, so that nothing has to
be shipped or licensed. A program plays them, in a process of its own: a sound must never delay a loan, and
sound libraries print on the screen. Without such a program, or once it has failed (a machine without a
sound card), the terminal's bell rings instead.
"""

import logging
import shlex
import shutil
import subprocess
import wave
from array import array
from collections.abc import Callable
from enum import StrEnum
from math import pi, sin
from pathlib import Path
from typing import Final, NamedTuple

RATE: Final = 22_050
"""Samples a second."""
LOUDNESS: Final = 0.6
"""Of the loudest possible."""
FADE: Final = 0.005
"""Seconds in which a tone comes and goes; without, it clicks."""


class Sound(StrEnum):
    """What a sound says."""

    READ = "read"
    DONE = "done"
    NOT_THIS = "not-this"


class Tone(NamedTuple):
    """A pitch in hertz, 0 for silence, and how long it lasts in seconds."""

    hertz: int
    seconds: float


_PAUSE = Tone(0, 0.06)

TONES: Final[dict[Sound, tuple[Tone, ...]]] = {
    Sound.READ: (Tone(880, 0.08),),
    Sound.DONE: (Tone(660, 0.08), _PAUSE, Tone(990, 0.24)),
    Sound.NOT_THIS: (Tone(330, 0.14), _PAUSE, Tone(330, 0.14), _PAUSE, Tone(330, 0.14)),
}

_BELLS: Final = {Sound.READ: 1, Sound.DONE: 1, Sound.NOT_THIS: 2}


def default_command() -> str:
    """The command that plays a sound file where nothing else is set; empty if this machine has none."""
    return "aplay -q" if shutil.which("aplay") else ""


class Sounds:
    """Plays sounds, one at a time: a newer one cuts the older off.

    Args:
        command: plays the file whose name is put behind it; empty for the bell alone.
        folder: where the sound files are kept; made at the first sound.
        bell: rings the terminal's bell once.
    """

    def __init__(self, command: str, folder: Path, bell: Callable[[], None]) -> None:
        self._command, self._folder, self._bell = shlex.split(command), folder, bell
        self._playing: subprocess.Popen[bytes] | None = None

    def play(self, sound: Sound) -> None:
        """Starts a sound and does not wait for it."""
        self._hush()
        if not self._command or not self._started(sound):
            for _ in range(_BELLS[sound]):
                self._bell()

    def close(self) -> None:
        """Ends a sound that is still playing."""
        self._hush()

    def _hush(self) -> None:
        player, self._playing = self._playing, None
        if player is None:
            return
        if player.poll() is None:
            player.kill()
            player.wait()
        elif player.returncode:
            self._give_up(f"exit status {player.returncode}")

    def _started(self, sound: Sound) -> bool:
        nowhere = subprocess.DEVNULL
        try:
            command = [*self._command, str(_file(sound, self._folder))]
            self._playing = subprocess.Popen(command, stdin=nowhere, stdout=nowhere, stderr=nowhere)
        except OSError as error:
            self._give_up(str(error))
            return False
        return True

    def _give_up(self, why: str) -> None:
        logging.getLogger(__name__).warning(
            "No sound from %s, the bell rings instead: %s", self._command[0], why
        )
        self._command = []


def _file(sound: Sound, folder: Path) -> Path:
    path = folder / f"{sound}.wav"
    if not path.exists():
        folder.mkdir(parents=True, exist_ok=True)
        _write(path, TONES[sound])
    return path


def _write(path: Path, tones: tuple[Tone, ...]) -> None:
    """Writes beside and renames, so that a player never meets half a file."""
    unfinished = path.with_suffix(".part")
    with wave.open(str(unfinished), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        for tone in tones:
            file.writeframes(array("h", samples(tone)).tobytes())
    unfinished.replace(path)


def samples(tone: Tone) -> list[int]:
    """A tone as 16-bit samples, `RATE` a second."""
    count, fade = round(tone.seconds * RATE), FADE * RATE
    peak = LOUDNESS * 32_767 if tone.hertz else 0.0
    step = 2 * pi * tone.hertz / RATE
    return [int(peak * min(1, n / fade, (count - n) / fade) * sin(step * n)) for n in range(count)]
