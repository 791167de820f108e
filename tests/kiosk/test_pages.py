"""What the pages say: nothing is cut off, in any language, for any line of the catalogue."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, replace
from datetime import date, timedelta
from functools import cache
from typing import get_args

import pytest
from rich.cells import cell_len

from depot import catalogue, parts, words
from depot.settings import LANGUAGES
from depot.words import Words, fallbacks, words_in
from kiosk.journey import shown
from kiosk.journey import values as v
from kiosk.screens import layout
from kiosk.screens.layout import lay_out, overflow
from kiosk.sentences import Line, Name, Page, Para, Scene, Slip, page
from kiosk.terminal.theme import GLYPHS, RULE
from tests import pseudo
from tests.kiosk.every_screen import CALLS, CARD, screens

LINES = catalogue.packaged()
SIZES = ((56, 16), (80, 24), (120, 40))
# Stems, so that their other forms are found too.
NEVER = {
    "nb": ("feil", "ugyldig", "system"),
    "nn": ("feil", "ugyldig", "system"),
    "da": ("fejl", "ugyldig", "system", "forkert"),
    "en": ("error", "invalid", "system", "wrong"),
}


def scene(language: str) -> Scene:
    """A station at its wordiest: practising, and able to read aloud."""
    return Scene(
        words=words_in(language),
        lines=lines(language),
        places={"unknown": "UKJENT", "pick_up": "HENTES"},
        shelves={one.code: "B12" for one in LINES},
        phones=CALLS,
        practice=True,
        can_speak=True,
    )


def lines(language: str) -> dict[str, Line]:
    """The catalogue as the kiosk reads it; in the language that nobody speaks it is longer too."""
    say = pseudo.longer if language == pseudo.LANGUAGE else str
    return {
        one.code: Line(
            say(name),
            say(note) if note else None,
            one.max_weight_kg,
            parts={
                part: (say(nearest(parts.packaged()[part], language)), pieces)
                for part, pieces in (one.parts or {}).items()
            },
            needs=one.needs or (),
            suits=tuple(other.code for other in LINES if other.accessory_of == one.code),
            pieces=one.pieces,
        )
        for one in LINES
        for name, note in [(nearest(one.names, language), nearest(one.notes, language))]
    }


def nearest(texts: object, language: str) -> str:
    assert isinstance(texts, dict)
    return next((texts[one] for one in fallbacks(language) if texts.get(one)), "")


def visits(language: str) -> list[v.Visit]:
    """Every screen, for every line, with the hint that takes a row of its own from all of them."""
    long_list = tuple(v.Listed(str(at), None, str(at), home=False) for at in range(12))
    return [
        v.Visit(screen=screen, language=language, card=CARD, listed=long_list, hint=v.Hint.KEYS)
        for line in LINES
        for screen in screens(line.code)
    ]


@cache
def pages(language: str) -> dict[Page, str]:
    """Every page there is, each once, with its screen's name; every date is the longest of the year."""
    here = scene(language)
    longest = max((here.words.day(date(2026, 1, 1) + timedelta(n)) for n in range(365)), key=len)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Words, "day", lambda _words, _day: longest)
        return {
            page(visit, told): type(visit.screen).__name__
            for visit in visits(language)
            for told in told_otherwise(visit, here)
        }


def told_otherwise(visit: v.Visit, here: Scene) -> Iterator[Scene]:
    """The station as it is, and in every other state in which this screen says something else."""
    if isinstance(visit.screen, shown.Lent | shown.OnlyOne):
        yield from (replace(here, slip=slip) for slip in Slip)
    else:
        yield here
    if isinstance(visit.screen, shown.Welcome):
        yield replace(here, can_scan=False)


@pytest.fixture(scope="module")
def longer(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Words]:
    """The language that nobody speaks, beside those that come along."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(words.VARIABLE, str(pseudo.make(tmp_path_factory.mktemp("words"))))
        yield words_in(pseudo.LANGUAGE)


@pytest.fixture(scope="module", autouse=True)
def each_text_is_wrapped_once() -> Iterator[None]:
    """Thousands of pages are made of a few hundred texts."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(layout, "_wrapped", cache(layout._wrapped))
        yield


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("columns", "rows"), SIZES)
def test_no_text_is_cut_off_on_any_screen_for_any_line(language: str, columns: int, rows: int) -> None:
    help_word = words_in(language).t("help")
    over = {one: overflow(one, columns, rows, help_word=help_word) for one in pages(language)}
    assert not {(pages(language)[one], one): by for one, by in over.items() if by}


@pytest.mark.parametrize(("columns", "rows"), SIZES)
def test_a_language_with_texts_longer_by_two_fifths_loses_nothing(
    longer: Words, columns: int, rows: int
) -> None:
    help_word = longer.t("help")
    cut = []
    for one, name in pages(pseudo.LANGUAGE).items():
        text = " ".join(row.text for row in lay_out(one, columns, rows, help_word=help_word))
        around = (one.title, one.count, one.mark, one.yes, one.no, one.hint, one.plus or help_word)
        said = "".join((*around, *texts(one)))
        if text.count("]") != said.count("]") or overflow(
            one, columns, rows, help_word=help_word, squeezed=True
        ):
            cut.append((name, text))
    assert not cut


def texts(one: Page) -> Iterator[str]:
    """All that a page shows between its rules."""
    for block in one.blocks:
        for part in ("key", "text", "also"):
            if said := getattr(block, part, ""):
                yield said


def test_nothing_is_said_that_no_catalogue_translates(longer: Words) -> None:
    for one, name in pages(pseudo.LANGUAGE).items():
        if name != "ChooseLanguage":  # which is told in the other languages
            assert one.title.startswith("["), name


