"""What can be broken. A refusal is not here: it is an answer (see outcomes).

DepotError
├── SettingsError        a settings file or variable says something we cannot use
├── Conflict             a constraint of the database stopped what a rule should have stopped
├── ImportRefused        an import file has rows that cannot be taken; nothing was written
└── LedgerError
    ├── LedgerMissing    no ledger at this place yet
    ├── LedgerInTheWay   a ledger is where one should be put back
    ├── LedgerInUse      another kiosk holds this ledger
    ├── LedgerTooNew     made by a newer version than this one
    ├── LedgerDamaged    the chain or the file is not what it was
    ├── LedgerReadOnly   the file or its file system cannot be written
    ├── LedgerBusy       another writer did not let go in time
    ├── DiskFull         no room; nothing of the deed was stored
    └── LedgerFault      reading or writing failed; what is stored is read again before the next deed
"""

from __future__ import annotations


class DepotError(Exception):
    """The root of everything that is broken rather than refused."""


class SettingsError(DepotError):
    """A setting that cannot be used, named by where it stands, what was wanted and what was found."""

    def __init__(self, where: str, key: str, wanted: str, got: object) -> None:
        self.where, self.key, self.wanted, self.got = where, key, wanted, got
        super().__init__(f"{where}: {key}: wanted {wanted}, got {got!r}")


class ImportRefused(DepotError):
    """An import with rows that cannot be taken.

    Args:
        rows: pairs of row number (the header is row 1, the file itself 0) and what is wrong with it.
    """

    def __init__(self, rows: tuple[tuple[int, str], ...]) -> None:
        self.rows = rows
        super().__init__("; ".join(f"row {number}: {what}" if number else what for number, what in rows))


class Conflict(DepotError):
    """The database itself refused what a rule should have refused; nothing was stored.

    Args:
        reason: the name of the refusal that the rule would have given (see `outcomes.Reason`).
    """

    def __init__(self, reason: str, said: str) -> None:
        self.reason = reason
        super().__init__(f"{reason}: {said}")


class LedgerError(DepotError):
    """Something is wrong with the ledger's file."""


class LedgerMissing(LedgerError):
    """There is no ledger at this place."""

    def __init__(self, place: str) -> None:
        super().__init__(f"no ledger at {place}; make one with: depot init")


class LedgerInTheWay(LedgerError):
    """There is a ledger where one should be put back."""

    def __init__(self, place: str) -> None:
        super().__init__(f"there is a ledger at {place} already; to move it aside: depot restore --replace")


class LedgerInUse(LedgerError):
    """Another kiosk holds this ledger."""

    def __init__(self, pid: str) -> None:
        self.pid = pid
        super().__init__(f"another kiosk is already open on this ledger (process {pid})")


class LedgerTooNew(LedgerError):
    """The ledger was written by a newer version."""

    def __init__(self, found: str, known: str) -> None:
        super().__init__(f"the ledger has schema {found}, newer than this version's {known}; upgrade Depot")


class LedgerDamaged(LedgerError):
    """What is stored is not what was written."""


class LedgerReadOnly(LedgerError):
    """The ledger cannot be written."""


class LedgerBusy(LedgerError):
    """Another writer held the ledger too long."""


class DiskFull(LedgerError):
    """There is no room to store the deed; nothing of it was stored."""


class LedgerFault(LedgerError):
    """Reading or writing the ledger failed. What is stored is read again before the next deed."""
