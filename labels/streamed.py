"""A PDF that leaves for its file page by page, so that ten thousand labels take no more memory than ten.

ReportLab keeps every page until the document is saved, and then joins all of it in memory. Here a page is
written when it is full, and what stays is its place in the file. The parts of ReportLab that this stands on
are not its public face; its version is pinned, and a test writes and reads a long document.
"""

from __future__ import annotations

from typing import IO, Any, cast

from reportlab.pdfbase import pdfdoc as _pdfdoc
from reportlab.pdfgen.canvas import Canvas

from labels import letters

pdfdoc: Any = _pdfdoc
"""What is used of it here is not in its stubs, or is there with other types."""
_NAME = "__InternalName__"


class _StreamedDocument(pdfdoc.PDFDocument):  # type: ignore[misc] # a class that mypy is told nothing of
    """A document whose pages are written as they come."""

    def begin(self, file: IO[bytes]) -> None:
        """Write the file's head."""
        self._file = file
        self._at = 0
        self._written: dict[str, int] = {}
        self._put(pdfdoc.PDFFile(self._pdfVersion).format(self))

    def addPage(self, page: Any) -> None:  # noqa: N802 - ReportLab's name
        """Take a full page: write it and what stands on it, and keep only where."""
        super().addPage(page)
        name = getattr(page, _NAME)
        self.Reference(self.Pages)
        self._put_object(name)
        contents = page.Contents
        stream = contents.name if hasattr(contents, "name") else getattr(contents, _NAME)
        # Compressed and no more: ReportLab would have it in ASCII, too, which takes a quarter more room, and longer.
        self.idToObject[stream].filters = [pdfdoc.PDFZCompress]
        self._put_object(stream)
        self.Pages.pages[-1] = pdfdoc.PDFObjectReference(name)

    def SaveToFile(self, filename: Any, canvas: Canvas) -> None:  # noqa: ARG002, N802 - ReportLab's signature
        """Write what is left: typefaces, the tree of pages, and where everything stands."""
        for font in self.delayedFonts:
            font.addObjects(self)
        self.info.invariant = self.invariant
        self.info.digest(self.signature)
        catalog, info = self.Reference(self.Catalog), self.Reference(self.info)
        self.Outlines.prepare(self, canvas)
        if self.Outlines.ready < 0:
            self.Catalog.Outlines = None
        number = 1
        while number in self.numberToId:  # formatting an object may bring new ones
            name = self.numberToId[number]
            if name not in self._written:
                self._put_object(name)
            number += 1
        start = self._at
        self._put(b"xref\n0 %d\n0000000000 65535 f \n" % number)
        for each in range(1, number):
            self._put(b"%010d 00000 n \n" % self._written[self.numberToId[each]])
        trailer = pdfdoc.PDFTrailer(startxref=start, Size=number, Root=catalog, Info=info, ID=self.ID())
        self._put(trailer.format(self))

    def _put_object(self, name: str) -> None:
        written = pdfdoc.PDFIndirectObject(name, self.idToObject[name]).format(self)
        self._written[name] = self._at
        self.idToObject[name] = None
        self._put(written)

    def _put(self, data: bytes | str) -> None:
        raw = data if isinstance(data, bytes) else data.encode("latin-1")
        self._file.write(raw)
        self._at += len(raw)


def canvas_on(file: IO[bytes], *, title: str) -> Canvas:
    """Open a canvas whose pages go to a file as they are finished; `canvas.save()` writes the rest.

    Args:
        file: open for writing bytes; title: what a viewer calls the document.

    The same drawing gives the same bytes: no time of making stands in it. Viewers are asked not to scale it.
    """
    letters.ready()
    begun: Any = {"pageCompression": 1, "invariant": 1, "initialFontName": letters.REGULAR}
    canvas = Canvas("labels.pdf", **begun)
    document = cast("Any", canvas)._doc
    document.__class__ = _StreamedDocument
    document.begin(file)
    canvas.setTitle(title)
    canvas.setCreator("Depot")
    canvas.setViewerPreference("PrintScaling", "None")
    return canvas
