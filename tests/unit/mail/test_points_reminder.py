"""What a reminder says, in each language of our members."""

from datetime import date

import pytest

from aftercare.mail.model import POINTS_REMINDER, Letter, Mail
from aftercare.mail.rendering import Renderer
from aftercare.points.model import Lots, total

LOTS = {date(2026, 12, 21): 1, date(2026, 11, 1): 1234}
LINK = "https://returns.example.com"


def reminder(language: str, lots: Lots) -> Letter:
    values = {"points": total(lots), "days": sorted(lots.items())}
    return Renderer(LINK)(Mail(POINTS_REMINDER, "rem_1", "mei@example.com", values, language))


@pytest.mark.parametrize(
    ("language", "subject", "first", "second"),
    [
        (
            "en",
            "1,235 of your points expire soon",
            "1,234 points, good through the end of November 1, 2026",
            "1 point, good through the end of December 21, 2026",
        ),
        (
            "zh-Hans",
            "您有 1,235 积分即将到期",
            "1,234 积分，有效期至2026年11月1日（含当日）",  # noqa: RUF001 - Chinese punctuation
            "1 积分，有效期至2026年12月21日（含当日）",  # noqa: RUF001 - Chinese punctuation
        ),
        (
            "fr",
            "1\N{NARROW NO-BREAK SPACE}235 de vos points expirent bientôt",
            "1\N{NARROW NO-BREAK SPACE}234 points, valables jusqu’au 1er novembre 2026 inclus",
            "1 point, valable jusqu’au 21 décembre 2026 inclus",
        ),
    ],
)
def test_the_sum_comes_first_then_each_day_soonest_first(
    language: str, subject: str, first: str, second: str
) -> None:
    letter = reminder(language, LOTS)
    told = letter.text.splitlines()
    assert letter.subject == subject
    assert told[0] == subject
    assert told[2:4] == [f"- {first}", f"- {second}"]
    assert f"{LINK}/points?lang={language}" in told
    page = letter.html
    assert f'<html lang="{language}">' in page
    assert page.index(subject) < page.index(first) < page.index(second) < page.index(LINK)


def test_a_single_point_is_told_as_one() -> None:
    one = {date(2026, 12, 21): 1}
    assert reminder("en", one).subject == "One of your points expires soon"
    assert reminder("fr", one).subject == "Un de vos points expire bientôt"


def test_a_language_that_we_do_not_have_is_english() -> None:
    assert reminder("de", LOTS) == reminder("en", LOTS)


def test_a_mail_that_says_zh_is_in_simplified_chinese() -> None:
    assert reminder("zh", LOTS) == reminder("zh-Hans", LOTS) != reminder("en", LOTS)
