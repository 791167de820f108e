"""A camera's frames, one after the other."""

from __future__ import annotations

import numpy as np

from labels.reading.frames import FrameReader
from scripts.bench.yardstick.photographs import Shot, beside, code128, data_matrix, own_label, photograph
from tests.labels.reading.pictures import ITEM, code39, ean13, qr
from tests.labels.reading.pictures import code128 as printed

EMPTY = np.full((240, 320), 140, dtype=np.uint8)


def test_a_label_of_ours_is_read_from_one_frame() -> None:
    assert {code.text for code in FrameReader().read(qr(ITEM))} == {ITEM}
    assert {code.text for code in FrameReader().read(printed(ITEM))} == {ITEM}


def test_a_makers_square_is_read_from_one_frame() -> None:
    frame = photograph(
        beside(data_matrix("(01)07038010000010(21)S1")), Shot(), np.random.default_rng(1), frame=(480, 320)
    )
    assert [code.kind for code in FrameReader().read(frame)] == ["udi"]


def test_other_bars_are_believed_when_a_second_frame_says_the_same() -> None:
    camera = FrameReader()
    assert [len(camera.read(frame)) for frame in (ean13("703801000001"), ean13("703801000002"))] == [0, 0]
    assert [code.text for code in camera.read(ean13("703801000001"))] == ["7038010000010"]


def test_what_was_seen_long_ago_is_not_remembered() -> None:
    camera = FrameReader()
    camera.read(code39("LD0042"))
    for _ in range(4):
        assert camera.read(EMPTY) == ()
    assert camera.read(code39("LD0042")) == ()


def test_a_code_is_told_only_of_frames_that_show_it() -> None:
    camera = FrameReader()
    camera.read(code39("LD0042"))
    assert [code.text for code in camera.read(code39("LD0042"))] == ["LD0042"]
    assert camera.read(EMPTY) == ()


def test_a_label_that_lies_still_is_looked_at_another_way_each_time() -> None:
    """Slanted bars in the dark: no single look suffices, one in every six frames does."""
    rng = np.random.default_rng(5)
    slanted = photograph(beside(code128(ITEM)), Shot(turn=38), rng, frame=(640, 480))
    dark = photograph(own_label(ITEM), Shot(per_mm=7.5, light=0.1, noise=4), rng, frame=(640, 480))
    for frame in (slanted, dark):
        camera = FrameReader()
        assert ITEM in {code.text for _ in range(6) for code in camera.read(frame)}
