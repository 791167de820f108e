"""Print: labels of whatever was chosen, on the stock that lies in a printer, from the first free label on.

What comes out is left to the press; whoever has no printer here gets a file. The picture is drawn from the very
document that is printed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from itertools import islice
from typing import TYPE_CHECKING

from depot import presses
from inventory import papers
from inventory.benches import wording
from inventory.desk.bench import At, Bench, Choice, Fill, Turn, Undo, bad, good
from inventory.desk.views import Act, Field, Pixel, Takes, View

if TYPE_CHECKING:
    from labels.designs import Design
    from labels.media import Medium
    from labels.work import Request

FILE = ""
"""Stands for a file in the place of a printer's name."""

_ALIKE: Mapping[str, tuple[str, ...]] = {
    "asset": ("asset", "asset-small"),
    "asset-small": ("asset", "asset-small"),
}
"""Designs that may be chosen for each other."""
_GLUED, _TORN_OFF, _CARDS = ("roll", "sheet"), ("receipt", "roll"), ("card", "sheet")
_ON: Mapping[str, tuple[str, ...]] = {
    "asset": _GLUED,
    "asset-small": _GLUED,
    "shelf": _GLUED,
    "loan": _TORN_OFF,
    "hold": _TORN_OFF,
    "card": _CARDS,
}
"""The kinds of stock on which a design is printed unless somebody says otherwise, the best first."""
_ACROSS, _DOWN = 96, 24
"""Cells of the picture where there is room; a smaller page makes it smaller."""
_PREVIEW_DPI = 150

Picture = tuple[tuple[Pixel, ...], ...]


