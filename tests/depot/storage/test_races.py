"""Eight processes reach for the same thing at the same moment, 200 times: one has it, seven hear no."""

from __future__ import annotations

from multiprocessing.context import ForkServerContext
from pathlib import Path

from depot.checking import check
from depot.outcomes import CheckedOut, Outcome, Reason, Refused
from depot.tables import loan
from tests.depot.house import STICK, House
from tests.depot.storage import lender
from tests.depot.storage.conftest import PATIENCE

RACERS, ROUNDS = 8, 200


def test_of_eight_who_reach_for_one_thing_one_has_it_and_seven_hear_no(
    fast_file: Path, warm: ForkServerContext
) -> None:
    house = House(fast_file)
    items = house.stand(ROUNDS, STICK)
    cards = [house.confirmed() for _ in range(RACERS)]
    house.close()

    heard = _race(warm, fast_file, cards, items)

    house = House(fast_file)
    still_open = {row.item: row.key for row in house.rows(loan, ended=None)}
    house.close()
    for item, answers in zip(items, zip(*heard, strict=True), strict=True):
        won = [answer for answer in answers if isinstance(answer, CheckedOut)]
        assert [answer.key for answer in won] == [still_open[item]]
        lost = [answer.reasons for answer in answers if isinstance(answer, Refused)]
        assert lost == [(Reason.ON_LOAN_TO_OTHER,)] * (RACERS - 1)
    assert check(fast_file).broken == ()


def test_eight_who_open_a_ledger_at_once_reserve_its_space_once(
    fast_file: Path, warm: ForkServerContext
) -> None:
    house = House(fast_file)
    cards = [house.confirmed() for _ in range(RACERS)]
    house.close()
    _race(warm, fast_file, cards, items=[])
    ballast = Path(f"{fast_file}.ballast")
    assert ballast.stat().st_size == 1024 * 1024
    assert ballast.stat().st_mode & 0o777 == 0o600


def _race(warm: ForkServerContext, file: Path, cards: list[str], items: list[str]) -> list[list[Outcome]]:
    """Let one process for each card reach for all items, one after the other; what each of them heard."""
    start = warm.Barrier(len(cards), timeout=PATIENCE)
    racers = []
    for card in cards:
        mine, theirs = warm.Pipe(duplex=False)
        process = warm.Process(target=lender.race, args=(file, start, card, items, theirs), daemon=True)
        process.start()
        theirs.close()
        racers.append((process, mine))
    heard = []
    for process, mine in racers:
        assert mine.poll(2 * PATIENCE), "a racer has not answered"
        heard.append(mine.recv())
        process.join()
    return heard
