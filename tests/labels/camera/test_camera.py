"""`depot camera` before films and a camera in the network: what lies there is scanned once, and only once."""

from __future__ import annotations

import base64
import os
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from zxingcpp import BarcodeFormat as Format

from labels.camera.pace import SETTLING_SECONDS, SHARE
from labels.reading.frames import FrameReader
from scripts.bench.yardstick.photographs import Shot, beside, code128, photograph
from tests.labels.camera.child import Child
from tests.labels.camera.filming import SIZE, Grey, Table, film
from tests.labels.reading import pictures
from tests.labels.reading.pictures import CARD, ITEM, OTHER, qr
from tests.shown import NetworkCamera

RATE = 10
"""Frames a second of the films."""
GIAI = "(8004)7038010" + OTHER


def square(text: str) -> Grey:
    """A QR code on a piece of paper of 116 pixels."""
    return qr(text, dots=4)[44:-44, 44:-44]


def bars(text: str) -> Grey:
    """Code 128 on a piece of paper of 286 x 120 pixels."""
    return pictures.code128(text, dots=2)[30:-30, 40:-40]


def label(bars: Grey, square: Grey) -> Grey:
    """A piece of paper with bars, and a square beside them."""
    high = max(bars.shape[0], square.shape[0])
    both = (np.pad(one, ((0, high - one.shape[0]), (0, 0)), constant_values=255) for one in (bars, square))
    return np.hstack(list(both))


