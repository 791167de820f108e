"""What every screen looked like when somebody last looked at it, in four languages and three sizes.

A change of words or layout shows here as a difference to be read. When it is meant, look at it and take the
snapshots anew: `.venv/bin/pytest tests/kiosk/test_snapshots.py --snapshot-update`.
"""

from __future__ import annotations

import pytest
from syrupy.assertion import SnapshotAssertion

from kiosk.journey import values as v
from kiosk.screens.layout import lay_out
from kiosk.sentences import page
from tests.kiosk.every_screen import CARD, screens
from tests.kiosk.test_pages import SIZES, scene

LINE = "WHC-01"
"""A wheelchair: a long name, a note of two rows, parts that come off, things that go with it."""


def fullest_of_each_kind() -> list[v.Visit]:
    """Each kind of screen once, where it has most to say."""
    here = scene("nb")
    fullest: dict[type, tuple[int, v.Visit]] = {}
    for screen in screens(LINE):
        visit = v.Visit(screen=screen, card=CARD)
        words = sum(len(getattr(block, "text", "")) for block in page(visit, here).blocks)
        if words > fullest.get(type(screen), (-1, visit))[0]:
            fullest[type(screen)] = (words, visit)
    return [visit for _, visit in fullest.values()]


@pytest.mark.parametrize(("columns", "rows"), SIZES)
@pytest.mark.parametrize("language", ["nb", "nn", "da", "en"])
def test_every_screen_looks_as_it_did(
    snapshot: SnapshotAssertion, language: str, columns: int, rows: int
) -> None:
    here = scene(language)
    drawn = []
    for visit in fullest_of_each_kind():
        shown = lay_out(page(visit, here), columns, rows, help_word=here.words.t("help"))
        told = "\n".join(f"{'*' if row.strong else '|'}{row.text.rstrip()}" for row in shown)
        drawn.append(f"{type(visit.screen).__name__}\n{told}")
    assert "\n\n".join(drawn) == snapshot
