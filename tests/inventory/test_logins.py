"""A login from a browser: how long it lasts, and what ends with it."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from inventory.logins import DESKS_EACH, DESKS_IN_ALL, GRACE_SECONDS, LONGEST_SECONDS, Login, Logins


class Seconds:
    """A clock whose seconds a test moves."""

    def __init__(self) -> None:
        self.at = 1000.0

    def now(self) -> datetime:
        return datetime(2027, 1, 11, 9, 0, tzinfo=UTC)

    def monotonic(self) -> float:
        return self.at


@pytest.fixture
def seconds() -> Seconds:
    return Seconds()


@pytest.fixture
def logins(seconds: Seconds) -> Logins:
    return Logins(seconds, idle_seconds=180)


def begun(logins: Logins, staff: str = "lise") -> tuple[str, Login]:
    token = logins.begin(staff)
    login = logins.find(token)
    assert login is not None
    assert login.staff == staff
    return token, login


def test_a_token_is_long_nobody_elses_and_not_kept(logins: Logins) -> None:
    tokens = {logins.begin("lise") for _ in range(50)}
    assert len(tokens) == 50
    assert all(len(token) == 43 for token in tokens)  # 256 bits in base64
    assert not any(token in repr(logins.__dict__) for token in tokens)
    for other in ("", "depot", next(iter(tokens))[:-1], "\ud800"):
        assert logins.find(other) is None


def test_it_ends_when_nobody_touches_a_key_and_goes_on_while_somebody_does(
    logins: Logins, seconds: Seconds
) -> None:
    token, login = begun(logins)
    for _ in range(5):
        seconds.at += 179
        assert logins.find(token) is login
        logins.touch(login)
    seconds.at += 180
    assert logins.find(token) is None


def test_it_ends_after_a_working_day_whoever_is_there(logins: Logins, seconds: Seconds) -> None:
    token, login = begun(logins)
    end = seconds.at + LONGEST_SECONDS
    while seconds.at < end - 100:
        seconds.at += 100
        logins.touch(login)
        assert logins.find(token) is login
    seconds.at = end
    logins.touch(login)
    assert logins.find(token) is None


def test_a_reload_is_no_end_and_a_closed_page_is_one(logins: Logins, seconds: Seconds) -> None:
    token, login = begun(logins)
    closed: list[str] = []

    def first() -> None:
        closed.append("first")

    def second() -> None:
        closed.append("second")

    logins.opened(login, first)
    logins.opened(login, second)
    logins.closed(login, first)
    seconds.at += GRACE_SECONDS + 1
    assert logins.find(token) is login
    logins.closed(login, second)
    seconds.at += GRACE_SECONDS - 1
    logins.opened(login, first)
    seconds.at += GRACE_SECONDS + 1
    assert logins.find(token) is login
    logins.closed(login, first)
    seconds.at += GRACE_SECONDS
    assert logins.find(token) is None
    assert closed == []


def test_with_it_end_its_desks_and_no_others(logins: Logins, seconds: Seconds) -> None:
    _, one = begun(logins)
    token, other = begun(logins, "per")
    closed: list[str] = []
    logins.opened(one, lambda: closed.append("one"))
    logins.opened(one, lambda: closed.append("one too"))
    logins.opened(other, lambda: closed.append("other"))
    logins.end(one)
    assert sorted(closed) == ["one", "one too"]
    assert logins.find(token) is other
    seconds.at += 181
    logins.sweep()
    assert closed[2:] == ["other"]


def test_nobody_opens_desks_without_end(logins: Logins) -> None:
    _, one = begun(logins)
    for number in range(DESKS_EACH):
        assert logins.has_room(one)
        logins.opened(one, lambda number=number: None)  # type: ignore[misc]
    assert not logins.has_room(one)
    while sum(len(each.closers) for each in logins._logins.values()) < DESKS_IN_ALL:
        _, another = begun(logins)
        for number in range(DESKS_EACH):
            logins.opened(another, lambda number=number: None)  # type: ignore[misc]
    assert not logins.has_room(begun(logins)[1])
