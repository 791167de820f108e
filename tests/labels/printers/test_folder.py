"""A folder as a printer: files that are whole or not there."""

from __future__ import annotations

import errno
import os
import stat
import subprocess
import sys
import uuid
from pathlib import Path

import pytest

from labels.printers import Condition, Fate, PrinterTrouble, Why
from labels.printers.folder import FolderPrinter
from tests.labels.printers.conftest import opened
from tests.labels.printers.documents import job

ENOUGH_FOR_NONE = 64
"""Bytes that a file may have, in the test of a full disk."""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "spool" / "depot"


def test_a_job_is_a_file_by_its_key_in_a_folder_that_nobody_else_reads(folder: Path) -> None:
    printer, told = opened(f"folder://{folder}"), job()
    assert printer.condition() == Condition(ready=True)
    assert printer.find(told.key) is None

    remote = printer.send(told)

    assert [one.name for one in folder.iterdir()] == [f"{told.key}.pdf"]
    assert (folder / f"{told.key}.pdf").read_bytes() == told.document
    assert stat.S_IMODE(folder.stat().st_mode) == stat.S_IMODE(folder.parent.stat().st_mode) == 0o700
    assert printer.find(told.key) == remote
    assert printer.fate(remote).fate is Fate.PRINTED


def test_the_same_job_twice_is_one_file(folder: Path) -> None:
    printer, told = opened(f"folder://{folder}"), job()
    assert printer.send(told) == printer.send(told)
    assert len(list(folder.iterdir())) == 1


def test_what_came_out_stays_when_the_job_is_called_off(folder: Path) -> None:
    printer, told = opened(f"folder://{folder}"), job()
    printer.cancel(printer.send(told))
    assert printer.find(told.key)


def test_what_another_program_took_away_has_come_out(folder: Path) -> None:
    printer, told = opened(f"folder://{folder}"), job()
    remote = printer.send(told)
    (folder / f"{told.key}.pdf").unlink()
    assert printer.fate(remote).fate is Fate.PRINTED


def test_a_half_file_of_a_killed_press_is_no_job_and_does_no_harm(folder: Path) -> None:
    printer, told = opened(f"folder://{folder}"), job()
    folder.mkdir(parents=True)
    (folder / f".{told.key}.pdf.part").write_bytes(b"%PDF" * 10_000)
    assert printer.find(told.key) is None
    printer.send(told)
    assert [one.read_bytes() for one in folder.iterdir()] == [told.document]


def test_a_link_that_somebody_laid_there_is_not_followed(folder: Path, tmp_path: Path) -> None:
    printer, told = opened(f"folder://{folder}"), job()
    folder.mkdir(parents=True)
    precious = tmp_path / "precious"
    precious.write_text("precious")
    (folder / f".{told.key}.pdf.part").symlink_to(precious)
    with pytest.raises(PrinterTrouble):
        printer.send(told)
    assert precious.read_text() == "precious"


@pytest.mark.parametrize("key", ["", "..", "../../etc/cron.d/x", "D0042170K", "0" * 31, "\0"])
def test_a_key_that_is_no_uuid_is_refused(folder: Path, key: str) -> None:
    printer = opened(f"folder://{folder}")
    told = job(key=key or "-")
    with pytest.raises(PrinterTrouble) as sent:
        printer.send(told)
    with pytest.raises(PrinterTrouble) as sought:
        printer.find(key)
    assert sent.value.why is sought.value.why is Why.REFUSED
    assert not folder.exists()


def test_something_else_in_its_place_is_told(tmp_path: Path) -> None:
    (tmp_path / "spool").write_text("a file")
    printer = opened(f"folder://{tmp_path}/spool/depot")
    assert printer.condition().why is Why.UNREACHABLE
    with pytest.raises(PrinterTrouble) as wrong:
        printer.send(job())
    assert (wrong.value.why, wrong.value.may_have_printed) == (Why.UNREACHABLE, False)
    with pytest.raises(PrinterTrouble) as lost:
        printer.find(str(uuid.uuid4()))
    assert lost.value.why is Why.UNREACHABLE


_AS_NOBODY = """
import os, sys
from pathlib import Path
from labels.printers import PrinterTrouble
from labels.printers.folder import FolderPrinter
from tests.labels.printers.documents import job
told = job()
os.setresuid(65534, 65534, 65534)
printer = FolderPrinter("desk", Path(sys.argv[1]))
print(printer.condition().why)
try:
    printer.send(told)
except PrinterTrouble as trouble:
    print(trouble.why, trouble.may_have_printed)
"""
ROOT = Path(__file__).parents[3]


@pytest.fixture
def read_only(tmp_path: Path) -> Path:
    """A folder that its own user may not write in."""
    place = tmp_path / "closed"
    place.mkdir(mode=0o555)
    return place


def test_a_folder_that_may_not_be_written_is_told(read_only: Path) -> None:
    """Root may write anywhere, so that as root somebody else has to try."""
    if os.geteuid() == 0:
        for one in (read_only, *read_only.parents[:3]):
            one.chmod(one.stat().st_mode | 0o055)
        command = [sys.executable, "-c", _AS_NOBODY, str(read_only)]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
        assert done.stdout.split() == ["refused", "refused", "False"]
        return
    printer = opened(f"folder://{read_only}")
    assert printer.condition().why is Why.REFUSED
    with pytest.raises(PrinterTrouble) as closed:
        printer.send(job())
    assert (closed.value.why, closed.value.may_have_printed) == (Why.REFUSED, False)


def test_a_full_disk_leaves_no_half_file(folder: Path) -> None:
    """A limit on the size of files stands for the disk: the kernel refuses in the middle of the write."""
    script = (
        "import resource, signal, sys; from pathlib import Path;"
        "from labels.printers import PrinterTrouble; from labels.printers.folder import FolderPrinter;"
        "from tests.labels.printers.documents import job; told = job();"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN);"
        f"resource.setrlimit(resource.RLIMIT_FSIZE, ({ENOUGH_FOR_NONE}, resource.RLIM_INFINITY));"
        "printer = FolderPrinter('desk', Path(sys.argv[1]))\n"
        "try: printer.send(told)\n"
        "except PrinterTrouble as trouble: print(trouble.may_have_printed)"
    )
    command = [sys.executable, "-B", "-c", script, str(folder)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"
    assert list(folder.iterdir()) == []


@pytest.mark.parametrize(
    ("number", "why"),
    [
        (errno.ENOSPC, Why.STOPPED),
        (errno.EDQUOT, Why.STOPPED),
        (errno.EROFS, Why.REFUSED),
        (errno.EIO, Why.UNREACHABLE),
    ],
)
def test_what_the_disk_says_is_told_as_a_reason(folder: Path, number: int, why: Why) -> None:
    reason, said = FolderPrinter("desk", folder)._reason(OSError(number, os.strerror(number)))
    assert reason is why
    assert os.strerror(number) in said
