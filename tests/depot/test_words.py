"""The catalogues of words are complete: every sentence in the code stands in every language.

And a language is its catalogue: one that nobody speaks is added and spoken.
"""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from functools import cache
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from depot import words
from depot.settings import LANGUAGES
from kiosk.terminal.theme import GLYPHS
from tests import pseudo

ROOT = Path(words.__file__).parents[2]
KEYWORDS = {"t": None, "n": (1, 2)}
TRANSLATED = [one for one in LANGUAGES if one != words.SOURCE]
SPOKEN = [*TRANSLATED, words.SOURCE]
FRIDAY = date(2027, 1, 22)


@cache
def sentences() -> frozenset[str]:
    found = set()
    for room in ("depot", "kiosk", "inventory", "labels"):
        for _file, _line, said, _comments, _context in extract_from_dir(ROOT / room, keywords=KEYWORDS):
            found.add(said if isinstance(said, str) else said[0])
    return frozenset(found)


@cache
def catalogue(language: str) -> Catalog:
    with (Path(words.__file__).parent / language / "LC_MESSAGES" / "depot.po").open("rb") as po:
        return read_po(po, locale=language)


def translations(language: str) -> Iterator[tuple[str, str]]:
    """Each sentence beside what is said for it, the plural forms one by one."""
    for message in catalogue(language):
        if message.id:
            english = _strings(message.id)
            for at, said in enumerate(_strings(message.string)):
                yield english[min(at, len(english) - 1)], said


def _strings(string: str | Sequence[str] | None) -> Sequence[str]:
    return (string,) if isinstance(string, str) else string or ()


# --- the catalogues --------------------------------------------------------------------------------


def test_bokmal_nynorsk_danish_and_english_come_along() -> None:
    assert set(LANGUAGES) == {"nb", "nn", "da", "en"}
    names = [words.words_in(language).name for language in ("nb", "nn", "da", "en")]
    assert names == ["Bokmål", "Nynorsk", "Dansk", "English"]


@pytest.mark.parametrize("language", TRANSLATED)
def test_every_sentence_is_translated(language: str) -> None:
    translated = {
        _strings(message.id)[0]
        for message in catalogue(language)
        if message.id and message.string and not message.fuzzy and all(_strings(message.string))
    }
    assert sentences() - translated == set()
    assert translated - sentences() == set(), "sentences that no code says any more"


@pytest.mark.parametrize("language", TRANSLATED)
def test_a_translation_names_the_same_facts(language: str) -> None:
    for english, said in translations(language):
        assert facts(said) == facts(english), english


def facts(sentence: str) -> set[str]:
    return set(re.findall(r"%\(\w+\)[sd]", sentence))


@pytest.mark.parametrize("language", TRANSLATED)
def test_a_translation_ends_as_its_sentence_does(language: str) -> None:
    """So that no title has a full stop in one language only."""
    for english, said in translations(language):
        assert said.endswith(".") == english.endswith("."), said


@pytest.mark.parametrize("language", TRANSLATED)
def test_a_translation_uses_only_letters_and_signs_that_a_console_font_has(language: str) -> None:
    said = {character for _english, text in translations(language) for character in text}
    assert {character for character in said if not character.isascii()} <= GLYPHS


@pytest.mark.parametrize("language", TRANSLATED)
def test_a_compiled_catalogue_says_what_its_source_does(language: str) -> None:
    spoken = words.words_in(language)
    for message in catalogue(language):
        if isinstance(message.id, str) and message.id:
            assert spoken.t(message.id) == message.string


# What one language is known by, and what each thing is called in it: one word for one thing.
FOREIGN = {
    "nb": re.compile(
        r"\b(ikkje|eit|ein|kva|frå|meg sjølv|retur\w*|aflever\w*|hylde|mærkat\w*|scan\w*|etikett\w*)\b"
    ),
    "nn": re.compile(r"\b(ikke|hva|noe|fra|jeg|en|et|de|retur\w*|aflever\w*|hylde|mærkat\w*|etikett\w*)\b"),
    "da": re.compile(
        r"\b(ikkje|levere?r?( \S+)? tilba[kg]e|hylle|lapp\w*|angre\w*|deg|noe|fra deg|skan\w*|etiket\w*)\b"
    ),
}


@pytest.mark.parametrize("language", TRANSLATED)
def test_no_word_of_a_neighbours_language_has_slipped_in(language: str) -> None:
    for _english, said in translations(language):
        assert not FOREIGN[language].search(said.lower()), said


