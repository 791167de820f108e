"""Due dates on real calendars: weekends, Easter, New Year, leap days, cards that run out."""

from __future__ import annotations

import subprocess
import sys
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from depot.calendar import (
    Due,
    DuePolicy,
    DueWarning,
    OpenDays,
    days_late,
    due_date,
    local_day,
    public_holidays,
)

UNTIMED = settings(deadline=None)  # a busy machine is no failure
OSLO = ZoneInfo("Europe/Oslo")
KEEP, NEXT, PREVIOUS = DuePolicy.KEEP, DuePolicy.NEXT_OPEN_DAY, DuePolicy.PREVIOUS_OPEN_DAY
OPEN_ONLY, WEEKDAY = DuePolicy.OPEN_DAYS_ONLY, DuePolicy.SAME_WEEKDAY

# Christmas 2026 and Easter 2027 in Norway, written down from the almanac.
CLOSED = frozenset(
    {
        date(2026, 12, 25),
        date(2026, 12, 26),
        date(2027, 1, 1),
        date(2027, 3, 25),
        date(2027, 3, 26),
        date(2027, 3, 28),
        date(2027, 3, 29),
    }
)
NORWAY = OpenDays(closed=CLOSED)
NEVER = OpenDays(weekdays=frozenset())

days_of_life = st.dates(date(2000, 1, 1), date(2100, 1, 1))
calendars = st.builds(
    OpenDays,
    weekdays=st.frozensets(st.integers(0, 6), min_size=1),
    closed=st.frozensets(st.dates(date(2026, 1, 1), date(2026, 2, 28)), max_size=30),
    opened=st.frozensets(st.dates(date(2026, 1, 1), date(2026, 2, 28)), max_size=5),
)


def test_an_ordinary_loan_ends_after_its_days() -> None:
    assert due_date(date(2026, 11, 23), 28, NEXT, NORWAY) == Due(date(2026, 12, 21))


@pytest.mark.parametrize(
    ("start", "days", "due"),
    [
        (date(2026, 11, 21), 28, date(2026, 12, 21)),  # a Saturday: Monday
        (date(2026, 11, 27), 28, date(2026, 12, 28)),  # Christmas Day on a Friday: the Monday after
        (date(2026, 12, 4), 28, date(2027, 1, 4)),  # New Year's Day on a Friday: the next year's first Monday
        (date(2027, 2, 25), 28, date(2027, 3, 30)),  # Maundy Thursday: Tuesday after Easter
    ],
)
def test_a_closed_day_moves_the_due_date_to_the_next_open_one(start: date, days: int, due: date) -> None:
    assert due_date(start, days, NEXT, NORWAY) == Due(due)


def test_a_depot_that_keeps_due_dates_lets_them_fall_on_christmas_day() -> None:
    assert due_date(date(2026, 11, 27), 28, KEEP, NORWAY) == Due(date(2026, 12, 25))


def test_an_exception_opens_a_saturday_and_even_a_holiday() -> None:
    open_days = OpenDays(closed=CLOSED, opened=frozenset({date(2026, 12, 26)}))
    assert due_date(date(2026, 11, 27), 28, NEXT, open_days) == Due(date(2026, 12, 26))


def test_leap_days_and_year_ends_are_counted_as_on_a_wall_calendar() -> None:
    assert due_date(date(2028, 1, 31), 29, NEXT, NORWAY).day == date(2028, 2, 29)
    assert due_date(date(2028, 2, 29), 365, KEEP, NORWAY).day == date(2029, 2, 28)
    assert due_date(date(2027, 2, 28), 1, KEEP, NORWAY).day == date(2027, 3, 1)
    assert due_date(date(2026, 12, 31), 1, KEEP, NORWAY).day == date(2027, 1, 1)


def test_a_loan_of_no_days_is_due_today_if_somebody_is_there() -> None:
    assert due_date(date(2026, 11, 20), 0, NEXT, NORWAY) == Due(date(2026, 11, 20))
    assert due_date(date(2026, 11, 21), 0, NEXT, NORWAY) == Due(date(2026, 11, 23))


