"""Sellers without webhooks are asked for parcels: seldom, in turn, and not for ever (R-PAR-06)."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta

import pytest

from aftercare.kernel.aws import client
from aftercare.kernel.due.model import Timer
from aftercare.kernel.due.wiring import DueConfig, due_store
from aftercare.kernel.errors import UnavailableError
from aftercare.kernel.ids import new_id
from aftercare.kernel.timeline import Entry
from aftercare.labels.events import LabelReleased
from aftercare.labels.model import LabelFormat
from aftercare.parcels.model import ParcelStatus
from aftercare.parcels.polling import PollService
from aftercare.parcels.polls import ASKED_FOR, EVERY, POLL_DUE, Poll
from aftercare.parcels.service import News
from aftercare.parcels.wiring import ParcelsConfig, parcel_service, poll_service
from parcel_worker.polling import Polling
from tests.fakes.house import WORKER, House
from tests.fakes.orders import NOON
from tests.fakes.parcels import track_event, track_status
from tests.fakes.samples import items

pytestmark = pytest.mark.integration
S = ParcelStatus
SAMPLE = items("parcels")["10-poll"]


@dataclass
class Seller:
    """Answers who asks for a parcel, or fails."""

    answers: dict[str, object] = field(default_factory=dict)
    asked: list[tuple[str, str]] = field(default_factory=list)

    def track(self, tracking_number: str, carrier_name: str) -> object:
        self.asked.append((tracking_number, carrier_name))
        if tracking_number not in self.answers:
            raise UnavailableError("No answer.")
        return self.answers[tracking_number]


@dataclass
class Desk:
    """The worker's part that asks, and what it did."""

    house: House
    polls: PollService
    due_table: str
    seller: Seller = field(default_factory=Seller)
    signs: bool = False
    told: list[News] = field(default_factory=list)

    @property
    def polling(self) -> Polling:
        return Polling(self.polls, {"shippo": self.seller}, lambda _: self.signs, self._record)

    def released(self, number: str, carrier: str = "shippo") -> None:
        label = LabelReleased(
            return_id=new_id("ret", NOON),
            label_id=new_id("lbl", NOON),
            ticket="R-AAAA-BBBB-C",
            tracking_number=number,
            carrier=carrier,
            carrier_name="USPS",
            sample=False,
            formats=(LabelFormat.PDF,),
            number=1,
        )
        self.polling.follow(label)

    def timers(self) -> list[Timer]:
        """Every timer of a poll, the earliest first."""
        far = self.house.clock() + timedelta(days=365)
        store = due_store(DueConfig(self.due_table))
        found = [each for shard in range(16) for few in store.due(shard, far) for each in few]
        return sorted((each for each in found if each.event == POLL_DUE), key=lambda t: t.due_at)

    def sweep(self) -> int:
        """Has the sweeper find what is due by now, earliest first; returns how many."""
        due = [each for each in self.timers() if each.due_at <= self.house.clock()]
        for timer in due:
            self.fire(timer.entry())
        due_store(DueConfig(self.due_table)).remove(due)
        return len(due)

    def fire(self, entry: Entry) -> None:
        self.polling.ask(entry)

    def _record(self, news: News, source: str) -> None:
        assert source == "shippo"
        self.told.append(news)
        self.polls.parcels.record(news, actor=WORKER)


@pytest.fixture
def desk(house: House, tables: dict[str, str]) -> Iterator[Desk]:
    config = ParcelsConfig(tables["ParcelsTable"], tables["DueTable"])
    parcels = parcel_service(config, clock=house.clock)
    polls = poll_service(config, parcels, clock=house.clock)
    made = Desk(house, polls, tables["DueTable"])
    due_store(DueConfig(made.due_table)).remove(made.timers())  # what other tests left there
    yield made
    due_store(DueConfig(made.due_table)).remove(made.timers())


def said(*statuses: str, number: str) -> object:
    return track_event(*map(track_status, statuses), number=number)["data"]


def test_what_a_seller_answers_is_news_of_the_parcel(desk: Desk) -> None:
    desk.seller.answers["94 POLLED"] = said("TRANSIT", number="another spelling")
    desk.released("94 POLLED")
    assert desk.sweep() == 0
    desk.house.clock.forward(hours=6)
    assert desk.sweep() == 1
    assert desk.seller.asked == [("94 POLLED", "USPS")]
    parcel = desk.polls.parcels.of_number("94POLLED")
    assert parcel
    assert parcel.standing.status is S.IN_TRANSIT


