"""Cards and the people behind them: the box, the number, the desk, and what none of it may tell."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import pytest

from depot import attempts, badges, borrowers, codes, pins
from depot.attempts import CardLimits, Kind
from depot.outcomes import CardIs, Met, Reason, Refused, Started
from depot.tables import attempt, borrower, card, link, look_up, product, revision, staff
from tests.depot.house import CRUTCHES, NO_SUCH_CARD, NUMBERS, START, STICK, TODAY, TONGS, House

MOBILE, ANOTHER, *_ = NUMBERS


def meet(house: House, whose: str) -> Met:
    return house.look(borrowers.meet, house.station, whose, now=house.now)


def standing(house: House, whose: str) -> borrowers.Listed:
    listed = house.look(borrowers.listing, house.station, now=house.now)
    return next(one for one in listed if one.card == whose)


# --- a card from the box ---


def test_a_stranger_takes_a_card_types_a_number_and_borrows(house: House) -> None:
    whose = house.card_from_box()
    assert meet(house, whose).what is CardIs.UNASSIGNED
    assert house.start(whose, MOBILE) == Started(whose)
    assert meet(house, whose) == Met(whose, CardIs.OPEN)
    assert house.lends(whose, house.stands(STICK)).days == 21


def test_where_the_house_is_open_to_all_a_first_loan_is_like_any_other(house: House) -> None:
    house.reopen(rules_first_loan="open", rules_starter_lines="1")
    whose = house.starter(MOBILE)
    assert house.lends(whose, house.stands(STICK)).days == 90
    house.wait(days=20)  # nobody has rung in a fortnight
    second = house.lends(whose, house.stands(TONGS))
    assert (second.days, second.flags) == (60, ())


def test_starting_the_same_card_again_changes_nothing(house: House) -> None:
    whose = house.starter(MOBILE)
    assert house.start(whose, ANOTHER) == Started(whose)
    assert [row.phone for row in house.rows(borrower)] == [f"+47{MOBILE}"]


def test_a_number_that_we_know_gets_the_same_answers_and_a_row_at_the_desk(house: House) -> None:
    first, second = house.starter(MOBILE), house.card_from_box()
    assert house.start(second, MOBILE) == Started(second)
    assert meet(house, second) == Met(second, CardIs.OPEN)
    house.lends(first, house.stands(STICK))
    assert meet(house, second).lines == 0
    assert house.look(borrowers.to_merge) == [tuple(sorted((first, second)))]
    house.starter(ANOTHER)
    assert len(house.look(borrowers.to_merge)) == 1


@pytest.mark.parametrize(
    ("whose", "reason"),
    [
        (lambda house: NO_SUCH_CARD, Reason.CARD_UNKNOWN),
        (lambda house: blocked(house, house.card_from_box()), Reason.CARD_BLOCKED),
        (lambda house: blocked(house, house.starter(ANOTHER)), Reason.CARD_BLOCKED),
    ],
)
def test_a_card_that_is_not_from_the_box_is_not_started(
    house: House, whose: Callable[[House], str], reason: Reason
) -> None:
    refused = house.start(whose(house), MOBILE)
    assert isinstance(refused, Refused)
    assert refused.reasons == (reason,)


def blocked(house: House, whose: str) -> str:
    house.at_desk(borrowers.block, whose, "stolen")
    return whose


def test_where_staff_give_out_cards_nobody_starts_one_alone(house: House) -> None:
    whose = house.card_from_box()
    house.reopen(rules_first_loan="staff")
    assert isinstance(house.start(whose, MOBILE), Refused)
    assert meet(house, whose).what is CardIs.UNASSIGNED


def test_one_number_starts_so_many_cards_a_day_also_over_a_restart(house: House) -> None:
    limits = CardLimits(per_number=2, per_hour=100)
    cards = [house.card_from_box() for _ in range(4)]
    assert [isinstance(house.start(one, MOBILE, limits), Started) for one in cards[:3]] == [True, True, False]
    house.reopen()
    assert isinstance(house.start(cards[2], MOBILE, limits), Refused)
    assert isinstance(house.start(cards[3], ANOTHER, limits), Started)
    house.wait(days=1, seconds=1)
    assert isinstance(house.start(cards[2], MOBILE, limits), Started)


def test_so_many_cards_an_hour_are_started_here(house: House) -> None:
    limits = CardLimits(per_number=100, per_hour=2)
    cards = [house.card_from_box() for _ in range(3)]
    begun = [house.start(whose, number, limits) for whose, number in zip(cards, NUMBERS, strict=False)]
    assert [isinstance(one, Started) for one in begun] == [True, True, False]
    house.wait(hours=1, seconds=1)
    assert isinstance(house.start(cards[2], NUMBERS[2], limits), Started)


def test_cards_are_printed_with_numbers_that_nobody_can_guess_and_both_checks(house: House) -> None:
    drawn = house.at_desk(borrowers.print_cards, 50)
    assert len(set(drawn)) == 50
    assert all(isinstance(codes.parse(one), codes.CardCode) for one in drawn)
    numbers = [int(one[1:8]) for one in drawn]
    assert max(numbers) - min(numbers) > 1_000_000  # fifty in a row would be a series


@pytest.mark.parametrize("number", [0, -1, 1001])
def test_a_box_holds_one_to_a_thousand_cards(house: House, number: int) -> None:
    with pytest.raises(ValueError, match=str(number)):
        house.at_desk(borrowers.print_cards, number)


def test_a_card_remembers_the_language_of_its_holder(house: House) -> None:
    whose = house.card_from_box()
    house.start(whose, MOBILE, language="en")
    assert meet(house, whose).language == "en"
    house.at_desk(borrowers.remember_language, whose, "nb")
    assert meet(house, whose).language == "nb"
    house.at_desk(borrowers.remember_language, house.card_from_box(), "nb")  # nobody's: nothing to remember


# --- confirmed ---


def test_a_confirmed_borrower_may_have_more_for_longer(house: House) -> None:
    whose = house.starter()
    for item in house.stand(4, TONGS):
        house.lends(whose, item)
    house.wait(days=10)
    house.at_desk(borrowers.confirm, whose, name="Kari Testesen")
    lent = house.lends(whose, house.stands(STICK))
    assert (lent.days, lent.flags) == (90, ())
    assert (standing(house, whose).standing, standing(house, whose).open_loans) == ("confirmed", 5)


def test_only_somebodys_card_is_confirmed(house: House) -> None:
    for whose in (NO_SUCH_CARD, house.card_from_box()):
        with pytest.raises(LookupError, match=whose):
            house.at_desk(borrowers.confirm, whose)


def test_a_borrower_from_the_desk_takes_a_new_card_or_one_from_the_box(house: House) -> None:
    given = house.card_from_box()
    assert house.confirmed(card_code=given) == given
    assert meet(house, given).what is CardIs.OPEN
    with pytest.raises(LookupError, match=given):
        house.confirmed(card_code=given)
    with pytest.raises(LookupError, match=NO_SUCH_CARD):
        house.confirmed(card_code=NO_SUCH_CARD)


# --- two who are one ---


def test_merged_borrowers_share_their_loans_and_both_cards_work(house: House) -> None:
    known, second = house.confirmed(phone=f"+47{MOBILE}"), house.starter(MOBILE)
    mine, theirs = house.stand(2, STICK)
    house.lends(known, mine)
    house.lends(second, theirs)
    house.at_desk(borrowers.merge, second, known)
    assert (meet(house, known).lines, meet(house, second).lines) == (2, 2)
    assert house.lend(second, mine).__class__.__name__ == "Already"
    assert house.lends(second, house.stands(STICK)).days == 90
    assert house.look(borrowers.to_merge) == []


def test_of_two_who_are_one_only_one_keeps_a_number_and_a_name(house: House) -> None:
    known, second = house.confirmed(phone=f"+47{MOBILE}"), house.starter(ANOTHER)
    house.at_desk(borrowers.merge, second, known)
    (ended,) = [row for row in house.rows(borrower) if row.merged_into is not None]
    assert (ended.name, ended.phone, ended.email) == (None, None, None)
    assert len({row.borrower for row in house.rows(card)}) == 1


def test_a_block_is_not_lost_by_merging(house: House) -> None:
    known, second = house.confirmed(), house.starter()
    house.at_desk(borrowers.block, second, "bill")
    house.at_desk(borrowers.merge, second, known)
    assert (meet(house, known).what, meet(house, second).what) == (CardIs.BLOCKED, CardIs.BLOCKED)


def test_one_person_is_not_merged_with_themselves_nor_with_nobody(house: House) -> None:
    known, second = house.confirmed(), house.starter()
    house.at_desk(borrowers.merge, second, known)
    for one, into in ((second, known), (known, house.card_from_box()), (NO_SUCH_CARD, known)):
        with pytest.raises(LookupError):
            house.at_desk(borrowers.merge, one, into)


# --- blocked, dead ---


def test_a_blocked_borrower_may_bring_everything_back_and_borrow_again_later(house: House) -> None:
    whose, item, other = house.confirmed(), *house.stand(2, STICK)
    house.lends(whose, item)
    house.at_desk(borrowers.block, whose, "bill")
    assert meet(house, whose) == Met(whose, CardIs.BLOCKED)
    assert house.refuses(whose, other).reasons == (Reason.CARD_BLOCKED,)
    house.brings(item)
    house.at_desk(borrowers.block, whose, None)
    house.lends(whose, other)


def test_a_lost_card_is_blocked_and_its_borrower_is_not(house: House) -> None:
    lost, second = house.confirmed(), house.starter()
    house.at_desk(borrowers.merge, second, lost)
    house.at_desk(borrowers.block_card, lost, "lost")
    assert (meet(house, lost).what, meet(house, second).what) == (CardIs.BLOCKED, CardIs.OPEN)


def test_nobody_rings_the_dead_and_their_things_still_come_home(house: House) -> None:
    whose, item = house.confirmed(phone=f"+47{MOBILE}"), house.stands(STICK)
    house.lends(whose, item)
    house.at_desk(borrowers.died, whose, TODAY)
    (row,) = house.rows(borrower)
    assert (row.phone, row.email, row.died_on) == (None, None, TODAY.isoformat())
    assert meet(house, whose).what is CardIs.BLOCKED
    house.brings(item)


def test_a_borrower_who_is_gone_leaves_a_thing_that_can_still_be_returned(house: House) -> None:
    """The row and the link may be deleted while a thing is out; the loan is the thing's."""
    whose, item = house.starter(), house.stands(STICK)
    house.lends(whose, item)
    house.ledger.perform(
        lambda conn, _: [conn.execute(table.delete()) for table in (link, card, borrower)] and None
    )
    house.brings(item)


