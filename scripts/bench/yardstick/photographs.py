"""Pictures of labels as a camera would take them, made from nothing but a seed.

A label is drawn flat, 20 pixels a millimetre; a camera then sees it small, turned, tilted, out of focus, in
poor light. How much of each is in `CONDITIONS`, and the levels are guesses: no camera and no printed label
was measured. Beside them pictures that hold no code at all, but what codes are made of: bars, squares, print.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import barcode
import cv2
import numpy as np
import segno
import zxingcpp
from numpy.typing import NDArray

from depot.codes import Kind, mint

Grey = NDArray[np.uint8]

FRAME = (1280, 720)
"""Width and height of what the camera takes, in pixels."""

_PER_MM = 20
_BAR, _QR_MODULE, _MATRIX_MODULE = 0.35, 0.5, 0.5
"""Millimetres, rounded so that a module is a whole number of drawn pixels."""


@dataclass(frozen=True, slots=True)
class Shot:
    """How a label is seen. Angles in degrees, everything else in pixels of the frame or parts of one."""

    per_mm: float = 9.0
    """Pixels of the frame for a millimetre of the label."""
    turn: float = 0.0
    tilt: float = 0.0
    """How much shorter the far side is than the near one, as a part of it."""
    blur: float = 0.6
    """Standard deviation of the lens's own softness, and of a wrong focus."""
    motion: float = 0.0
    """Length of the way that the label went while the shutter was open."""
    light: float = 1.0
    """How much of the range from black to white there is left."""
    noise: float = 3.0
    """Standard deviation of the sensor's noise, in grey levels."""
    glare: float = 0.0
    """Size of a white spot, as a part of the label's width."""
    cover: float = 0.0
    """How much of the label's width a thumb covers."""


@dataclass(frozen=True, slots=True)
class Photograph:
    """A picture and the texts in it, one for each symbol; several symbols may hold the same text."""

    what: str
    grey: Grey
    texts: tuple[str, ...]


def _grey(picture: cv2.typing.MatLike) -> Grey:
    return np.asarray(picture, dtype=np.uint8)


# --- symbols and labels ---


def code128(text: str, *, height: float = 12) -> Grey:
    """Draw Code 128 with its quiet zones."""
    (modules,) = barcode.Code128(text).build()
    return _bars(modules, height)


def gs1_128(readable: str, *, height: float = 12) -> Grey:
    """Draw GS1-128 from element strings as they are printed for people: `(01)...(21)...`."""
    return _modules(zxingcpp.BarcodeFormat.Code128, readable, _BAR, gs1=True, height=height)


def code39(text: str, *, height: float = 12) -> Grey:
    """Draw Code 39 without the check character that nobody in this field uses."""
    (modules,) = barcode.Code39(text, add_checksum=False).build()
    return _bars(modules, height)


def ean13(digits: str, *, height: float = 15) -> Grey:
    """Draw EAN-13 from twelve digits or thirteen."""
    modules = barcode.EAN13(digits).build()[0].replace("G", "1")
    return _bars(modules, height)


def qr(text: str, *, error: str = "h") -> Grey:
    """Draw a QR code of level H, as our labels have it."""
    matrix = np.array(list(segno.make_qr(text, error=error, boost_error=False).matrix), dtype=np.uint8)
    return _drawn(np.pad(matrix, 4), _QR_MODULE, _QR_MODULE)


def data_matrix(readable: str) -> Grey:
    """Draw a GS1 Data Matrix, as makers have it on devices."""
    return _modules(zxingcpp.BarcodeFormat.DataMatrix, readable, _MATRIX_MODULE, gs1=True)


def _bars(modules: str, height: float) -> Grey:
    row = np.array([[int(one) for one in modules.strip("0")]], dtype=np.uint8)
    return _drawn(np.pad(row, ((0, 0), (10, 10))), _BAR, height)


def _modules(
    kind: zxingcpp.BarcodeFormat, text: str, module: float, *, gs1: bool, height: float | None = None
) -> Grey:
    image = np.asarray(zxingcpp.create_barcode(text, kind, gs1=gs1).to_image(scale=1, add_quiet_zones=False))
    dark = (image < 128).astype(np.uint8)
    if height is None:
        return _drawn(np.pad(dark, 2), module, module)
    return _drawn(np.pad(dark[:1], ((0, 0), (10, 10))), module, height)