def test_negative_days_are_a_mistake_and_not_a_loan() -> None:
    with pytest.raises(ValueError, match="got -1"):
        due_date(date(2026, 11, 20), -1, KEEP, NORWAY)


def test_without_an_open_day_in_a_year_the_plain_date_holds_and_is_flagged() -> None:
    assert due_date(date(2026, 11, 23), 28, NEXT, NEVER) == Due(date(2026, 12, 21), DueWarning.NO_OPEN_DAY)
    assert due_date(date(2026, 11, 23), 28, KEEP, NEVER) == Due(date(2026, 12, 21))


@pytest.mark.parametrize(("opens_after", "found"), [(366, True), (367, False)])
def test_a_year_is_how_far_the_next_open_day_may_be(opens_after: int, found: bool) -> None:
    plain = date(2026, 12, 21)
    opening = plain + timedelta(days=opens_after)
    reopens = OpenDays(weekdays=frozenset(), opened=frozenset({opening}))
    due = due_date(date(2026, 11, 23), 28, NEXT, reopens)
    assert due == (Due(opening) if found else Due(plain, DueWarning.NO_OPEN_DAY))


@UNTIMED
@given(days_of_life, st.integers(0, 800), calendars)
def test_the_next_open_day_is_open_and_the_first_such(start: date, days: int, open_days: OpenDays) -> None:
    due = due_date(start, days, NEXT, open_days)
    plain = start + timedelta(days=days)
    assert due.warning is None
    assert open_days.is_open(due.day)
    assert due.day >= plain
    assert not any(open_days.is_open(plain + timedelta(days=n)) for n in range((due.day - plain).days))


# --- the other policies ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("start", "days", "due"),
    [
        (date(2026, 11, 27), 28, date(2026, 12, 24)),  # Christmas Day on a Friday: Christmas Eve
        (date(2026, 11, 28), 29, date(2026, 12, 24)),  # a Sunday after both Christmas days
        (date(2026, 12, 4), 28, date(2026, 12, 31)),  # New Year's Day: in the old year
        (date(2027, 3, 1), 28, date(2027, 3, 24)),  # Easter Monday: before Maundy Thursday
        (date(2028, 2, 1), 28, date(2028, 2, 29)),  # a leap day is open
        (date(2028, 2, 4), 30, date(2028, 3, 3)),  # a Sunday: Friday, with the leap day on the way
        (date(2026, 11, 27), 1, date(2026, 11, 27)),  # a Saturday: not before the loan, but that day
        (date(2026, 11, 28), 1, date(2026, 11, 30)),  # lent and due on a closed weekend: Monday after all
    ],
)
def test_a_closed_day_moves_the_due_date_to_the_open_one_before(start: date, days: int, due: date) -> None:
    assert due_date(start, days, PREVIOUS, NORWAY) == Due(due)


@pytest.mark.parametrize(
    ("start", "days", "due"),
    [
        (date(2026, 11, 23), 5, date(2026, 11, 30)),  # Monday: five open days later is Monday
        (date(2026, 11, 28), 1, date(2026, 11, 30)),  # from a Saturday the first open day is Monday
        (date(2026, 11, 28), 0, date(2026, 11, 30)),
        (date(2026, 11, 27), 0, date(2026, 11, 27)),
        (date(2026, 12, 23), 2, date(2026, 12, 28)),  # Christmas Eve, and the Monday after
        (date(2026, 12, 30), 2, date(2027, 1, 4)),  # over New Year
        (date(2027, 3, 24), 1, date(2027, 3, 30)),  # over Easter
        (date(2028, 2, 28), 1, date(2028, 2, 29)),
    ],
)
def test_only_open_days_are_counted(start: date, days: int, due: date) -> None:
    assert due_date(start, days, OPEN_ONLY, NORWAY) == Due(due)