# --- what a card alone tells ---


def test_an_open_card_tells_how_many_and_when_and_nothing_else(house: House) -> None:
    whose = house.confirmed("Kari Testesen", phone=f"+47{MOBILE}")
    stick, tongs = house.stands(STICK), house.stands(TONGS)
    house.lends(whose, stick)
    house.lends(whose, tongs)
    met = meet(house, whose)
    assert met == Met(whose, CardIs.OPEN, lines=2, nearest_due=date(2027, 3, 12), late=0)
    told = repr(met)
    (row,) = house.rows(borrower)
    assert not [secret for secret in ("Testesen", MOBILE, stick, tongs, STICK, row.id) if secret in told]


def test_a_thing_is_late_the_day_after_its_due_date(house: House) -> None:
    whose = house.confirmed()
    house.lends(whose, house.stands(TONGS))
    house.wait(days=60)
    assert meet(house, whose).late == 0
    house.wait(days=1)
    assert meet(house, whose).late == 1


def test_a_late_pair_is_one_late_line(house: House) -> None:
    whose, (one, other) = house.confirmed(), house.stand(2, CRUTCHES)
    house.lends(whose, other, joins=house.lends(whose, one).deed)
    house.wait(days=61)
    assert (meet(house, whose).lines, meet(house, whose).late) == (1, 1)


