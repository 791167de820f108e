"""What labels are printed on: one table of stock, and the stock that a depot adds in its settings.

A medium says where on the page each label begins and how large it is, in millimetres from the top left
corner; nothing else here knows a page. The geometry of the sheets is the makers' as LibreOffice's and
gLabels' tables give it, where both agree to a third of a millimetre; stock that the tables disagree about
is not here: measure it, and add it as a `[[medium]]`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from depot.errors import SettingsError
from depot.settings import Settings, Stock


class MediumKind(StrEnum):
    """How a medium comes out of its printer."""

    SHEET = "sheet"
    """Many labels on a page."""
    ROLL = "roll"
    """One label a page, black on whatever colour the roll has."""
    CARD = "card"
    """One card a page."""
    RECEIPT = "receipt"
    """Paper without end: as long as what stands on it."""


@dataclass(frozen=True, slots=True)
class Medium:
    """Label stock. All lengths are millimetres.

    Args:
        name: what it is called on the command line and in the settings.
        kind: how it comes out of its printer.
        width: of one label; height: of one label, 0 where it is as long as what stands on it.
        columns, rows: labels across and down a page; left, top: where the first one begins.
        pitch_x, pitch_y: from one label's left (top) edge to the next one's.
        page_width, page_height: of the page; height 0 like the label's.
        margin: how close to its label's edge nothing is printed: what the printer cannot reach, or what a
            slip of the paper may cut off.
        dpi: the printer dots in an inch that its codes are made for, unless the printer's settings say more.
    """

    name: str
    kind: MediumKind
    width: float
    height: float
    columns: int = 1
    rows: int = 1
    left: float = 0.0
    top: float = 0.0
    pitch_x: float = 0.0
    pitch_y: float = 0.0
    page_width: float = 0.0
    page_height: float = 0.0
    margin: float = 1.5
    dpi: int = 600

    @property
    def labels_a_page(self) -> int:
        """How many labels one page holds."""
        return self.columns * self.rows

    @property
    def is_endless(self) -> bool:
        """Whether its labels are as long as what stands on them."""
        return self.height == 0

    def cells(self) -> Iterator[tuple[float, float]]:
        """Give the top left corner of each label on a page, row by row."""
        for row in range(self.rows):
            for column in range(self.columns):
                yield self.left + column * self.pitch_x, self.top + row * self.pitch_y


_A4 = (210.0, 297.0)
_LETTER = (215.9, 279.4)

# name, columns, rows, label width and height, left, top, pitch across and down, page, margin
_SHEETS = (
    ("avery-l7160",    3,  7, 63.50, 38.10,  7.20, 15.15, 66.04, 38.10, _A4,     1.5),
    ("avery-l7163",    2,  7, 99.06, 38.10,  4.67, 15.15, 101.6, 38.10, _A4,     1.5),
    ("avery-l7159",    3,  8, 64.00, 33.86,  6.46, 13.06, 66.54, 33.86, _A4,     1.5),
    ("avery-l7162",    2,  8, 99.06, 33.87,  4.67, 13.02, 101.6, 33.87, _A4,     1.5),
    ("avery-l7173",    2,  5, 99.06, 57.00,  4.67,  6.00, 101.6, 57.00, _A4,     1.5),
    ("avery-l7651",    5, 13, 38.10, 21.17,  4.67, 10.90, 40.64, 21.17, _A4,     0.9),
    ("avery-l4731",    7, 27, 25.40, 10.00,  8.48, 13.43, 27.94, 10.00, _A4,     0.8),
    ("avery-l4736",    4, 12, 45.72, 21.17,  9.75, 21.41, 48.26, 21.17, _A4,     1.0),
    ("avery-l6009",    4, 12, 45.72, 21.17,  9.75, 21.41, 48.26, 21.17, _A4,     1.0),
    ("herma-4346",     4, 12, 45.72, 21.17,  9.75, 21.41, 48.26, 21.17, _A4,     1.0),
    ("avery-l6011",    3,  9, 63.50, 29.63,  7.21, 15.10, 66.04, 29.63, _A4,     1.5),
    ("herma-4345",     5, 16, 35.56, 16.93, 11.02, 13.00, 38.10, 16.93, _A4,     0.8),
    ("avery-3490",     3,  8, 70.00, 36.00,  0.00,  4.45, 70.00, 36.00, _A4,     2.5),
    ("herma-4453",     3,  8, 70.00, 36.00,  0.00,  4.45, 70.00, 36.00, _A4,     2.5),
    ("avery-5160",     3, 10, 66.68, 25.40,  4.78, 12.70, 69.85, 25.40, _LETTER, 1.5),
    ("cards-a4",       2,  5, 85.60, 53.98, 14.00, 13.50, 96.40, 53.98, _A4,     2.0),
    ("a4",             1,  1, 210.0, 297.0,  0.00,  0.00, 210.0, 297.0, _A4,    12.0),
)  # fmt: skip

# name, kind, width, height, margin, dots an inch
_SINGLES = (
    ("62x29",        MediumKind.ROLL,     62.00, 29.00, 1.55, 300),
    ("62x100",       MediumKind.ROLL,     62.00, 100.0, 1.55, 300),
    ("29x90",        MediumKind.ROLL,     90.00, 29.00, 1.55, 300),
    ("17x54",        MediumKind.ROLL,     54.00, 17.00, 1.50, 300),
    ("54x25",        MediumKind.ROLL,     54.00, 25.00, 1.00, 203),
    ("54x25-300",    MediumKind.ROLL,     54.00, 25.00, 1.50, 300),
    ("51x25",        MediumKind.ROLL,     51.00, 25.00, 1.00, 203),
    ("51x19",        MediumKind.ROLL,     51.00, 19.00, 1.00, 300),
    ("57x32",        MediumKind.ROLL,     57.00, 32.00, 1.00, 203),
    ("89x28",        MediumKind.ROLL,     89.00, 28.00, 1.50, 300),
    ("102x51",       MediumKind.ROLL,     101.6, 50.80, 1.50, 203),
    ("102x51-300",   MediumKind.ROLL,     101.6, 50.80, 1.50, 300),
    ("62",           MediumKind.RECEIPT,  62.00, 0.000, 1.55, 300),
    ("cr80",         MediumKind.CARD,     85.60, 53.98, 2.50, 300),
    ("receipt-58",   MediumKind.RECEIPT,  58.00, 0.000, 5.00, 203),
    ("receipt-80",   MediumKind.RECEIPT,  80.00, 0.000, 4.00, 203),
)  # fmt: skip

MEDIA: Mapping[str, Medium] = {
    **{
        name: Medium(name, MediumKind.SHEET, w, h, columns, rows, left, top, dx, dy, *page, margin)
        for name, columns, rows, w, h, left, top, dx, dy, page, margin in _SHEETS
    },
    **{
        name: Medium(name, kind, w, h, page_width=w, page_height=h, margin=margin, dpi=dpi)
        for name, kind, w, h, margin, dpi in _SINGLES
    },
}
"""The stock that comes along, by name."""

_SLACK = 0.51
"""Millimetres by which a maker's rounded figures may leave the page."""


