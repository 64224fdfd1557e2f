"""Asks sellers for parcels of which they do not tell by themselves."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from aftercare.kernel.errors import UnavailableError
from aftercare.kernel.observe import logger
from aftercare.kernel.timeline import Entry
from aftercare.labels.carriers.carrier import Tracker
from aftercare.labels.events import LabelReleased
from aftercare.parcels import shippo
from aftercare.parcels.errors import NewsInvalidError
from aftercare.parcels.polling import PollService
from aftercare.parcels.service import News

_READERS = {shippo.SOURCE: shippo.news_of}


@dataclass(frozen=True, slots=True)
class Polling:
    """`trackers` are the sellers that answer; who `signs` webhooks is not asked."""

    polls: PollService
    trackers: Mapping[str, Tracker]
    signs: Callable[[str], bool]
    record: Callable[[News, str], None]

    def follow(self, label: LabelReleased) -> None:
        if label.carrier in self.trackers and not self.signs(label.carrier):
            self.polls.begin(label.tracking_number, label.carrier, label.carrier_name)

    def ask(self, entry: Entry) -> None:
        """What fails is not asked again before the next time, which is six hours later."""
        poll = self.polls.claim(entry.subject, due_at=entry.occurred_at)
        tracker = self.trackers.get(poll.seller) if poll else None
        if poll is None or tracker is None:
            logger.info("parcel not asked for")
            return
        try:
            answer = tracker.track(poll.tracking_number, poll.carrier_name)
            news = replace(_READERS[poll.seller](answer), tracking_number=poll.tracking_number)
        except (UnavailableError, NewsInvalidError) as error:
            logger.warning("parcel poll failed", extra={"seller": poll.seller, "code": error.code})
            return
        self.record(news, poll.seller)