@pytest.mark.parametrize(
    ("start", "days", "due"),
    [
        (date(2026, 11, 24), 28, date(2026, 12, 22)),  # a Tuesday
        (date(2026, 11, 24), 30, date(2026, 12, 29)),  # 30 days end on Christmas Eve, a Thursday
        (date(2026, 11, 27), 28, date(2027, 1, 8)),  # Fridays: Christmas Day, New Year's Day, the 8th
        (date(2027, 2, 25), 28, date(2027, 4, 1)),  # a Thursday: Maundy Thursday, and the next one
        (date(2028, 2, 29), 366, date(2029, 3, 6)),  # a leap Tuesday, a year and a day on
        (date(2026, 11, 28), 28, date(2026, 12, 28)),  # Saturdays are never open: the next open day
    ],
)
def test_people_who_come_on_tuesdays_may_go_on_coming_on_tuesdays(start: date, days: int, due: date) -> None:
    assert due_date(start, days, WEEKDAY, NORWAY) == Due(due)


def test_a_renewal_has_the_weekday_of_the_loan_and_not_of_the_telephone_call() -> None:
    tuesday, friday = date(2026, 11, 24), date(2026, 12, 18)
    assert due_date(friday, 28, WEEKDAY, NORWAY, lent_on=tuesday) == Due(date(2027, 1, 19))


@pytest.mark.parametrize("policy", [PREVIOUS, OPEN_ONLY, WEEKDAY])
def test_every_policy_falls_back_on_the_plain_date_in_a_gap_of_the_calendar(policy: DuePolicy) -> None:
    gap = Due(date(2026, 12, 21), DueWarning.NO_OPEN_DAY)
    assert due_date(date(2026, 11, 23), 28, policy, NEVER) == gap
    late = OpenDays(weekdays=frozenset(), opened=frozenset({date(2026, 12, 21) + timedelta(days=367)}))
    assert due_date(date(2026, 11, 23), 28, policy, late) == gap


def test_open_days_are_counted_over_a_long_holiday_but_not_over_a_gap_of_more_than_a_year() -> None:
    monday = date(2026, 11, 23)
    twice = OpenDays(weekdays=frozenset(), opened=frozenset({date(2026, 11, 24), date(2027, 11, 24)}))
    assert due_date(monday, 2, OPEN_ONLY, twice) == Due(date(2027, 11, 24))
    assert due_date(monday, 3, OPEN_ONLY, twice) == Due(date(2026, 11, 26), DueWarning.NO_OPEN_DAY)


@pytest.mark.parametrize("policy", DuePolicy)
def test_no_policy_minds_the_nights_when_the_clocks_change(policy: DuePolicy) -> None:
    evening = datetime(2026, 10, 24, 22, 30, tzinfo=UTC)  # half past midnight on the long Sunday in Oslo
    sunday = local_day(evening, OSLO)
    assert sunday == date(2026, 10, 25)
    everyday = OpenDays(weekdays=frozenset(range(7)))
    assert due_date(sunday, 28, policy, everyday) == Due(date(2026, 11, 22))


@UNTIMED
@given(days_of_life, st.integers(0, 400), calendars)
def test_the_open_day_before_is_the_last_such_unless_the_loan_began_after_it(
    start: date, days: int, open_days: OpenDays
) -> None:
    due, plain = due_date(start, days, PREVIOUS, open_days), start + timedelta(days=days)
    assert open_days.is_open(due.day)
    assert due.day >= start
    if due.day <= plain:
        later = (due.day + timedelta(days=n) for n in range(1, (plain - due.day).days + 1))
        assert not any(map(open_days.is_open, later))
    else:
        assert not any(open_days.is_open(start + timedelta(days=n)) for n in range(days + 1))
        assert due == due_date(start, days, NEXT, open_days)


@UNTIMED
@given(days_of_life, st.integers(0, 120), calendars)
def test_so_many_open_days_lie_between_the_loan_and_its_date(
    start: date, days: int, open_days: OpenDays
) -> None:
    due = due_date(start, days, OPEN_ONLY, open_days)
    between = (start + timedelta(days=n) for n in range(1, (due.day - start).days + 1))
    assert open_days.is_open(due.day)
    assert due.warning is None
    assert sum(map(open_days.is_open, between)) == days or (days == 0 and not open_days.is_open(start))