# --- dates -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("language", "day"),
    [
        ("nb", "Lever tilbake senest fredag 22. januar 2027."),
        ("nn", "Lever tilbake seinast fredag 22. januar 2027."),
        ("da", "Aflever senest fredag den 22. januar 2027."),
        ("en", "Return it by Friday 22 January 2027."),
    ],
)
def test_dates_are_written_out_with_the_weekday(language: str, day: str) -> None:
    spoken = words.words_in(language)
    assert spoken.t("Return it by %(day)s.", day=spoken.day(FRIDAY)) == day


@pytest.mark.parametrize(
    ("language", "weekday", "month"),
    [
        ("nb", "lørdag", "juni"),
        ("nn", "laurdag", "juni"),
        ("da", "lørdag", "juni"),
        ("en", "Saturday", "June"),
    ],
)
def test_weekdays_and_months_are_those_of_the_language(language: str, weekday: str, month: str) -> None:
    saturday = date(2027, 6, 5)
    assert words.words_in(language).weekday(saturday) == weekday
    assert month in words.words_in(language).day(saturday)
    week = {words.words_in(language).weekday(saturday + timedelta(days)) for days in range(7)}
    assert len(week) == 7


@pytest.mark.parametrize(
    ("language", "one", "two"),
    [
        ("nb", "Du kan ha den i 1 dag.", "Du kan ha den i 2 dager."),
        ("nn", "Du kan ha den i 1 dag.", "Du kan ha den i 2 dagar."),
        ("da", "Du kan have den i 1 dag.", "Du kan have den i 2 dage."),
        ("en", "You can keep it for 1 day.", "You can keep it for 2 days."),
    ],
)
def test_one_day_and_more_are_said_as_the_language_does(language: str, one: str, two: str) -> None:
    spoken = words.words_in(language)
    said = [spoken.n("You can keep it for %(n)d day.", "You can keep it for %(n)d days.", n) for n in (1, 2)]
    assert said == [one, two]


# --- another language ------------------------------------------------------------------------------


@pytest.fixture
def beside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder of further catalogues."""
    monkeypatch.setenv(words.VARIABLE, str(tmp_path))
    words.words_in.cache_clear()
    yield tmp_path
    words.words_in.cache_clear()


def test_a_fifth_language_is_one_catalogue(beside: Path) -> None:
    pseudo.make(beside)
    assert [str(file.relative_to(beside)) for file in beside.rglob("*.*")] == ["xx/LC_MESSAGES/depot.mo"]

    assert set(words.languages()) == {"nb", "nn", "da", "en", "xx"}
    spoken = words.words_in("xx")
    assert spoken.name == "[Éñglïshö]"
    assert spoken.t("Call %(name)s, %(number)s.", name="Ås", number="1").startswith("[Çåll Ås, 1. ")
    assert spoken.n("%(n)d thing", "%(n)d things", 3).startswith("[3 thïñgs ")
    assert spoken.day(FRIDAY) == "Friday 22 January 2027 ~~~", "a language that CLDR lacks borrows months"


def test_the_settings_take_a_language_as_soon_as_its_catalogue_is_there(beside: Path) -> None:
    pseudo.make(beside)
    program = "from depot.settings import load; print(*load().kiosk.languages)"
    said = {"DEPOT_KIOSK_LANGUAGES": "xx,nb", words.VARIABLE: str(beside)}
    told = subprocess.run(
        [sys.executable, "-c", program], env=said, capture_output=True, text=True, check=True, cwd=ROOT
    )
    assert told.stdout.split() == ["xx", "nb"]


def test_a_depot_may_say_a_sentence_in_its_own_words(beside: Path) -> None:
    own = Catalog(locale="nb")
    own.add("Scan your card.", "Hold kortet under den grønne lampen.")
    folder = beside / "nb" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    with (folder / "depot.mo").open("wb") as mo:
        write_mo(mo, own)

    spoken = words.words_in("nb")
    assert spoken.t("Scan your card.") == "Hold kortet under den grønne lampen."
    assert spoken.t("Thank you!") == "Takk!"
    assert spoken.n("%(n)d thing", "%(n)d things", 2) == "2 ting"
    assert words.words_in("da").t("Scan your card.") == "Scan dit kort."


def test_a_language_without_a_catalogue_is_named() -> None:
    with pytest.raises(FileNotFoundError, match="'tlh'"):
        words.words_in("tlh")
