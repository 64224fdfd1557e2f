"""What the returns worker knows of a code that comes with a return."""

from datetime import timedelta

import pytest

from aftercare.authenticity.model import Answer, Audience
from aftercare.authenticity.service import AuthenticityService
from aftercare.authenticity.wiring import AuthenticityConfig, authenticity_service
from aftercare.batches.model import Batch, BatchStatus
from aftercare.batches.store import BatchStore
from aftercare.kernel.actor import CUSTOMER
from aftercare.kernel.clock import utc_now
from aftercare.kernel.config import read
from aftercare.kernel.timeline import Entry
from aftercare.returns.screener import KnownCode
from returns_worker.codes import CODES
from tests.fakes.actors import SALES_INGEST, SOMEBODY
from tests.fakes.codes import BATCH_CODES, NOON, batch, code

pytestmark = [pytest.mark.integration, pytest.mark.usefixtures("functions")]
STATUSES = (BatchStatus.ACTIVE, BatchStatus.DRAFT, BatchStatus.BLOCKED, BatchStatus.RECALLED)
BATCHES = {status: batch(number, status, sku="FIG-1") for number, status in enumerate(STATUSES)}


@pytest.fixture(autouse=True)
def issued(tables: dict[str, str], functions: None) -> None:  # noqa: ARG001 - settings come first
    store = BatchStore(tables["BatchesTable"])
    for each in BATCHES.values():
        if store.get(each.batch_id) is None:
            store.add(each, _entry(each))


def _entry(each: Batch) -> Entry:
    data = {"batch_id": each.batch_id, "count": str(each.count)}
    kind = "batch.export_requested"
    return Entry(f"ent_{each.batch_id}", kind, each.batch_id, NOON, data, actor=SOMEBODY)


def code_of(status: BatchStatus, place: int = 7) -> str:
    return code(BATCHES[status].first_serial + place)


def checked(text: str, *visitors: str) -> Answer:
    """The answer to the last of the visitors who check the code."""
    service: AuthenticityService = authenticity_service(read(AuthenticityConfig))
    answers = [
        service.check(text, visitor=each, audience=Audience.CUSTOMER, actor=CUSTOMER)
        for each in visitors
    ]
    return answers[-1]


@pytest.mark.parametrize(
    ("status", "known"),
    [
        (BatchStatus.ACTIVE, ("FIG-1", False)),
        (BatchStatus.RECALLED, ("FIG-1", False)),
        (BatchStatus.BLOCKED, ("FIG-1", True)),
        (BatchStatus.DRAFT, ("", False)),  # printed nowhere yet
    ],
)
def test_a_code_on_a_label_is_known_by_its_batch(
    status: BatchStatus, known: tuple[str, bool]
) -> None:
    text = code_of(status)
    spelled = f"https://id.example.com/01/06941234567898/21/{text}"
    for shown in (text, text.lower(), spelled):
        assert CODES.shown(shown) == KnownCode(text, *known)


def test_looking_at_a_code_is_no_check_of_it() -> None:
    text = code_of(BatchStatus.ACTIVE, 8)
    for _ in range(4):
        CODES.shown(text)
    assert checked(text, "the first").checks == 1


def test_a_weak_sign_of_copies_is_no_reason_to_look_at_a_return() -> None:
    text = code_of(BatchStatus.ACTIVE, 10)
    assert checked(text, "one", "two", "three").reasons
    assert CODES.shown(text) == KnownCode(text, "FIG-1", is_suspect=False)


def test_a_code_that_was_sold_twice_is_suspect() -> None:
    text = code_of(BatchStatus.ACTIVE, 9)
    reference = checked(text, "one").reference
    service = authenticity_service(read(AuthenticityConfig))
    for days in (9, 2):
        service.record_sale(text, utc_now() - timedelta(days=days), actor=SALES_INGEST)
    assert CODES.shown(text) == KnownCode(text, "FIG-1", is_suspect=True)
    assert CODES.checked(reference) == KnownCode("", "FIG-1", is_suspect=True)


def test_a_code_that_we_never_issued_is_known_as_that() -> None:
    text = code(BATCH_CODES * 500)
    assert CODES.shown(text) == KnownCode(text)
    assert CODES.checked(checked(text, "one").reference) == KnownCode("")


@pytest.mark.parametrize("text", ["", "https://www.popmart.com/", "7K2M", "LOT 2026-06-10"])
def test_a_text_that_cannot_be_a_code_says_nothing(text: str) -> None:
    assert CODES.shown(text) is None


@pytest.mark.parametrize("reference", ["", "V-0000-0000-0000-0000", "hello"])
def test_a_reference_of_no_check_says_nothing(reference: str) -> None:
    assert CODES.checked(reference) is None


def test_a_typo_says_nothing_of_the_item() -> None:
    assert CODES.checked(checked("7K4M2U9D", "one").reference) is None
