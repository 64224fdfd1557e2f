"""What a refusal says of a window that is over: its last day, and on which clock."""

from datetime import date
from html import unescape
from zoneinfo import ZoneInfo

from aftercare.mail.model import RETURN_DECLINED, Item, Letter, Mail
from aftercare.mail.rendering import Renderer

LAST_DAY = date(2026, 6, 16)


def declined(zone: ZoneInfo | None) -> Letter:
    late = Item(1, "Moon Hare", "within_window", LAST_DAY, zone)
    values = {"ticket": "R-1", "return_id": "ret_1", "items": (late,), "more": 0}
    return Renderer("https://returns.example.com")(
        Mail(RETURN_DECLINED, "ent_1", "mei@example.com", values, "en")
    )


def test_the_last_day_is_told_with_its_clock() -> None:
    letter = declined(ZoneInfo("Pacific/Honolulu"))
    for part in (letter.text, unescape(letter.html)):
        assert "until the end of June 16, 2026, Hawaii time." in part


def test_a_day_that_an_earlier_version_counted_is_told_without_a_clock() -> None:
    for part in (declined(None).text, declined(None).html):
        assert "until June 16, 2026." in part
