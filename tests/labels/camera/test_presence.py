"""What is in the picture: told once until it has left, whatever the light and the picture's size do meanwhile."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count

import cv2
import numpy as np
import pytest

from labels.camera.motion import glance
from labels.camera.presence import InSight
from labels.reading.frames import FrameReader
from labels.reading.views import Grey
from tests.labels.camera.filming import Table
from tests.labels.reading.pictures import ITEM, qr

PAPER = qr(ITEM, dots=4)[44:-44, 44:-44]


class Watched:
    """A camera's picture that is looked at five times a second."""

    def __init__(self) -> None:
        self._reader, self._in_sight = FrameReader(), InSight()
        self._clock: Iterator[int] = count()

    def sees(self, grey: Grey, seconds: float = 0.2) -> list[str]:
        """Look at a picture for so long; what is told to be new in it."""
        told = []
        for _ in range(round(seconds * 5)):
            codes = self._reader.read(grey)
            new = self._in_sight.look(codes, glance(grey), grey.shape[1], next(self._clock) * 0.2)
            told += [code.text for code in new]
        return told


@pytest.fixture
def watched() -> Watched:
    return Watched()


def lit(grey: Grey, share: float) -> Grey:
    return np.asarray(grey * share, dtype=np.uint8)


def test_a_label_that_is_taken_away_and_comes_again_is_new_again(watched: Watched) -> None:
    table = Table()
    with_label, bare = table.with_((PAPER, 100, 90)), table.with_()
    assert watched.sees(with_label, 2) == [ITEM]
    assert watched.sees(bare, 3) == []
    assert watched.sees(with_label, 2) == [ITEM]


@pytest.mark.parametrize("light", [0.0, 0.05], ids=["black", "nearly black"])
def test_in_the_dark_nothing_leaves(watched: Watched, light: float) -> None:
    with_label = Table().with_((PAPER, 100, 90))
    assert watched.sees(with_label, 2) == [ITEM]
    assert watched.sees(lit(with_label, light), 10) == []
    assert watched.sees(with_label, 2) == [], "it has lain there all the time"


def test_what_was_taken_away_in_the_dark_has_left_once_it_is_light(watched: Watched) -> None:
    table = Table()
    with_label, bare = table.with_((PAPER, 100, 90)), table.with_()
    watched.sees(with_label, 2)
    watched.sees(lit(with_label, 0.0), 5)
    assert watched.sees(bare, 3) == []
    assert watched.sees(with_label, 2) == [ITEM]


def test_a_picture_of_another_size_is_compared_where_the_label_lay(watched: Watched) -> None:
    table = Table()
    with_label, bare = table.with_((PAPER, 340, 140)), table.with_()
    assert watched.sees(with_label, 2) == [ITEM]
    twice = np.asarray(cv2.resize(bare, None, fx=2, fy=2), dtype=np.uint8)
    assert watched.sees(twice, 3) == []
    assert watched.sees(with_label, 2) == [ITEM], "it had been taken away when the picture had grown"
