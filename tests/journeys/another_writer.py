"""Somebody else who lends and takes back at the same ledger, without a pause, until told to stop.

Arguments: the clock's file, an item and a card. Says how many deeds it did when its standard input ends.
"""

from __future__ import annotations

import select
import sys
from pathlib import Path

from depot import lending
from depot.ledger import open_ledger
from depot.outcomes import CheckedOut
from depot.settings import load
from tests.journeys.clock import MovedClock


def main(file: Path, item: str, card: str) -> int:
    """Lend and take back; every deed must work."""
    clock, deeds = MovedClock(file), 0
    with open_ledger(load()) as ledger:
        print("begun", flush=True)
        while not select.select([sys.stdin], [], [], 0)[0]:
            now = clock.now()
            lent = ledger.perform(
                lambda conn, here, now=now: lending.check_out(conn, here, card=card, item=item, now=now)
            )
            assert isinstance(lent, CheckedOut), lent
            home = ledger.perform(
                lambda conn, here, now=now: lending.undo(conn, here, deed=lent.deed, now=now)
            )
            assert isinstance(home, tuple), home
            deeds += 2
    print(deeds, flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), sys.argv[2], sys.argv[3]))