def the_story() -> Iterator[Grey]:
    """A label comes in, is in glare, is covered, leaves and comes again; then two at once; then one with a GIAI."""
    table, ours = Table(), label(bars(ITEM), square(ITEM))
    with_giai = label(bars(OTHER), pictures.written(GIAI, Format.QRCode, gs1=True)[44:-44, 44:-44])
    hand = np.full((270, 480), 90, dtype=np.uint8)
    for _ in range(RATE):
        yield table.with_()
    for left in range(480, 20, -100):  # it is brought in within half a second
        yield table.with_((ours, left, 60))
    for _ in range(RATE):
        yield table.with_((ours, 20, 60))
    for column in range(-200, 700, 150):  # and lies there while something mirrors the light
        yield table.with_((ours, 20, 60), glare_at=column)
    for top in (200, 100, 0, 0, 100, 200):
        yield table.with_((ours, 20, 60), (hand, 0, top))
    for _ in range(RATE):
        yield table.with_((ours, 20, 60))
    for _ in range(3 * RATE):
        yield table.with_()
    for _ in range(3 * RATE // 2):
        yield table.with_((ours, 10, 70))
    for _ in range(RATE // 2):
        yield table.with_()
    for _ in range(3 * RATE // 2):
        yield table.with_((square(OTHER), 280, 40), (square(CARD), 40, 80))
    for _ in range(3 * RATE):
        yield table.with_()
    for _ in range(3 * RATE // 2):
        yield table.with_((with_giai, 20, 60))


def test_each_label_is_scanned_once_for_each_time_that_it_is_shown(tmp_path: Path) -> None:
    with Child("--device", str(film(tmp_path / "story.avi", the_story(), RATE))) as child:
        assert "the recording has ended" in child.state("ended")
        assert child.process.wait(10) == 0
    assert child.codes[:2] == [ITEM, ITEM], "glare and a hand are no leaving, but to be gone for seconds is"
    first, second = [one["at"] for one in child.said if one.get("code") == ITEM]
    assert 4 < second - first < 9, "the second time is where it was shown again"
    assert child.codes[2:4] == [CARD, OTHER], "two that come together are told from left to right"
    last = [line for line in child.said if "code" in line][4:]
    assert {one["kind"] for one in last} == {"item"}
    assert len(last) == 1, "bars, and a GIAI around the same code, are one thing"


def test_a_label_that_lies_still_is_looked_at_in_every_way() -> None:
    """Bars across the table, in the dark, which the first look does not read; nothing moves when they lie there."""
    paper, rng = beside(code128(ITEM)), np.random.default_rng(5)
    dark = photograph(paper, Shot(per_mm=7.5, turn=38, light=0.12, noise=4), rng, frame=(640, 480))
    assert not FrameReader().read(dark), "else this tests nothing"
    with (
        NetworkCamera([np.full_like(dark, 40)]) as camera,
        Child("--device", camera.address) as child,
    ):
        child.state("there")
        camera.show(dark)
        child.code(ITEM)
        assert {one["code"] for one in stilled(child)["codes"]} == {ITEM}, (
            "the aiming page looks in every way, too"
        )
    assert child.codes == [ITEM]


def test_a_fan_takes_no_more_than_its_share_and_stillness_next_to_nothing(tmp_path: Path) -> None:
    table = Table()
    fan = [table.with_((np.full((150, 50), 230, dtype=np.uint8), left, 60)) for left in range(0, 450, 70)]
    with NetworkCamera(fan) as camera, Child("--device", camera.address) as child:
        child.state("there")
        time.sleep(0.5)  # what starting has cost is not counted
        assert used_in(1.5, child) < SHARE + 0.1
        camera.show(*[table.with_() for _ in range(5)])
        time.sleep(SETTLING_SECONDS + 0.5)
        assert used_in(2, child) < 0.2
        camera.show(*[table.with_((square(ITEM), 300, 90)) for _ in range(5)])
        child.code(ITEM)
        assert child.codes == [ITEM]


def used_in(seconds: float, child: Child) -> float:
    """Measure how much of one processor it uses for so long."""
    begun, used = time.monotonic(), child.processor_seconds()
    time.sleep(seconds)
    return (child.processor_seconds() - used) / (time.monotonic() - begun)


def test_a_camera_that_is_unplugged_is_found_again_and_what_lies_there_is_not_scanned_twice() -> None:
    table = Table()
    with (
        NetworkCamera([table.with_((square(ITEM), 100, 90))]) as camera,
        Child("--device", camera.address) as child,
    ):
        child.code(ITEM)
        camera.unplug()
        assert camera.address in child.state("gone")
        child.write("still")
        assert child.until(lambda line: "still" in line)["still"] is None, "nobody waits for a picture"
        camera.plug_in()
        for _ in range(2):
            assert camera.address in child.state("there")
            camera.cut()
            assert "it gives no picture any more" in child.state("gone")
        camera.show(table.with_((square(ITEM), 100, 90), (square(OTHER), 280, 90)))
        child.code(OTHER)
    assert child.codes == [ITEM, OTHER]


def test_a_camera_that_is_not_there_yet_is_named_once_and_waited_for(tmp_path: Path) -> None:
    device = tmp_path / "camera"
    with Child("--device", str(device)) as child:
        assert child.state("gone") == f"{device}: No such file or directory"
        film(tmp_path / "film.avi", [Table().with_((square(ITEM), 100, 90))] * RATE, RATE).rename(device)
        child.state("ended")
    assert child.codes == [ITEM]
    assert [line["state"] for line in child.said if "state" in line] == ["gone", "there", "ended"]
    assert child.error == "", "what libraries think of it fills no log"


def test_what_is_no_camera_is_said_in_one_line(tmp_path: Path) -> None:
    nothing = tmp_path / "nothing.avi"
    nothing.write_bytes(b"this is no film")
    for device, why in (
        (str(nothing), f"{nothing}: no pictures come from there"),
        ("/dev/null", "/dev/null: it is no camera, or another program has it"),
        ("http://me:sec@ret@127.0.0.1:9/video", "http://127.0.0.1:9/video: no pictures come from there"),
        (
            "http://127.0.0.1:9/video?user=me&pwd=secret",
            "http://127.0.0.1:9/video: no pictures come from there",
        ),
    ):
        with Child("--device", device) as child:
            assert child.state("gone") == why
            assert child.end() == 0
        assert child.error == ""


def test_a_pipe_that_nobody_writes_into_does_not_keep_it_from_ending(tmp_path: Path) -> None:
    silent = tmp_path / "silent"
    os.mkfifo(silent)
    with Child("--device", str(silent)) as child:
        child.write("nonsense")
        child.write("still")
        assert child.until(lambda line: "still" in line)["still"] is None
        assert child.end() == 0
    assert "Expected still or end on standard input, got 'nonsense'" in child.error


def test_a_still_shows_what_is_read_and_whether_it_is_seen_finely_enough() -> None:
    table, far = Table(), qr(OTHER, dots=2)[30:-30, 30:-30]
    frame = table.with_((square(ITEM), 40, 90), (far, 300, 90))
    blurred = cv2.GaussianBlur(frame, (0, 0), 2)
    with NetworkCamera([frame]) as camera, Child("--device", camera.address) as child:
        child.code(OTHER)
        told = stilled(child)
        camera.show(np.asarray(blurred, dtype=np.uint8))
        soft = stilled(child)
        for _ in range(50):  # one that was under way shows what was there before
            if soft["sharpness"] != told["sharpness"]:
                break
            soft = stilled(child)
    jpeg = np.frombuffer(base64.b64decode(told["jpeg"]), dtype=np.uint8)
    shown = cv2.imdecode(jpeg, cv2.IMREAD_GRAYSCALE)
    assert shown is not None
    assert shown.shape == (270, 480)
    assert (told["width"], told["height"]) == SIZE
    codes = {one["code"]: one for one in told["codes"]}
    assert (codes[ITEM]["enough"], codes[OTHER]["enough"]) == (True, False)
    assert codes[ITEM]["pixels_a_module"] == pytest.approx(4, abs=0.3)
    assert np.array(codes[ITEM]["corners"])[:, 0].min() == pytest.approx(40 + 16, abs=5)
    assert told["brightness"] == pytest.approx(frame.mean(), abs=3)
    assert soft["sharpness"] < told["sharpness"]


def stilled(child: Child) -> dict[str, Any]:
    """Ask for a still."""
    child.write("still")
    told: dict[str, Any] = child.until(lambda line: "still" in line)["still"]
    return told


def test_the_settings_name_the_camera(tmp_path: Path) -> None:
    device = film(tmp_path / "film.avi", [Table().with_((square(ITEM), 100, 90))] * RATE, RATE)
    said = tmp_path / "depot.toml"
    said.write_text(f'[[scanner]]\nname = "above"\nkind = "camera"\ndevice = "{device}"\n', "utf-8")
    settings = {"DEPOT_SETTINGS": str(said)}
    with Child("--scanner", "above", env=settings) as child:
        child.state("ended")
    assert child.codes == [ITEM]
    with Child("--scanner", "below", env=settings) as child:
        assert child.process.wait(10) == 2
        with pytest.raises(AssertionError):
            child.state("there")
    assert "Expected the name of a camera in the settings (above), got 'below'." in child.error