def test_an_unknown_card_tells_only_that(house: House) -> None:
    assert meet(house, NO_SUCH_CARD) == Met(NO_SUCH_CARD, CardIs.UNKNOWN)


@pytest.mark.parametrize(
    ("four", "fits"),
    [
        (MOBILE[-4:], True),
        (ANOTHER[-4:], False),
        ("", False),
        (MOBILE[-3:], False),
        (MOBILE, False),
        ("0000", False),
    ],
)
def test_the_last_four_digits_of_the_number_open_the_list(house: House, four: str, fits: bool) -> None:
    whose = house.starter(MOBILE)
    assert house.look(borrowers.last_four_match, whose, four) is fits


def test_unknown_and_wrong_are_answered_alike(house: House) -> None:
    without_a_number = house.confirmed()
    for whose in (NO_SUCH_CARD, house.card_from_box(), without_a_number):
        assert house.look(borrowers.last_four_match, whose, "0000") is False


# --- tries are counted on disk ---


def test_ten_unknown_cards_pause_typing_for_ten_minutes_over_a_restart(house: House) -> None:
    for _ in range(attempts.UNKNOWN_CARDS):
        assert house.look(attempts.may_type_a_card, now=house.now)
        house.at_desk(attempts.note, Kind.CARD_TYPED, "")
    house.reopen()
    assert not house.look(attempts.may_type_a_card, now=house.now)
    house.wait(minutes=10)
    assert house.look(attempts.may_type_a_card, now=house.now)


