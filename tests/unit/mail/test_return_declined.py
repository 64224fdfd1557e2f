"""What a refusal says of a window that is over: its last day, and on which clock."""

from datetime import date
from html import unescape
from zoneinfo import ZoneInfo

from aftercare.mail.model import RETURN_DECLINED, Item, Letter, Mail
from aftercare.mail.rendering import Renderer

LAST_DAY = date(2026, 6, 16)


def declined(zone: ZoneInfo | None) -> Letter:
    late = Item(1, "Moon Hare", "within_window", LAST_DAY, zone)
    return mailed(late, judged=False)


def mailed(*items: Item, judged: bool) -> Letter:
    values = {"ticket": "R-1", "return_id": "ret_1", "items": items, "more": 0, "judged": judged}
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


def test_what_staff_decided_is_told_with_their_words_and_a_rule_before_it() -> None:
    words = "<b>The ear</b> is glued as designed."
    judged = Item(1, "Moon Hare", judgement="normal_variation", words=words)
    late = Item(1, "Tiny Tide", "within_window", LAST_DAY, judgement="as_asked", words="Sure.")
    letter = mailed(judged, late, judged=True)
    assert "<b>The ear" not in letter.html
    for part in (letter.text, unescape(letter.html)):
        assert "Someone from our team looked at it." in part
        assert "within the normal variation of this product." in part
        assert f"Someone from our team writes: {words}" in part
        assert "until June 16, 2026." in part
        assert "Sure." not in part
