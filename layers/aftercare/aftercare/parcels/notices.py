"""Tells customers by mail that their parcel has not moved for too long, and whom to ask."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from aftercare.addresses.service import zone_of
from aftercare.kernel.clock import local_day
from aftercare.kernel.timeline import Entry
from aftercare.mail.model import PARCEL_SILENT, Mail, Outcome, Send, Way
from aftercare.orders.model import Order, Purchase, email_key_of
from aftercare.orders.service import OrderService
from aftercare.parcels.awaiting import is_awaited
from aftercare.parcels.carriers import Carrier
from aftercare.parcels.events import ParcelSilent
from aftercare.parcels.recognising import recognise
from aftercare.parcels.silence import is_silent

if TYPE_CHECKING:
    from aftercare.parcels.store import ParcelStore

_SCHEME = "https://"
# What is mostly read where an order goes, of the languages that we have (R-EML-08).
_LANGUAGES: Mapping[str, str] = {
    **dict.fromkeys(("CN", "SG"), "zh-Hans"),
    **dict.fromkeys(("FR", "BE", "LU", "MC"), "fr"),
    **dict.fromkeys(("ES", "MX", "AR", "CL", "CO", "PE"), "es"),
    "JP": "ja",
}


@dataclass(frozen=True, slots=True)
class ParcelNoticeService:
    """Notices as the mailer sends them. `language_of` knows the language of members' mailboxes."""

    store: "ParcelStore"
    orders: OrderService
    language_of: Callable[[str], str]

    def notify(self, entry: Entry, send: Send) -> Outcome | None:
        """Tells the customer of a silence, if it goes on and they still wait for the parcel.

        None if nobody is told: it has moved or arrived since, or nobody is known. One entry is one
        mail, which is sent once at most (R-PAR-05).

        Raises:
            UnavailableError, BusyError: As `MailService.send`; try again later.
        """
        silent = ParcelSilent.of(entry)
        parcel = self.store.get(silent.number)
        if not is_silent(parcel) or parcel.silent_at != silent.silent_at:
            return None
        order = self.orders.get(silent.owner.subject)
        purchase = order.purchase
        if purchase is None or not purchase.email:  # nobody knows it, or its buyer was erased
            return None
        if not is_awaited(order, silent.number):
            return None
        values = _values(silent, order, purchase)
        return send(
            Mail(PARCEL_SILENT, entry.entry_id, purchase.email, values, self._language(purchase))
        )

    def _language(self, purchase: Purchase) -> str:
        known = self.language_of(email_key_of(purchase.email))
        country = purchase.ship_to.country or purchase.market
        return known or _LANGUAGES.get(country.upper(), "en")


def _values(silent: ParcelSilent, order: Order, purchase: Purchase) -> dict[str, object]:
    number, zone = silent.owner.tracking_number, zone_of(purchase.ship_to, purchase.market)
    carrier = recognise(number).as_named(silent.owner.carrier)
    paid_at = order.first_paid_at
    return {
        "order_number": order.order_number,
        "tracking_number": number,
        "moved_on": local_day(silent.moved_at, zone),
        "paid_on": local_day(paid_at, zone) if paid_at else None,
        "address": purchase.ship_to.in_one_line,
        "carrier": carrier.name if carrier else silent.owner.carrier,
        "ways": _ways(carrier, silent.number),
    }


def _ways(carrier: Carrier | None, number: str) -> list[Way]:
    """How the carrier is asked, the quickest way first; none if nobody knows.

    Addresses are texts: links of our mails lead to our own pages.
    """
    if carrier is None:
        return []
    ways = (
        Way("chat", carrier.chat),
        Way("page", carrier.page_of(number)),
        Way("phone", carrier.phone),
        Way("form", carrier.form),
    )
    return [Way(way.name, way.address.removeprefix(_SCHEME)) for way in ways if way.address]
