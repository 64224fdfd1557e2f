"""The simulated seller's other counter: what it sold with answers in Shippo's shapes."""

import itertools
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlsplit

from infra.local.carrier import customs, numbers, pages
from infra.local.carrier.faults import TOO_MANY, Answer, CarrierFault, Sale, answered, taken

_NOW = "2026-11-28T12:00:00.000Z"
# Carrier, service and its token, price: what each shipment is offered, whatever it weighs.
_OFFERS = (
    ("USPS", "Priority Mail", "usps_priority", "USD", "6.95"),
    ("USPS", "Ground Advantage", "usps_ground_advantage", "USD", "5.93"),
    ("UPS", "Ground", "ups_ground", "USD", "8.10"),
    ("Canada Post", "Expedited Parcel", "canada_post_expedited_parcel", "CAD", "12.40"),
    ("Deutsche Post", "Großbrief", "deutsche_post_grossbrief", "EUR", "4.15"),
)
_KINDS = {
    ("POST", "shipments"): "create",
    ("POST", "transactions"): "buy",
    ("GET", "transactions"): "retrieve",
    ("POST", "refunds"): "refund",
    ("GET", "tracks"): "tracker",
}


class _RefusedError(Exception):
    """A request is refused, as Shippo refuses: with the field's name, or with a detail."""

    def __init__(self, status: int, **named: object) -> None:
        super().__init__(status)
        self.answer = Answer(status, named, retry_after=30 if status == TOO_MANY else 0)


