"""What the desk is held to: the figures of the source, and documents that are refused."""

from datetime import date

import pytest

from aftercare.desk.model import Channel, Lane
from aftercare.desk.targets import Counting, Measure, Targets, targets_on
from aftercare.kernel.rulebook import RuleBook, RulesInvalidError, read
from tests.fakes.template import ROOT

TODAY = date(2026, 11, 29)
MINUTE, HOUR, DAY = 60, 3_600, 86_400
STAFFED, DAYS, CLOCK = Counting.STAFFED, Counting.BUSINESS_DAYS, Counting.ROUND_THE_CLOCK
FOLDER = ROOT / "layers/aftercare/aftercare/desk/targets"
TEXT = (FOLDER / f"{TODAY}.toml").read_text("utf-8")


@pytest.mark.parametrize(
    ("measure", "channel", "lane", "figures"),
    [
        ("acknowledgement", "mail", "standard", (0, 24 * HOUR, CLOCK)),
        ("first_response", "chat", "standard", (15 * MINUTE, 30 * MINUTE, STAFFED)),
        ("first_response", "wechat", "cross_border", (15 * MINUTE, 30 * MINUTE, STAFFED)),
        ("first_response", "mail", "standard", (24 * HOUR, 48 * HOUR, DAYS)),
        ("next_response", "web", "standard", (24 * HOUR, 48 * HOUR, DAYS)),
        ("resolution", "chat", "standard", (3 * DAY, 7 * DAY, DAYS)),
        ("resolution", "mail", "cross_border", (7 * DAY, 14 * DAY, DAYS)),
    ],
)
def test_targets_are_those_of_the_source(
    measure: str, channel: str, lane: str, figures: tuple[int, int, Counting]
) -> None:
    target = targets_on(TODAY).of(Measure(measure), Channel(channel), Lane(lane))
    assert target
    assert (target.warned_after, target.seconds, target.counted) == figures


def test_only_written_channels_promise_an_acknowledgement() -> None:
    promised = {
        channel
        for channel in Channel
        if targets_on(TODAY).of(Measure.ACKNOWLEDGEMENT, channel, Lane.STANDARD)
    }
    assert promised == {Channel.MAIL, Channel.WEB}


def test_the_days_for_reopening_are_fourteen() -> None:
    assert targets_on(TODAY).reopen_days == 14


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        ("at_most = 30", "at_most = 15", "at_least must be less than at_most"),
        ('"counter", "partner"]', '"counter"]', "targets must be one first_response for partner"),
        ('["chat", "wechat"]', '["chat", "mail"]', "not 2"),
        ('unit = "minutes"', 'unit = "fortnights"', "unit must be one of minutes"),
        ('"legal"', '"court"', "measure must be one of"),
        ("reopen_days = 14", "reopen_days = 0", "reopen_days must be"),
        ("reopen_days = 14", "reopen_day = 14", "reopen_day"),
    ],
)
def test_a_document_that_is_wrong_is_refused_by_its_field(
    old: str, new: str, complaint: str
) -> None:
    assert old in TEXT
    with pytest.raises(RulesInvalidError, match=complaint):
        read(TEXT.replace(old, new, 1), Targets)


def test_two_versions_of_one_date_are_refused() -> None:
    again = TEXT.replace(f'version = "{TODAY}"', 'version = "again"')
    with pytest.raises(ValueError, match="a day of its own"):
        RuleBook([read(TEXT, Targets), read(again, Targets)])


def test_a_newer_version_counts_for_tickets_from_its_day() -> None:
    newer = TEXT.replace(str(TODAY), "2027-01-01").replace("at_most = 30", "at_most = 20")
    book = RuleBook([read(newer, Targets), read(TEXT, Targets)])
    limits = [
        target.seconds // MINUTE
        for day in (date(2026, 12, 31), date(2027, 1, 1))
        if (target := book.in_force(day).of(Measure.FIRST_RESPONSE, Channel.CHAT, Lane.STANDARD))
    ]
    assert limits == [30, 20]
