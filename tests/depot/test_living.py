"""What a process says beside the ledger for as long as it lives; the press and the screens say it so."""

from __future__ import annotations

import fcntl
import os
import threading
from pathlib import Path

from depot import living


def said(ledger: Path) -> list[object]:
    return [what for _, what in living.spoken(ledger, "test")]


def test_what_is_said_last_counts_until_it_is_taken_back(tmp_path: Path) -> None:
    ledger = tmp_path / "depot.db"
    word = living.Word(ledger, "test")
    word.say({"long": "x" * 100})
    word.say({"short": 1})
    assert said(ledger) == [{"short": 1}]
    assert living.is_alive(ledger, "test", word.token)
    word.close()
    word.say({"nobody": "hears"})
    assert said(ledger) == []
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_was_swept_away_while_it_was_made_is_made_anew(tmp_path: Path) -> None:
    """Who sweeps and who begins may do it at the same moment; here the one waits for the other's lock."""
    ledger = tmp_path / "depot.db"
    token = "7b0f2f4e-0000-4000-8000-000000000000"
    file = tmp_path / f"depot.db.test-{token}"
    sweeper = os.open(file, os.O_RDWR | os.O_CREAT)
    fcntl.flock(sweeper, fcntl.LOCK_SH)
    made: list[int] = []
    begins = threading.Thread(target=lambda: made.append(living._locked(file)))
    begins.start()
    waits = Path("/proc/locks")
    while not any("->" in line and str(os.getpid()) in line for line in waits.read_text().splitlines()):
        pass
    file.unlink()
    os.close(sweeper)
    begins.join()
    assert file.exists()
    assert living.is_alive(ledger, "test", token)
    os.close(made[0])
