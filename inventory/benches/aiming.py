"""Aim the camera: what it sees, what it reads in it, and what to do about it where it reads nothing.

The picture is shown and gone again; none is kept.
"""

from __future__ import annotations

from collections.abc import Iterable
from io import BytesIO
from typing import TYPE_CHECKING, ClassVar

from depot import codes
from inventory import names
from inventory.desk.bench import At, Bench, Turn, read
from inventory.desk.views import Act, Pixel, View

if TYPE_CHECKING:
    from depot.codes import Scan
    from kiosk.terminal.camera import Still

_PATIENCE = 0.8
"""Seconds that the page waits for a picture; it takes a tenth to a third of one."""
_DARK, _BRIGHT = 40, 215
"""Mean grey levels, of 255, from which on the light is blamed. Labels were read in pictures of 25; these are guesses."""
_ACROSS, _DOWN = 120, 40
"""Cells of the picture where there is room."""
_MOST_NAMED = 3
_MARK = (255, 221, 0)

Picture = tuple[tuple[Pixel, ...], ...]


class Aiming(Bench):
    """The picture of a camera, again every second."""

    goes_stale = True
    afresh_seconds: ClassVar[float | None] = 1.0

    def __init__(self, at: At) -> None:
        super().__init__(at)
        self._number = 0

    def view(self) -> View:
        """Take a picture and say what is in it."""
        t, camera = self.at.t, self.at.cameras[self._number]
        still = camera.still(_PATIENCE)
        others = (Act("other", t("Another camera")),) if len(self.at.cameras) > 1 else ()
        if still is None:
            return View(
                t("Aim the camera"),
                lead=t("No picture comes from the camera."),
                facts=((t("Camera"), camera.name),),
                text=(t("Look whether it is plugged in. The log says what is wrong with it."),),
                acts=others,
                yes=t("look again"),
            )
        size = f"{camera.name}   {still.width} × {still.height}"
        sharpness = t("%(n)d; turn the lens until this is largest", n=still.sharpness)
        return View(
            t("Aim the camera"),
            lead=self._lead(still),
            facts=((t("Camera"), size), (t("Light"), self._light(still)), (t("Sharpness"), sharpness)),
            picture=_picture(still),
            acts=others,
            yes=t("look again"),
        )

    def _lead(self, still: Still) -> str:
        t = self.at.t
        if not still.codes:
            return t("Nothing is read here. Hold a label where people will hold it.")
        scans = dict.fromkeys(codes.parse(one.text, one.aim) for one in still.codes)
        what = ", ".join(dict.fromkeys(self._said(scan) for scan in list(scans)[:_MOST_NAMED]))
        if any(one.is_fine_enough is False for one in still.codes):
            return t("Reads: %(what)s. It is small in the picture: bring the camera nearer.", what=what)
        return t("Reads: %(what)s", what=what)

    def _light(self, still: Still) -> str:
        t = self.at.t
        if still.brightness < _DARK:
            return t("too dark")
        return t("too bright") if still.brightness > _BRIGHT else t("good")

    def _said(self, scan: Scan) -> str:
        """Name what was read; of a card or a badge only that it is one."""
        t, language = self.at.t, self.at.language
        match scan:
            case codes.ItemCode(code=code):
                name = self.at.ask(lambda conn: names.of_thing(conn, code, language))
                return f"{name} {codes.spoken(code)}".strip()
            case codes.ShelfCode(code=code):
                name = self.at.ask(lambda conn: names.of_shelf(conn, code))
                return t("shelf %(name)s", name=name or codes.spoken(code))
            case codes.ProductCode(code=code):
                return codes.spoken(code)
            case codes.CardCode():
                return t("a card")
            case codes.BadgeCode():
                return t("a badge")
            case codes.CommandCode():
                return t("a field of the command card")
            case _:
                return t("a code that is not ours")

    # --- what is done ---

    def confirmed(self) -> Turn:
        """Look again."""
        return Turn()

    def acted(self, act: str, row: str | None) -> Turn | None:  # noqa: ARG002 - there are no rows
        """Look through another camera."""
        self._number = (self._number + 1) % len(self.at.cameras)
        return Turn()

    def scanned(self, scan: Scan) -> Turn | None:
        """Say what was scanned, by whichever scanner, and stay: nothing is opened while somebody aims."""
        if isinstance(scan, codes.CommandCode | codes.BadgeCode):
            return None
        return read(self.at.t("Scanned: %(what)s", what=self._said(scan)))


def _picture(still: Still) -> Picture:
    """Draw it, and mark what is read in it."""
    from PIL import Image, ImageDraw

    from labels import preview

    picture = Image.open(BytesIO(still.jpeg)).convert("RGB")
    draw = ImageDraw.Draw(picture)
    for one in still.codes:
        corners = [(x * picture.width, y * picture.height) for x, y in one.corners]
        draw.polygon(corners, outline=_MARK, width=max(2, picture.width // 80))
    cells = preview.cells(picture, _ACROSS, _DOWN)
    return tuple(tuple(Pixel(_hue(one.upper), _hue(one.lower)) for one in row) for row in cells)


def _hue(colour: Iterable[int]) -> int:
    red, green, blue = colour
    return red << 16 | green << 8 | blue
