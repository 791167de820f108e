"""Words: gettext catalogues, and dates as they are said.

The English sentence is the key, so English is complete by itself; another language is one catalogue,
`<language>/LC_MESSAGES/depot.po`, and nothing else: its name and the way it writes dates are sentences in
it too (see docs/words.md). Every sentence is whole: none is put together from pieces that another language
would order otherwise. `DEPOT_WORDS` names one more folder of catalogues, for a language that does not come
along, or for single sentences that a municipality words otherwise.
"""

from __future__ import annotations

import gettext
import os
from datetime import date
from functools import cache
from itertools import pairwise
from pathlib import Path

DOMAIN = "depot"
SOURCE = "en"
VARIABLE = "DEPOT_WORDS"


class Words:
    """One language's sentences. Make one with `words_in`."""

    def __init__(self, language: str, catalogue: gettext.NullTranslations) -> None:
        self.language = language
        self._catalogue = catalogue

    def t(self, sentence: str, **facts: object) -> str:
        """Say a sentence.

        Args:
            sentence: in English, with %(name)s for each fact.
            facts: texts from outside stay as they are; nothing in them is looked up or formatted.
        """
        said = self._catalogue.gettext(sentence)
        return said % facts if facts else said

    def n(self, one: str, many: str, number: int, **facts: object) -> str:
        """Say a sentence about a number of things, %(n)d."""
        return self._catalogue.ngettext(one, many, number) % {"n": number, **facts}

    @property
    def name(self) -> str:
        """The language's name in itself: a catalogue translates "English" with its own."""
        return self.t("English")

    def day(self, day: date) -> str:
        """Say a date with its weekday.

        How its parts follow upon each other is a sentence like any other, in the letters of Unicode's date
        patterns (UTS #35, "Date Field Symbol Table").
        """
        return self._dated(day, self.t("EEEE d MMMM y"))

    def near(self, day: date) -> str:
        """Say a date with its weekday and without its year, where there is little room."""
        return self._dated(day, self.t("EEEE d MMMM"))

    def weekday(self, day: date) -> str:
        """Say a weekday."""
        return self._dated(day, "EEEE")

    def _dated(self, day: date, pattern: str) -> str:
        """Months and weekdays are CLDR's; a language that CLDR lacks says them in English."""
        from babel import localedata
        from babel.dates import format_date

        return format_date(day, pattern, locale=self.language if localedata.exists(self.language) else SOURCE)


def folders() -> tuple[Path, ...]:
    """Return where catalogues lie, the first to be asked first."""
    named = os.environ.get(VARIABLE)
    return (*([Path(named)] if named else []), Path(__file__).parent)


def languages() -> tuple[str, ...]:
    """Return every language that there is a compiled catalogue for, and English."""
    compiled = {found for folder in folders() for found in folder.glob(f"*/LC_MESSAGES/{DOMAIN}.mo")}
    return (*sorted({one.parents[1].name for one in compiled} - {SOURCE}), SOURCE)


def fallbacks(language: str) -> tuple[str, ...]:
    """Return the languages in which a thing's name or note is looked for, the nearest first.

    A safety note in a neighbour's language does more than none: nynorsk and dansk fall back to bokmål before
    English, every other language to English before bokmål.
    """
    next_best = ("nb", "en") if language in _SCANDINAVIAN else ("en", "nb")
    return tuple(dict.fromkeys((language, *next_best)))


_SCANDINAVIAN = frozenset({"nb", "nn", "da"})


@cache
def words_in(language: str) -> Words:
    """Return a language's words. What the first folder's catalogue leaves out, the next one's says.

    Raises:
        FileNotFoundError: there is no compiled catalogue for it (scripts/setup compiles them).
    """
    found: list[gettext.NullTranslations] = [
        gettext.translation(DOMAIN, folder, [language])
        for folder in folders()
        if gettext.find(DOMAIN, folder, [language])
    ]
    if language == SOURCE:
        found.append(gettext.NullTranslations())
    if not found:
        raise FileNotFoundError(f"no words of {DOMAIN} in {language!r}")
    for before, after in pairwise(found):
        before.add_fallback(after)
    return Words(language, found[0])