def _drawn(dark: Grey, width: float, height: float) -> Grey:
    """Draw modules of so many millimetres, dark ones black."""
    drawn = np.kron(dark, np.ones((round(height * _PER_MM), round(width * _PER_MM)), dtype=np.uint8))
    return np.where(drawn != 0, 20, 235).astype(np.uint8)


def beside(*drawn: Grey, words: str = "", gap: float = 4) -> Grey:
    """Put symbols beside each other on white paper with a line of print under them."""
    space = round(gap * _PER_MM)
    height = max(one.shape[0] for one in drawn) + (160 if words else 0) + 2 * space
    width = sum(one.shape[1] + space for one in drawn) + space
    paper = np.full((height, width), 235, dtype=np.uint8)
    left = space
    for one in drawn:
        paper[space : space + one.shape[0], left : left + one.shape[1]] = one
        left += one.shape[1] + space
    if words:
        cv2.putText(paper, words, (space, height - space), cv2.FONT_HERSHEY_SIMPLEX, 3.2, 20, 8)
    return paper


def above(*papers: Grey) -> Grey:
    """Put pieces of paper of one width above each other."""
    return np.vstack(papers)


def own_label(code: str) -> Grey:
    """Draw a label of ours: both symbols and the eight digits."""
    return beside(code128(code), qr(code), words=f"{code[1:5]} {code[5:9]}")


# --- the camera ---


def photograph(paper: Grey, shot: Shot, rng: np.random.Generator, *, frame: tuple[int, int] = FRAME) -> Grey:
    """Take a picture of a piece of paper that lies on something of no even grey.

    Args:
        paper: drawn, 20 pixels a millimetre.
        frame: width and height in pixels.
    """
    width, height = frame
    seen = _seen(_spoiled(paper, shot, rng), shot, rng, frame)
    if shot.motion:
        seen = _grey(cv2.filter2D(seen, -1, _streak(shot.motion, rng.uniform(0, 180))))
    if shot.blur:
        seen = _grey(cv2.GaussianBlur(seen, (0, 0), shot.blur))
    lit = 14 + seen.astype(np.float32) * (shot.light * 0.92)
    lit += rng.normal(0, shot.noise, (height, width)).astype(np.float32)
    return _grey(np.clip(lit, 0, 255))


def _spoiled(paper: Grey, shot: Shot, rng: np.random.Generator) -> Grey:
    """Lay a spot of glare and a thumb on the paper."""
    height, width = paper.shape
    spoiled = paper.copy()
    if shot.cover:
        left = int(rng.uniform(0, 1 - shot.cover) * width)
        top = int(rng.uniform(0.25, 0.75) * height)
        spoiled[top:, left : left + int(shot.cover * width)] = 120
    if shot.glare:
        spot = np.zeros(paper.shape, dtype=np.float32)
        centre = (int(rng.uniform(0.1, 0.9) * width), int(rng.uniform(0.1, 0.9) * height))
        radius = shot.glare * width / 2
        cv2.ellipse(spot, centre, (int(radius), int(radius / 2)), rng.uniform(0, 180), 0, 360, 1, -1)
        soft = cv2.GaussianBlur(spot, (0, 0), radius / 6)
        spoiled = _grey(spoiled + (255 - spoiled) * soft)
    return spoiled


def _seen(paper: Grey, shot: Shot, rng: np.random.Generator, frame: tuple[int, int]) -> Grey:
    """Map the paper into the frame, four rays a pixel."""
    (height, width), (across, down) = paper.shape, frame
    shrink = shot.per_mm / _PER_MM
    flat = np.array([(-width, -height), (width, -height), (width, height), (-width, height)]) * shrink / 2
    flat[1] *= 1 - shot.tilt
    flat[2] *= 1 - shot.tilt
    angle = np.deg2rad(shot.turn)
    turned = flat @ np.array([(np.cos(angle), np.sin(angle)), (-np.sin(angle), np.cos(angle))])
    room = np.maximum(np.array(frame) / 2 - np.abs(turned).max(axis=0) - 4, 0)
    corners = turned + np.array(frame) / 2 + rng.uniform(-room, room)
    source = np.array([(0, 0), (width, 0), (width, height), (0, height)], dtype=np.float32)
    around = _ground(rng, (2 * across, 2 * down))
    matrix = cv2.getPerspectiveTransform(source, (2 * corners).astype(np.float32))
    soft = cv2.GaussianBlur(paper, (0, 0), max(_PER_MM / shot.per_mm / 4, 0.1))
    cv2.warpPerspective(soft, matrix, (2 * across, 2 * down), around, borderMode=cv2.BORDER_TRANSPARENT)
    return _grey(cv2.resize(around, frame, interpolation=cv2.INTER_AREA))


