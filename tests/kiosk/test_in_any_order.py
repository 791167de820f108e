"""What people do who take things in their own order: the journey and its pages, without a ledger."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from depot import codes
from depot.outcomes import (
    CardIs,
    CheckedIn,
    CheckedOut,
    Held,
    Met,
    OpenLoan,
    Peeked,
    Ready,
    Reason,
    Refused,
    Renewed,
    Undone,
    Was,
)
from depot.own import Kind, mint
from depot.settings import See
from depot.states import State
from depot.words import words_in
from kiosk.journey import asked, loans, shown
from kiosk.journey import values as v
from kiosk.journey.answers import answered
from kiosk.journey.happenings import happens
from kiosk.screens.layout import lay_out
from kiosk.sentences import Page, Para, Scene, heard, page
from kiosk.sentences.page import Choice, Line

CRUTCH, OTHER_CRUTCH = mint(Kind.ITEM, "0004217"), mint(Kind.ITEM, "0004218")
CARD, SLIP = mint(Kind.CARD, "9315842"), mint(Kind.SLIP, "0021233")
SETUP = v.Setup(languages=("nb", "nn", "da", "en"))
FIRST, SECOND = date(2027, 3, 3), date(2027, 3, 30)
HERE = Scene(
    words=words_in("en"),
    lines={"WLK-01": Line("Elbow crutches, adult (pair)", pieces=2), "WLK-11": Line("Ice spike")},
    places={"pick_up": "HENTES"},
)


def at(seconds: float) -> v.Moment:
    return v.Moment(seconds, datetime(2027, 1, 11, 10, tzinfo=UTC))


def act(visit: v.Visit, what: v.Happening, seconds: float = 5.0) -> v.Turn:
    return happens(visit, what, at(seconds), SETUP)


def digit(number: int) -> v.Press:
    return v.Press(v.Key.DIGIT, str(number))


def answer(visit: v.Visit, request: asked.Request, given: v.Answer) -> v.Turn:
    return answered(visit, request, given, at(5), SETUP)


def said(visit: v.Visit, here: Scene = HERE) -> str:
    """All that stands between the rules of a page."""
    blocks = page(visit, here).blocks
    return " ".join(f"{one.key} {one.text}" if isinstance(one, Choice) else one.text for one in blocks)


YES, NO, COMMA = v.Press(v.Key.YES), v.Press(v.Key.NO), v.Press(v.Key.ERASE)


# --- languages ---


def test_whoever_chose_a_language_keeps_it_on_the_way_back_to_the_first_screen() -> None:
    chosen = act(act(v.Visit(), digit(9)).visit, digit(3)).visit
    returned = replace(chosen, screen=shown.AllRight("WLK-01"))
    for leaves in (YES, NO):
        back = act(returned, leaves).visit
        assert isinstance(back.screen, shown.Welcome)
        assert back.language == "da"
    walked_away = act(act(returned, YES).visit, v.Tick(), 70).visit
    assert walked_away.language == "nb"


def test_somebody_elses_language_is_no_reason_to_keep_it() -> None:
    nobody_chose = v.Visit(screen=shown.AllRight(None), language="da")
    assert act(nobody_chose, YES).visit.language == "nb"


def test_the_next_card_does_not_remember_the_language_that_the_one_before_had_chosen() -> None:
    chosen = v.Visit(language="da", chose=True)
    assert act(chosen, codes.CardCode(CARD)).request == asked.AskWhoseCard(CARD, language="da")
    theirs = replace(chosen, card=CARD)
    other = mint(Kind.CARD, "4960229")
    turn = act(theirs, codes.CardCode(other))
    assert turn.request == asked.AskWhoseCard(other, language=None)
    opened = answer(turn.visit, turn.request, Met(other, CardIs.OPEN, language="nn")).visit
    assert (opened.language, opened.chose) == ("nn", False)


# --- a question is open ---


def test_a_thing_scanned_while_another_ones_weight_is_asked_about_waits_for_the_answer() -> None:
    asks = v.Visit(screen=shown.AskWeight(Peeked(item=CRUTCH, state=State.AVAILABLE)), card=CARD)
    turn = act(asks, codes.ItemCode(OTHER_CRUTCH))
    assert turn.request is None
    assert turn.visit.screen == asks.screen
    assert page(turn.visit, HERE).hint == "Answer first, then scan the next thing."
    assert act(asks, codes.ItemCode(CRUTCH)).request == asked.AskWhatItIs(CRUTCH, CARD)
    by_somebody_later = act(asks, codes.ItemCode(OTHER_CRUTCH), 40)
    assert by_somebody_later.request == asked.AskWhatItIs(OTHER_CRUTCH, CARD)


def test_the_card_shown_once_more_while_its_digits_are_asked_for_changes_nothing() -> None:
    asks = v.Visit(screen=loans.TypeToSee(CARD, pin=False, typed="06"), card=CARD)
    turn = act(asks, codes.CardCode(CARD))
    assert (turn.request, turn.visit.screen) == (None, asks.screen)
    other = mint(Kind.CARD, "4960229")
    assert act(asks, codes.CardCode(other)).request == asked.AskWhoseCard(other)


def test_what_waits_for_a_card_waits_on_while_something_else_comes_home() -> None:
    free = Peeked(item=CRUTCH, product="WLK-01", state=State.AVAILABLE)
    waits = v.Visit(screen=shown.AskCard(free), waiting=CRUTCH)
    out = Peeked(item=OTHER_CRUTCH, product="WLK-11", state=State.ON_LOAN)
    brings = answer(waits, asked.AskWhatItIs(OTHER_CRUTCH), out)
    assert brings.request == asked.TakeBack(OTHER_CRUTCH)
    came = CheckedIn(
        item=OTHER_CRUTCH, product="WLK-11", key="k", deed="d", was=Was.ON_LOAN, loan="l", place="VASK 1"
    )
    home = answer(brings.visit, brings.request, came).visit
    assert page(home, HERE).hint == "Then scan your card for what you borrow."
    assert act(act(home, YES).visit, YES).request == asked.AskWhatItIs(CRUTCH, None)
    opened = answer(home, asked.AskWhoseCard(CARD), Met(CARD, CardIs.OPEN))
    assert opened.request == asked.AskWhatItIs(CRUTCH, CARD, told=True)
    assert isinstance(answer(opened.visit, opened.request, free).visit.screen, shown.WhoseCard)
    left_alone = answer(replace(waits, paused=True), asked.AskWhatItIs(OTHER_CRUTCH), out)
    assert left_alone.visit.waiting is None


@pytest.mark.parametrize(
    "visit",
    [
        v.Visit(screen=shown.NotUnderstood("unknown_code", 1), errand=v.ToSee(See.PHONE4)),
        v.Visit(screen=shown.NotUnderstood("unknown_code", 1), waiting=CRUTCH),
        v.Visit(screen=shown.ThisIs("maker"), errand=v.ToSee(See.PHONE4)),
    ],
)
def test_a_label_that_says_nothing_is_answered_by_what_is_waited_for(visit: v.Visit) -> None:
    assert "Hold your card under the red light." in said(visit)
    assert "Hold the yellow label" in said(replace(visit, errand=None, waiting=None))


# --- pairs ---


def lent(item: str = CRUTCH) -> CheckedOut:
    return CheckedOut(
        item=item, product="WLK-01", key="k", deed="first", due=FIRST, days=60, flags=(), pieces=2
    )


def test_the_other_crutch_joins_the_first_also_after_one_was_said_to_be_enough() -> None:
    one = v.Visit(screen=shown.Lent(lent(), second=True), card=CARD, pair=lent())
    enough = act(one, YES).visit
    assert isinstance(enough.screen, shown.OnlyOne)
    assert "You are done and can go." in said(enough)
    other = Peeked(item=OTHER_CRUTCH, product="WLK-01", state=State.AVAILABLE)
    turn = answer(enough, asked.AskWhatItIs(OTHER_CRUTCH, CARD), other)
    assert turn.request == asked.Lend(OTHER_CRUTCH, CARD, joins="first")


def test_a_crutch_that_comes_home_alone_asks_for_the_other_and_both_do_not() -> None:
    home = v.Visit()
    for item, asks in ((CRUTCH, True), (OTHER_CRUTCH, False)):
        came = CheckedIn(
            item=item, product="WLK-01", key="k", deed=item, was=Was.ON_LOAN, loan="l", place="VASK 1"
        )
        home = answer(home, asked.TakeBack(item), came).visit
        assert ("Do you have the other one? Scan it, too." in said(home)) is asks


def test_both_pieces_of_a_pair_that_was_undone_go_back_to_their_shelf() -> None:
    one = Undone(item=CRUTCH, product="WLK-01", deed="d", back_on_loan=False, place="A1")
    assert said(v.Visit(screen=shown.Taken((one,)))).endswith("Put it back on shelf A1.")
    both = shown.Taken((one, replace(one, item=OTHER_CRUTCH)))
    assert said(v.Visit(screen=both)).endswith("Put both back on shelf A1.")


# --- what stands ready ---


def test_whoever_takes_what_stands_ready_for_another_is_told_which_one_is_theirs() -> None:
    met = Met(CARD, CardIs.OPEN, ready=(Ready(SLIP, "HENTES", FIRST),))
    opened = answer(v.Visit(), asked.AskWhoseCard(CARD), met).visit
    reasons = (Reason.SET_ASIDE_FOR_OTHER,)
    anothers = Refused(item=CRUTCH, product="WLK-01", reasons=reasons, place="HENTES")
    thing = Peeked(item=CRUTCH, product="WLK-01", state=State.SET_ASIDE, refusal=anothers)
    told = said(answer(opened, asked.AskWhatItIs(CRUTCH, CARD), thing).visit)
    assert f"ready for you at the blue sign HENTES, slip {codes.spoken(SLIP)}." in told
    assert "No other one is free" not in told
    others = answer(v.Visit(card=CARD), asked.AskWhatItIs(CRUTCH, CARD), thing).visit
    assert "No other one is free here just now." in said(others)


# --- what is counted ---


def test_what_was_brought_is_taken_along_again_when_that_is_undone_and_what_was_taken_is_put_back() -> None:
    undone = (Undone(item="", product="WLK-11", deed="d", back_on_loan=False, place="A2"),)
    for back, where in ((True, "Take it with you again."), (False, "Put them on shelf A2.")):
        some = shown.SomeTaken("WLK-11", 2, "A2", "d", back)
        turn = answer(v.Visit(screen=shown.AskUndoSome(some)), asked.Undo("d"), undone)
        assert said(turn.visit) == f"ICE SPIKE {where}"


# --- my loans ---


def loan(item: str, due: date, *, long: bool = False) -> OpenLoan:
    return OpenLoan(item=item, product="WLK-01", deed=item, due=due, still_needed=long)


def test_what_is_undone_falls_back_to_its_own_date_and_not_to_that_of_what_was_refused() -> None:
    theirs = loans.Theirs((loan(CRUTCH, FIRST), loan(OTHER_CRUTCH, SECOND)))
    awaited = Refused(item=CRUTCH, product="WLK-01", reasons=(Reason.SOMEONE_WAITS,))
    longer = Renewed(
        item=OTHER_CRUTCH, product="WLK-01", key="k", deed="d", due=date(2027, 4, 12), days=60, renewals=1
    )
    asking = v.Visit(screen=loans.StillNeeded(theirs), card=CARD)
    kept = answer(asking, asked.RenewAll(CARD), loans.Kept((awaited, longer))).visit
    undo = act(kept, NO).visit
    assert "It is to be returned by Tuesday 30 March 2027 then, as before." in said(undo)


def test_whoever_is_asked_whether_they_still_need_something_may_see_which_it_is() -> None:
    theirs = loans.Theirs((loan(CRUTCH, FIRST, long=True), loan(OTHER_CRUTCH, SECOND)))
    asking = v.Visit(screen=loans.StillNeeded(theirs), card=CARD)
    assert "2 Which ones? See my loans" in said(asking)
    assert act(asking, digit(2)).visit.screen == loans.TypeToSee(CARD, pin=False)
    seen = replace(asking, seen_card=CARD)
    assert "2 It stays with me: NAV has taken it over" in said(seen)


def test_one_thing_on_loan_is_not_called_the_first() -> None:
    for late, told in ((0, "Return it by"), (1, "It should have been returned by")):
        met = Met(CARD, CardIs.OPEN, lines=1, nearest_due=FIRST, late=late)
        assert f"{told} Wednesday 3 March 2027." in said(v.Visit(screen=shown.CardOpen(met), card=CARD))


def test_a_long_list_says_which_of_its_pages_is_shown() -> None:
    theirs = loans.Theirs((loan(CRUTCH, FIRST),) * 9)
    visit = v.Visit(screen=loans.MyLoans(theirs), card=CARD)
    pages = [visit := act(visit, digit(9)).visit for _ in range(3)]
    numbers = [[one.also for one in page(each, HERE).blocks if isinstance(one, Choice)][-1] for each in pages]
    assert numbers == ["page 2 of 3", "page 3 of 3", "page 1 of 3"]


def test_a_place_on_a_list_that_was_opened_from_my_loans_leads_back_to_them() -> None:
    held = Held(item="", product="WLK-01", key="k", slip=SLIP, place=1)
    mine = v.Visit(screen=loans.MyLoans(loans.Theirs((), (held,))), card=CARD, seen_card=CARD)
    opened = act(mine, digit(1)).visit
    for leaves in (YES, NO):
        assert act(opened, leaves).visit.screen == mine.screen


# --- looking ---


def test_what_is_free_can_be_asked_with_the_card_open() -> None:
    met = Met(CARD, CardIs.OPEN)
    visit = v.Visit(screen=shown.CardOpen(met), card=CARD)
    assert "3 What is free now?" in said(visit)
    turn = act(visit, digit(3))
    assert (turn.request, turn.visit.card) == (asked.LookWhatIsFree(), CARD)


def test_what_stands_ready_is_looked_for_at_a_sign_and_not_on_a_shelf() -> None:
    for place, told in (("HENTES", "at the blue sign HENTES"), ("B2", "on shelf B2")):
        met = Met(CARD, CardIs.OPEN, ready=(Ready(SLIP, place, FIRST),))
        assert f"Something stands ready for you {told}" in said(v.Visit(screen=shown.CardOpen(met)))
    refused = Refused(item=CRUTCH, reasons=(Reason.SET_ASIDE_FOR_OTHER,), place="HENTES")
    assert "Put it at the blue sign: HENTES" in said(v.Visit(screen=shown.No(refused)))


def test_the_number_of_a_place_on_a_list_is_understood_where_a_labels_digits_are_asked_for() -> None:
    typed = v.Visit(screen=shown.TypeCode(shown.TypingFor.ITEM, codes.digits(SLIP)))
    looked = act(typed, YES)
    assert isinstance(looked.request, asked.AskWhatItIs)
    nothing = answer(typed, looked.request, Peeked(item=looked.request.item, state=None))
    assert nothing.request == asked.LookAtSlip(SLIP, typed=True)
    neither = answer(nothing.visit, nothing.request, v.SlipIs(None))
    assert neither.request == asked.Count((Reason.UNKNOWN_CODE,))
    assert "We do not know these digits." in said(neither.visit)


# --- typing ---


@pytest.mark.parametrize(
    "screen",
    [
        shown.TypePhone(CARD),
        shown.TypePhone(CARD, "123", again=True),
        shown.TypeCode(shown.TypingFor.CARD),
        shown.TypeLastFour(CARD),
        loans.TypeToSee(CARD, pin=True),
    ],
)
def test_how_a_digit_is_taken_back_is_told_before_one_is_typed_and_after_none_would_do(
    screen: shown.Screen,
) -> None:
    assert "Comma takes the last digit away." in heard(page(v.Visit(screen=screen), HERE), HERE.words)


# --- the page ---


def test_a_date_and_a_shelf_are_not_broken_in_their_middle() -> None:
    told = Page("x", (Para("Det første skulle vært levert tilbake fredag 27. november 2026."),))
    rows = [row.text.strip() for row in lay_out(told, 56, 16, help_word="hjelp")]
    assert rows[3:5] == ["Det første skulle vært levert tilbake fredag", "27. november 2026."]
    told = Page("x", (Para("Til den passer: Ispigg til krykke eller sto, hylle A2."),))
    rows = [row.text.strip() for row in lay_out(told, 56, 16, help_word="hjelp")]
    assert rows[3:5] == ["Til den passer: Ispigg til krykke eller sto,", "hylle A2."]


def test_what_a_key_does_is_one_clause_to_the_ear() -> None:
    stays = Page("x", (Choice("2", "It stays with me: NAV has taken it over"),))
    assert "It stays with me, NAV has taken it over: press 2." in heard(stays, HERE.words)