def test_five_wrong_answers_for_a_card_are_the_last_over_a_restart(house: House) -> None:
    whose, other = house.starter(), house.starter()

    def left(one: str) -> bool:
        return house.look(attempts.has_tries_left, Kind.LAST_FOUR, one, now=house.now)

    for _ in range(attempts.TRIES):
        assert left(whose)
        house.at_desk(attempts.note, Kind.LAST_FOUR, whose)
    house.reopen()
    assert (left(whose), left(other)) == (False, True)
    house.ledger.perform(lambda conn, _: attempts.forget(conn, Kind.LAST_FOUR, whose))
    assert left(whose)


def test_tries_are_forgotten_after_an_hour_and_deleted_after_a_day(house: House) -> None:
    whose = house.starter()
    for _ in range(attempts.TRIES):
        house.at_desk(attempts.note, Kind.LAST_FOUR, whose)
    house.wait(hours=1)
    assert house.look(attempts.has_tries_left, Kind.LAST_FOUR, whose, now=house.now)
    house.wait(days=1)
    house.at_desk(attempts.note, Kind.LAST_FOUR, whose)
    assert len(house.rows(attempt)) == 1


# --- PINs ---


def test_a_pin_is_good_for_all_cards_of_a_person_and_for_nobody_elses(house: House) -> None:
    mine, spare, other = house.confirmed(), house.confirmed("Kari T."), house.confirmed("Per Prøvesen")
    house.at_desk(pins.set_pin, mine, "2718")
    house.at_desk(borrowers.merge, spare, mine)

    assert house.look(pins.pin_matches, mine, "2718")
    assert house.look(pins.pin_matches, spare, "2718")
    assert not house.look(pins.pin_matches, mine, "2719")
    assert not house.look(pins.pin_matches, other, "2718")
    assert [house.look(pins.has_pin, card) for card in (mine, other, NO_SUCH_CARD)] == [True, False, False]


@pytest.mark.parametrize("pin", ["", "271", "2" * 9, "27 8", "٢٧١٨", "2" * 1000])
def test_what_is_no_pin_is_neither_set_nor_looked_up(house: House, pin: str) -> None:
    """Number 34 of the bad inputs."""
    card = house.confirmed()
    with pytest.raises(ValueError, match="4 to 8 digits"):
        house.at_desk(pins.set_pin, card, pin)
    assert not house.look(pins.pin_matches, card, pin)


def test_who_has_died_has_no_pin_any_more(house: House) -> None:
    card = house.confirmed()
    house.at_desk(pins.set_pin, card, "2718")
    house.at_desk(borrowers.died, card, TODAY)

    assert not house.look(pins.has_pin, card)


# --- badges ---

NO_SUCH_BADGE = "T00000000N"


def storekeeper(house: House, pin: str = "4711") -> tuple[str, str]:
    return house.at_desk(badges.add, name="Per Lagersen", pin=pin, role="storekeeper")


def verify(house: House, badge: str, pin: str) -> str | None:
    return house.at_desk(badges.verify, badge, pin)


def test_a_badge_and_its_pin_name_a_pseudonym(house: House) -> None:
    who, badge = storekeeper(house)
    assert isinstance(codes.parse(badge), codes.BadgeCode)
    assert verify(house, badge, "4711") == who


@pytest.mark.parametrize("pin", ["", "4712", "471", "47111", "４７１１", "4711 ", "x" * 1000, "4711\n"])
def test_any_other_pin_is_nobody(house: House, pin: str) -> None:
    _, badge = storekeeper(house)
    assert verify(house, badge, pin) is None


def test_the_longest_pin_and_one_digit_more_is_another_pin(house: House) -> None:
    who, badge = storekeeper(house, "471147114711")
    assert verify(house, badge, "4711471147112") is None
    assert verify(house, badge, "471147114711") == who


def test_unknown_wrong_and_left_are_answered_alike(house: House) -> None:
    who, badge = storekeeper(house)
    house.change(staff, id=who, ended_at=1)
    assert [verify(house, badge, "4711"), verify(house, NO_SUCH_BADGE, "4711")] == [None, None]


