"""The simulated sellers without a network: they answer their clients in the process."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any, cast
from urllib.parse import parse_qsl, urlsplit

import requests  # noqa: TID251 - the official client's transport
import urllib3
from easypost.easypost_client import EasyPostClient
from requests.adapters import BaseAdapter  # noqa: TID251

from aftercare.kernel.rulebook import RuleBook
from aftercare.labels.carriers.carrier import Carrier
from aftercare.labels.carriers.easypost import EasyPostCarrier
from aftercare.labels.carriers.easypost_api import EasyPostApi, client_at
from aftercare.labels.carriers.shippo import ShippoCarrier
from aftercare.labels.carriers.shippo_api import ShippoApi
from aftercare.labels.contracts import Contracts, published, read_contracts
from infra.local.carrier.books import CarrierBooks
from infra.local.carrier.faults import Answer, CarrierFault
from infra.local.carrier.shippo import ShippoBooks
from tests.fakes.crashes.faults import CrashError

_ANYWHERE = {CarrierFault.TOO_MANY, CarrierFault.BROKEN, CarrierFault.SILENT}
_HOST, _FILES = "http://127.0.0.1:9", "/files/"
AT_SHIPPO = RuleBook(
    (
        read_contracts(
            """
            version = "shippo"
            valid_from = 2026-01-01
            source = "a test"
            phone = "+12025550100"
            parcel = {length = 300, width = 220, height = 160, weight = 900}
            [[contracts]]
            markets = ["US", "CA", "GB"]
            carrier = "shippo"
            services = ["usps_ground_advantage", "ups_ground", "canada_post_expedited_parcel"]
            [[contracts]]
            markets = ["FR"]
            carrier = "shippo"
            services = ["colissimo_home"]
            """
        ),
    )
)
"""Contracts of which the first sells through Shippo."""


@dataclass
class Wire:
    """Carries requests to a seller; kills its process, or has the seller fail, at the n-th."""

    books: CarrierBooks | ShippoBooks
    kill_before: int = 0
    kill_after: int = 0
    fault: CarrierFault | None = None
    fault_at: int = 0
    draws: bool = False
    sent: list[tuple[str, str, Any]] = field(default_factory=list)

    def carry(self, method: str, target: str, content: bytes | None) -> Answer:
        """The seller's answer, unless the process dies first."""
        self._begin()
        body = json.loads(content or b"{}")
        self.sent.append((method, target, body))
        if isinstance(self.books, ShippoBooks):
            answer = self.books.answer(method, target, body)
        else:
            answer = self.books.answer(target, body)
        if self.kill_after == 0:
            raise CrashError
        return answer

    def fetch(self, name: str) -> bytes | None:
        """A page; most tests print another one, and need not have it drawn. None if it fails."""
        self._begin()
        page = self.books.file(name) if self.draws else name.encode()
        if self.kill_after == 0:
            raise CrashError
        # A seller that fails is as broken where its files are.
        if self.fault not in _ANYWHERE or self.fault not in self.books.faults:
            return page
        self.books.faults.remove(self.fault)
        return None

    def _begin(self) -> None:
        self.kill_before -= 1
        self.kill_after -= 1
        self.fault_at -= 1
        if self.fault and self.fault_at == 0:
            self.books.faults.append(self.fault)
        if self.kill_before == 0:
            raise CrashError

    def calm(self) -> None:
        """Nothing more goes wrong."""
        self.kill_before = self.kill_after = self.fault_at = 0
        self.fault = None
        self.books.faults.clear()


class _Adapter(BaseAdapter):
    """What the official client of EasyPost sends with."""

    def __init__(self, wire: Wire) -> None:
        super().__init__()
        self._wire = wire
        wire.books.origin = _HOST

    def send(
        self, request: requests.PreparedRequest, *_: object, **__: object
    ) -> requests.Response:
        at = urlsplit(str(request.url))
        if at.path.startswith(_FILES):
            return _file(self._wire.fetch(at.path.removeprefix(_FILES)))
        body = json.loads(cast("bytes", request.body) or b"{}") | dict(parse_qsl(at.query))
        path = at.path.removeprefix("/v2")
        answer = self._wire.carry(str(request.method), path, json.dumps(body).encode())
        if answer.is_lost:
            raise requests.ConnectionError
        if answer.delay:
            raise requests.ReadTimeout
        return _response(answer.status, answer.body)

    def close(self) -> None:
        """Nothing is open."""


@dataclass
class _Pool:
    """What our client of Shippo sends with."""

    wire: Wire

    def __post_init__(self) -> None:
        self.wire.books.origin = _HOST

    def request(
        self,
        method: str,
        url: str,
        body: bytes | None,
        *,
        headers: Mapping[str, str],
        preload_content: bool = True,
    ) -> urllib3.HTTPResponse:
        if url.startswith(_HOST + _FILES):
            assert not headers
            assert not preload_content
            page = self.wire.fetch(url.removeprefix(_HOST + _FILES))
            said, status = page or b"not here", 404 if page is None else 200
            return urllib3.HTTPResponse(BytesIO(said), status=status, preload_content=False)
        assert headers["Authorization"] == "ShippoToken shippo_test_1"
        answer = self.wire.carry(method, url.removeprefix(_HOST), body)
        if answer.is_lost:
            raise urllib3.exceptions.ProtocolError("Connection aborted.")
        if answer.delay:
            pool = urllib3.HTTPConnectionPool("127.0.0.1", 9)
            raise urllib3.exceptions.ReadTimeoutError(pool, url, "Read timed out.")
        return urllib3.HTTPResponse(json.dumps(answer.body).encode(), status=answer.status)


def easypost_by(wire: Wire) -> EasyPostCarrier:
    """The adapter with the published contracts, over that wire."""

    def client() -> EasyPostClient:
        made = client_at(f"{_HOST}/v2", "EZTK")
        made._requests_session.mount(_HOST, _Adapter(wire))
        return made

    return EasyPostCarrier(EasyPostApi(client), published())


def shippo_by(wire: Wire) -> ShippoCarrier:
    """The adapter with contracts of Shippo's, over that wire."""
    return ShippoCarrier(ShippoApi(_HOST, lambda: "shippo_test_1", _Pool(wire)), AT_SHIPPO)


@dataclass(frozen=True)
class Seller:
    """One of the sellers: new books for it, its adapter over a wire, and contracts with it."""

    code: str
    books: Callable[[], CarrierBooks | ShippoBooks]
    by: Callable[[Wire], Carrier]
    contracts: RuleBook[Contracts]

    def __str__(self) -> str:
        return self.code


EASYPOST = Seller("easypost", CarrierBooks, easypost_by, published())
SHIPPO = Seller("shippo", ShippoBooks, shippo_by, AT_SHIPPO)
SELLERS = (EASYPOST, SHIPPO)


def _file(page: bytes | None) -> requests.Response:
    response = requests.Response()
    response.status_code = 404 if page is None else 200
    response._content = page or b"not here"
    vars(response)["_content_consumed"] = True  # as if it was read
    return response


def _response(status: int, body: Mapping[str, Any]) -> requests.Response:
    response = requests.Response()
    response.status_code = status
    response.headers["Content-Type"] = "application/json; charset=utf-8"
    response._content = json.dumps(body).encode()
    return response
