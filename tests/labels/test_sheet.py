"""Sheets: where labels lie, what is skipped, what a printer is off by, and that long runs need little memory."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any, cast

import pypdfium2
import pytest

from depot.own import Kind, mint
from depot.words import Words, words_in
from labels import raster, sheet
from labels.designs import DESIGNS
from labels.errors import DoesNotFit
from labels.media import MEDIA
from labels.proof import prove
from labels.says import Asset, Says
from labels.sheet import Drawn, Setup
from tests.labels.examples import HOUSE, ITEM

L7160 = MEDIA["avery-l7160"]
WORDS = words_in("nb")


def labels(number: int) -> Iterator[tuple[Says, Words]]:
    for one in range(number):
        yield Asset(mint(Kind.ITEM, f"{one:07d}"), "Rullator, innendørs", HOUSE), WORDS


def drawn(number: int, **setup: Any) -> tuple[bytes, list[Drawn]]:
    seen: list[Drawn] = []
    medium = setup.pop("medium", L7160)
    document, _ = sheet.document(
        labels(number), DESIGNS["asset"], Setup(medium, medium.dpi, **setup), each=seen.append
    )
    return document, seen


def test_twenty_four_labels_take_two_sheets_of_twenty_one() -> None:
    document, seen = drawn(24)
    assert [one.page for one in seen] == [1] * 21 + [2] * 3
    assert len(pypdfium2.PdfDocument(document)) == 2
    first, second, fourth = seen[0], seen[1], seen[3]
    assert (first.left, first.top) == (7.2, 15.15)
    assert (second.left, second.top) == pytest.approx((7.2 + 66.04, 15.15))
    assert (fourth.left, fourth.top) == pytest.approx((7.2, 15.15 + 38.1))
    assert prove(document, seen).flaws == ()


def test_a_used_sheet_is_begun_where_its_first_label_is_left() -> None:
    _, seen = drawn(20, skip=3)
    assert (seen[0].left, seen[0].top) == pytest.approx((7.2, 15.15 + 38.1))
    assert [one.page for one in seen] == [1] * 18 + [2] * 2
    assert (seen[18].left, seen[18].top) == (7.2, 15.15)


def test_more_to_skip_than_a_sheet_has_is_refused() -> None:
    with pytest.raises(DoesNotFit, match="21 to skip"):
        drawn(1, skip=21)


def test_what_a_printer_is_off_by_moves_labels_and_leaves_their_size() -> None:
    _, plain = drawn(21)
    _, moved = drawn(21, offset_x=-0.5, offset_y=1.25, scale_x=2000, scale_y=-1000)
    for before, after in zip(plain, moved, strict=True):
        assert after.left == pytest.approx(before.left * 1.002 - 0.5)
        assert after.top == pytest.approx(before.top * 0.999 + 1.25)
        assert (after.width, after.height) == (before.width, before.height)
    assert plain[0].marks == moved[0].marks


def test_the_page_is_the_size_that_the_medium_says_and_viewers_are_asked_not_to_scale_it() -> None:
    document, _ = drawn(1)
    page = pypdfium2.PdfDocument(document)[0]
    assert [round(points / 72 * 25.4, 2) for points in page.get_size()] == [210.0, 297.0]
    assert b"/PrintScaling /None" in document


def test_the_same_labels_are_the_same_bytes() -> None:
    assert drawn(3)[0] == drawn(3)[0]


def test_only_embedded_typefaces_are_used() -> None:
    document, _ = drawn(1)
    assert document.count(b"/FontFile2") == 2
    assert b"/BaseFont /Helvetica" not in document


def test_paper_without_end_is_as_long_as_its_text() -> None:
    from tests.labels.examples import examples

    medium = MEDIA["receipt-80"]
    much, little = (
        sheet.document([(one, WORDS)], DESIGNS["loan"], Setup(medium, 203))[1]
        for one in examples("loan", "nb")
    )
    assert 60 < little.page_height < much.page_height < 250


class Forgetful(io.RawIOBase):
    """A file that keeps only how much was written to it."""

    def __init__(self) -> None:
        self.written = 0

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        self.written += len(data)
        return len(data)


def test_a_page_leaves_for_its_file_before_the_next_is_drawn() -> None:
    """What a run of any length keeps in memory is one page; the benchmark measures it."""
    file, seen = Forgetful(), []
    sheet.write(
        cast("IO[bytes]", file),
        labels(84),
        DESIGNS["asset"],
        Setup(L7160, 600),
        done=lambda number: seen.append((number, file.written)),
    )
    at = dict(seen)
    page = at[43] - at[22]
    assert page > 5_000
    assert at[22] - at[21] == pytest.approx(page, rel=0.2), "the first page left when the second was begun"
    assert at[64] - at[43] == pytest.approx(page, rel=0.2)
    assert at[42] == at[23], "nothing of a page is written before it is full"


def test_a_long_document_is_whole(tmp_path: Path) -> None:
    file = tmp_path / "many.pdf"
    told: list[int] = []
    with file.open("wb") as out:
        written = sheet.write(out, labels(700), DESIGNS["asset"], Setup(L7160, 600), done=told.append)
    assert (written.labels, written.pages) == (700, 34)
    assert told == list(range(1, 701))
    document = pypdfium2.PdfDocument(file)
    assert len(document) == 34
    document.close()
    *_, last = raster.pages(file, 100)
    assert last.crop((0, 0, 300, 200)).getextrema()[0] == 0
    assert ITEM not in file.name
