"""Pictures from anybody: whatever a file holds, the answer is its codes or one word, and it comes soon."""

from __future__ import annotations

import os
import random
import socket
import struct
import zlib
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from labels.reading import files
from labels.reading.files import read_bytes, read_file
from labels.reading.values import Flaw
from tests.labels.reading.pictures import ITEM, OTHER, code128, qr, saved, together


def encoded(picture: Image.Image, kind: str = "PNG", **options: object) -> bytes:
    out = BytesIO()
    picture.save(out, kind, **options)
    return out.getvalue()


def label() -> Image.Image:
    return Image.fromarray(qr(ITEM))


def texts(data: bytes) -> set[str]:
    reading = read_bytes(data)
    assert reading.flaw is None
    return {code.text for code in reading.codes}


def png(width: int, height: int, rows: bytes = b"") -> bytes:
    """A PNG whose header says what it likes."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    parts = (chunk(b"IHDR", header), chunk(b"IDAT", zlib.compress(rows)), chunk(b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)


# --- all kinds of pictures ---


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP", "TIFF", "BMP", "GIF", "PPM"])
def test_a_label_is_read_from_every_kind_of_file_that_people_have(kind: str) -> None:
    assert texts(encoded(label(), kind)) == {ITEM}


@pytest.mark.parametrize("mode", ["1", "L", "P", "RGB", "RGBA", "LA", "I;16"])
def test_a_png_may_have_any_mode(mode: str) -> None:
    deep = Image.fromarray(qr(ITEM).astype(np.uint16) * 40 + 20_000)
    assert texts(encoded(deep if mode == "I;16" else label().convert(mode))) == {ITEM}


@pytest.mark.parametrize("mode", ["CMYK", "YCbCr"])
def test_a_jpeg_may_be_for_a_printing_press(mode: str) -> None:
    assert texts(encoded(label().convert(mode), "JPEG")) == {ITEM}


def _odd_numbers() -> Image.Image:
    deep = qr(ITEM).astype(np.float32) / 255
    deep[0, :3] = (np.nan, np.inf, -np.inf)
    return Image.fromarray(deep)


def _lab() -> Image.Image:
    grey = label()
    return Image.merge("LAB", (grey, *[Image.new("L", grey.size, 128)] * 2))


@pytest.mark.parametrize(
    "make",
    [
        pytest.param(_odd_numbers, id="F"),
        pytest.param(_lab, id="LAB"),
        pytest.param(lambda: label().convert("CMYK"), id="CMYK"),
        pytest.param(lambda: Image.fromarray(qr(ITEM).astype(np.int32) * 40 - 3000), id="I"),
    ],
)
def test_a_tiff_may_have_any_mode(make: Callable[[], Image.Image]) -> None:
    assert texts(encoded(make(), "TIFF")) == {ITEM}


def test_what_is_transparent_is_white_paper() -> None:
    dark = Image.fromarray(255 - qr(ITEM))
    black = Image.new("L", dark.size, 0)
    assert texts(encoded(Image.merge("LA", (black, dark)))) == {ITEM}


@pytest.mark.parametrize("orientation", range(9))
def test_a_picture_is_seen_as_its_camera_was_held(orientation: int) -> None:
    """So that a code is where people see it; 2, 4, 5 and 7 are mirror images."""
    sheet = together(code128(ITEM), np.full((600, 10), 255, dtype=np.uint8))
    undone = {2: 0, 3: 3, 4: 1, 5: 5, 6: 2, 7: 6, 8: 4}
    picture = Image.fromarray(sheet)
    if orientation in undone:
        picture = picture.transpose(Image.Transpose(undone[orientation]))
    exif = Image.Exif()
    exif[0x0112] = orientation
    reading = read_bytes(encoded(picture, "JPEG", exif=exif.tobytes()))
    assert {code.text for code in reading.codes} == {ITEM}
    assert all(y < 250 for code in reading.codes for _, y in code.corners)


def test_exif_data_that_mean_nothing_turn_nothing() -> None:
    assert texts(encoded(label(), "JPEG", exif=b"Exif\0\0II*\0\xff\xff\xff\xff" + b"\xff" * 40)) == {ITEM}


@pytest.mark.parametrize("kind", ["GIF", "TIFF", "PNG", "WEBP"])
def test_of_a_film_the_first_picture_is_read(kind: str) -> None:
    film = encoded(label(), kind, save_all=True, append_images=[Image.fromarray(qr(OTHER))] * 50)
    assert texts(film) == {ITEM}


def test_a_picture_without_a_code_is_a_picture() -> None:
    reading = read_bytes(encoded(Image.new("L", (200, 100), 90)))
    assert (reading.codes, reading.flaw) == ((), None)


@pytest.mark.parametrize("size", [(1, 1), (1, 3000), (60_000, 1), (40_000, 4)])
def test_a_picture_may_have_any_shape(size: tuple[int, int]) -> None:
    assert texts(encoded(Image.new("RGB", size, "white"))) == set()


def test_a_telephones_picture_is_read_whole_and_told_where_it_is() -> None:
    large = np.full((3000, 4000), 170, dtype=np.uint8)
    here = qr(ITEM, dots=9)
    large[2400 : 2400 + here.shape[0], 3300 : 3300 + here.shape[1]] = here
    (code,) = read_bytes(encoded(Image.fromarray(large), "JPEG")).codes
    assert code.text == ITEM
    assert all(3300 < x < 4000 and 2400 < y < 3000 for x, y in code.corners)


# --- what is no picture ---


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(b"D00042177C", id="text"),
        pytest.param(random.Random(1).randbytes(5000), id="noise"),
        pytest.param(b"<svg xmlns='http://www.w3.org/2000/svg' width='9' height='9'/>", id="SVG"),
        pytest.param(b"%PDF-1.7\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF", id="PDF"),
        pytest.param(b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n(x) run\n", id="EPS"),
        pytest.param(b"PK\x03\x04" + b"\0" * 60, id="ZIP"),
        pytest.param(b"\0" * 1000, id="zeros"),
        pytest.param(b"\x89PNG\r\n\x1a\n", id="a PNG's first bytes"),
        pytest.param(b"\xff\xd8\xff", id="a JPEG's first bytes"),
    ],
)
def test_what_is_no_picture_is_called_so(data: bytes) -> None:
    assert read_bytes(data).flaw is Flaw.NO_IMAGE


def test_pillow_starts_no_program_for_a_picture() -> None:
    assert {"EPS", "WMF", "IM", "FPX"}.isdisjoint(files._FORMATS)


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP", "TIFF", "GIF", "BMP", "PPM"])
def test_a_picture_that_ends_too_early_is_damaged(kind: str) -> None:
    data = encoded(label().resize((600, 600)), kind)
    assert read_bytes(data[: len(data) * 2 // 3]).flaw is Flaw.DAMAGED


def test_an_empty_file_is_empty() -> None:
    assert read_bytes(b"").flaw is Flaw.EMPTY


def test_a_header_that_promises_too_much_is_not_unpacked() -> None:
    for side in (8001, 12_000, 60_000, 2**31 - 1):
        assert read_bytes(png(side, side)).flaw is Flaw.TOO_MANY_PIXELS


def test_few_bytes_that_would_unpack_to_many_pixels_are_left_packed() -> None:
    bomb = png(65_000, 65_000, b"\0" * 20_000_000)
    assert len(bomb) < 50_000
    assert read_bytes(bomb).flaw is Flaw.TOO_MANY_PIXELS


def test_a_png_that_says_more_than_it_has_is_damaged() -> None:
    assert read_bytes(png(3000, 3000, b"\0" * 100)).flaw is Flaw.DAMAGED


WHOLE = [encoded(label(), kind) for kind in ("PNG", "JPEG", "WEBP", "TIFF", "BMP", "GIF", "PPM")]


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=True)
@given(
    whole=st.sampled_from(WHOLE), where=st.lists(st.integers(0, 400), max_size=8), byte=st.integers(0, 255)
)
def test_a_picture_with_any_bytes_wrong_gives_a_code_of_ours_or_none(
    whole: bytes, where: list[int], byte: int
) -> None:
    spoilt = bytearray(whole)
    for place in where:
        spoilt[place % len(spoilt)] = byte
    reading = read_bytes(bytes(spoilt), budget_ms=0)
    assert {code.text for code in reading.codes} <= {ITEM}
    assert reading.flaw is None or not reading.codes


# --- what is no file ---


def test_a_file_is_read(tmp_path: Path) -> None:
    assert [code.text for code in read_file(saved(qr(ITEM), tmp_path / "label.png")).codes] == [ITEM]


def test_a_file_of_too_many_bytes_is_not_read_whole(tmp_path: Path) -> None:
    large = tmp_path / "large.png"
    with large.open("wb") as file:
        file.truncate(10**12)
    assert read_file(large).flaw is Flaw.TOO_LARGE


def _pipe(path: Path) -> None:
    os.mkfifo(path)


def _socket(path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(path))


def _link_to_a_device(path: Path) -> None:
    path.symlink_to("/dev/zero")


@pytest.mark.parametrize("make", [Path.mkdir, _pipe, _socket, _link_to_a_device])
def test_what_might_never_end_is_not_opened(
    make: Callable[[Path], None], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)  # a socket's name must be short
    make(Path("thing"))
    assert read_file(Path("thing")).flaw is Flaw.NO_FILE


@pytest.mark.parametrize("name", ["nothing", "a\0b", "x" * 5000, ""])
def test_what_is_not_there_is_missing(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    path = Path(name) if name else tmp_path / "loop"
    if not name:
        path.symlink_to(path)
    assert read_file(path).flaw is Flaw.MISSING


def test_a_file_that_is_somebody_elses_is_missing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Root may open everything, so the refusal is the system's in name only."""
    path = saved(qr(ITEM), tmp_path / "label.png")

    def refused(*_: object) -> int:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(os, "open", refused)
    assert read_file(path).flaw is Flaw.MISSING


def test_a_disk_that_fails_is_a_damaged_picture(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = saved(qr(ITEM), tmp_path / "label.png")

    def failing(*_: object, **__: object) -> None:
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(os, "fdopen", failing)
    assert read_file(path).flaw is Flaw.DAMAGED
