"""What the pages say to somebody who does not see them: all that is there, as it is said and not as it is drawn."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from functools import cache

import pytest

from depot import words
from depot.outcomes import CheckedOut
from depot.phone import Phone
from depot.settings import LANGUAGES
from depot.words import words_in
from kiosk.journey import shown
from kiosk.journey import values as v
from kiosk.screens.layout import lay_out, overflow
from kiosk.sentences import Choice, Name, Page, Para, Scene, Typed, heard, hint_heard, page
from kiosk.sentences.heard import key_name
from tests.kiosk import test_pages
from tests.kiosk.every_screen import CALLS, CARD, ITEM, screens

ROLLATOR = "WLK-06"
LOAN = CheckedOut(item=ITEM, product=ROLLATOR, key="k", deed="d", due=date(2027, 1, 22), days=90, flags=())


def scene(language: str) -> Scene:
    """A station in earnest, with the whole catalogue."""
    return replace(test_pages.scene(language), practice=False)


def said(visit: v.Visit, before: v.Visit | None = None, *, at: Scene | None = None) -> str:
    """What is said of a visit's screen, after that of the visit as it was before."""
    here = at or scene(visit.language)
    return heard(page(visit, here), here.words, page(before, here) if before else None)


@cache
def pages(language: str) -> tuple[Page, ...]:
    """Every page there is, with a card open and the voice on."""
    here = replace(scene(language), can_speak=True)
    visits = (
        v.Visit(screen=screen, language=language, card=CARD, voice=True, hint=hint)
        for line in (ROLLATOR, "WLK-01")
        for screen in screens(line)
        for hint in (None, v.Hint.KEYS)
    )
    return tuple(dict.fromkeys(page(visit, here) for visit in visits))


# --- a loan, as a receipt is read out ---------------------------------------------------------------


@pytest.mark.parametrize(
    ("language", "says"),
    [
        (
            "nb",
            (
                "Lånet er i orden. 1 ting. Rullator, innendørs. 0 0 0 4, 2 1 7 7. Kort som slutter på 2 4. "
                "Lever tilbake senest fredag 22. januar 2027. Prøv begge bremsene før du går. Sett på "
                "parkeringsbremsen før du setter deg. Tåler inntil 130 kilo. Du er ferdig og kan gå. Vil du låne mer? "
                "Skann det. Ferdig: trykk Enter. Angre: trykk minus. Hjelp: trykk pluss."
            ),
        ),
        (
            "en",
            (
                "The loan is in order. 1 thing. Rollator, indoor. 0 0 0 4, 2 1 7 7. Card ending in 2 4. "
                "Return it by Friday 22 January 2027. Try both brakes before you walk. Set the parking brake before "
                "you sit down. It bears up to 130 kilograms. You are done and can go. Do you want more? Scan it. "
                "Done: press Enter. Undo: press minus. Help: press plus."
            ),
        ),
    ],
)
def test_a_loan_is_read_out_whole_with_its_note_its_weight_and_its_date(language: str, says: str) -> None:
    """EN 301 549 V3.2.1, 5.1.3.16: all that is needed to verify the transaction."""
    listed = (v.Listed(ITEM, ROLLATOR, "d", home=False),)
    here = scene(language)
    alone = replace(here, lines={ROLLATOR: replace(here.lines[ROLLATOR], needs=(), suits=())})
    visit = v.Visit(screen=shown.Lent(LOAN), language=language, card=CARD, listed=listed)
    assert said(visit, at=alone) == says


@pytest.mark.parametrize(
    ("language", "date_said", "keys"),
    [
        ("nn", "fredag 22. januar 2027", "Ferdig: trykk Enter. Angre: trykk minus. Hjelp: trykk pluss."),
        ("da", "fredag den 22. januar 2027", "Færdig: tryk Enter. Fortryd: tryk minus. Hjælp: tryk plus."),
    ],
)
def test_the_neighbouring_languages_are_read_in_their_own_words(
    language: str, date_said: str, keys: str
) -> None:
    says = said(v.Visit(screen=shown.Lent(LOAN), language=language, card=CARD))
    assert date_said in says
    assert says.endswith(keys)
    assert "130 kilo." in says


