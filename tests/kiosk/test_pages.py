"""What the pages say: nothing is cut off, in either language, for any line of the catalogue."""

from __future__ import annotations

from dataclasses import fields
from typing import get_args

import pytest

from depot import catalogue
from depot.words import words_in
from kiosk.journey import shown
from kiosk.journey import values as v
from kiosk.screens.layout import lay_out, overflow
from kiosk.sentences import Line, Name, Page, Para, Scene, page
from kiosk.terminal.theme import GLYPHS
from tests.kiosk.every_screen import CALLS, CARD, screens

LINES = catalogue.packaged()
SIZES = ((56, 16), (80, 24), (120, 40))


def scene(language: str) -> Scene:
    return Scene(
        words=words_in(language),
        lines={
            one.code: Line(one.names[language], one.notes.get(language), one.max_weight_kg) for one in LINES
        },
        places={"unknown": "UKJENT"},
        phones=CALLS,
    )


def visits(language: str) -> list[v.Visit]:
    long_list = tuple(v.Listed(str(at), None, str(at), home=False) for at in range(12))
    return [
        v.Visit(screen=screen, language=language, card=CARD, listed=long_list, hint=hint)
        for line in LINES
        for screen in screens(line.code)
        for hint in (None, v.Hint.KEYS)
    ]


@pytest.mark.parametrize("language", ["nb", "en"])
@pytest.mark.parametrize(("columns", "rows"), SIZES)
def test_no_text_is_cut_off_on_any_screen_for_any_line(language: str, columns: int, rows: int) -> None:
    here = scene(language)
    too_long = {
        (type(visit.screen).__name__, page(visit, here).blocks): overflow(page(visit, here), columns, rows)
        for visit in visits(language)
        if overflow(page(visit, here), columns, rows)
    }
    assert not too_long


@pytest.mark.parametrize("language", ["nb", "en"])
def test_every_hint_is_one_line(language: str) -> None:
    for hint in v.Hint:
        shown = page(v.Visit(language=language, hint=hint), scene(language))
        assert shown.hint
        assert overflow(shown, 56, 16) == 0


def test_a_page_that_is_too_long_is_found_out() -> None:
    assert overflow(Page("Title", tuple(Para("A sentence.") for _ in range(20))), 56, 16) == 8
    assert overflow(Page("A title that is " + "very " * 20 + "long", ()), 56, 16) > 0


def test_every_kind_of_screen_is_among_those_that_are_looked_at() -> None:
    seen = {type(screen) for screen in screens("WLK-06")}
    assert seen == set(get_args(shown.Screen))


@pytest.mark.parametrize("language", ["nb", "en"])
def test_only_letters_and_signs_that_a_console_font_has_are_used(language: str) -> None:
    here = scene(language)
    said = {
        character
        for visit in visits(language)
        for row in lay_out(page(visit, here), 56, 16, help_word=here.words.t("help"))
        for character in row.text
    }
    assert {character for character in said if not character.isascii()} <= GLYPHS


def test_the_keys_stand_in_the_same_places_on_every_screen() -> None:
    here = scene("nb")
    for visit in visits("nb"):
        last = lay_out(page(visit, here), 56, 16, help_word="hjelp")[-1].text
        assert last.endswith("+ hjelp")
        assert last.find("Enter") in (-1, 1)
        assert last[2:].find(" - ") in (-1, 15)


def test_no_screen_speaks_of_errors_or_of_the_system() -> None:
    for language, words in (
        ("nb", ("feil", "ugyldig", "system")),
        ("en", ("error", "invalid", "system", "wrong")),
    ):
        here = scene(language)
        for screen in screens("WLK-06"):
            shown = page(v.Visit(screen=screen, language=language, card=CARD), here)
            text = " ".join([shown.title, *(getattr(block, "text", "") for block in shown.blocks)]).lower()
            assert not [word for word in words if word in text]


def test_a_name_full_of_markup_and_controls_is_shown_as_it_stands() -> None:
    name = "[/] [bold]x[/] \x1b[2J\u202e {0.__class__} %s '); DROP TABLE loan;--"
    here = Scene(words=words_in("nb"), lines={"WLK-06": Line(name, name, 100)})
    screen = next(one for one in screens("WLK-06") if isinstance(one, shown.Lent))
    rows = lay_out(page(v.Visit(screen=screen, card=CARD), here), 80, 24, help_word="hjelp")
    text = " ".join(row.text for row in rows)
    assert "[/] [BOLD]X[/]" in text
    assert "DROP TABLE" in text
    assert not {"\x1b", "\u202e"} & set(text)


def test_only_the_last_two_digits_of_a_card_are_ever_shown() -> None:
    here = scene("nb")
    for visit in visits("nb"):
        text = " ".join(row.text for row in lay_out(page(visit, here), 80, 24, help_word="hjelp"))
        assert CARD[1:9] not in text.replace(" ", "")


def test_a_things_name_comes_before_its_number() -> None:
    for screen in screens("WLK-06"):
        blocks = page(v.Visit(screen=screen, card=CARD), scene("nb")).blocks
        names = [at for at, block in enumerate(blocks) if isinstance(block, Name)]
        numbers = [at for at, block in enumerate(blocks) if "0004 2177" in getattr(block, "text", "")]
        assert not numbers or isinstance(screen, shown.TypeCode) or names[0] < numbers[0]


def test_a_visit_holds_nothing_that_the_screen_must_not_know() -> None:
    assert not {"name", "borrower", "phone"} & {one.name for one in fields(v.Visit)}
