"""A lending at a shell waits for no screen, camera or page: what is slow is imported by its own verb.

Import-linter sees who imports whom, but not when; this asks the interpreter.
"""

import os
import subprocess
import sys
from pathlib import Path

import pytest

SLOW = {
    "alembic": "315 ms, for migrations only",
    "barcode": "29 ms, for labels only",
    "biip": "99 ms, for codes that are not our own",
    "cv2": "150 ms and 43 MB, for pictures only",
    "escpos": "240 ms, for receipt printers only",
    "holidays": "for filling a table once a year",
    "numpy": "110 ms, for pictures only",
    "PIL": "21 ms, for pictures only",
    "phonenumbers": "for a number somebody types",
    "pyipp": "with its client for the web, for the press only",
    "pypdfium2": "for labels only",
    "reportlab": "56 ms, for labels only",
    "sqlalchemy.orm": "225 ms with the models; deeds are Core",
    "textual": "160 ms, for the two terminal programs",
    "zxingcpp": "for labels and pictures only",
}


def imported_by(*argv: str) -> set[str]:
    """Runs a program and returns the names of all modules that it imported, as the interpreter tells them."""
    told = subprocess.run(
        argv,
        env=os.environ | {"PYTHONPROFILEIMPORTTIME": "1"},
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    ).stderr
    return {line.rpartition("|")[2].strip() for line in told.splitlines() if line.startswith("import time:")}


@pytest.mark.parametrize(
    "argv",
    [
        pytest.param([sys.executable, "-c", "import depot.command"], id="import depot.command"),
        pytest.param(
            [str(Path(sys.executable).with_name("depot")), "lend", "--help"], id="depot lend --help"
        ),
    ],
)
def test_the_front_door_opens_without_anything_slow(argv: list[str]) -> None:
    imported = imported_by(*argv)
    assert "depot.command" in imported
    assert {name: why for name, why in SLOW.items() if name in imported} == {}