# --- everything is said, and nothing that is for the eye alone --------------------------------------

_SIGNS = re.compile(r"[…_●|/*\n\t<>]|(?<!\S)[-+]|  |\b\d{3,}\b(?<!\b20\d\d)(?<!\b\d\d0)|[A-ZÆØÅ]{4,}")


@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_is_said_that_only_the_eye_can_use(language: str) -> None:
    """Signs, gaps, capitals and long numbers; years, weights and NAV may stay."""
    for one in pages(language):
        says = heard(one, words_in(language))
        assert not _SIGNS.search(says), says
        assert says.endswith((".", "!", "?"))


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_word_on_a_page_is_said(language: str) -> None:
    """EN 301 549 V3.2.1, 5.1.3.1."""
    w = words_in(language)
    for one in pages(language):
        says = _spoken_words(heard(one, w))
        for text in _texts(one):
            missing = _spoken_words(text) - says - {"kg"}
            assert not missing, (text, heard(one, w))


def _texts(one: Page) -> Iterator[str]:
    yield from (one.title, one.mark, one.count, one.hint, one.plus)
    named = {block.key for block in one.blocks if isinstance(block, Choice)}
    yield from (does for key, does in (("Enter", one.yes), ("-", one.no)) if key not in named)
    for block in one.blocks:
        if isinstance(block, Choice):
            yield f"{block.text} {block.also}"
        elif isinstance(block, Name | Para) and not getattr(block, "heard", ""):
            yield block.text


def _spoken_words(text: str) -> set[str]:
    return set(re.findall(r"[^\W\d_]+", text.lower()))


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_key_that_does_something_is_named_by_what_it_does(language: str) -> None:
    w = words_in(language)
    for one in pages(language):
        says = heard(one, w)
        keys = {block.key for block in one.blocks if isinstance(block, Choice)}
        keys |= {key for key, does in (("Enter", one.yes), ("-", one.no), ("+", True)) if does}
        for key in keys:
            named = w.t("%(does)s: press %(key)s.", does="", key=key_name(key, w))
            assert says.count(named) == 1, (key, says)


@pytest.mark.parametrize("language", LANGUAGES)
def test_of_a_card_no_more_than_its_last_two_digits_is_said(language: str) -> None:
    for one in pages(language):
        assert CARD[1:9] not in re.sub(r"[ ,.]", "", heard(one, words_in(language)))


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_begins_with_its_title(language: str) -> None:
    """WCAG 2.2, 2.4.2; only a word on what went wrong may come before it."""
    for one in pages(language):
        assert one.title
        if not one.hint:
            first = heard(Page(one.title, ()), words_in(language)).removesuffix(_help(language))
            assert heard(one, words_in(language)).startswith(first.strip())


def _help(language: str) -> str:
    w = words_in(language)
    return w.t("%(does)s: press %(key)s.", does=w.t("help").capitalize(), key=key_name("+", w))


def test_what_went_wrong_is_said_before_everything_else() -> None:
    """EN 301 549 V3.2.1, 5.1.3.15."""
    says = said(v.Visit(hint=v.Hint.NUMBER_FIRST, screen=shown.TypePhone(CARD)))
    assert says.startswith("Tast nummeret først, så går vi videre med tingen. Telefonnummeret ditt.")


def test_a_practice_station_says_so_on_every_page() -> None:
    here = replace(scene("nb"), practice=True)
    for screen in screens(ROLLATOR):
        one = page(v.Visit(screen=screen), here)
        assert one.mark in heard(one, here.words)