def _ground(rng: np.random.Generator, size: tuple[int, int]) -> Grey:
    coarse = rng.uniform(60, 150, (5, 8)).astype(np.float32)
    return _grey(cv2.resize(coarse, size, interpolation=cv2.INTER_CUBIC))


def _streak(length: float, angle: float) -> NDArray[np.float32]:
    size = 2 * int(np.ceil(length / 2)) + 3
    kernel = np.zeros((size, size), dtype=np.float32)
    middle = size / 2 - 0.5
    way = np.array((np.cos(np.deg2rad(angle)), np.sin(np.deg2rad(angle)))) * length / 2
    ends = [tuple(round(16 * (middle + sign * part)) for part in way) for sign in (-1, 1)]
    cv2.line(kernel, ends[0], ends[1], 1, 1, cv2.LINE_AA, 4)
    return np.asarray(kernel / kernel.sum(), dtype=np.float32)


# --- what there is to see ---

SMALLEST = 1.6
"""Pixels a bar's module has at the least in these pictures; below 2.5 readers begin to read wrong."""

Draw = Callable[[np.random.Generator], Shot]


def _mild(rng: np.random.Generator) -> Shot:
    return Shot(per_mm=rng.uniform(7.5, 11), turn=rng.uniform(-6, 6), noise=rng.uniform(2, 5))


def _typical(rng: np.random.Generator) -> Shot:
    shot = replace(
        _mild(rng), turn=rng.uniform(0, 360), tilt=rng.uniform(0, 0.15), blur=rng.uniform(0.6, 1.2)
    )
    return replace(shot, light=rng.uniform(0.4, 1), noise=rng.uniform(3, 7), glare=rng.choice([0, 0.15]))


def _hard(rng: np.random.Generator) -> Shot:
    shot = replace(_typical(rng), per_mm=rng.uniform(5.5, 8), motion=rng.uniform(0, 3))
    return replace(shot, light=rng.uniform(0.15, 0.5), noise=rng.uniform(5, 10))


CONDITIONS: dict[str, Draw] = {
    "clean":       _mild,
    "turned":      lambda rng: replace(_mild(rng), turn=rng.uniform(0, 360)),
    "tilted":      lambda rng: replace(_mild(rng), tilt=rng.uniform(0.15, 0.35)),
    "out of focus": lambda rng: replace(_mild(rng), blur=rng.uniform(1.4, 2.6)),
    "moved":       lambda rng: replace(_mild(rng), motion=rng.uniform(3, 7)),
    "noisy":       lambda rng: replace(_mild(rng), noise=rng.uniform(10, 20)),
    "dark":        lambda rng: replace(_mild(rng), light=rng.uniform(0.08, 0.2), noise=rng.uniform(3, 6)),
    "glare":       lambda rng: replace(_mild(rng), glare=rng.uniform(0.2, 0.5)),
    "covered":     lambda rng: replace(_mild(rng), cover=rng.uniform(0.1, 0.25)),
    "small":       lambda rng: replace(_mild(rng), per_mm=rng.uniform(SMALLEST / _BAR, 6.5)),
    "typical":     _typical,
    "hard":        _hard,
}  # fmt: skip


def own_code(rng: np.random.Generator) -> str:
    """Draw a code of an item."""
    return mint(Kind.ITEM, f"{rng.integers(10**7):07d}")


def _gtin(rng: np.random.Generator) -> str:
    return str(barcode.EAN13(f"70{rng.integers(10**10):010d}").get_fullcode())


