"""The speaker: one sentence at a time, cut off by the next, and never in anybody's way."""

from __future__ import annotations

import logging
import os
import shutil
import signal
import subprocess
import time
import wave
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from kiosk.voice import LOUDNESS, Voice


@pytest.fixture
def program(tmp_path: Path) -> Callable[[str], str]:
    """Make a program that speaks: `program('cat >"$1"')`. Its folder is `$HERE`."""

    def make(script: str) -> str:
        file = tmp_path / "speaker"
        file.write_text(f"#!/bin/sh\nHERE={tmp_path}\n{script}\n")
        file.chmod(0o755)
        return str(file)

    return make


@pytest.fixture
def speaking() -> Iterator[Callable[[str], Voice]]:
    """Voices that are closed after the test."""
    voices: list[Voice] = []

    def make(command: str) -> Voice:
        voices.append(Voice(command))
        return voices[-1]

    yield make
    for voice in voices:
        voice.close()


def patiently(is_true: Callable[[], object], *, what: str) -> None:
    """Wait for what another process does; nothing tells when it has."""
    deadline = time.monotonic() + 20
    while not is_true():
        assert time.monotonic() < deadline, f"no sign of {what}"
        time.sleep(0.005)


def comes(file: Path) -> str:
    """Wait for a file with something in it."""
    patiently(lambda: file.exists() and file.read_text("utf-8"), what=f"something in {file.name}")
    return file.read_text("utf-8")