# --- numbers ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("Ring Lageret, 55 55 55 55.", "Ring Lageret, 5 5, 5 5, 5 5, 5 5."),
        ("Ring Vakten, 116 117.", "Ring Vakten, 1 1 6, 1 1 7."),
        ("Ring oss, +47\u00a055\u00a055\u00a055\u00a055.", "Ring oss, pluss 4 7, 5 5, 5 5, 5 5, 5 5."),
        ("0004 2177", "0 0 0 4, 2 1 7 7."),
        ("Nummer 0701740605", "Nummer 0 7 0 1 7 4 0 6 0 5."),
        ("Sett den ved det blå skiltet: VASK 2", "Sett den ved det blå skiltet: Vask 2."),
        ("Det står 12 til på hylle B2.", "Det står 12 til på hylle B2."),
        ("Tåler inntil 130 kg.", "Tåler inntil 130 kilo."),
        ("fredag 22. januar 2027", "fredag 22. januar 2027."),
        ("Spør NAV.", "Spør NAV."),
        ("Trykk +, så hjelper vi deg.", "Trykk pluss, så hjelper vi deg."),
    ],
)
def test_numbers_are_said_one_by_one_and_amounts_as_they_are(text: str, says: str) -> None:
    assert heard(Page("Tittel", (Para(text),)), words_in("nb")).removeprefix("Tittel. ").startswith(says)


def test_a_name_full_of_signs_and_controls_cannot_break_the_sentence() -> None:
    name = "Krakk\x1b[2J \u202e\nny linje " + "x" * 50
    says = heard(Page("Tittel", (Name(name), Para(name))), words_in("nb"))
    assert says.isprintable()


# --- typing -----------------------------------------------------------------------------------------


def typed(digits: str, **more: bool) -> v.Visit:
    return v.Visit(screen=shown.TypePhone(CARD, digits, **more))


def test_each_digit_is_said_alone_and_what_is_taken_away_leaves_the_rest() -> None:
    assert said(typed("4"), typed("")) == "4"
    assert said(typed("41"), typed("4")) == "1"
    assert said(typed("412"), typed("41")) == "2"
    assert said(typed("41"), typed("412")) == "Tatt bort. Nå står det 4 1."
    assert said(typed(""), typed("4")) == "Ingenting er tastet."
    label = [v.Visit(screen=shown.TypeCode(shown.TypingFor.ITEM, digits)) for digits in ("0004", "00042")]
    assert said(label[1], label[0]) == "2"
    assert said(label[0], label[1]) == "Tatt bort. Nå står det 0 0 0 4."


@pytest.mark.parametrize("language", LANGUAGES)
def test_hidden_digits_are_counted_and_never_said(language: str) -> None:
    """EN 301 549 V3.2.1, 5.1.3.8."""
    visits = [v.Visit(screen=shown.TypeLastFour(CARD, "8765"[:many]), language=language) for many in range(5)]
    w = words_in(language)
    for many in range(1, 5):
        count = w.n("%(n)d digit typed.", "%(n)d digits typed.", many)
        assert said(visits[many], visits[many - 1]) == count
        assert count in said(visits[many])
        assert not set("8765") & set(said(visits[many]))
    assert said(visits[3], visits[4]) == w.n("%(n)d digit typed.", "%(n)d digits typed.", 3)


def test_digits_that_do_not_fit_are_told_with_the_whole_screen() -> None:
    wrong = typed("4123", again=True)
    says = said(wrong, typed("4123"))
    assert says.startswith("Telefonnummeret ditt.")
    assert "Tastet: 4 1, 2 3. Dette nummeret kan vi ikke ringe." in says
    four = [
        v.Visit(screen=shown.TypeLastFour(CARD, "1234")),
        v.Visit(screen=shown.TypeLastFour(CARD, "", True)),
    ]
    assert "Tallene passer ikke til kortet." in said(four[1], four[0])


