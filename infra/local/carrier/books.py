"""What the simulated seller offered, sold and took back; its answers have EasyPost's shapes."""

import copy
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from infra.local.carrier import numbers, pages, shapes
from infra.local.carrier.archive import Archive
from infra.local.carrier.faults import TOO_MANY, Answer, CarrierFault, Sale, answered, taken
from infra.local.carrier.hooks import Hook, updated

STATUSES = (
    "pre_transit",
    "in_transit",
    "out_for_delivery",
    "available_for_pickup",
    "delivered",
    "return_to_sender",
    "failure",
)
"""What EasyPost says of a parcel."""
_GIVEN_BACK = "submitted"
_READS = {"retrieve", "label"}
_OTHERS = {"trackers": "tracker", "webhooks": "webhook"}


class RefusedError(Exception):
    """A request is refused, in EasyPost's shape."""

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(message)
        error = {"code": code, "message": message, "errors": []}
        self.answer = Answer(status, {"error": error}, retry_after=30 if status == TOO_MANY else 0)


@dataclass
class CarrierBooks:
    """The seller's memory. Every verb is one request; requests are worked one at a time.

    If it `refuses`, it rejects all refunds.

    With an archive it remembers its shipments from one process to the next. Its files are at
    `origin`, below /files.
    """

    archive: Archive | None = None
    sales: list[Sale] = field(default_factory=list)
    faults: list[CarrierFault] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)
    origin: str = ""
    hooks: dict[str, Hook] = field(default_factory=dict)
    refuses: bool = False
    _shipments: dict[str, dict[str, Any]] = field(default_factory=dict)
    _trackers: dict[str, dict[str, Any]] = field(default_factory=dict)
    _serial: int = 0
    _lock: threading.RLock = field(default_factory=threading.RLock)

    def __post_init__(self) -> None:
        kept = self.archive.kept() if self.archive else []
        for shipment in kept:
            self._remember(shipment)
            self._serial = max(self._serial, shipment.pop("serial"))

    def answer(self, path: str, body: Mapping[str, Any]) -> Answer:
        """The answer to a request below /v2, with the next fault that fits it."""
        with self._lock:
            parts = path.strip("/").split("/")
            kind = _kind_of(parts)
            self.requests.append(kind)
            fault = taken(self.faults, kind)
            try:
                _refuse_early(fault)
                made = self._addressed(self._done(kind, parts, body, fault))
                _refuse_late(fault)
            except RefusedError as error:
                return error.answer
            return answered(201 if kind == "create" else 200, made, fault)

    def scan(self, tracking_code: str, status: str, moment: str = "") -> dict[str, Any]:
        """A carrier scans the parcel of that number, now by default; returns the event of it.

        Raises:
            RefusedError: The number is unknown here, or the status is none of EasyPost's.
        """
        now = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        if status not in STATUSES:
            raise RefusedError(422, "STATUS", f"The status is one of {', '.join(STATUSES)}.")
        with self._lock:
            tracker = self._tracker(tracking_code)
            detail = {"object": "TrackingDetail", "status": status, "datetime": moment or now}
            tracker["tracking_details"].append(detail | {"message": status, "source": "simulator"})
            newest = max(tracker["tracking_details"], key=lambda each: str(each["datetime"]))
            tracker |= {"status": newest["status"], "updated_at": now}
            event = updated(self._id("evt"), copy.deepcopy(tracker), now)
            self._keep(self._shipments[tracker["shipment_id"]])
            return event

    def file(self, name: str) -> bytes | None:
        """The page of a shipment that was sold, by its file's name; none if there is none."""
        shipment_id, _, ending = name.partition(".")
        with self._lock:
            shipment = copy.deepcopy(self._shipments.get(shipment_id))
        if shipment is None or not shipment["tracking_code"] or ending not in pages.FILES:
            return None
        return pages.FILES[ending](shipment)

    def asked_for(self) -> list[Hook]:
        """The webhooks that were asked for."""
        with self._lock:
            return [*self.hooks.values()]

    def _addressed(self, made: Mapping[str, Any]) -> dict[str, Any]:
        """A copy, with the addresses of its files as this process serves them."""
        said = copy.deepcopy(dict(made))
        for name, path in (said.get("postage_label") or {}).items():
            if name.endswith("_url") and path:
                said["postage_label"][name] = f"{self.origin}{path}"
        return said

    def decide_refunds(self, *, are_given: bool) -> None:
        """Carriers answer to the refunds that are under way."""
        with self._lock:
            for sale in self.sales:
                shipment = self._shipments[sale.shipment_id]
                if shipment["refund_status"] == _GIVEN_BACK:
                    shipment["refund_status"] = "refunded" if are_given else "rejected"
                    sale.is_taken_back = are_given
                    self._keep(shipment)

    def _done(
        self, kind: str, parts: list[str], body: Mapping[str, Any], fault: CarrierFault | None
    ) -> dict[str, Any]:
        if kind == "create":
            return self._created(body["shipment"])
        if kind == "webhook":
            return self._hooked(body["webhook"])
        if kind == "tracker":
            return self._tracked(parts, is_shuffled=fault is CarrierFault.TRACKING_SHUFFLED)
        shipment = self._shipment(parts[1])
        try:
            return self._changed(shipment, kind, body, fault)
        finally:  # also of a purchase that found its rates gone
            if kind not in _READS:
                self._keep(shipment)

    def _changed(
        self,
        shipment: dict[str, Any],
        kind: str,
        body: Mapping[str, Any],
        fault: CarrierFault | None,
    ) -> dict[str, Any]:
        if kind == "buy":
            if fault is CarrierFault.RATE_EXPIRED:
                shipment["rates"] = []
            self._bought(shipment, str(body["rate"]["id"]))
        if kind == "rerate":
            shipment["rates"] = shapes.rates(shipment["id"], self._id)
            return {"rates": shipment["rates"]}
        if kind == "refund":
            is_refused = self.refuses or fault is CarrierFault.VOID_REFUSED
            self._refunded(shipment, is_refused=is_refused)
        if kind == "label":
            _sold(shipment)
            form = str(body["file_format"]).lower()
            made = {f"label_{form}_url": f"/files/{shipment['id']}.{form}"}
            return shipment | {"postage_label": shipment["postage_label"] | made}
        return shipment

    def _created(self, asked: Mapping[str, Any]) -> dict[str, Any]:
        shipment = shapes.shipment(asked, self._id)
        self._remember(shipment)
        self._keep(shipment)
        return shipment

    def _shipment(self, name: str) -> dict[str, Any]:
        """By its id, or by the reference that it was created with."""
        shipments = reversed(self._shipments.values())
        for shipment in shipments:
            if name in {shipment["id"], shipment["reference"]}:
                return shipment
        raise RefusedError(404, "NOT_FOUND", "The requested resource could not be found.")

    def _bought(self, shipment: dict[str, Any], rate_id: str) -> None:
        if shipment["tracking_code"]:
            raise RefusedError(422, "SHIPMENT.POSTAGE.EXISTS", "Postage already exists.")
        rate = next((each for each in shipment["rates"] if each["id"] == rate_id), None)
        if rate is None:
            raise RefusedError(422, "SHIPMENT.RATES.UNAVAILABLE", "The rate is not available.")
        number = numbers.tracking_code(rate["carrier"], self._next())
        shipment |= shapes.bought(shipment, rate, number, self._id)
        self._remember(shipment)

    def _remember(self, shipment: dict[str, Any]) -> None:
        """Enters a shipment as it is now."""
        self._shipments[shipment["id"]] = shipment
        if not shipment["tracking_code"]:
            return
        tracker = shipment["tracker"]
        self._trackers[tracker["tracking_code"]] = self._trackers[tracker["id"]] = tracker
        amount = int(shipment["selected_rate"]["rate"].replace(".", ""))
        is_taken_back = shipment["refund_status"] in {_GIVEN_BACK, "refunded"}
        sale = Sale(str(shipment["reference"]), shipment["id"], amount, is_taken_back)
        self.sales.append(sale)

    def _keep(self, shipment: dict[str, Any]) -> None:
        if self.archive:
            self.archive.keep(shipment | {"serial": self._serial})

    def _hooked(self, asked: Mapping[str, Any]) -> dict[str, Any]:
        """Webhooks are remembered until the process ends: who wants them asks again."""
        url = str(asked["url"])
        self.hooks[url] = Hook(url, str(asked["webhook_secret"]))
        return {"id": self._id("hook"), "object": "Webhook", "mode": "test", "url": url}

    def _refunded(self, shipment: dict[str, Any], *, is_refused: bool) -> None:
        _sold(shipment)
        [sale] = [each for each in self.sales if each.shipment_id == shipment["id"]]
        if shipment["refund_status"] in {None, "rejected"}:
            shipment["refund_status"] = "rejected" if is_refused else _GIVEN_BACK
            sale.is_taken_back = not is_refused

    def _tracked(self, parts: list[str], *, is_shuffled: bool) -> dict[str, Any]:
        tracker = self._tracker(parts[1])
        scans = tracker["tracking_details"]
        return tracker | {"tracking_details": [*reversed(scans)] if is_shuffled else scans}

    def _tracker(self, name: str) -> dict[str, Any]:
        """By its id, or by the number that it tracks."""
        tracker = self._trackers.get(name)
        if tracker is None:
            raise RefusedError(404, "TRACKER.NOT_FOUND", "The tracker could not be found.")
        return tracker

    def _id(self, prefix: str) -> str:
        return f"{prefix}_{self._next():032x}"

    def _next(self) -> int:
        self._serial += 1
        return self._serial


def _kind_of(parts: list[str]) -> str:
    """What a request asks for."""
    if parts[0] in _OTHERS:
        return _OTHERS[parts[0]]
    _, *name_and_verb = parts
    if not name_and_verb:
        return "create"
    return dict(enumerate(name_and_verb)).get(1, "retrieve")


def _refuse_early(fault: CarrierFault | None) -> None:
    """Before anything is done."""
    if fault is CarrierFault.TOO_MANY:
        raise RefusedError(TOO_MANY, "RATE_LIMITED", "Too many requests.")
    if fault is CarrierFault.BROKEN:
        raise RefusedError(500, "INTERNAL_SERVER_ERROR", "Something went wrong.")


def _refuse_late(fault: CarrierFault | None) -> None:
    """Although it is done."""
    if fault is CarrierFault.IN_FLIGHT:
        raise RefusedError(422, "SHIPMENT.PURCHASE.IN_PROGRESS", "It is being purchased.")


def _sold(shipment: Mapping[str, Any]) -> None:
    if not shipment["tracking_code"]:
        raise RefusedError(422, "SHIPMENT.POSTAGE.REQUIRED", "Postage is required.")
