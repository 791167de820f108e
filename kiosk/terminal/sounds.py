"""Three sounds that answer a scan: read, done, not this one.

They differ in rhythm and not only in pitch, and stay below 1500 Hz, which older ears still hear: one short
tone, a short and a long one, three equal ones. They are made here, as small files, so that nothing has to
be shipped or licensed. A program plays them, in a process of its own: a sound must never delay a loan, and
sound libraries print on the screen. Without such a program, or once it has failed (a machine without a
sound card), the terminal's bell rings instead. Whether it fails is seen before anybody scans, by playing nothing
for a moment.
"""

import logging
import os
import shlex
import shutil
import subprocess
import wave
from array import array
from collections.abc import Callable, Mapping
from enum import StrEnum
from math import pi, sin
from pathlib import Path
from typing import Final, NamedTuple

RATE: Final = 22_050
"""Samples a second."""
LOUDEST: Final = 0.9
"""Of the largest sample there is, at volume 100; what is larger distorts in a small loudspeaker."""
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


_CARDS: Final = Path("/proc/asound/cards")
"""Where ALSA lists the machine's sound cards; without any the file is not there, or says so."""
_SERVERS: Final = (("pipewire-0", "pw-play"), ("pulse/native", "paplay"))
"""Sockets of sound servers in a session's folder, and who plays through each."""


def default_command(cards: Path = _CARDS, environment: Mapping[str, str] = os.environ) -> str:
    """Find what plays a sound file where nothing else is set.

    Args:
        cards: ALSA's list of sound cards.
        environment: names the session's folder, in which a sound server would have its socket.

    Returns: the command: through the session's sound server, which keeps the card to itself, else on the card;
        empty if this machine has neither a card nor a server, or nothing that plays.
    """
    session = environment.get("XDG_RUNTIME_DIR", "")
    for socket, player in _SERVERS:
        if session and Path(session, socket).exists() and shutil.which(player):
            return player
    return "aplay -q" if _has_a_card(cards) and shutil.which("aplay") else ""


def _has_a_card(cards: Path) -> bool:
    try:
        return "[" in cards.read_text("utf-8", "replace")  # " 0 [Headphones     ]: ..."
    except OSError:
        return False


class Sounds:
    """Plays sounds, one at a time: a newer one cuts the older off.

    Args:
        command: plays the file whose name is put behind it; empty for the bell alone.
        folder: where the sound files are kept; made at the first sound.
        bell: rings the terminal's bell once.
        volume: how loud, 0 to 100. At 0 nothing sounds, nor does the bell. It goes by squares, as the ear does
            about: half the number is a quarter of the sound pressure (12 dB less).
    """

    def __init__(self, command: str, folder: Path, bell: Callable[[], None], *, volume: int = 100) -> None:
        self._command, self._folder, self._bell = shlex.split(command), folder, bell
        self._volume = volume
        self._playing: subprocess.Popen[bytes] | None = None

    def try_out(self) -> None:
        """Play nothing for a moment, so that a device that fails is known before the first sound."""
        if self._command and self._volume:
            self._started("silence", (Tone(0, 0.01),))

    def play(self, sound: Sound) -> None:
        """Starts a sound and does not wait for it."""
        self._hush()
        if not self._volume:
            return
        if not self._command or not self._started(sound, TONES[sound]):
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

    def _started(self, name: str, tones: tuple[Tone, ...]) -> bool:
        nowhere = subprocess.DEVNULL
        try:
            command = [*self._command, str(self._file(name, tones))]
            self._playing = subprocess.Popen(command, stdin=nowhere, stdout=nowhere, stderr=nowhere)
        except OSError as error:
            self._give_up(str(error))
            return False
        return True

    def _file(self, name: str, tones: tuple[Tone, ...]) -> Path:
        path = self._folder / f"{name}-{self._volume}.wav"
        if not path.exists():
            self._folder.mkdir(parents=True, exist_ok=True)
            _write(path, tones, self._volume)
        return path

    def _give_up(self, why: str) -> None:
        logging.getLogger(__name__).warning(
            "No sound from %s, the bell rings instead: %s", self._command[0], why
        )
        self._command = []


def _write(path: Path, tones: tuple[Tone, ...], volume: int) -> None:
    """Writes beside and renames, so that a player never meets half a file."""
    unfinished = path.with_suffix(f".{os.getpid()}.part")
    with wave.open(str(unfinished), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        for tone in tones:
            file.writeframes(array("h", samples(tone, volume)).tobytes())
    unfinished.replace(path)


def samples(tone: Tone, volume: int) -> list[int]:
    """A tone as 16-bit samples, `RATE` a second; `volume` is 0 to 100."""
    count, fade = round(tone.seconds * RATE), FADE * RATE
    peak = LOUDEST * (volume / 100) ** 2 * 32_767 if tone.hertz else 0.0
    step = 2 * pi * tone.hertz / RATE
    return [int(peak * min(1, n / fade, (count - n) / fade) * sin(step * n)) for n in range(count)]