def test_the_number_is_said_back_in_pairs_before_it_counts() -> None:
    asked = shown.ConfirmPhone(CARD, Phone("+46701740605", "070 174 06 05", "0605"))
    says = said(v.Visit(screen=asked), typed("0701740605"))
    assert says.startswith("Er nummeret riktig? Tastet: 0 7 0, 1 7 4, 0 6, 0 5. Ja: trykk Enter.")


def test_a_number_from_abroad_is_said_with_its_plus() -> None:
    asked = shown.ConfirmPhone(CARD, Phone("+46701740605", "+46 70 174 06 05", "0605"))
    assert "Tastet: pluss 4 6, 7 0, 1 7 4, 0 6, 0 5." in said(v.Visit(screen=asked))


def test_another_screen_with_digits_is_said_whole() -> None:
    label = v.Visit(screen=shown.TypeCode(shown.TypingFor.ITEM, "0"))
    assert said(label, typed("")).startswith("Tast tallene på lappen.")


# --- help -------------------------------------------------------------------------------------------

HELP = shown.Help(CALLS, None, shown.Welcome())


@pytest.mark.parametrize("language", LANGUAGES)
def test_help_offers_to_read_aloud_where_a_program_can(language: str) -> None:
    here = scene(language)
    mute, able = (page(v.Visit(screen=HELP), replace(here, can_speak=can)) for can in (False, True))
    assert lay_out(mute, 56, 16, help_word="help")[-1].text.endswith("+ help")
    assert lay_out(able, 56, 16, help_word="help")[-1].text.endswith(f"+ {here.words.t('read aloud')}")
    assert mute.blocks == able.blocks


@pytest.mark.parametrize("language", [one for one in LANGUAGES if one != words.SOURCE])
@pytest.mark.parametrize("hint", [v.Hint.VOICE_ON, v.Hint.VOICE_OFF, v.Hint.VOLUME])
@pytest.mark.parametrize("calls", [(), (*CALLS, CALLS[0])])
def test_help_with_the_voice_on_fits_the_screen(
    language: str, hint: v.Hint, calls: tuple[tuple[str, str], ...]
) -> None:
    help_screen = shown.Help(calls, date(2026, 9, 30), shown.Welcome())
    visit = v.Visit(screen=help_screen, language=language, voice=True, hint=hint)
    assert overflow(page(visit, replace(scene(language), can_speak=True)), 56, 16) == 0


def test_the_voice_tells_its_own_keys_and_that_others_may_hear() -> None:
    visit = v.Visit(screen=HELP, voice=True, hint=v.Hint.VOICE_ON)
    says = said(visit)
    assert says.startswith("Opplesing er på. Andre i nærheten kan høre det. Hjelp. Ring Hjelpemiddellageret,")
    assert "Lavere: trykk 4. Slutt å lese høyt: trykk 5. Høyere, nå 2 av 3: trykk 6." in says
    assert "Hør skjermen igjen, når som helst: trykk stjerne." in says


def test_the_volume_can_be_heard_and_seen_without_changing_it() -> None:
    """EN 301 549 V3.2.1, 5.6."""
    for volume in (1, 2, 3):
        one = page(v.Visit(screen=HELP, voice=True, volume=volume), scene("nb"))
        assert f"nå {volume} av 3" in heard(one, words_in("nb"))
        assert any(f"nå {volume} av 3" in row.text for row in lay_out(one, 56, 16, help_word="hjelp"))


def test_the_last_word_is_that_reading_aloud_is_off() -> None:
    off = page(v.Visit(screen=HELP, hint=v.Hint.VOICE_OFF), scene("nb"))
    assert hint_heard(off, words_in("nb")) == "Opplesing er av."
    assert hint_heard(page(v.Visit(), scene("nb")), words_in("nb")) == ""


def test_a_typed_line_is_left_out_while_nothing_is_typed() -> None:
    assert heard(Page("Tittel", (Typed("____ ____"),)), words_in("en")) == "Tittel. Help: press plus."
