"""A language that nobody speaks: English with its letters accented, 40 % longer, in brackets.

It stands for the fifth language that somebody will add: made of one catalogue, in a folder of its own. The
brackets show where a text was cut, the accents which text was never translated.
"""

from __future__ import annotations

import math
import re
from itertools import cycle, islice
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from depot import words

LANGUAGE = "xx"
LONGER = 1.4
_ACCENTS = str.maketrans("aeiouyAEIOUYnNcC", "åéïöüÿÅÉÏÖÜÝñÑçÇ")
_FACT = re.compile(r"(%\(\w+\)[sd])")
_DATES = ("EEEE d MMMM y", "EEEE d MMMM")


def make(folder: Path) -> Path:
    """Write the catalogue below a folder and compile it; return the folder, for DEPOT_WORDS."""
    template = Path(words.__file__).parent / "nb" / "LC_MESSAGES" / "depot.po"
    with template.open("rb") as po:
        messages = [message for message in read_po(po) if message.id]
    catalogue = Catalog(locale=LANGUAGE)
    for message in messages:
        said = longer(message.id) if isinstance(message.id, str) else tuple(map(longer, message.id))
        catalogue.add(message.id, said, flags=message.flags)
    compiled = folder / LANGUAGE / "LC_MESSAGES" / f"{words.DOMAIN}.mo"
    compiled.parent.mkdir(parents=True, exist_ok=True)
    with compiled.open("wb") as mo:
        write_mo(mo, catalogue)
    return folder


def longer(text: str) -> str:
    """Make a text 40 % longer, in words, so that it is broken where a text is broken."""
    if text in _DATES:
        return f"{text} '~~~'"
    said = "".join(part if _FACT.fullmatch(part) else part.translate(_ACCENTS) for part in _FACT.split(text))
    missing = max(0, math.ceil(LONGER * len(text)) - len(said) - 2)
    more = "".join(islice(cycle(" öñé twö"), missing))
    return f"[{said}{re.sub(' $', 'ö', more)}]"
