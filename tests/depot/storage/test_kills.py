"""Lending processes are killed at any moment: what they acknowledged is there, and nothing is half done."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from depot.checking import check
from depot.ledger import open_ledger
from depot.outcomes import Already, CheckedOut
from tests.depot.house import settings_for
from tests.depot.storage import lender
from tests.depot.storage.conftest import ClerkAtADistance, Died
from tests.depot.storage.trace import failing

CallClerk = Callable[..., ClerkAtADistance]

LEDGERS, KILLS = 6, 50
"""Three hundred kills; a ledger of their own for every fifty, because opening a long one takes longer."""


@pytest.mark.parametrize("seed", range(LEDGERS))
def test_what_was_acknowledged_before_a_kill_is_stored(fast_file: Path, clerk: CallClerk, seed: int) -> None:
    """Processes lend until they are killed: at once, or after some deeds and a moment more."""
    acknowledged = clerk(fast_file).does(lender.kill_lenders, seed=seed, kills=KILLS)
    assert len(acknowledged) > KILLS
    assert acknowledged <= lender.keys_in(fast_file)
    assert check(fast_file).broken == ()


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
