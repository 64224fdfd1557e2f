"""Each source's codes mean what its documents say; an unknown one means nothing."""

import pytest

from aftercare.labels.model import ScanKind
from aftercare.parcels.model import ParcelStatus
from aftercare.parcels.vocabulary import vocabularies

S = ParcelStatus
# docs.easypost.com/docs/trackers and docs.goshippo.com/docs/tracking, read on 2026-11-28.
EASYPOST = {
    *("unknown", "pre_transit", "in_transit", "out_for_delivery", "delivered"),
    *("available_for_pickup", "return_to_sender", "failure", "cancelled", "error"),
}
EASYPOST_DETAILS = {
    *("address_correction", "arrived_at_destination", "arrived_at_facility"),
    *("arrived_at_pickup_location", "awaiting_information", "cancelled", "damaged", "delayed"),
    *("delivery_exception", "departed_facility", "departed_origin_facility", "expired", "failure"),
    *("held", "in_transit", "label_created", "lost", "missorted", "out_for_delivery"),
    *("received_at_destination_facility", "received_at_origin_facility", "refused", "return"),
    *("status_update", "transferred_to_destination_carrier", "transit_exception", "unknown"),
    "weather_delay",
}
SHIPPO = {"UNKNOWN", "PRE_TRANSIT", "TRANSIT", "DELIVERED", "RETURNED", "FAILURE"}


@pytest.mark.parametrize(
    ("source", "codes"),
    [("easypost", EASYPOST), ("shippo", SHIPPO), ("carriers", set(ScanKind))],
)
def test_every_status_that_a_source_documents_has_a_meaning(source: str, codes: set[str]) -> None:
    vocabulary = vocabularies()[source]
    assert {*vocabulary.statuses, *vocabulary.silent} == codes
    assert all(map(vocabulary.has, codes))


def test_every_detail_that_we_map_is_one_of_easyposts() -> None:
    details = vocabularies()["easypost"].details
    assert details.keys() <= EASYPOST
    assert {each for named in details.values() for each in named} <= EASYPOST_DETAILS


@pytest.mark.parametrize(
    ("source", "status", "detail", "means"),
    [
        ("easypost", "in_transit", "received_at_origin_facility", S.ACCEPTED),
        ("easypost", "in_transit", "departed_facility", S.IN_TRANSIT),
        ("easypost", "in_transit", "weather_delay", S.EXCEPTION),
        ("easypost", "failure", "lost", S.LOST),
        ("easypost", "failure", "something_new", S.EXCEPTION),
        ("easypost", "delivered", "refused", S.DELIVERED),
        ("easypost", "return_to_sender", "return", S.RETURNING),
        ("easypost", "return_to_sender", "arrived_at_destination", S.RETURNED),
        ("easypost", "unknown", "unknown", None),
        ("easypost", "error", "lost", None),
        ("easypost", "teleported", "delivered", None),
        ("shippo", "TRANSIT", "package_accepted", S.ACCEPTED),
        ("shippo", "TRANSIT", "notice_left", S.ATTEMPT_FAILED),
        ("shippo", "FAILURE", "package_lost", S.LOST),
        ("carriers", "delivered", "", S.DELIVERED),
    ],
)
def test_a_code_means(source: str, status: str, detail: str, means: ParcelStatus | None) -> None:
    assert vocabularies()[source].status_of(status, detail) is means


def test_what_is_held_is_a_trouble_that_the_source_can_name() -> None:
    for vocabulary in vocabularies().values():
        for code in vocabulary.held:
            status, _, detail = code.partition("/")
            assert vocabulary.details[status][detail] is S.EXCEPTION