def is_alive(pid: int) -> bool:
    """Whether a process runs; a zombie is there and does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def test_the_program_is_told_language_and_volume_and_hears_the_text(
    program: Callable[[str], str], speaking: Callable[[str], Voice], tmp_path: Path
) -> None:
    command = program('text=$(cat); printf "%s|%s|%s|%s" "$1" "$2" "$3" "$text" >"$HERE/said"')
    speaking(f"{command} -v {{language}} -a{{volume}}").say("Lånet er i orden.", "nn", 2)
    assert comes(tmp_path / "said") == f"-v|nn|-a{LOUDNESS[2]}|Lånet er i orden."


def test_what_is_said_is_never_seen_in_the_list_of_processes(
    program: Callable[[str], str], speaking: Callable[[str], Voice], tmp_path: Path
) -> None:
    command = program('tr "\\0" " " <"/proc/$$/cmdline" >"$HERE/line"; env >>"$HERE/line"; cat >/dev/null')
    speaking(command).say("0 7 0 1, 7 4 0 6", "nb", 2)
    assert "0 7 0 1" not in comes(tmp_path / "line")


def test_a_newer_sentence_cuts_the_older_one_off_and_whatever_it_had_started(
    program: Callable[[str], str], speaking: Callable[[str], Voice], tmp_path: Path
) -> None:
    voice = speaking(
        program('sleep 60 & echo "$$ $!" >"$HERE/pids.part"; mv "$HERE/pids.part" "$HERE/pids"; wait')
    )
    voice.say("En lang setning.", "nb", 2)
    shell, sleeper = map(int, comes(tmp_path / "pids").split())
    (tmp_path / "pids").unlink()

    voice.say("En ny setning.", "nb", 2)

    patiently(lambda: not is_alive(shell) and not is_alive(sleeper), what="the end of the older sentence")
    newer, _ = map(int, comes(tmp_path / "pids").split())
    assert is_alive(newer)
    voice.hush()
    patiently(lambda: not is_alive(newer), what="silence")


def test_no_zombie_is_left(
    program: Callable[[str], str], speaking: Callable[[str], Voice], tmp_path: Path
) -> None:
    voice = speaking(program('echo $$ >>"$HERE/pids"'))
    for _ in range(3):
        voice.say("Ja.", "nb", 2)
        patiently(lambda: _gathered(voice), what="an end")
    pids = [int(pid) for pid in comes(tmp_path / "pids").split()]
    assert len(pids) == 3
    assert not any(Path(f"/proc/{pid}").exists() for pid in pids)


def _gathered(voice: Voice) -> bool:
    voice.gather()
    return voice._speaking is None


def test_a_program_that_reads_nothing_and_hangs_delays_nobody(
    program: Callable[[str], str], speaking: Callable[[str], Voice]
) -> None:
    """It is not waited for: saying the next thing comes back while it still hangs."""
    voice = speaking(program("exec sleep 60"))
    voice.say("x" * 100_000, "nb", 2)
    assert voice._speaking is not None
    assert voice._speaking.poll() is None
    voice.say("y", "nb", 2)


@pytest.mark.parametrize("script", ["exit 3", "kill -SEGV $$", "exec 0<&-; exit 1"])
def test_a_program_that_fails_is_told_of_once_and_tried_again(
    script: str,
    program: Callable[[str], str],
    speaking: Callable[[str], Voice],
    caplog: pytest.LogCaptureFixture,
) -> None:
    voice = speaking(program(f'echo . >>"$HERE/tries"; {script}'))
    for _ in range(3):
        voice.say("Ja.", "nb", 2)
        patiently(lambda: _gathered(voice), what="an end")
    told = [record for record in caplog.records if record.levelno >= logging.WARNING]
    assert len(told) == 1
    assert "speech=failed" in told[0].getMessage()
    assert voice.is_there


def test_a_program_that_vanishes_is_outlived(
    program: Callable[[str], str], speaking: Callable[[str], Voice], caplog: pytest.LogCaptureFixture
) -> None:
    command = program("cat >/dev/null")
    voice = speaking(command)
    Path(command).unlink()
    voice.say("Ja.", "nb", 2)
    voice.say("Ja.", "nb", 2)
    assert [record.getMessage().split()[0] for record in caplog.records] == ["speech=failed"]


@pytest.mark.parametrize(
    ("command", "says"), [("no-such-speaker {language}", "no such program"), ('say "', "cannot be read")]
)
def test_a_command_that_cannot_be_leaves_the_station_mute_and_says_why(
    command: str, says: str, speaking: Callable[[str], Voice], caplog: pytest.LogCaptureFixture
) -> None:
    voice = speaking(command)
    assert not voice.is_there
    assert says in caplog.text
    voice.say("Ja.", "nb", 2)
    assert voice._speaking is None


def test_without_espeak_or_with_none_nobody_is_offered_to_be_read_to(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert not Voice("").is_there
    (tmp_path / "espeak-ng").write_text("#!/bin/sh\n")
    (tmp_path / "espeak-ng").chmod(0o755)
    assert Voice("").is_there
    assert not Voice("none").is_there


@pytest.mark.parametrize(("language", "voice"), [("nb", "nb"), ("nn", "nb"), ("da", "da"), ("en", "en-gb")])
def test_espeak_is_used_where_it_is_installed_with_a_voice_for_each_language(
    language: str, voice: str, program: Callable[[str], str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    spoken = program('text=$(cat); echo "$*|$text" >"$HERE/said"')
    shutil.copy(spoken, tmp_path / "espeak-ng")
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
    speaker = Voice("")
    speaker.say("Takk.", language, 3)
    argv, text = comes(tmp_path / "said").strip().split("|")
    speaker.close()
    assert text == "Takk."
    assert argv.startswith(f"-v {voice} -a 200 ")


@pytest.mark.parametrize("language", ["nb", "nn", "da", "en"])
def test_the_real_espeak_says_a_sentence_in_every_language(language: str, tmp_path: Path) -> None:
    """Its voices and options are what they are taken for; scripts/setup --tests installs it."""
    file = tmp_path / "said.wav"
    argv = Voice("")._argv(language, LOUDNESS[2])
    text = "Lånet er i orden. 0 0 0 4, 2 1 7 7. Ja: trykk 1."
    done = subprocess.run([*argv, "-w", str(file)], input=text.encode(), capture_output=True, check=True)
    assert done.stderr == b""
    with wave.open(str(file)) as said:
        assert said.getnframes() / said.getframerate() > 3


def test_the_voice_that_closes_leaves_no_process(program: Callable[[str], str], tmp_path: Path) -> None:
    voice = Voice(program('echo $$ >"$HERE/pid"; trap "" TERM; exec sleep 60'))
    voice.say("Ja.", "nb", 2)
    pid = int(comes(tmp_path / "pid"))
    voice.close()
    assert not Path(f"/proc/{pid}").exists()
    with pytest.raises(ProcessLookupError):
        os.kill(pid, signal.SIGCONT)