class Print(Bench):
    """Labels to be printed.

    Args:
        kind: the design to begin with: asset, asset-small, shelf, card, loan or hold.
        codes: what they are for, as `labels.work.Request` takes its subjects, in their order.
    """

    goes_stale = True

    def __init__(self, at: At, kind: str, codes: tuple[str, ...]) -> None:
        super().__init__(at)
        self._design, self._codes = kind, codes
        self._medium: str | None = None
        self._skip = 0
        self._printer = self._usual_printer()
        self._drawn: tuple[object, Picture, str] | None = None

    # --- what is shown ---

    def view(self) -> View:
        """Show what will come out, and where."""
        t = self.at.t
        picture, flaw = self._picture()
        medium = self._stock()
        facts = [
            (t("Label"), wording.design_said(self.at, self._design)),
            (t("Stock"), medium.name),
            (t("Where"), self._where()),
        ]
        if medium.labels_a_page > 1:
            first = t("%(number)d of %(all)d", number=self._skip + 1, all=medium.labels_a_page)
            facts.append((t("First free label"), first))
        lead = self.at.n("%(n)d label", "%(n)d labels", len(self._codes))
        return View(
            t("Print"),
            lead=lead,
            facts=tuple(facts),
            text=(flaw,) if flaw else (),
            picture=picture,
            acts=tuple(Act(key, label) for key, label in self._acts(medium)),
            yes=t("print"),
        )

    def _acts(self, medium: Medium) -> list[tuple[str, str]]:
        t = self.at.t
        acts = [("printer", t("Another printer, or a file")), ("medium", t("Other stock"))]
        if medium.labels_a_page > 1:
            acts.append(("skip", t("First free label")))
        if len(_ALIKE.get(self._design, ())) > 1:
            acts.append(("design", t("Another label")))
        return acts

    def _where(self) -> str:
        if self._printer == FILE:
            return self.at.t("a PDF file")
        return self.at.t(
            "%(printer)s: %(state)s", printer=self._printer, state=printer_said(self.at, self._printer)
        )

    def _picture(self) -> tuple[Picture, str]:
        """Draw the first label, once for each choice; and what is wrong where there is none."""
        about = (self._design, self._medium, self._printer)
        if self._drawn is None or self._drawn[0] != about:
            self._drawn = (about, *self._draw_first())
        return self._drawn[1:]

    def _draw_first(self) -> tuple[Picture, str]:
        from labels import preview, raster, sheet
        from labels.errors import LabelError
        from labels.work import design_of, labels_of, setup_of

        asked = self._request()
        try:
            setup = setup_of(self.at.settings, asked)
            alone = _alone(setup.medium)
            design = design_of(asked)
            with self.at.ledger.reading() as conn:
                labels = labels_of(conn, self.at.station, self.at.settings, asked)
                document, _ = sheet.document(islice(labels, 1), design, replace(setup, medium=alone))
        except LabelError as flaw:
            return (), self.at.t("This cannot be printed: %(why)s", why=str(flaw))
        page = next(iter(raster.pages(document, _PREVIEW_DPI, colour=True)))
        cells = preview.cells(page, _ACROSS, _DOWN)
        return tuple(tuple(Pixel(_hue(one.upper), _hue(one.lower)) for one in row) for row in cells), ""

    # --- what is chosen ---

    def acted(self, act: str, row: str | None) -> Turn | None:  # noqa: ARG002 - there are no rows
        """Choose design, stock, first free label or printer."""
        t = self.at.t
        match act:
            case "design":
                others = _ALIKE[self._design]
                self._design = others[(others.index(self._design) + 1) % len(others)]
                return Turn()
            case "medium":
                options = [(one.name, self._described(one)) for one in self._fitting()]
                return Turn(go=Choice(self.at, t("Other stock"), options, self._take_medium))
            case "printer":
                named = [(one.name, self._described_printer(one.name)) for one in self.at.settings.printers]
                options = [*named, (FILE, t("a PDF file"))]
                return Turn(go=Choice(self.at, t("Another printer, or a file"), options, self._take_printer))
            case _:
                return Turn(go=self._ask_skip())

    def _ask_skip(self) -> Bench:
        t, most = self.at.t, self._stock().labels_a_page
        line = Field("first", t("First free label"), takes=Takes.DIGITS, longest=3)
        lead = t("Which label of the first sheet is free? Count along the rows, from 1 to %(all)d.", all=most)

        def taken(typed: Mapping[str, str]) -> Turn | Mapping[str, str]:
            first = int(typed["first"] or "1")
            if not 1 <= first <= most:
                return {"first": t("A sheet has %(all)d labels.", all=most)}
            self._skip = first - 1
            return Turn()

        return Fill(self.at, t("First free label"), (line,), taken, lead=lead)

    def _take_medium(self, name: str) -> Turn:
        self._medium, self._skip = name, 0
        return Turn()

    def _take_printer(self, name: str) -> Turn:
        """Print on what lies in the printer; on the design's own sheets where what lies in it are others, too small."""
        from labels import media
        from labels.designs import DESIGNS

        self._printer, self._medium, self._skip = name, None, 0
        said, design, known = (
            self.at.settings.printer(name),
            DESIGNS[self._design],
            media.known(self.at.settings),
        )
        if said is not None and not _fits(design, known[said.medium]):
            own = known[design.medium]
            self._medium = own.name if own.kind is known[said.medium].kind else None
        return Turn()

    def _described(self, medium: Medium) -> str:
        sides = (one for one in (medium.width, medium.height) if one)
        size = " × ".join(wording.number_said(self.at, one, 2) for one in sides) + " mm"
        if medium.labels_a_page == 1:
            return f"{medium.name}   {size}"
        sheet = self.at.t("%(n)d on a sheet", n=medium.labels_a_page)
        return f"{medium.name}   {size}   {sheet}"

    def _described_printer(self, name: str) -> str:
        said = self.at.settings.printer(name)
        lies = said.medium if said is not None else ""
        return f"{name}   {lies}   {printer_said(self.at, name)}"

    # --- print ---

    def confirmed(self) -> Turn | None:
        """Leave it to the press, or write the file."""
        _, flaw = self._picture()
        if flaw:
            return bad(flaw)
        return self._to_file() if self._printer == FILE else self._to_press()

    def _to_press(self) -> Turn:
        from labels import queue

        now, asked, skip = self.at.now(), self._request(), self._skip
        key = self.at.perform(lambda conn, _: queue.put(conn, asked, now=now, skip=skip))

        def take_back() -> Turn:
            at = self.at.now()
            if self.at.perform(lambda conn, _: queue.cancel(conn, key, now=at)):
                return good(self.at.t("They are not printed."))
            return bad(self.at.t("Too late: the printer has them."))

        said = self.at.n(
            "%(n)d label is on its way to %(printer)s.",
            "%(n)d labels are on their way to %(printer)s.",
            len(self._codes),
            printer=self._printer,
        )
        undo = Undo(self.at.t("Take the labels back before they are printed?"), take_back)
        return Turn(good(said).said, undo=undo, leave=True)

    def _to_file(self) -> Turn:
        from labels import sheet
        from labels.errors import LabelError
        from labels.work import design_of, labels_of, setup_of

        asked = self._request()
        try:
            setup = setup_of(self.at.settings, asked, skip=self._skip)
            with self.at.ledger.reading() as conn:
                labels = labels_of(conn, self.at.station, self.at.settings, asked)
                document, _ = sheet.document(labels, design_of(asked), setup)
            folder = papers.beside(self.at.ledger.file)
            now = self.at.now().astimezone(self.at.settings.time_zone)
            file = papers.keep(folder, f"{self._design}-{now:%Y-%m-%d-%H%M%S}.pdf", document)
        except LabelError as flaw:
            return bad(self.at.t("This cannot be printed: %(why)s", why=str(flaw)))
        except OSError as full:
            return bad(self.at.t("The file could not be written: %(why)s", why=full.strerror or str(full)))
        return Turn(good(self.at.t("The labels are in %(file)s.", file=file)).said, leave=True)

    # --- stock and printers ---

    def _request(self) -> Request:
        from labels.work import Request

        return Request(self._design, self._codes, medium=self._medium, printer=self._printer or None)

    def _stock(self) -> Medium:
        from labels.work import medium_of

        return medium_of(self.at.settings, self._request())

    def _fitting(self) -> list[Medium]:
        """List the stock on which the design makes sense."""
        from labels import media
        from labels.designs import DESIGNS

        design = DESIGNS[self._design]
        return [one for one in media.known(self.at.settings).values() if _fits(design, one)]

    def _usual_printer(self) -> str:
        """Choose the printer that is best for the design: one of the right kind, above all with its own stock."""
        from labels import media
        from labels.designs import DESIGNS

        design, known = DESIGNS[self._design], media.known(self.at.settings)
        kinds = _ON.get(self._design, ())

        def rank(medium: str) -> tuple[int, bool]:
            return kinds.index(known[medium].kind), medium != design.medium

        fits = [
            one
            for one in self.at.settings.printers
            if known[one.medium].kind in kinds and _fits(design, known[one.medium])
        ]
        best = min(fits, key=lambda one: rank(one.medium), default=None)
        return best.name if best is not None else FILE


def label_of(at: At, code: str | None) -> Turn | None:
    """Answer F3 where one thing is meant: open what prints its label; None for no thing."""
    return Turn(go=Print(at, "asset", (code,))) if code else None


def printer_said(at: At, name: str) -> str:
    """Say how a printer is, as far as a press that runs has asked it."""
    for press in presses.alive(at.settings.ledger_file):
        if name in press.printers:
            why = press.printers[name].why
            return wording.trouble_said(at, why) if why else at.t("ready")
    return at.t("no press runs")


def _fits(design: Design, medium: Medium) -> bool:
    width, height = design.least
    return medium.width >= width and (medium.is_endless or medium.height >= height)


def _alone(medium: Medium) -> Medium:
    """Return one label of a sheet as a page of its own, so that the picture shows that and not the sheet."""
    return replace(
        medium,
        columns=1,
        rows=1,
        left=0.0,
        top=0.0,
        page_width=medium.width,
        page_height=medium.height,
    )


def _hue(colour: tuple[int, int, int]) -> int:
    red, green, blue = colour
    return red << 16 | green << 8 | blue
