"""A message or an event of somebody who writes to the service account."""

from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """What somebody did."""

    MESSAGE = "message"
    SUBSCRIBED = "subscribed"
    UNSUBSCRIBED = "unsubscribed"
    # A menu, a scan, a place: nothing that anybody wrote.
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Received:
    """What came of whom. `sent_as` is the same when WeChat sends it again.

    `words` are theirs; what is no text is mentioned in brackets, as in `[image]`.
    """

    kind: Kind
    openid: str
    account: str
    sent_as: str
    words: str = ""