@UNTIMED
@given(days_of_life, st.integers(0, 400), calendars)
def test_the_weekday_is_kept_or_never_open(start: date, days: int, open_days: OpenDays) -> None:
    due, plain = due_date(start, days, WEEKDAY, open_days), start + timedelta(days=days)
    assert open_days.is_open(due.day)
    assert due.day >= plain
    if due.day.weekday() != start.weekday():
        same = (plain + timedelta(days=n) for n in range(367))
        assert not any(open_days.is_open(day) for day in same if day.weekday() == start.weekday())


# --- cards that run out ----------------------------------------------------------------------------

CUT = DueWarning.CUT_AT_CARD_EXPIRY


@pytest.mark.parametrize(
    ("policy", "expires", "due"),
    [
        (NEXT, date(2026, 12, 28), Due(date(2026, 12, 28))),  # the card is good on its last day
        (NEXT, date(2026, 12, 27), Due(date(2026, 12, 24), CUT)),  # Monday is too late: Christmas Eve
        (NEXT, date(2026, 12, 10), Due(date(2026, 12, 10), CUT)),
        (NEXT, date(2026, 12, 6), Due(date(2026, 12, 4), CUT)),  # runs out on a Sunday: the Friday before
        (NEXT, date(2026, 11, 27), Due(date(2026, 11, 27), CUT)),  # runs out today
        (PREVIOUS, date(2026, 12, 24), Due(date(2026, 12, 24))),
        (PREVIOUS, date(2026, 12, 6), Due(date(2026, 12, 4), CUT)),
        (OPEN_ONLY, date(2026, 12, 27), Due(date(2026, 12, 24), CUT)),  # 28 open days end in January
        (WEEKDAY, date(2027, 1, 7), Due(date(2027, 1, 7), CUT)),  # Friday the 8th is a day too late
        (KEEP, date(2026, 12, 25), Due(date(2026, 12, 25))),
        (KEEP, date(2026, 12, 6), Due(date(2026, 12, 6), CUT)),
    ],
)
def test_no_loan_outlives_its_card(policy: DuePolicy, expires: date, due: Due) -> None:
    assert due_date(date(2026, 11, 27), 28, policy, NORWAY, card_expires=expires) == due


def test_a_card_that_runs_out_over_a_closed_weekend_makes_the_loan_due_at_once() -> None:
    saturday, sunday = date(2026, 11, 28), date(2026, 11, 29)
    assert due_date(saturday, 28, NEXT, NORWAY, card_expires=sunday) == Due(saturday, CUT)


def test_a_loan_that_the_rules_allowed_on_an_expired_card_keeps_its_days() -> None:
    due = due_date(date(2026, 11, 23), 14, NEXT, NORWAY, card_expires=date(2026, 11, 1))
    assert due == Due(date(2026, 12, 7))


def test_a_gap_in_the_calendar_is_told_before_a_card_that_runs_out() -> None:
    due = due_date(date(2026, 11, 23), 28, NEXT, NEVER, card_expires=date(2026, 12, 1))
    assert due == Due(date(2026, 11, 23), DueWarning.NO_OPEN_DAY)


@UNTIMED
@given(days_of_life, st.integers(0, 800), st.sampled_from(DuePolicy), calendars, st.integers(0, 900))
def test_a_due_date_lies_between_the_loan_and_the_cards_last_day(
    start: date, days: int, policy: DuePolicy, open_days: OpenDays, good_for: int
) -> None:
    expires = start + timedelta(days=good_for)
    due = due_date(start, days, policy, open_days, card_expires=expires)
    assert start <= due.day <= expires


# --- days ------------------------------------------------------------------------------------------


def test_a_loan_is_late_from_the_day_after() -> None:
    due = date(2026, 12, 31)
    assert [days_late(due, date(2026, 12, 30)), days_late(due, due)] == [0, 0]
    assert [days_late(due, date(2027, 1, 1)), days_late(due, date(2027, 1, 14))] == [1, 14]


