"""The samples in events/ are what the handlers take: each is handed to its function."""

import importlib
import json
from pathlib import Path
from typing import Any

import pytest

from aftercare.orders.wiring import OrdersConfig, order_service
from tests.fakes.aws import Json, answering
from tests.fakes.events import CONTEXT
from tests.fakes.template import ROOT, resources

pytestmark = pytest.mark.integration
HANDLERS = {
    body["Handler"].partition(".")[0]: body["Handler"].rpartition(".")
    for body in resources("AWS::Serverless::Function").values()
}
SAMPLES = sorted((ROOT / "events").glob("*/*.json"))
# They are about items that these tables do not have: refused, without a crash.
OF_NOBODY = {
    "returns_worker/submitted",
    "returns_worker/evidence_answered",
    "returns_worker/evidence_overdue",
    "returns_worker/request_withdrawn",
    "returns_worker/discarded",
    "returns_worker/inspected",
    "returns_worker/label_scanned",
    "returns_worker/label_released",
    "returns_worker/label_failed",
    "label_worker/approved",
    "label_worker/scanned",
    "sales_ingest/sold",
    "sales_ingest/returned",
    "codes_export/requested",
    "expiry_worker/part",
    "points_ingest/member_changed",
    "points_ingest/reviewed",
    "mailer/points_lapsed",
    "ledger_audit/exported",
    "mail_intake/received",
}


def case(sample: Path) -> str:
    return f"{sample.parent.name}/{sample.stem}"


def invoked(sample: Path) -> Json:
    module, _, name = HANDLERS[sample.parent.name]
    handler = getattr(importlib.import_module(module), name)

    def accept(asked: Json) -> Json:
        return {"FailedEntryCount": 0, "Entries": [{"EventId": "x"} for _ in asked["Entries"]]}

    with answering("events", "PutEvents", accept):
        answer: Any = handler(json.loads(sample.read_text()), CONTEXT)
    return dict(answer)


@pytest.mark.usefixtures("functions")
@pytest.mark.parametrize("sample", SAMPLES, ids=case)
def test_a_sample_is_answered_as_its_function_answers(sample: Path) -> None:
    if sample.parent.name == "client_authorizer":  # its answer to whom it does not know
        with pytest.raises(Exception, match=r"\AUnauthorized\Z"):
            invoked(sample)
        return
    answer = invoked(sample)
    if sample.parent.name == "points_expiry":  # its answer to the operator who asks
        assert answer["run_id"].startswith("2025-06-0")
    elif sample.parent.name == "due_sweeper":
        assert answer == {"published": 0, "refused": 0, "late_seconds": 0, "complete": True}
    elif case(sample) == "desk_worker/night":
        assert answer.keys() == {"until", "tickets"}
    elif "statusCode" in answer:
        assert answer["statusCode"] in {200, 201, 202, 303, 403, 404, 409}
    else:
        failed = len(answer["batchItemFailures"])
        assert failed == (1 if case(sample) in OF_NOBODY else 0)


@pytest.mark.usefixtures("functions")
def test_the_shops_samples_in_any_order_make_the_same_order(tables: dict[str, str]) -> None:
    for name in ("refunded", "delivered", "out_of_order", "paid", "shipped"):
        invoked(ROOT / "events" / "orders_ingest" / f"{name}.json")
    order = order_service(OrdersConfig(tables["OrdersTable"])).get("PM-2026-90001")
    assert (order.status, order.refunded_by_ticket("1")[""]) == ("delivered", 1)
