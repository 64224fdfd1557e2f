"""Labels as other versions stored them: yesterday's samples, a newer version's items."""

import json
from datetime import UTC, datetime

import pytest

from aftercare.kernel.aws import client
from aftercare.kernel.errors import NewerDataError
from aftercare.labels.events import RELEASED, LabelReleased
from aftercare.labels.model import (
    HOUSE_CARRIER,
    KEPT,
    LabelDetails,
    LabelFormat,
    LabelRequest,
    LabelStatus,
    Offer,
    Printed,
    Scan,
    ScanKind,
    VoidAnswer,
)
from tests.fakes.house import WORKER, House, plain_page, unreadable_page
from tests.fakes.orders import HOME
from tests.fakes.samples import Item, items

pytestmark = pytest.mark.integration
SAMPLES = items("labels")
LABEL = SAMPLES["02-return-released"]
EXPIRING = SAMPLES["04-return-that-expires"]
RETURN_ID = LABEL["pk"]["S"].removeprefix("RETURN#")


@pytest.fixture(autouse=True)
def _stored(tables: dict[str, str]) -> None:
    table = tables["LabelsTable"]
    for row in client("dynamodb").scan(TableName=table)["Items"]:
        client("dynamodb").delete_item(TableName=table, Key={"pk": row["pk"]})
    for item in SAMPLES.values():
        put(tables, item)


def put(tables: dict[str, str], item: Item) -> None:
    client("dynamodb").put_item(TableName=tables["LabelsTable"], Item=item)


def newer() -> Item:
    """The label as a later version may store it."""
    address = json.loads(LABEL["ship_from"]["S"]) | {"phone": "+1", "parts": ["a"]}
    return LABEL | {
        "schema": {"N": "99"},
        "ship_from": {"S": json.dumps(address)},
        "service": {"M": {"level": {"S": "express"}}},
    }


def request() -> LabelRequest:
    return LabelRequest(RETURN_ID, LABEL["ticket"]["S"], "US", HOME)


def test_yesterdays_label_is_the_built_in_carriers(house: House) -> None:
    label = house.labels.store.of_return(RETURN_ID)
    assert label
    assert (label.status, label.carrier) == (LabelStatus.RELEASED, HOUSE_CARRIER)
    assert (label.ship_from.city, label.version) == ("Portland", 4)
    assert label.language == "en"
    booking = house.labels.carriers[HOUSE_CARRIER].find(label.label_id, label.offer)
    assert booking
    assert booking.tracking_number == label.tracking_number


def test_a_label_that_expires_is_read_until_then(house: House) -> None:
    label = house.labels.store.of_return(EXPIRING["pk"]["S"].removeprefix("RETURN#"))
    assert label
    assert (label.status, label.carrier) == (LabelStatus.RELEASED, HOUSE_CARRIER)
    assert int(EXPIRING["expires_at"]["N"]) == int((label.requested_at + KEPT).timestamp())


def test_yesterdays_label_that_was_never_announced_is_announced_and_not_printed(
    house: House,
) -> None:
    label = house.labels.issue(request(), unreadable_page, actor=WORKER)
    [entry] = house.label_entries(RETURN_ID)
    assert entry.entry_type == RELEASED
    released = LabelReleased.of(entry)
    assert (released.carrier, released.carrier_name) == (HOUSE_CARRIER, "Aftercare Sample Post")
    assert released.tracking_number == label.tracking_number == "506141415115257387"


def test_yesterdays_unfinished_label_is_finished_by_the_built_in_carrier(
    house: House, tables: dict[str, str]
) -> None:
    unfinished = {name: value for name, value in LABEL.items() if name != "tracking_number"}
    put(tables, unfinished | {"status": {"S": "requested"}})
    label = house.labels.issue(request(), plain_page, actor=WORKER)
    assert (label.status, label.tracking_number) == (LabelStatus.RELEASED, "506141415115257387")


