"""What a reminder says, in each language of our members."""
# ruff: noqa: RUF001 - Chinese has punctuation of its own

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

_MONTHS = {
    "en": "January,February,March,April,May,June,July,August,September,October,November,December",
    "fr": "janvier,février,mars,avril,mai,juin,juillet,août,septembre,octobre,novembre,décembre",
}
_NARROW_SPACE = "\N{NARROW NO-BREAK SPACE}"


@dataclass(frozen=True, slots=True)
class Words:
    """One language."""

    language: str
    sum: Callable[[int], str]
    day: Callable[[date, int], str]
    spend: str
    why: str


def _english_sum(points: int) -> str:
    if points == 1:
        return "One of your points expires soon"
    return f"{points:,} of your points expire soon"


def _english_day(due: date, points: int) -> str:
    month = _month("en", due)
    unit = "point" if points == 1 else "points"
    return f"{points:,} {unit}, good through the end of {month} {due.day}, {due.year}"


def _chinese_sum(points: int) -> str:
    return f"您有{points:,}积分即将到期"


def _chinese_day(due: date, points: int) -> str:
    return f"{points:,}积分，有效期至{due.year}年{due.month}月{due.day}日（含当日）"


def _french_sum(points: int) -> str:
    if points == 1:
        return "Un de vos points expire bientôt"
    return f"{_french_number(points)} de vos points expirent bientôt"


def _french_day(due: date, points: int) -> str:
    day = "1er" if due.day == 1 else str(due.day)
    unit = "point, valable" if points == 1 else "points, valables"
    when = f"{day} {_month('fr', due)} {due.year}"
    return f"{_french_number(points)} {unit} jusqu’au {when} inclus"


def _month(language: str, due: date) -> str:
    return _MONTHS[language].split(",")[due.month - 1]


def _french_number(number: int) -> str:
    return f"{number:,}".replace(",", _NARROW_SPACE)


LANGUAGES = {
    "en": Words(
        language="en",
        sum=_english_sum,
        day=_english_day,
        spend="Spend them in our stores or online before then: expired points can't be restored.",
        why="You get this mail because you are a member. You can turn reminders off in the shop.",
    ),
    "zh": Words(
        language="zh",
        sum=_chinese_sum,
        day=_chinese_day,
        spend="请在到期前于门店或线上使用：积分过期后无法恢复。",
        why="您收到此邮件是因为您是我们的会员。您可以在商城中关闭提醒。",
    ),
    "fr": Words(
        language="fr",
        sum=_french_sum,
        day=_french_day,
        spend=(
            "Utilisez-les avant cette date, en boutique ou en ligne : "
            "les points expirés ne peuvent pas être rétablis."
        ),
        why=(
            "Vous recevez ce message en tant que membre. "
            "Vous pouvez désactiver les rappels dans la boutique."
        ),
    ),
}
