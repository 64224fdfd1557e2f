"""Histories of codes that many check are kept for five seconds, those of others not at all."""

from datetime import timedelta

from aftercare.authenticity.hot import HotCodes
from aftercare.authenticity.model import HOT_FROM, History
from tests.fakes.codes import NOON

HOT = History(checks=HOT_FROM)


def test_a_hot_codes_history_is_used_for_five_seconds_and_then_read_again() -> None:
    hot = HotCodes()
    hot.keep("code", HOT, NOON)
    assert hot.get("code", NOON + timedelta(seconds=4.999)) == HOT
    assert hot.get("code", NOON + timedelta(seconds=5)) is None


def test_other_codes_are_read_each_time() -> None:
    hot = HotCodes()
    hot.keep("code", History(checks=HOT_FROM - 1), NOON)
    assert hot.get("code", NOON) is None
    assert hot.get("another", NOON) is None


def test_what_is_forgotten_is_read_again() -> None:
    hot = HotCodes()
    hot.keep("code", HOT, NOON)
    hot.forget("code")
    hot.forget("another")
    assert hot.get("code", NOON) is None


def test_a_full_memory_starts_anew() -> None:
    hot = HotCodes(most=2)
    for key in "abc":
        hot.keep(key, HOT, NOON)
    assert [hot.get(key, NOON) for key in "abc"] == [None, None, HOT]