@dataclass
class ShippoBooks:
    """The seller's memory. A rate is sold as often as it is bought: Shippo promises no less.

    If it `refuses`, it rejects all refunds. Its files are at `origin`, below /files.
    """

    sales: list[Sale] = field(default_factory=list)
    faults: list[CarrierFault] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)
    origin: str = ""
    transactions: dict[str, dict[str, Any]] = field(default_factory=dict)
    scans: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    refuses: bool = False
    _rates: dict[str, dict[str, Any]] = field(default_factory=dict)
    _shipments: dict[str, dict[str, Any]] = field(default_factory=dict)
    _serials: Iterator[int] = field(default_factory=lambda: itertools.count(1))
    _lock: threading.RLock = field(default_factory=threading.RLock)

    def answer(self, method: str, target: str, body: Mapping[str, Any]) -> Answer:
        """The answer to a request of the API, with the next fault that fits it."""
        with self._lock:
            asked = urlsplit(target)
            parts = asked.path.strip("/").split("/")
            kind = _KINDS.get((method, parts[0]), "")
            self.requests.append(kind)
            fault = taken(self.faults, kind)
            try:
                _refuse_early(fault)
                if kind == "retrieve":
                    made = self._listed(parse_qs(asked.query))
                else:
                    made = self._done(kind, parts, body, fault)
            except _RefusedError as error:
                return error.answer
            return answered(201 if method == "POST" else 200, made, fault)

    def scan(self, number: str, status: str, moment: str, substatus: str = "") -> None:
        """A carrier scans the parcel of that number."""
        event = {
            "object_created": moment,
            "object_updated": moment,
            "object_id": self._id(),
            "status": status,
            "status_details": "The parcel was scanned.",
            "status_date": moment,
            "substatus": {"code": substatus, "text": substatus, "action_required": False}
            if substatus
            else None,
            "location": {"city": "Portland", "state": "OR", "zip": "97214", "country": "US"},
        }
        with self._lock:
            self.scans[number].append(event)

    def file(self, name: str) -> bytes | None:
        """The page of a transaction, by its file's name; none if there is none."""
        transaction_id, _, ending = name.partition(".")
        with self._lock:
            transaction = self.transactions.get(transaction_id)
        if transaction is None or ending not in {"png", "pdf"}:
            return None
        rate = self._rates[transaction["rate"]]
        shipment = self._shipments[rate["shipment"]]
        return pages.FILES[ending](
            {
                "selected_rate": {
                    "carrier": rate["provider"].replace(" ", ""),
                    "service": rate["servicelevel"]["name"],
                },
                "tracking_code": transaction["tracking_number"],
                "from_address": shipment["address_from"],
                "to_address": shipment["address_to"],
                "options": {"print_custom_1": shipment["extra"].get("reference_1")},
            }
        )

    def decide_refunds(self, *, are_given: bool) -> None:
        """Carriers answer to the refunds that are under way."""
        with self._lock:
            for transaction in self.transactions.values():
                if transaction["status"] == "REFUNDPENDING":
                    transaction["status"] = "REFUNDED" if are_given else "REFUNDREJECTED"
                    self._give_back(transaction, is_given=are_given)

    def _done(
        self, kind: str, parts: list[str], body: Mapping[str, Any], fault: CarrierFault | None
    ) -> dict[str, Any]:
        if kind == "create":
            return self._created(body)
        if kind == "buy":
            if fault is CarrierFault.RATE_EXPIRED:
                self._rates.pop(str(body["rate"]), None)
            bought = self._bought(body)
            # What is told to be still going on is over by the time that somebody looks.
            is_queued = fault is CarrierFault.IN_FLIGHT
            waiting = {"status": "QUEUED", "tracking_number": ""} if is_queued else {}
            return bought | waiting
        if kind == "refund":
            is_refused = self.refuses or fault is CarrierFault.VOID_REFUSED
            return self._refunded(body, is_refused=is_refused)
        if kind == "tracker":
            return self._tracked(parts, is_shuffled=fault is CarrierFault.TRACKING_SHUFFLED)
        raise _RefusedError(404, detail="Not found.")

    def _created(self, asked: Mapping[str, Any]) -> dict[str, Any]:
        shipment_id = self._id()
        sender, recipient = asked["address_from"], asked["address_to"]
        if asked["extra"].get("is_return"):  # Shippo turns the addresses of the way there round
            sender, recipient = recipient, sender
        fault = customs.fault_of_shippo(asked, sender, recipient)
        rates = [self._offered(shipment_id, offer) for offer in _OFFERS if not fault]
        made = {
            **self._object(shipment_id),
            "address_from": self._address(sender),
            "address_to": self._address(recipient),
            "address_return": self._address(sender),
            "parcels": [{**self._object(self._id()), **each} for each in asked["parcels"]],
            "extra": dict(asked["extra"]),
            "metadata": asked.get("metadata", ""),
            "carrier_accounts": [],
            "customs_declaration": self._declared(asked.get("customs_declaration")),
            "messages": [{"source": "USPS", "code": "", "text": fault}] if fault else [],
            "rates": rates,
            "shipment_date": _NOW,
            "status": "SUCCESS",
            "test": True,
        }
        self._shipments[shipment_id] = made
        return made

    def _declared(self, asked: Mapping[str, Any] | None) -> str | None:
        """The id of the declaration that a shipment was made with."""
        return self._id() if asked else None

    def _offered(self, shipment_id: str, offer: tuple[str, ...]) -> dict[str, Any]:
        carrier, service, token, currency, price = offer
        rate = {
            **self._object(self._id()),
            "amount": price,
            "amount_local": price,
            "currency": currency,
            "currency_local": currency,
            "attributes": [],
            "carrier_account": "b741b99f95e841639b54272834bc478c",
            "provider": carrier,
            "servicelevel": {"name": service, "token": token, "terms": "", "extended_token": token},
            "shipment": shipment_id,
            "test": True,
        }
        self._rates[rate["object_id"]] = rate
        return rate

    def _bought(self, asked: Mapping[str, Any]) -> dict[str, Any]:
        rate = self._rates.get(str(asked["rate"]))
        if rate is None:
            raise _RefusedError(400, rate=["Rate with supplied object_id not found."])
        serial = next(self._serials)
        number = numbers.tracking_code(rate["provider"].replace(" ", ""), serial)
        transaction_id, form = self._id(), str(asked.get("label_file_type", "PDF"))
        transaction = {
            **self._object(transaction_id),
            "status": "SUCCESS",
            "object_state": "VALID",
            "rate": rate["object_id"],
            "metadata": asked.get("metadata", ""),
            "label_file_type": form,
            "label_url": f"{self.origin}/files/{transaction_id}.{form[:3].lower()}",
            "tracking_number": number,
            "tracking_status": "UNKNOWN",
            "created_by": None,
            "tracking_url_provider": "https://tools.usps.com/",
            "messages": [],
            "test": True,
        }
        self.transactions[transaction["object_id"]] = transaction
        self.scans[number] = []
        amount = int(rate["amount"].replace(".", ""))
        self.sales.append(Sale(transaction["metadata"], rate["shipment"], amount))
        return transaction

    def _listed(self, query: Mapping[str, list[str]]) -> dict[str, Any]:
        rates = query.get("rate", [])
        newest_first = reversed(self.transactions.values())
        found = [each for each in newest_first if not rates or each["rate"] in rates]
        return {"next": None, "previous": None, "results": found}

    def _refunded(self, asked: Mapping[str, Any], *, is_refused: bool) -> dict[str, Any]:
        transaction = self.transactions.get(str(asked["transaction"]))
        if transaction is None or transaction["status"] in {"REFUNDPENDING", "REFUNDED"}:
            raise _RefusedError(400, transaction=["Refund is not possible."])
        transaction["status"] = "REFUNDREJECTED" if is_refused else "REFUNDPENDING"
        self._give_back(transaction, is_given=not is_refused)
        status = "ERROR" if is_refused else "PENDING"
        refund = {"transaction": transaction["object_id"], "status": status, "test": True}
        return {**self._object(self._id()), **refund}

    def _give_back(self, transaction: Mapping[str, Any], *, is_given: bool) -> None:
        for sale in self.sales:
            if sale.reference == transaction["metadata"]:
                sale.is_taken_back = is_given

    def _tracked(self, parts: list[str], *, is_shuffled: bool) -> dict[str, Any]:
        carrier, number = parts[1:3]
        scans = self.scans.get(number, [])
        return {
            "carrier": carrier,
            "tracking_number": number,
            "address_from": None,
            "address_to": None,
            "eta": None,
            "metadata": "",
            "messages": [],
            "servicelevel": {"name": "", "token": ""},
            "tracking_status": max(scans, key=lambda each: str(each["status_date"]), default=None),
            "tracking_history": [*reversed(scans)] if is_shuffled else scans,
            "transaction": None,
        }

    def _address(self, asked: Mapping[str, Any]) -> dict[str, Any]:
        return {**self._object(self._id()), **asked, "is_complete": True, "test": True}

    def _object(self, object_id: str) -> dict[str, Any]:
        owner = "shippotle@shippo.com"
        made = {"object_created": _NOW, "object_updated": _NOW, "object_owner": owner}
        return {"object_id": object_id, **made}

    def _id(self) -> str:
        return f"{next(self._serials):032x}"


def _refuse_early(fault: CarrierFault | None) -> None:
    """Before anything is done."""
    if fault is CarrierFault.TOO_MANY:
        raise _RefusedError(TOO_MANY, detail="Request was throttled.")
    if fault is CarrierFault.BROKEN:
        raise _RefusedError(500, detail="Server error.")
