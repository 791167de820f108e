"""The same label as a template for blabel, which makes a page of HTML of every label and a PDF of all pages.

Runs in an environment of its own (`blabel_home`), where nothing of Depot's is. The same: the label's size, the
yellow field, every text in its size and (to a fraction of a millimetre) its place in the same two typefaces, a
Code 128 and a QR code of version 1 at level H with modules as long as ours, both by blabel's own helpers, the bars
as SVG, since as PNG they would not be read at a label printer's resolution, the QR code as PNG, since that helper
makes nothing else. To its favour: there is no pictogram, and codes and texts come ready from a file. One label a
page, as blabel has it; the PDF leaves when all of it is done.
"""

from __future__ import annotations

import importlib
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, TypedDict

from scripts.bench.yardstick.alone import ROOT, tell

if TYPE_CHECKING:
    from scripts.bench.yardstick.layout import Layout, Text

_MM = 72 / 25.4
_ABOVE_BARS = 1.0
"""Millimetres that python-barcode leaves free above the bars."""
_QR_MODULES = 21
_BELOW_BASELINE = 0.26
"""From a line's foot to its baseline, in sizes of these letters, when lines are 1.16 sizes apart."""

_TEMPLATE = """
<div class="label">
  <img class="bars" src="{{ label_tools.barcode(code, 'code128', fmt='svg', **bars) }}"/>
  <div class="field"></div>
  <img class="qr" src="{{ label_tools.qr_code(code, version=1, error_correction=2) }}"/>
  {% for text in texts %}
  <p class="{{ 'bold' if text.bold }}"
    style="left: {{ text.x }}pt; bottom: {{ text.y - below * text.size }}pt; font-size: {{ text.size }}pt">
    {{- text.said -}}
  </p>
  {% endfor %}
</div>
"""
_STYLE = """
@font-face { font-family: "Depot"; src: url("%(fonts)s/IBMPlexSansCondensed-Regular.ttf") }
@font-face { font-family: "Depot"; font-weight: bold; src: url("%(fonts)s/IBMPlexSansCondensed-Bold.ttf") }
@page { size: %(label)s }
.item { display: block }
.label { position: relative; width: %(width)spt; height: %(height)spt }
.label > * { position: absolute; margin: 0 }
.field { left: %(field_x)spt; bottom: %(field_y)spt; width: %(field_width)spt; height: %(field_height)spt;
  background: rgb(%(yellow)s) }
p { font-family: "Depot"; line-height: 1.16; white-space: pre }
.bold { font-weight: bold }
.qr { left: %(qr_x)spt; bottom: %(qr_y)spt; width: %(qr_side)spt; image-rendering: crisp-edges }
.bars { left: %(bars_x)spt; top: %(bars_top)spt }
"""


class Record(TypedDict):
    """One label's own: its code, and its texts where they stand."""

    code: str
    texts: list[Text]


def write(out: Path, records: list[Record], place: Layout) -> None:
    """Have blabel write the labels; the style sheet is a file beside them, as blabel has it."""
    blabel = importlib.import_module("blabel")
    style = out.with_suffix(".css")
    style.write_text(_style(place), "utf-8")
    bars = {
        "module_width": place["bars"][2] / _MM,
        "module_height": place["bar_height"] / _MM,
        "quiet_zone": 0,
        "write_text": False,
    }
    writer = blabel.LabelWriter(item_template=_TEMPLATE, below=_BELOW_BASELINE, bars=bars)
    writer.write_labels(records, target=str(out), extra_stylesheets=(str(style),))


def _style(place: Layout) -> str:
    width, height = place["label"]
    field = dict(zip(("field_x", "field_y", "field_width", "field_height"), place["field"], strict=True))
    return _STYLE % {
        **field,
        "fonts": (ROOT / "labels" / "fonts").as_uri(),
        "label": f"{width}pt {height}pt",
        "width": width,
        "height": height,
        "yellow": ", ".join(f"{part:.0%}" for part in place["yellow"]),
        "qr_x": place["qr"][0],
        "qr_y": place["qr"][1],
        "qr_side": place["qr"][2] * _QR_MODULES,
        "bars_x": place["bars"][0],
        "bars_top": height - place["bars"][1] - place["bar_height"] - _ABOVE_BARS * _MM,
    }


if __name__ == "__main__":
    RECORDS, OUT, PLACE = map(Path, sys.argv[1:])
    SAID: list[Record] = json.loads(RECORDS.read_text("utf-8"))
    KNOWN: Layout = json.loads(PLACE.read_text("utf-8"))
    importlib.import_module("blabel")
    tell(lambda: write(OUT, SAID, KNOWN))