def test_a_seller_is_asked_at_most_once_in_six_hours(desk: Desk) -> None:
    desk.seller.answers["94OFTEN"] = said("TRANSIT", number="94OFTEN")
    desk.released("94OFTEN")
    for _ in range(24 * 6):
        desk.house.clock.forward(minutes=10)
        for timer in desk.timers()[:1]:
            desk.fire(timer.entry())  # however often the event comes, and whenever
            desk.fire(timer.entry())
        desk.sweep()
    assert len(desk.seller.asked) == 4
    assert len(desk.timers()) == 1


def test_an_event_from_a_clock_that_is_ahead_keeps_the_poll_going(desk: Desk) -> None:
    desk.released("94AHEAD")
    desk.house.clock.forward(hours=6)
    [timer] = desk.timers()
    desk.fire(timer.entry())
    desk.house.clock.forward(hours=6, seconds=-2)
    [_, second] = desk.timers()
    desk.fire(second.entry())
    assert len(desk.seller.asked) == 2


def test_who_waits_longest_is_asked_for_first(desk: Desk) -> None:
    for number in ("94C", "94A", "94B"):
        desk.released(number)
        desk.house.clock.forward(minutes=1)
    desk.house.clock.forward(hours=6)
    desk.sweep()
    assert [number for number, _ in desk.seller.asked] == ["94C", "94A", "94B"]


@pytest.mark.parametrize("broken", ["", "tracking_number", "tracking_history"])
def test_what_fails_is_asked_again_six_hours_later(desk: Desk, broken: str) -> None:
    number = f"94LATER{len(broken)}"
    if broken:
        desk.seller.answers[number] = {"tracking_number": number, broken: 7}
    desk.released(number)
    desk.house.clock.forward(hours=6)
    desk.sweep()
    assert (desk.told, len(desk.seller.asked)) == ([], 1)
    desk.seller.answers[number] = said("DELIVERED", number=number)
    desk.house.clock.forward(hours=6)
    desk.sweep()
    assert len(desk.told) == 1


@pytest.mark.parametrize("status", ["DELIVERED", "TRANSIT"])
def test_a_parcel_that_arrived_is_not_asked_for_any_more(desk: Desk, status: str) -> None:
    number = f"94{status}"
    desk.seller.answers[number] = said(status, number=number)
    desk.released(number)
    for _ in range(3):
        desk.house.clock.forward(hours=6)
        desk.sweep()
    assert len(desk.seller.asked) == (1 if status == "DELIVERED" else 3)


def test_after_sixty_days_nobody_asks(desk: Desk) -> None:
    desk.released("94SIXTY")
    desk.house.clock.forward(hours=6)
    [timer] = desk.timers()
    desk.house.clock.forward(days=60)
    desk.fire(timer.entry())
    assert desk.seller.asked == []


def test_who_signs_webhooks_or_cannot_be_asked_is_not(desk: Desk) -> None:
    desk.released("94HOUSE", carrier="house")
    desk.signs = True
    desk.released("94SIGNED")
    assert desk.timers() == []


def test_a_label_that_is_released_twice_is_asked_for_once(desk: Desk) -> None:
    for _ in "ab":
        desk.released("94TWICE")
        desk.house.clock.forward(hours=1)
    assert len(desk.timers()) == 1


def test_a_poll_of_a_seller_that_is_gone_waits_for_it(desk: Desk) -> None:
    desk.released("94GONE")
    desk.house.clock.forward(hours=6)
    [timer] = desk.timers()
    Polling(desk.polls, {}, lambda _: False, desk.polling.record).ask(timer.entry())
    assert len(desk.timers()) == 2
    assert desk.told == []


# ---------------------------------------------------------------- what is stored


def stored() -> Poll:
    return Poll("94 SAMPLE", "shippo", "USPS", NOON + ASKED_FOR, NOON + EVERY)


def put(tables: dict[str, str], item: dict[str, dict[str, str]]) -> None:
    client("dynamodb").put_item(TableName=tables["ParcelsTable"], Item=item)


def test_a_stored_poll_is_what_the_sample_shows(desk: Desk, tables: dict[str, str]) -> None:
    put(tables, SAMPLE)
    poll = desk.polls.store.get("94SAMPLE")
    assert poll == stored()
    assert poll.version == 2
    desk.polls.store.save(poll, Timer(POLL_DUE, poll.number, NOON))
    key = {"pk": SAMPLE["pk"]}
    item = client("dynamodb").get_item(TableName=tables["ParcelsTable"], Key=key)["Item"]
    assert item == SAMPLE | {"version": {"N": "3"}}


def test_after_a_roll_back_the_newer_versions_poll_is_read(
    desk: Desk, tables: dict[str, str]
) -> None:
    put(tables, SAMPLE | {"schema": {"N": "9"}, "every": {"S": "PT3H"}})
    assert desk.polls.store.get("94SAMPLE") == stored()
