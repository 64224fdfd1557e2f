"""The seller of a local stack's labels, as its operator and the tests see it."""

from dataclasses import dataclass
from typing import Any

import urllib3

from tests.fakes.stack.local_stacks import LocalStack

_POOL = urllib3.PoolManager(timeout=urllib3.Timeout(connect=2, read=30), retries=False)


@dataclass(frozen=True)
class CarrierAt:
    """One stack's seller."""

    url: str

    @classmethod
    def of(cls, stack: LocalStack) -> "CarrierAt":
        return cls(str(stack.facts["carrier_url"]))

    def sales(self) -> list[dict[str, Any]]:
        """What it sold, the oldest first."""
        return list(self._asked("GET", "/sales")["sales"])

    def number_of(self, sale: dict[str, Any]) -> str:
        return str(self.shipment_of(sale)["tracking_code"])

    def shipment_of(self, sale: dict[str, Any]) -> dict[str, Any]:
        """The shipment that was sold, as EasyPost shows it."""
        return self._asked("GET", f"/v2/shipments/{sale['shipment_id']}")

    def scans(self, number: str, status: str, moment: str = "") -> list[int]:
        """Scans that parcel; returns what each webhook was answered."""
        body = {"tracking_code": number, "status": status, "datetime": moment}
        said = self._asked("POST", "/scans", json=body)
        return [told["status"] for told in said["webhooks"]]

    def _asked(self, method: str, path: str, **how: Any) -> dict[str, Any]:
        answer = _POOL.request(method, self.url + path, **how)
        assert answer.status == 200, answer.data
        read: dict[str, Any] = answer.json()
        return read
