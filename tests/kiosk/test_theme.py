"""Colours that can be told apart and glyphs that a bare console has."""

import itertools

import pytest
from rich.color import Color, ColorSystem
from textual._border import BORDER_CHARS

from kiosk.terminal import theme
from kiosk.terminal.theme import GLYPHS, PAIRS, THEME, Pair, contrast


@pytest.mark.parametrize("pair", PAIRS)
def test_every_pair_of_colours_has_a_contrast_of_seven(pair: Pair) -> None:
    assert contrast(pair) >= 7


@pytest.mark.parametrize("pair", PAIRS)
def test_every_pair_keeps_its_contrast_on_a_console_with_sixteen_colours(pair: Pair) -> None:
    assert contrast(Pair(*map(_of_sixteen, pair))) >= 7


def test_contrast_is_that_of_the_standard() -> None:
    assert contrast(Pair("#ffffff", "#000000")) == pytest.approx(21)
    assert contrast(Pair("#777777", "#ffffff")) == pytest.approx(4.48, abs=0.01)
    assert contrast(Pair("#000000", "#ffffff")) == contrast(Pair("#ffffff", "#000000"))


def test_the_theme_uses_the_three_colours_alone() -> None:
    colours = {theme.BLACK, theme.WHITE, theme.YELLOW}
    named = (THEME.primary, THEME.secondary, THEME.warning, THEME.error, THEME.success, THEME.accent)
    grounds = (THEME.foreground, THEME.background, THEME.surface, THEME.panel, THEME.boost)
    assert {*named, *grounds, *THEME.variables.values()} <= colours


@pytest.mark.parametrize("border", [theme.BORDER, "solid", "double", "round"])
def test_borders_are_drawn_with_glyphs_of_a_console(border: str) -> None:
    drawn = set(itertools.chain.from_iterable(BORDER_CHARS[border]))  # type: ignore[index]  # Textual's name for a str
    assert {*drawn, theme.RULE} - {" "} <= GLYPHS


@pytest.mark.parametrize("glyph", "▊▎▔▁▓▀▄▐▌✓✔►◄○")
def test_glyphs_that_consoles_lack_are_not_allowed(glyph: str) -> None:
    assert glyph not in GLYPHS


def test_the_letters_of_the_offered_languages_are_allowed() -> None:
    assert set("æøåÆØÅéôêäöÄÖšžčđáŠŽČĐÁ") <= GLYPHS


def _of_sixteen(colour: str) -> str:
    triplet = Color.parse(colour).downgrade(ColorSystem.STANDARD).get_truecolor()
    return triplet.hex
