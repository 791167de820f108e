"""Who is acting: what each role may do, badges and their PINs, and the word that a kiosk leaves for the desk."""

from __future__ import annotations

import pytest

from depot import badges, handing
from depot.own import Kind, mint
from depot.roles import Role
from depot.tables import handed_over, staff
from inventory.desk import acting
from inventory.desk.acting import Acting, Right
from tests.depot.house import House

BADGE, UNKNOWN, PIN, WRONG = mint(Kind.BADGE, "7315208"), mint(Kind.BADGE, "7315209"), "482915", "482916"

MAY = {
    Role.STOREKEEPER: {Right.RING, Right.SETUP, Right.RECALL},
    Role.STAFF: {Right.RING, Right.PEOPLE, Right.OVERRIDE, Right.RECALL},
    Role.MANAGER: set(Right),
}


def employed(house: House, role: str = "storekeeper", badge: str = BADGE) -> str:
    who, _ = house.at_desk(badges.add, name="Lise Lager", pin=PIN, role=role, badge=badge)
    return who


def signs_in(house: House, badge: str, pin: str) -> Acting | None:
    return house.at_desk(acting.sign_in, badge, pin)


@pytest.mark.parametrize("role", list(Role))
def test_each_role_may_do_what_is_written_and_no_more(house: House, role: Role) -> None:
    who = employed(house, role.value)
    signed_in = signs_in(house, BADGE, PIN)
    assert signed_in == Acting(who, "Lise Lager", role)
    assert {right for right in Right if signed_in.may(right)} == MAY[role]
    assert not any(acting.NOBODY.may(right) for right in Right)


def test_nobody_makes_somebody_who_may_more_than_they_themselves() -> None:
    over = {one: {other for other in Role if Acting("x", "X", one).stands_over(other)} for one in Role}
    assert over == {
        Role.STOREKEEPER: {Role.STOREKEEPER},
        Role.STAFF: {Role.STAFF},
        Role.MANAGER: set(Role),
    }
    assert Acting("x", "X", Role.STOREKEEPER).stands_over("something newer")


def test_a_role_that_is_none_is_not_written_and_one_that_was_is_a_storekeepers(house: House) -> None:
    with pytest.raises(ValueError, match="king"):
        employed(house, "king")
    who = employed(house)
    house.change(staff, id=who, role="something newer")
    signed_in = signs_in(house, BADGE, PIN)
    assert signed_in is not None
    assert signed_in.role is Role.STOREKEEPER


def test_an_unknown_badge_a_wrong_pin_and_one_who_has_left_get_the_same_answer(house: House) -> None:
    who = employed(house)
    assert signs_in(house, UNKNOWN, PIN) is None
    assert signs_in(house, BADGE, WRONG) is None
    assert signs_in(house, BADGE, "") is None
    house.at_desk(badges.end, who)
    assert signs_in(house, BADGE, PIN) is None
    house.at_desk(badges.take_back, who)
    assert signs_in(house, BADGE, PIN) is not None


def test_five_wrong_pins_pause_a_badge_for_an_hour_and_a_right_one_forgets_them(house: House) -> None:
    employed(house)
    for _ in range(4):
        assert signs_in(house, BADGE, WRONG) is None
    assert signs_in(house, BADGE, PIN) is not None
    for _ in range(5):
        assert signs_in(house, BADGE, WRONG) is None
    house.wait(minutes=55)
    assert signs_in(house, BADGE, PIN) is None
    house.wait(minutes=70)
    assert signs_in(house, BADGE, PIN) is not None


# --- the kiosk's word ---


def test_the_kiosks_word_is_taken_once_and_only_while_it_is_fresh(house: House) -> None:
    who = employed(house)
    house.do(handing.hand_over, who=who)
    house.wait(seconds=29)
    taken = house.do(acting.take_over)
    assert taken is not None
    assert taken.id == who
    assert house.do(acting.take_over) is None

    house.do(handing.hand_over, who=who)
    house.wait(seconds=31)
    assert house.do(acting.take_over) is None
    assert house.rows(handed_over) == []

    house.do(handing.hand_over, who=who)
    house.wait(seconds=-5)
    assert house.do(acting.take_over) is None


def test_the_last_badge_shown_is_who_it_was_and_one_who_has_left_is_nobody(house: House) -> None:
    first, second = employed(house), employed(house, badge=UNKNOWN)
    house.do(handing.hand_over, who=first)
    house.do(handing.hand_over, who=second)
    taken = house.do(acting.take_over)
    assert taken is not None
    assert taken.id == second

    house.do(handing.hand_over, who=first)
    house.at_desk(badges.end, first)
    assert house.do(acting.take_over) is None
