"""Somebody else who lends and takes it back at the same ledger, over and over, until told to stop.

Arguments: the clock's file, an item and a card. Says how many deeds it did when its standard input ends.
"""

from __future__ import annotations

import select
import sys
from functools import partial
from pathlib import Path

from depot import lending
from depot.ledger import open_ledger
from depot.outcomes import CheckedOut
from depot.settings import load
from tests.journeys.clock import MovedClock

PAUSE = 0.01
"""Seconds between two deeds and the next two: some fifty deeds a second, more than any desk does."""


def main(file: Path, item: str, card: str) -> int:
    """Lend and undo; every deed must work."""
    clock, deeds = MovedClock(file), 0
    with open_ledger(load()) as ledger:
        print("begun", flush=True)
        while not select.select([sys.stdin], [], [], PAUSE)[0]:
            now = clock.now()
            lent = ledger.perform(partial(lending.check_out, card=card, item=item, now=now))
            assert isinstance(lent, CheckedOut), lent
            undone = ledger.perform(partial(lending.undo, deed=lent.deed, now=now))
            assert isinstance(undone, tuple), undone
            deeds += 2
    print(deeds, flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), sys.argv[2], sys.argv[3]))
