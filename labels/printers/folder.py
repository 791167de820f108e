"""A folder as a printer: every job is a PDF there, named by its key.

For trying things out, for a depot that hands its papers to another program, and for tests. A file is whole
or not there: it is written beside its name, made durable, and then renamed.
"""

from __future__ import annotations

import contextlib
import errno
import os
import uuid
from dataclasses import dataclass
from pathlib import Path

from labels.printers import Condition, Fate, PrintJob, Told, Why
from labels.printers.manners import trouble

_NO_LEAVE = frozenset({errno.EACCES, errno.EPERM, errno.EROFS})
_NO_ROOM = frozenset({errno.ENOSPC, errno.EDQUOT})


@dataclass(frozen=True, slots=True)
class FolderPrinter:
    """A folder.

    Args:
        name: of the `[[printer]]`; folder: where; made, with its parents, when it is first needed.
    """

    name: str
    folder: Path

    def condition(self) -> Condition:
        """Say whether a file could be written there now."""
        try:
            self._made()
        except OSError as failed:
            why, said = self._reason(failed)
            return Condition(ready=False, why=why, said=said)
        if not os.access(self.folder, os.W_OK | os.X_OK):
            return Condition(ready=False, why=Why.REFUSED, said=f"no leave to write in {self.folder}")
        return Condition(ready=True)

    def send(self, job: PrintJob) -> str:
        """Write the document; the same key again puts the same file in the old one's place."""
        final = self._file(job.key)
        beside = final.with_name(f".{final.name}.part")
        renamed = False
        try:
            self._made()
            self._write(beside, job.document)
            beside.replace(final)
            renamed = True
            _make_names_durable(self.folder)
        except OSError as failed:
            with contextlib.suppress(OSError):  # told is what failed first
                beside.unlink(missing_ok=True)
            why, said = self._reason(failed)
            raise trouble(self.name, why, said, may_have_printed=renamed) from failed
        return final.stem

    def fate(self, remote: str) -> Told:
        """Printed: what was written is out of our hands, also when another program has taken it away."""
        return Told(Fate.PRINTED, said=remote)

    def cancel(self, remote: str) -> None:
        """Do nothing: what is in the folder has come out."""

    def find(self, key: str) -> str | None:
        """Say whether the file is there."""
        file = self._file(key)
        try:
            file.stat()
        except FileNotFoundError:
            return None
        except OSError as failed:
            why, said = self._reason(failed)
            raise trouble(self.name, why, said) from failed
        return file.stem

    def _file(self, key: str) -> Path:
        """Name the file. Only a UUID is a name here, so that no key leads out of the folder."""
        try:
            return self.folder / f"{uuid.UUID(key)}.pdf"
        except ValueError as wrong:
            raise trouble(self.name, Why.REFUSED, f"the key {key!r} is no UUID") from wrong

    def _made(self) -> None:
        if not self.folder.is_dir():
            missing = [one for one in (self.folder, *self.folder.parents) if not one.exists()]
            for one in reversed(missing):
                one.mkdir(mode=0o700, exist_ok=True)
                _make_names_durable(one.parent)

    def _write(self, file: Path, octets: bytes) -> None:
        flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW | os.O_CLOEXEC
        with open(os.open(file, flags, 0o600), "wb") as stream:  # noqa: PTH123 - Path.open knows no such flags
            stream.write(octets)
            stream.flush()
            os.fsync(stream.fileno())

    def _reason(self, failed: OSError) -> tuple[Why, str]:
        said = f"{self.folder}: {failed.strerror or failed}"
        if failed.errno in _NO_LEAVE:
            return Why.REFUSED, said
        return (Why.STOPPED if failed.errno in _NO_ROOM else Why.UNREACHABLE), said


def _make_names_durable(folder: Path) -> None:
    """Make a new name durable, which is written in the folder and not in the file (fsync(2))."""
    opened = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)