@pytest.mark.parametrize(
    ("utc", "day"),
    [
        (datetime(2026, 12, 31, 22, 59, 59, tzinfo=UTC), date(2026, 12, 31)),
        (datetime(2026, 12, 31, 23, 0, tzinfo=UTC), date(2027, 1, 1)),
        (datetime(2026, 7, 1, 21, 59, tzinfo=UTC), date(2026, 7, 1)),
        (datetime(2026, 7, 1, 22, 0, tzinfo=UTC), date(2026, 7, 2)),
        (datetime(2027, 3, 27, 23, 30, tzinfo=UTC), date(2027, 3, 28)),  # the night without an hour
        (datetime(2027, 3, 28, 21, 59, tzinfo=UTC), date(2027, 3, 28)),
        (datetime(2027, 3, 28, 22, 0, tzinfo=UTC), date(2027, 3, 29)),
        (datetime(2026, 10, 25, 0, 30, tzinfo=UTC), date(2026, 10, 25)),  # the hour that comes twice
        (datetime(2028, 2, 28, 23, 30, tzinfo=UTC), date(2028, 2, 29)),
    ],
)
def test_the_day_is_the_depots_whatever_the_clocks_do(utc: datetime, day: date) -> None:
    assert local_day(utc, OSLO) == day


def test_a_loan_over_the_night_the_clocks_change_has_all_its_days() -> None:
    evening = datetime(2027, 3, 27, 22, 30, tzinfo=UTC)  # 23:30 in Oslo, half an hour before the short Sunday
    assert due_date(local_day(evening, OSLO), 3, NEXT, NORWAY) == Due(date(2027, 3, 30))


def test_a_time_without_a_zone_has_no_day() -> None:
    with pytest.raises(ValueError, match="aware"):
        local_day(datetime(2026, 11, 23, 12, 0), OSLO)  # noqa: DTZ001 - the mistake under test


# --- public holidays -------------------------------------------------------------------------------


def test_norways_public_holidays_are_the_almanacs_in_norwegian() -> None:
    assert public_holidays("NO", None, [2027]) == {
        date(2027, 1, 1): "Første nyttårsdag",
        date(2027, 3, 25): "Skjærtorsdag",
        date(2027, 3, 26): "Langfredag",
        date(2027, 3, 28): "Første påskedag",
        date(2027, 3, 29): "Andre påskedag",
        date(2027, 5, 1): "Arbeidernes dag",
        date(2027, 5, 6): "Kristi himmelfartsdag",
        date(2027, 5, 16): "Første pinsedag",
        date(2027, 5, 17): "Andre pinsedag; Grunnlovsdag",
        date(2027, 12, 25): "Første juledag",
        date(2027, 12, 26): "Andre juledag",
    }


def test_denmark_has_worked_on_store_bededag_since_2024() -> None:
    known = public_holidays("DK", None, range(2023, 2026))
    assert known[date(2023, 5, 5)] == "Store bededag"
    assert {date(2024, 4, 26), date(2025, 5, 16)}.isdisjoint(known)
    assert list(known) == sorted(known)


@pytest.mark.parametrize("language", ["en_US.UTF-8", "C", ""])
def test_holidays_have_the_countrys_names_whatever_the_machine_speaks(
    language: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for variable in ("LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.setenv(variable, language)
    assert public_holidays("DK", None, [2026])[date(2026, 12, 25)] == "Juledag"


def test_a_part_of_a_country_may_have_holidays_of_its_own() -> None:
    epiphany = date(2026, 1, 6)
    assert epiphany in public_holidays("DE", "BY", [2026])
    assert epiphany not in public_holidays("DE", None, [2026])


@pytest.mark.parametrize(("country", "subdivision"), [("XX", None), ("NO", "ZZ"), ("no", None)])
def test_a_country_without_a_calendar_is_named(country: str, subdivision: str | None) -> None:
    with pytest.raises(ValueError, match=subdivision or country):
        public_holidays(country, subdivision, [2026])


def test_a_due_date_never_waits_for_the_holiday_library() -> None:
    story = (
        "import sys; from datetime import date; from depot.calendar import *\n"
        "due_date(date(2026, 11, 23), 28, DuePolicy.NEXT_OPEN_DAY, OpenDays())\n"
        "print('holidays' in sys.modules); public_holidays('NO', None, [2026])\n"
        "print('holidays' in sys.modules)\n"
    )
    ran = subprocess.run([sys.executable, "-c", story], capture_output=True, text=True, check=True)
    assert ran.stdout.split() == ["False", "True"]
