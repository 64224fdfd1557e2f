"""The stack's seller of labels: its port, what it remembers, how it ends."""

import socket
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest
from easypost.util import validate_webhook

from infra.local.carrier import attached
from infra.local.carrier.archive import Archive
from infra.local.carrier.books import CarrierBooks, RefusedError
from infra.local.carrier.hooks import NO_ANSWER, Hook
from infra.local.settings import Settings
from tests.fakes.stack.local_stacks import free_port

pytestmark = pytest.mark.integration
NOWHERE = {"name": "", "country": "US"}
ASKED = {"to_address": NOWHERE, "from_address": NOWHERE, "parcel": {}, "reference": "lbl_1"}


def sold(books: CarrierBooks) -> dict[str, Any]:
    """A shipment that was bought at its first rate."""
    made = dict(books.answer("/shipments", {"shipment": ASKED}).body)
    rate = {"rate": {"id": made["rates"][0]["id"]}}
    return dict(books.answer(f"/shipments/{made['id']}/buy", rate).body)


def test_what_was_sold_scanned_and_given_back_is_known_to_the_next_process(tmp_path: Path) -> None:
    books = CarrierBooks(Archive(tmp_path))
    first, second = sold(books), sold(books)
    books.scan(first["tracking_code"], "in_transit", "2026-11-29T10:00:00Z")
    books.answer(f"/shipments/{second['id']}/refund", {})
    again = CarrierBooks(Archive(tmp_path))
    assert again.sales == books.sales
    assert [sale.is_taken_back for sale in again.sales] == [False, True]
    tracked = again.answer(f"/trackers/{first['tracking_code']}", {}).body
    assert tracked["status"] == "in_transit"
    assert sold(again)["tracking_code"] not in {first["tracking_code"], second["tracking_code"]}
    buy_again = {"rate": {"id": first["rates"][0]["id"]}}
    assert again.answer(f"/shipments/{first['id']}/buy", buy_again).status == 422


def test_a_scan_is_told_with_a_signature_that_the_official_client_takes() -> None:
    books = CarrierBooks()
    number = sold(books)["tracking_code"]
    with listening() as (url, heard):
        books.answer("/webhooks", {"webhook": {"url": url, "webhook_secret": "sécret"}})
        [hook] = books.asked_for()
        assert hook.tell(books.scan(number, "delivered")) == 202
    [(headers, body)] = heard
    event = validate_webhook(body, headers, "sécret")
    assert event["description"] == "tracker.updated"
    assert (event["result"]["tracking_code"], event["result"]["status"]) == (number, "delivered")


def test_a_listener_that_is_gone_is_no_answer() -> None:
    assert Hook(f"http://127.0.0.1:{free_port()}/", "secret").tell({}) == NO_ANSWER


def test_an_unknown_parcel_and_an_unknown_status_are_refused() -> None:
    books = CarrierBooks()
    with pytest.raises(RefusedError, match="could not be found"):
        books.scan("94001", "delivered")
    with pytest.raises(RefusedError, match="The status is one of pre_transit, "):
        books.scan(sold(books)["tracking_code"], "arrived")


@contextmanager
def listening() -> Iterator[tuple[str, list[tuple[dict[str, str], bytes]]]]:
    """A server that takes webhooks, and what it took."""
    heard: list[tuple[dict[str, str], bytes]] = []

    class Listener(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            heard.append((dict(self.headers), body))
            self.send_response(202)
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - its base's name
            """Logs nothing."""

    with HTTPServer(("127.0.0.1", 0), Listener) as server:
        thread = threading.Thread(target=server.handle_request)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/", heard
        thread.join()


# ---------------------------------------------------------------- beside the emulator


def test_its_port_stays_the_same_until_somebody_else_has_it(tmp_path: Path) -> None:
    settings = Settings(port=free_port(), data=tmp_path)
    port = attached.port_for(settings)
    assert attached.port_for(settings) == port != settings.port
    with socket.socket() as other:
        other.bind(("127.0.0.1", port))
        other.listen()
        moved = attached.port_for(settings)
    assert moved != port
    assert attached.port_for(settings) == moved


def test_its_port_is_never_the_emulators(tmp_path: Path) -> None:
    first = attached.port_for(Settings(port=free_port(), data=tmp_path))
    assert attached.port_for(Settings(port=first, data=tmp_path)) != first


def test_it_ends_with_whoever_started_it(tmp_path: Path) -> None:
    settings = Settings(port=free_port(), data=tmp_path, carrier_port=free_port())
    log = tmp_path / "carrier.log"
    with attached.start(Path(sys.executable), settings.carrier_port, tmp_path, log) as process:
        attached.register(settings, "secret")
        assert process.stdin
        process.stdin.close()
        assert process.wait(timeout=20) == 0
    assert log.read_text() == ""


def test_the_functions_are_given_its_address_and_only_if_it_runs() -> None:
    assert "Carriers" not in Settings().parameters
    beside = Settings(carrier_port=9787)
    assert beside.parameters["Carriers"] == "easypost=http://127.0.0.1:9787/v2"
    assert beside.carrier_url == "http://127.0.0.1:9787"
