"""The bench of badges: somebody new, a lost badge, another PIN, another role, somebody who leaves."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from depot import badges
from depot.own import Kind, mint
from depot.tables import revision, staff
from inventory.desk.acting import Acting, Role
from tests.depot.house import House, settings_for
from tests.inventory.desk.driver import Sitting

PIN = "482915"
NAMES = {Role.STOREKEEPER: "Lise Lager", Role.STAFF: "Stian Stab", Role.MANAGER: "Lene Leder"}
BADGES = {role: mint(Kind.BADGE, f"731520{number}") for number, role in enumerate(NAMES)}

Sits = Callable[[Role], Sitting]


@pytest.fixture
def sits(house: House) -> Sits:
    """Seat one of the three who work here at the bench of badges."""
    ids = {
        role: house.at_desk(badges.add, name=name, pin=PIN, role=role.value, badge=BADGES[role])[0]
        for role, name in NAMES.items()
    }

    def seat(role: Role) -> Sitting:
        acting = Acting(ids[role], NAMES[role], role)
        sitting = Sitting(house.ledger, settings_for(house.file), house.now, acting=acting)
        sitting.act("More")
        open_it = sitting.choose if sitting.session.shown.view.table else sitting.act
        open_it("Badges")
        assert sitting.title == "Badges"
        return sitting

    return seat


def opens(house: House, badge: str, pin: str = PIN) -> str | None:
    return house.at_desk(badges.verify, badge, pin)


def written(said: str) -> str:
    """The badge whose eight digits were said."""
    found = re.search(r"(\d{4}) (\d{4})[.]", said)
    assert found, said
    return mint(Kind.BADGE, (found[1] + found[2])[:7])


def test_somebody_new_gets_a_badge_that_opens_and_that_can_be_taken_back(house: House, sits: Sits) -> None:
    desk = sits(Role.MANAGER)
    desk.act("Somebody new")
    desk.type("Ny Nysen")
    desk.type("271828")
    assert desk.type("271829") == "The two are not the same."
    desk.press("up", *["erase"] * 6, *"2718", "down", *["erase"] * 6, *"2718", "enter")
    said = desk.act("staff")
    assert "Ny Nysen has badge" in said
    who = opens(house, written(said), "2718")
    (row,) = house.rows(staff, name="Ny Nysen")
    assert (row.id, row.role) == (who, "staff")
    assert house.rows(revision, table="staff", key=row.id)[0].by == desk.session.acting.id
    assert "Ny Nysen" in desk.see()
    desk.press("down")
    assert f"{written(said)[1:5]} {written(said)[5:9]}" not in desk.see()  # it was shown once

    desk.point("Ny Nysen")
    desk.press("print")
    assert desk.title == "Print"
    desk.press("back")

    desk.press("undo", "enter")
    assert opens(house, written(said), "2718") is None
    desk.point("Ny Nysen")
    assert desk.press("print") == "Ny Nysen has left."


def test_what_is_no_pin_and_nobodys_name_is_said_and_nothing_is_written(house: House, sits: Sits) -> None:
    desk = sits(Role.STOREKEEPER)
    desk.act("Somebody new")
    desk.type("")
    desk.type("123")
    assert desk.type("123") == "Who is it?"
    desk.press("up", "up")
    desk.type("Ny Nysen")
    desk.press("down")
    assert desk.press("enter") == "A PIN has 4 to 12 digits."
    assert len(house.rows(staff)) == 3


def test_a_lost_badge_is_dead_at_once(house: House, sits: Sits) -> None:
    desk = sits(Role.MANAGER)
    desk.point("Stian")
    desk.act("Badge lost")
    said = desk.press("enter")
    assert opens(house, BADGES[Role.STAFF]) is None
    assert opens(house, written(said)) is not None


def test_everybody_gives_themselves_another_pin_and_sees_nobody_else_without_the_right(
    house: House, sits: Sits
) -> None:
    desk = sits(Role.STAFF)
    assert "Lene" not in desk.see()
    assert [act.label for act in desk.session.shown.view.acts] == ["Another PIN"]
    desk.choose("Stian")
    desk.type("2718")
    assert desk.type("2718") == "Stian Stab has another PIN."
    assert opens(house, BADGES[Role.STAFF]) is None
    assert opens(house, BADGES[Role.STAFF], "2718") is not None


def test_a_role_is_changed_by_somebody_else_and_changed_back(house: House, sits: Sits) -> None:
    desk = sits(Role.MANAGER)
    desk.point("Lene")
    assert "somebody else" in desk.act("Another role")
    desk.point("Stian")
    desk.act("Another role")
    assert "Stian Stab is: manager" in desk.act("manager")
    assert house.rows(staff, name="Stian Stab")[0].role == "manager"
    desk.press("undo", "enter")
    assert house.rows(staff, name="Stian Stab")[0].role == "staff"


def test_nobody_sees_to_somebody_who_may_more(house: House, sits: Sits) -> None:
    desk = sits(Role.STOREKEEPER)
    for label in ("Badge lost", "Another PIN", "Another role", "Has left"):
        desk.point("Lene")
        assert desk.act(label) == "Lene Leder may do more than you. Ask a manager."
        assert desk.tone == "bad"
    desk.act("Somebody new")
    desk.type("Ny Nysen")
    desk.type("2718")
    desk.type("2718")
    assert [act.key for act in desk.session.shown.view.acts] == [Role.STOREKEEPER]


def test_who_has_left_opens_nothing_and_is_taken_back_by_undo_or_later(house: House, sits: Sits) -> None:
    desk = sits(Role.MANAGER)
    desk.point("Lene")
    assert "somebody else" in desk.act("Has left")
    desk.point("Lise")
    desk.act("Has left")
    assert desk.press("enter") == "Lise Lager has left."
    assert opens(house, BADGES[Role.STOREKEEPER]) is None
    desk.press("undo", "enter")
    assert opens(house, BADGES[Role.STOREKEEPER]) is not None

    desk.point("Lise")
    desk.act("Has left")
    desk.press("enter")
    desk.point("Lise")
    assert desk.act("Another PIN") == "Lise Lager has left."
    desk.act("Has left")
    assert "good again" in desk.press("enter")
    assert opens(house, BADGES[Role.STOREKEEPER]) is not None
