"""Which scanners do not answer, said by the screens that should hear them, in small files beside the ledger.

A screen whose scanners are all there has no file; what a screen said that has ended since is not told.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

from depot import living

log = logging.getLogger(__name__)

_KIND = "scanners"


class Absences:
    """What one screen says of its scanners.

    Args:
        ledger: the ledger's file.
    """

    def __init__(self, ledger: Path) -> None:
        self._ledger = ledger
        self._word: living.Word | None = None
        self._since: dict[str, datetime] = {}

    def tell(self, scanner: str, *, is_there: bool, now: datetime) -> None:
        """Say that a scanner has come, or gone if that is new; no harm where it cannot be written.

        Args:
            now: aware, UTC.
        """
        if is_there:
            self._since.pop(scanner, None)
        else:
            self._since.setdefault(scanner, now)
        try:
            self._say()
        except OSError as error:
            log.error("absences=failed error=%s", error)

    def close(self) -> None:
        """Take the file away."""
        word, self._word = self._word, None
        if word is not None:
            word.close()

    def _say(self) -> None:
        if not self._since:
            self.close()
            return
        if self._word is None:
            living.sweep(self._ledger, _KIND)
            self._word = living.Word(self._ledger, _KIND)
        self._word.say({name: at.isoformat() for name, at in self._since.items()})


def absent(ledger: Path) -> Mapping[str, datetime]:
    """Tell which scanners do not answer, by name, and since when; aware, UTC."""
    found: dict[str, datetime] = {}
    for _, said in living.spoken(ledger, _KIND):
        for name, at in said.items():
            since = datetime.fromisoformat(at)
            found[name] = min(since, found.get(name, since))
    return found
