"""The catalogues of words are complete: every sentence in the code stands in every language."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import pytest
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

from depot import words
from depot.settings import LANGUAGES

ROOT = Path(words.__file__).parents[2]
KEYWORDS = {"t": None, "n": (1, 2)}


def sentences() -> set[str]:
    found = set()
    for room in ("depot", "kiosk", "inventory", "labels"):
        for _file, _line, said, _comments, _context in extract_from_dir(ROOT / room, keywords=KEYWORDS):
            found.add(said if isinstance(said, str) else said[0])
    return found


@pytest.mark.parametrize("language", [one for one in LANGUAGES if one != words.SOURCE])
def test_every_sentence_is_translated(language: str) -> None:
    with (Path(words.__file__).parent / language / "LC_MESSAGES" / "depot.po").open("rb") as po:
        catalogue = read_po(po, locale=language)
    translated = {
        message.id if isinstance(message.id, str) else message.id[0]
        for message in catalogue
        if message.id and message.string and not message.fuzzy and all(_strings(message.string))
    }
    assert sentences() - translated == set()
    assert translated - sentences() == set(), "sentences that no code says any more"


def _strings(string: str | Sequence[str]) -> Sequence[str]:
    return (string,) if isinstance(string, str) else string


@pytest.mark.parametrize("language", [one for one in LANGUAGES if one != words.SOURCE])
def test_a_translation_names_the_same_facts(language: str) -> None:
    spoken = words.words_in(language)
    for sentence in sentences():
        assert facts(spoken.t(sentence)) == facts(sentence), sentence


def facts(sentence: str) -> set[str]:
    return set(re.findall(r"%\((\w+)\)[sd]", sentence))


def test_dates_are_written_out_with_the_weekday() -> None:
    day = date(2027, 1, 22)
    assert words.words_in("nb").day(day) == "fredag 22. januar 2027"
    assert words.words_in("en").day(day) == "Friday 22 January 2027"


def test_a_language_without_a_catalogue_is_named() -> None:
    with pytest.raises(FileNotFoundError, match="depot"):
        words.words_in("tlh")