def test_a_page_that_is_too_long_gives_up_its_margins_and_then_its_rules_before_a_word() -> None:
    full = [row.text for row in lay_out(paragraphs(12), 56, 16, help_word="help")]
    assert full[2] == "   Sentence 0."
    assert full[-2].strip() == RULE * 54
    crowded = [row.text for row in lay_out(paragraphs(14), 56, 16, help_word="help")]
    assert [row.strip() for row in crowded[1:-1]] == [f"Sentence {at}." for at in range(14)]
    long_lines = Page("Title", tuple(Para("word " * 10 + "end.") for _ in range(12)))
    narrow = [row.text for row in lay_out(long_lines, 56, 16, help_word="help")]
    assert [row for row in narrow if row.endswith(" end.")] == [" " + "word " * 10 + "end."] * 12
    assert narrow[-2].strip() == RULE * 54


def paragraphs(number: int) -> Page:
    return Page("Title", tuple(Para(f"Sentence {at}.") for at in range(number)))


def test_a_long_title_goes_on_in_the_next_row_beside_the_count() -> None:
    rows = lay_out(
        Page("A title that is " + "very " * 8 + "long", (), count="12 things"), 56, 16, help_word="x"
    )
    assert rows[0].text.split("  ")[0] == " A title that is very very very very very"
    assert rows[0].text.endswith(" 12 things")
    assert rows[1].text == " very very very long"
    assert rows[0].strong
    assert rows[1].strong


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_hint_is_one_line(language: str) -> None:
    for hint in v.Hint:
        told = page(v.Visit(language=language, hint=hint), scene(language))
        assert told.hint
        assert overflow(told, 56, 16) == 0


def test_a_page_that_is_too_long_is_found_out() -> None:
    assert overflow(paragraphs(20), 56, 16) == 8
    assert overflow(Page("A title that is " + "very " * 20 + "long", ()), 56, 16) > 0
    assert overflow(paragraphs(20), 56, 16, squeezed=True) == 6


def test_every_kind_of_screen_is_among_those_that_are_looked_at() -> None:
    seen = {type(screen) for screen in screens("WLK-06")}
    assert seen == set(get_args(shown.Screen))


@pytest.mark.parametrize("language", LANGUAGES)
def test_only_letters_and_signs_that_a_console_font_has_are_used(language: str) -> None:
    said = {character for one in pages(language) for text in texts(one) for character in text}
    said |= {character for one in pages(language) for character in one.title + one.yes + one.no + one.hint}
    assert {character for character in said if not character.isascii()} <= GLYPHS


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_keys_stand_in_the_same_places_on_every_screen(language: str) -> None:
    help_word = words_in(language).t("help")
    keys = {(one.yes, one.no, one.plus): one for one in pages(language)}
    for one in keys.values():
        last = lay_out(one, 56, 16, help_word=help_word)[-1].text
        assert last.endswith(f"+ {one.plus or help_word}")
        assert last.find("Enter") in (-1, 1)
        assert last[2:].find(" - ") in (-1, 15)


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_screen_speaks_of_errors_or_of_the_system(language: str) -> None:
    for one, name in pages(language).items():
        text = " ".join((one.title, one.hint, one.yes, one.no, *texts(one))).lower()
        assert not [word for word in NEVER[language] if word in text], name


def test_the_first_screen_says_language_in_every_language_and_each_word_once() -> None:
    here = Scene(words=words_in("nb"), languages=("nb", "nn", "da", "en"))
    assert "Språk / Sprog / Language" in texts(page(v.Visit(screen=shown.Welcome()), here))
    choices = " ".join(texts(page(v.Visit(screen=shown.ChooseLanguage()), here)))
    assert choices == "1 Bokmål 2 Nynorsk 3 Dansk 4 English"


def test_a_name_full_of_markup_and_controls_is_shown_as_it_stands() -> None:
    """Number 40 of the bad inputs; a person's name is never on a citizen's screen, a thing's is."""
    name = "[/] [bold]x[/] \x1b[2J\u202e {0.__class__} %s '); DROP TABLE loan;-- 😀" + "x" * 200
    here = Scene(words=words_in("nb"), lines={"WLK-06": Line(name, name, 100)})
    screen = next(one for one in screens("WLK-06") if isinstance(one, shown.Lent))
    rows = lay_out(page(v.Visit(screen=screen, card=CARD), here), 80, 24, help_word="hjelp")
    text = " ".join(row.text for row in rows)
    assert "[/] [BOLD]X[/]" in text
    assert "DROP TABLE" in text
    assert not {"\x1b", "\u202e"} & set(text)
    assert max(cell_len(row.text) for row in rows) <= 80


def test_only_the_last_two_digits_of_a_card_are_ever_shown() -> None:
    for one in pages("nb"):
        text = " ".join(row.text for row in lay_out(one, 80, 24, help_word="hjelp"))
        assert CARD[1:9] not in text.replace(" ", "")


def test_a_things_name_comes_before_its_number() -> None:
    for screen in screens("WLK-06"):
        blocks = page(v.Visit(screen=screen, card=CARD), scene("nb")).blocks
        names = [at for at, block in enumerate(blocks) if isinstance(block, Name)]
        numbers = [at for at, block in enumerate(blocks) if "0004 2177" in getattr(block, "text", "")]
        assert not numbers or isinstance(screen, shown.TypeCode) or names[0] < numbers[0]


def test_a_visit_holds_nothing_that_the_screen_must_not_know() -> None:
    assert not {"name", "borrower", "phone"} & {one.name for one in fields(v.Visit)}
