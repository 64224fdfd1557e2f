"""Parcels that fall silent: what their timers, the worker and the mailer make of it."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from aftercare.kernel.due.model import Timer
from aftercare.kernel.due.wiring import DueConfig, due_sweeper
from aftercare.kernel.timeline import Entry
from aftercare.mail.model import Mail, Outcome, Send
from aftercare.orders.facts import Parcel as Sent
from aftercare.orders.model import OrderDelivered, OrderShipped
from aftercare.parcels.awaiting import is_awaited
from aftercare.parcels.events import SILENCE_DUE, SILENT
from aftercare.parcels.model import Owner, ParcelStatus, Scan, Silent
from aftercare.parcels.notices import ParcelNoticeService
from aftercare.parcels.silence import NORMAL_SILENCE
from aftercare.parcels.wiring import ParcelMailsConfig, parcel_notices
from tests.fakes.actors import MAILER
from tests.fakes.house import WORKER, House
from tests.fakes.mails import Outbox, mails_on
from tests.fakes.orders import EMAIL, NOON, ORDERS_INGEST, paid
from tests.fakes.outbox import committed_entries
from tests.fakes.parcels import news, of_order, scan

LEFT = NOON


@dataclass
class Silences:
    """An order's parcel, and everybody who has to do with its silence, on the house's clock."""

    house: House
    tables: dict[str, str]
    order: str
    number: str
    outbox: Outbox = field(default_factory=Outbox)

    def scanned(self, *scans: Scan) -> None:
        self.house.parcels.record(news(*scans, number=self.number), actor=WORKER)

    def swept(self) -> list[Entry]:
        """Has the sweeper look; returns the events of this parcel."""
        taken: list[Entry] = []

        def take(entries: Sequence[Entry]) -> list[Entry]:
            taken.extend(entries)
            return []

        due_sweeper(DueConfig(self.tables["DueTable"]), take, clock=self.house.clock).sweep(
            lambda: True
        )
        return [
            entry
            for entry in taken
            if (entry.entry_type, entry.subject) == (SILENCE_DUE, self.number)
        ]

    def work(self, entry: Entry) -> None:
        """What the worker does with a timer's event."""
        self.house.parcels.tell_silence(
            entry.subject, self._awaits, actor=WORKER, due_at=entry.occurred_at
        )

    def work_again(self) -> None:
        """The bus repeats the event of the timer, whose moment was five days after its movement."""
        self.work(Timer(SILENCE_DUE, self.number, LEFT + NORMAL_SILENCE).entry())

    def told(self) -> list[Entry]:
        return [
            entry
            for entry in committed_entries(self.tables["ParcelsTable"])
            if (entry.entry_type, entry.subject) == (SILENT, self.number)
        ]

    def listed(self) -> list[Silent]:
        """What staff see of this parcel, on all pages of the list."""
        store, found, after = self.house.parcels.store, [], ""
        while True:
            page = store.silent(after)
            found += [each for each in page.parcels if each.number == self.number]
            if not (after := page.after):
                return found

    def mail(self, entry: Entry, send: Send | None = None) -> None:
        self.notices.notify(entry, send or self.send)

    def send(self, mail: Mail) -> Outcome:
        service = mails_on(self.tables, self.outbox, self.house.clock)
        return service.send(mail, actor=MAILER)

    @property
    def notices(self) -> ParcelNoticeService:
        tables = ("ParcelsTable", "OrdersTable", "MembersTable")
        config = ParcelMailsConfig(*(self.tables[name] for name in tables))
        return parcel_notices(config, clock=self.house.clock)

    def go_on(self, until: datetime) -> None:
        """Everybody does their work, twice, at that moment."""
        self.house.clock.now = until
        for entry in self.swept():
            self.work(entry)
            self.work(entry)
        for entry in self.told():
            self.mail(entry)
            self.mail(entry)

    @property
    def mails(self) -> list[Mail]:
        return self.outbox.sent

    def deliver_by_shop(self, at: datetime) -> None:
        arrived = Sent(tracking_number=self.number)
        self.house.orders.record(OrderDelivered(self.order, at, arrived), actor=ORDERS_INGEST)

    def _awaits(self, owner: Owner) -> bool:
        return is_awaited(self.house.orders.get(owner.subject), owner.tracking_number)


def on_its_way(house: House, tables: dict[str, str], number: str) -> Silences:
    """A parcel to the usual customer, scanned as it left."""
    silences = followed(house, tables, number, EMAIL)
    silences.scanned(scan(ParcelStatus.IN_TRANSIT, at=LEFT))
    return silences


def followed(
    house: House, tables: dict[str, str], number: str, email: str, country: str = "US"
) -> Silences:
    """An order to that country that left with a parcel of that number, which is followed."""
    order = house.new_number()
    house.clock.now = LEFT
    event = paid(number=order, at=LEFT - timedelta(days=1), email=email)
    bought = event.purchase
    to = replace(bought.ship_to, country=country)
    event = replace(event, purchase=replace(bought, ship_to=to))
    house.orders.record(event, actor=ORDERS_INGEST)
    named = dict.fromkeys(("carrier", "tracking_number"), LEFT)
    sent = Sent("A", "USPS", number, named_at=named, shipped_at=LEFT)
    house.orders.record(OrderShipped(order, LEFT, sent), actor=ORDERS_INGEST)
    house.parcels.follow(of_order(order, number), actor=WORKER)
    return Silences(house, tables, order, number)
