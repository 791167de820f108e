"""Pictures for the tests: clean prints at a printer's dots, and what the benchmark's camera makes of labels."""

from __future__ import annotations

from pathlib import Path

import barcode
import cv2
import numpy as np
import segno
import zxingcpp
from numpy.typing import NDArray
from zxingcpp import BarcodeFormat as Format

Grey = NDArray[np.uint8]

ITEM, OTHER, CARD = "D00042177C", "D00000013J", "B01234566P"


def on_paper(dark: Grey, *, dots: int = 4, tall: int = 1, margin: int = 60) -> Grey:
    """Print modules, so many dots wide and `tall` times as high, on white paper."""
    printed = np.kron(dark, np.ones((dots * tall, dots), dtype=np.uint8))
    paper = np.where(np.pad(printed, margin) != 0, 0, 255)
    return paper.astype(np.uint8)


def bars(modules: str, *, dots: int = 3, margin: int = 60) -> Grey:
    """Print a row of modules as bars."""
    return on_paper(
        np.array([[one != "0" for one in modules]], dtype=np.uint8), dots=dots, tall=30, margin=margin
    )


def code128(text: str, *, dots: int = 3) -> Grey:
    return bars(barcode.Code128(text).build()[0], dots=dots)


def code39(text: str) -> Grey:
    return bars(barcode.Code39(text, add_checksum=False).build()[0])


def ean13(digits: str) -> Grey:
    return bars(barcode.EAN13(digits).build()[0])


def ean8(digits: str) -> Grey:
    return bars(barcode.EAN8(digits).build()[0])


def upca(digits: str) -> Grey:
    return bars(barcode.UPCA(digits).build()[0])


def qr(text: str, *, dots: int = 5, encoding: str | None = None) -> Grey:
    return squares(segno.make_qr(text, encoding=encoding), dots=dots)


def squares(symbol: segno.QRCode, *, dots: int = 5) -> Grey:
    return on_paper(np.array(list(symbol.matrix), dtype=np.uint8), dots=dots)


def written(text: str, kind: Format, *, gs1: bool = False) -> Grey:
    """Print what segno and python-barcode cannot write: GS1 data, Data Matrix, UPC-E, ITF, Codabar."""
    small = np.asarray(
        zxingcpp.create_barcode(text, kind, **({"gs1": True} if gs1 else {})).to_image(
            scale=1, add_quiet_zones=False
        )
    )
    return on_paper((small < 128).astype(np.uint8))


def together(*papers: Grey) -> Grey:
    """Lay pieces of paper above each other on one sheet."""
    widest = max(paper.shape[1] for paper in papers)
    return np.vstack(
        [np.pad(one, ((0, 0), (0, widest - one.shape[1])), constant_values=255) for one in papers]
    )


def turned(paper: Grey, degrees: float) -> Grey:
    """Turn a piece of paper on a table of middle grey, without losing a corner."""
    height, width = paper.shape
    side = int(np.hypot(height, width)) + 2
    turn = cv2.getRotationMatrix2D((width / 2, height / 2), degrees, 1)
    turn[:, 2] += ((side - width) / 2, (side - height) / 2)
    return np.asarray(cv2.warpAffine(paper, turn, (side, side), borderValue=(128,)), dtype=np.uint8)


def saved(grey: Grey, path: Path) -> Path:
    """Save a picture in the format that the file's name says."""
    assert cv2.imwrite(str(path), grey)
    return path
