"""Words: gettext catalogues, and dates as they are said.

The English sentence is the key, so English is complete by itself; another language is one catalogue,
`<language>/LC_MESSAGES/depot.po` (pybabel makes and updates it, see docs/words.md). Every sentence is
whole: none is put together from pieces that another language would order otherwise.
"""

from __future__ import annotations

import gettext
from datetime import date
from functools import cache
from pathlib import Path

DOMAIN = "depot"
SOURCE = "en"

NAMES = {"nb": "Norsk", "nn": "Nynorsk", "da": "Dansk", "en": "English"}
"""Each language's name in itself."""

_DATES = {"nb": "EEEE d. MMMM y", "nn": "EEEE d. MMMM y", "da": "EEEE d. MMMM y", "en": "EEEE d MMMM y"}


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

    def day(self, day: date) -> str:
        """Say a date with its weekday."""
        from babel.dates import format_date

        return format_date(day, _DATES.get(self.language, "EEEE d. MMMM y"), locale=self.language)

    def weekday(self, day: date) -> str:
        """Say a weekday."""
        from babel.dates import format_date

        return format_date(day, "EEEE", locale=self.language)


@cache
def words_in(language: str) -> Words:
    """Return a language's words.

    Raises:
        FileNotFoundError: there is no compiled catalogue for it (scripts/setup compiles them).
    """
    if language == SOURCE:
        return Words(language, gettext.NullTranslations())
    here = Path(__file__).parent
    return Words(language, gettext.translation(DOMAIN, here, [language]))
