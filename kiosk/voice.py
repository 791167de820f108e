"""The speaker: says a sentence in a process of its own, and stops at once when somebody acts.

A program speaks (espeak-ng where it is installed), one sentence a process. It gets the words on its standard
input and never as an argument, which `ps` would show to everybody: a telephone number may be among them.
Nothing is queued and nothing is waited for; a program that hangs or fails costs a line in the log and never a
page. Surprising: it is killed as a group, because a command may be a shell that plays what another program
makes.
"""

from __future__ import annotations

import logging
import os
import shlex
import shutil
import signal
import subprocess
from collections.abc import Mapping
from typing import Final

log = logging.getLogger(__name__)

NONE: Final = "none"
"""The setting that leaves a machine mute although espeak-ng is on it."""

LOUDNESS: Final[Mapping[int, int]] = {1: 35, 2: 60, 3: 100}
"""The steps of the volume in percent of the loudest; the middle one is where everybody begins."""

_ESPEAK: Final = "espeak-ng"
_WORDS_A_MINUTE: Final = 145
"""espeak-ng's own 175 are too many for somebody who hears a sentence once."""
_VOICES: Final = {"nb": "nb", "nn": "nb", "da": "da", "en": "en-gb"}
"""espeak-ng's voices by our languages. It has none for nynorsk (1.51), and reads it well as bokmål."""
_LONGEST: Final = 4000
"""Characters of one sentence; a pipe takes them all at once, so that writing never waits."""


class Voice:
    """Speaks, if this machine has a program that can.

    Args:
        command: the setting `kiosk.speech_command`: the program and its arguments, in which `{language}` is
            our language code and `{volume}` the volume in percent, 1 to 100. Empty for espeak-ng, where it is
            installed; `none` for nobody.
    """

    def __init__(self, command: str) -> None:
        self._command = command
        self._speaking: subprocess.Popen[bytes] | None = None
        self._ended: list[subprocess.Popen[bytes]] = []
        self._complained = False
        self.is_there = _is_there(command)
        """Whether there is a program that speaks: without, nobody is offered to be read to."""

    def say(self, text: str, language: str, volume: int) -> None:
        """Say a text from now on, instead of whatever is being said.

        Args:
            text: one sentence or several, on one line.
            language: our code of its language.
            volume: 1 to 3.
        """
        self.hush()
        if not self.is_there or not text:
            return
        try:
            self._speaking = subprocess.Popen(
                self._argv(language, LOUDNESS[volume]),
                stdin=subprocess.PIPE,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                start_new_session=True,
            )
            self._hand_over(self._speaking, text[:_LONGEST] + "\n")
        except OSError as broken:
            self._complain(str(broken))

    def hush(self) -> None:
        """Stop at once. The program is killed and not waited for: `gather` takes it in later."""
        self.gather()
        speaking, self._speaking = self._speaking, None
        if speaking is not None:
            _kill(speaking)
            self._ended.append(speaking)

    def gather(self) -> None:
        """Take in the processes that have ended, so that none is left as a zombie. Waits for none."""
        self._ended = [one for one in self._ended if one.poll() is None]
        if self._speaking is not None and self._speaking.poll() is not None:
            if self._speaking.returncode:
                self._complain(f"exit status {self._speaking.returncode}")
            self._speaking = None

    def close(self) -> None:
        """Stop for good, and leave no process behind. Waits a second at most for one that will not die."""
        self.hush()
        for one in self._ended:
            try:
                one.wait(1)
            except subprocess.TimeoutExpired:
                log.warning("speech=left pid=%d", one.pid)
        self._ended = []

    def _argv(self, language: str, percent: int) -> list[str]:
        if not self._command:
            voice = _VOICES.get(language, language)
            # Its own scale of loudness ends at 200.
            return [_ESPEAK, "-v", voice, "-a", str(2 * percent), "-s", str(_WORDS_A_MINUTE), "--stdin"]
        facts = {"{language}": language, "{volume}": str(percent)}
        argv = shlex.split(self._command)
        for name, fact in facts.items():
            argv = [part.replace(name, fact) for part in argv]
        return argv

    @staticmethod
    def _hand_over(speaking: subprocess.Popen[bytes], text: str) -> None:
        if speaking.stdin is not None:
            with speaking.stdin as told:
                told.write(text.encode("utf-8", "replace"))

    def _complain(self, why: str) -> None:
        """Say once in the log what is the matter; the next sentence is tried all the same."""
        if not self._complained:
            log.warning("speech=failed command=%s why=%s", self._command or _ESPEAK, why)
        self._complained = True


def _is_there(command: str) -> bool:
    """Tell whether the program is installed; the log says what an operator may have mistyped."""
    if command == NONE:
        return False
    try:
        program = shlex.split(command)[0] if command else _ESPEAK
    except (ValueError, IndexError):
        log.warning("speech=off command=%s why=it cannot be read", command)
        return False
    found = shutil.which(program) is not None
    if command and not found:
        log.warning("speech=off command=%s why=there is no such program", command)
    return found


def _kill(speaking: subprocess.Popen[bytes]) -> None:
    try:
        os.killpg(speaking.pid, signal.SIGKILL)
    except ProcessLookupError:  # it ended by itself in this moment
        log.debug("speech=ended pid=%d", speaking.pid)