def test_the_sixth_try_is_nobody_even_with_the_right_pin_and_after_a_restart(house: House) -> None:
    who, badge = storekeeper(house)
    for _ in range(5):
        assert verify(house, badge, "0000") is None
    house.reopen()
    assert verify(house, badge, "4711") is None
    house.wait(hours=1, seconds=1)
    assert verify(house, badge, "4711") == who


def test_the_right_pin_forgets_the_wrong_tries(house: House) -> None:
    who, badge = storekeeper(house)
    for _ in range(3):
        for _ in range(4):
            verify(house, badge, "0000")
        assert verify(house, badge, "4711") == who


def test_a_pin_is_kept_as_a_hash(house: House) -> None:
    storekeeper(house, "47114711")
    (row,) = house.rows(staff)
    assert row.pin.startswith("$argon2id$")
    assert "47114711" not in repr(row)


@pytest.mark.parametrize("pin", ["", "123", "1234567890123", "12a4", "１２３４", " 1234"])
def test_a_pin_is_four_to_twelve_digits(house: House, pin: str) -> None:
    with pytest.raises(ValueError, match="4 to 12 digits"):
        storekeeper(house, pin)


# --- lists for staff ---


def test_the_list_says_how_each_card_stands_and_never_who_it_is(house: House) -> None:
    free, known, begun = house.card_from_box(), house.confirmed(phone=f"+47{MOBILE}"), house.starter(ANOTHER)
    house.lends(known, house.stands(STICK))
    house.at_desk(borrowers.block, begun, "bill")
    listed = {one.card: one for one in house.look(borrowers.listing, house.station, now=house.now)}
    assert listed == {
        free: borrowers.Listed(free, blocked=True, standing="unassigned", open_loans=0),
        known: borrowers.Listed(known, blocked=False, standing="confirmed", open_loans=1),
        begun: borrowers.Listed(begun, blocked=True, standing="starter", open_loans=0),
    }


def test_names_and_numbers_are_given_to_whoever_signs_for_them(house: House) -> None:
    known = house.confirmed("Kari Testesen", phone=f"+47{MOBILE}")
    (one,) = house.look(borrowers.listing, house.station, now=house.now, contact_for="os:per")
    assert (one.name, one.phone) == ("Kari Testesen", f"+47{MOBILE}")
    house.at_desk(borrowers.log_look_up, by="os:per", why="borrowers", cards=[known])
    house.at_desk(borrowers.log_look_up, by="os:per", why="borrowers")
    (person,) = house.rows(borrower)
    assert {(row.by, row.why, row.borrower) for row in house.rows(look_up)} == {
        ("os:per", "borrowers", person.id),
        ("os:per", "borrowers", None),
    }


@pytest.mark.parametrize(
    ("strict", "may_borrow"), [("false", [True, True, True, True]), ("true", [False, False, False, False])]
)
def test_in_a_strict_municipality_a_flag_is_a_block(
    house: House, strict: str, may_borrow: list[bool]
) -> None:
    house.reopen(rules_strict=strict, rules_max_lines="1", rules_late_loans="1")
    expired, unconfirmed, full, late = (
        house.confirmed(),
        house.starter(),
        house.confirmed(),
        house.confirmed(),
    )
    house.change(card, code=expired, expires_on=TODAY.isoformat())
    house.lends(late, house.stands(TONGS))
    house.wait(days=60 + 15)
    house.lends(full, house.stands(TONGS))
    cards = (expired, unconfirmed, full, late)
    assert [not standing(house, whose).blocked for whose in cards] == may_borrow


def test_what_a_persons_row_once_said_is_not_kept(house: House) -> None:
    whose = house.confirmed("Kari Testesen", phone=f"+47{MOBILE}")
    house.at_desk(borrowers.confirm, whose, name="Kari Prøvesen")
    storekeeper(house)
    personal = [row for row in house.rows(revision) if row.table in ("borrower", "card", "staff")]
    assert {row.table for row in personal} == {"borrower", "card", "staff"}
    assert {row.body for row in personal} == {None}
    versions = sorted(row.version for row in personal if row.table == "borrower")
    assert versions == [1, 2]


def test_every_version_of_a_line_is_kept(house: House) -> None:
    house.wait(days=1)
    house.change(product, code=STICK, loan_days=30)
    rows = house.rows(revision, table="product", key=STICK)
    assert [row.version for row in rows] == [1, 2]
    assert timedelta(milliseconds=rows[1].at - rows[0].at) == house.now - START
