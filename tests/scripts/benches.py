"""A benchmark run to its end, as a person does it."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

BENCHES = Path(__file__).resolve().parents[2] / "scripts" / "bench"


def printed(bench: str, folder: Path) -> list[str]:
    """Run a benchmark's quick form, in some other folder and with nothing but its name; the lines that it prints."""
    started = subprocess.run(
        [str(BENCHES / bench), "--quick"],
        check=False,
        cwd=folder,
        env=os.environ | {"TMPDIR": str(folder)},
        capture_output=True,
        text=True,
        timeout=180,
    )
    assert started.returncode == 0, started.stderr
    assert started.stderr == ""
    assert list(folder.iterdir()) == [], "a benchmark clears away what it has made"
    return started.stdout.splitlines()