def test_after_a_roll_back_the_newer_versions_label_is_read(
    house: House, tables: dict[str, str]
) -> None:
    before = house.labels.store.of_return(RETURN_ID)
    put(tables, newer())
    assert house.labels.store.of_return(RETURN_ID) == before
    assert house.labels.issue(request(), unreadable_page, actor=WORKER).label_id


def test_after_a_roll_back_a_step_that_is_not_understood_is_left_to_a_newer_function(
    house: House, tables: dict[str, str]
) -> None:
    put(tables, newer() | {"status": {"S": "forwarded"}})
    with pytest.raises(NewerDataError):
        house.labels.issue(request(), plain_page, actor=WORKER)
    assert house.label_entries(RETURN_ID) == []


def test_a_voided_label_is_read_and_found_by_its_number(house: House) -> None:
    voided = SAMPLES["06-return-voided"]
    label = house.labels.store.of_return(voided["pk"]["S"].removeprefix("RETURN#"))
    assert label
    assert (label.status, label.prepaid) == (LabelStatus.VOIDED, True)
    assert set(label.scans) == {ScanKind.IN_TRANSIT}
    scan = Scan(HOUSE_CARRIER, label.tracking_number, ScanKind.IN_TRANSIT, label.requested_at)
    assert house.labels.store.scanned(scan) == label


def test_a_label_with_its_offer_is_read(house: House) -> None:
    sold = SAMPLES["07-return-with-its-offer"]
    label = house.labels.store.of_return(sold["pk"]["S"].removeprefix("RETURN#"))
    assert label
    assert label.offer == Offer("shp_1", "rate_1", "USPS", "GroundAdvantage", 593, "USD")
    assert (label.status, label.void_answer) == (LabelStatus.VOIDED, VoidAnswer.TAKEN_BACK)


def test_a_label_whose_money_is_under_way_is_read(house: House) -> None:
    asked = SAMPLES["09-return-whose-money-is-under-way"]
    label = house.labels.store.of_return(asked["pk"]["S"].removeprefix("RETURN#"))
    assert label
    assert (label.status, label.void_answer) == (LabelStatus.VOIDED, VoidAnswer.TAKEN_BACK)
    assert label.void_due_at == datetime(2026, 6, 14, 19, tzinfo=UTC)
    assert label.void_refused_at is None


def test_what_an_earlier_version_took_for_the_last_answer_is_the_last(house: House) -> None:
    voided = SAMPLES["07-return-with-its-offer"]
    label = house.labels.store.of_return(voided["pk"]["S"].removeprefix("RETURN#"))
    assert label
    assert label.void_due_at is None
    assert house.labels.void_again(label.return_id, actor=WORKER) == ()


def test_yesterdays_label_has_no_offer_and_is_printed_with_its_carriers_name(
    house: House, tables: dict[str, str]
) -> None:
    put(tables, LABEL | {"status": {"S": "bought"}})
    printed: list[str] = []

    def paper(details: LabelDetails) -> Printed:
        printed.append(f"{details.carrier_name}, {details.service_level}")
        return {LabelFormat.PDF: b"a page"}

    label = house.labels.issue(request(), paper, actor=WORKER)
    assert (label.offer, label.void_answer, label.was_sold) == (None, None, True)
    assert printed == ["Aftercare Sample Post, Prepaid return"]


def test_yesterdays_label_is_prepaid_and_was_not_scanned(house: House) -> None:
    label = house.labels.store.of_return(RETURN_ID)
    assert label
    assert (label.prepaid, label.scans, label.void_refused_at) == (True, {}, None)
    assert house.labels.void(RETURN_ID, label.ticket, actor=WORKER).status is LabelStatus.VOIDED


def test_a_second_label_is_read_by_its_number_and_after_the_first(house: House) -> None:
    first, second = house.labels.store.all_of_return(RETURN_ID)
    assert (first.number, second.number) == (1, 2)
    assert second == house.labels.store.of_return(RETURN_ID, 2)
    assert second.return_id == first.return_id == RETURN_ID