def known(settings: Settings) -> Mapping[str, Medium]:
    """Return every medium by name: the table's, and those of the settings, which may replace one.

    Raises:
        SettingsError: a `[[medium]]` whose labels overlap or do not fit on its page.
    """
    return {**MEDIA, **{one.name: _of_the_settings(one, settings.where) for one in settings.media}}


def _of_the_settings(said: Stock, where: str) -> Medium:
    kind = MediumKind(said.kind)
    if kind is not MediumKind.SHEET:
        if not said.height_mm and kind is not MediumKind.RECEIPT:
            raise SettingsError(where, f"medium {said.name}.height_mm", "a height above 0", said.height_mm)
        height = 0.0 if kind is MediumKind.RECEIPT else said.height_mm
        return Medium(
            said.name,
            kind,
            said.width_mm,
            height,
            page_width=said.width_mm,
            page_height=height,
            margin=said.margin_mm,
            dpi=said.dpi,
        )
    medium = Medium(
        said.name,
        kind,
        said.width_mm,
        said.height_mm,
        said.columns,
        said.rows,
        said.left_mm,
        said.top_mm,
        said.pitch_x_mm or said.width_mm,
        said.pitch_y_mm or said.height_mm,
        said.page_width_mm,
        said.page_height_mm,
        said.margin_mm,
        said.dpi,
    )
    flaw = what_does_not_fit(medium)
    if flaw:
        raise SettingsError(where, f"medium {said.name}", "labels that fit on their page", flaw)
    return medium


def what_does_not_fit(medium: Medium) -> str:
    """Say what is wrong with a medium's geometry; empty where every label lies on the page, beside the others.

    It catches the slip that a published table had: a pitch of 338.7 mm for 33.87.
    """
    right = medium.left + (medium.columns - 1) * medium.pitch_x + medium.width
    bottom = medium.top + (medium.rows - 1) * medium.pitch_y + medium.height
    if medium.height <= 0:
        return f"a height of {medium.height:g} mm"
    if right > medium.page_width + _SLACK:
        return f"{medium.columns} columns reach to {right:g} mm on a page {medium.page_width:g} mm wide"
    if bottom > medium.page_height + _SLACK:
        return f"{medium.rows} rows reach to {bottom:g} mm on a page {medium.page_height:g} mm high"
    if medium.columns > 1 and medium.pitch_x < medium.width - _SLACK:
        return f"a pitch of {medium.pitch_x:g} mm across for labels {medium.width:g} mm wide"
    if medium.rows > 1 and medium.pitch_y < medium.height - _SLACK:
        return f"a pitch of {medium.pitch_y:g} mm down for labels {medium.height:g} mm high"
    return ""
