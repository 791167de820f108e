"""Lending processes are killed at any moment: what they acknowledged is there, and nothing is half done."""

from __future__ import annotations

import contextlib
import random
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from depot.checking import check
from depot.ledger import open_ledger
from depot.outcomes import Already, CheckedOut
from tests.depot.house import settings_for
from tests.depot.storage import lender
from tests.depot.storage.conftest import ClerkAtADistance, Died
from tests.depot.storage.trace import failing

CallClerk = Callable[..., ClerkAtADistance]

KILLS = 300
OPENING, LENDING = 0.08, 0.004
"""Seconds within which a kill may come: while the ledger is opened, and after an acknowledged deed."""


def test_what_was_acknowledged_before_a_kill_is_stored(fast_file: Path, clerk: CallClerk) -> None:
    """Up to three at a time lend until they are killed: at once, or after some deeds and a moment more."""
    file, chance = fast_file, random.Random(9)
    with open_ledger(settings_for(file)) as ledger:
        house = lender.in_stock(ledger)
    acknowledged: set[str] = set()
    killed = checked = 0
    while killed < KILLS:
        lending = [clerk(file) for _ in range(chance.choice((1, 2, 3)))]
        for one in lending:
            one.begins(lender.lend_on, seed=chance.randrange(2**32), house=house)
        for one in lending:
            deeds = chance.randrange(4)
            acknowledged.update([one.answers() for _ in range(deeds)])
            time.sleep(chance.random() * (LENDING if deeds else OPENING))
            one.dies()
        killed += len(lending)
        acknowledged.update(key for one in lending for key in _last_words(one))
        assert acknowledged <= lender.keys_in(file)
        if killed >= (checked + 1) * 50:
            checked += 1
            assert check(file).broken == ()
    assert checked >= KILLS // 50
    assert len(acknowledged) > KILLS


def test_a_check_out_killed_at_any_of_its_writes_is_stored_whole_or_not_at_all(
    file: Path, clerk: CallClerk
) -> None:
    """The kill comes at the first write of the deed, at the second, and so on until it has no more."""
    with open_ledger(settings_for(file)) as ledger:
        item, card = lender.an_item_and_a_card(ledger)
    for number in range(1, 200):
        lends = clerk(file)
        lends.does(lender.open_up)
        with failing(lends.pid, f"pwrite64:signal=KILL:when={number}"):
            try:
                outcome = lends.does(lender.check_out, item=item, card=card)
            except Died:
                outcome = None
        lends.dies()
        asks = clerk(file)
        again = asks.does(lender.check_out, item=item, card=card)
        assert asks.does(lender.unsound) == []
        if outcome is not None:
            assert isinstance(again, Already), f"acknowledged and lost at write {number}"
            break
        assert isinstance(again, CheckedOut | Already)
        asks.does(lender.check_in, item=item)
        asks.does(lender.clean, item=item)
        asks.does(lender.close)
    assert outcome is not None
    assert number > 10, "a check-out has more writes than these: the kills did not hit it"


def _last_words(clerk: ClerkAtADistance) -> Iterator[str]:
    """What it had told before it was killed and nobody has heard yet."""
    with contextlib.suppress(Died):
        while True:
            yield clerk.answers()
