"""What an agent reads before they answer somebody who wrote by WeChat (R-DSK-93)."""

from typing import NamedTuple

from aftercare.desk.wechat.people import Quota
from console.moments import Moment, moment


class ByWeChat(NamedTuple):
    """What WeChat still passes on, and until when; nothing is left if there is no moment."""

    words: str
    until: Moment | None


def by_wechat(quota: Quota) -> ByWeChat:
    if quota.until is None or not quota.left:
        words = "By mail alone: WeChat passes on nothing more until the customer writes there again"
        return ByWeChat(words, None)
    one = quota.left == 1
    answers = "this answer alone" if one else f"{quota.left} answers"
    return ByWeChat(f"By mail, and by WeChat, which passes on {answers} until", moment(quota.until))