def _labels(rng: np.random.Generator) -> Iterator[tuple[str, Grey, tuple[str, ...]]]:
    """One piece of paper of every kind, new texts each time."""
    code, other, gtin = own_code(rng), own_code(rng), _gtin(rng)
    serial = f"{rng.integers(10**6):06d}"
    yield "Code 128", beside(code128(code), words=code), (code,)
    yield "QR", beside(qr(code), words=code[1:9]), (code,)
    yield "our label", own_label(code), (code, code)
    yield "two labels", above(beside(code128(code)), beside(code128(other))), (code, other)
    yield "EAN-13", beside(ean13(gtin), words=gtin), (gtin,)
    yield "Data Matrix", beside(data_matrix(f"(01)0{gtin}(21){serial}")), (f"010{gtin}21{serial}",)
    yield "Code 39", beside(code39(f"LD{serial}"), words=serial), (f"LD{serial}",)


LABELS = ("Code 128", "QR", "our label", "two labels", "EAN-13", "Data Matrix", "Code 39")


def photographs(seed: int, condition: str) -> Iterator[Photograph]:
    """Take a picture of one label of every kind under one condition."""
    rng = np.random.default_rng([seed, list(CONDITIONS).index(condition)])
    for what, paper, texts in _labels(rng):
        shot = CONDITIONS[condition](rng)
        widest = 0.97 * FRAME[1] * _PER_MM / float(np.hypot(*paper.shape))
        yield Photograph(what, photograph(paper, replace(shot, per_mm=min(shot.per_mm, widest)), rng), texts)


# --- what is no code ---


def codeless(seed: int) -> Iterator[Photograph]:
    """Make one picture of every kind that holds no code."""
    rng = np.random.default_rng([seed, 1_000])
    width, height = FRAME
    across, down = np.meshgrid(np.arange(width), np.arange(height))
    noise = rng.integers(0, 256, (height, width), dtype=np.uint8)
    yield Photograph("noise", noise, ())
    yield Photograph("coarse noise", _enlarged(rng.integers(0, 2, (height // 6, width // 6)) * 255), ())
    yield Photograph("stripes", _striped(rng), ())
    yield Photograph("even stripes", ((across // rng.integers(3, 9) % 2) * 200 + 20).astype(np.uint8), ())
    side = rng.integers(6, 40)
    yield Photograph("squares", (((across // side + down // side) % 2) * 200 + 20).astype(np.uint8), ())
    yield Photograph("print", _printed(rng), ())
    yield Photograph("gradient", (across * 255 // width).astype(np.uint8), ())
    yield Photograph("weave", _woven(across, down, rng), ())


def _enlarged(small: NDArray[np.int64]) -> Grey:
    return _grey(cv2.resize(small.astype(np.uint8), FRAME, interpolation=cv2.INTER_NEAREST))


def _striped(rng: np.random.Generator) -> Grey:
    """Bars of any width in several bands: a bookshelf, a blind, a radiator."""
    picture = np.empty((FRAME[1], FRAME[0]), dtype=np.uint8)
    for band in np.array_split(np.arange(FRAME[1]), 6):
        widths = rng.integers(2, 14, FRAME[0])
        dark = np.repeat(np.arange(len(widths)) % 2, widths)[: FRAME[0]]
        picture[band] = (dark * 200 + 20).astype(np.uint8)
    return _grey(cv2.GaussianBlur(picture, (0, 0), 0.8))


def _printed(rng: np.random.Generator) -> Grey:
    page = np.full((FRAME[1], FRAME[0]), 230, dtype=np.uint8)
    for line in range(20, FRAME[1], 24):
        words = "".join(rng.choice(list("IlH|1iLTEmnu 0123456789")) for _ in range(90))
        cv2.putText(page, words, (10, line), cv2.FONT_HERSHEY_SIMPLEX, 0.7, 30, 2)
    return page


def _woven(across: NDArray[np.int64], down: NDArray[np.int64], rng: np.random.Generator) -> Grey:
    threads = np.sin(across / rng.uniform(1, 4)) + np.sin(down / rng.uniform(1, 4))
    return np.clip(128 + 50 * threads + rng.normal(0, 10, across.shape), 0, 255).astype(np.uint8)
