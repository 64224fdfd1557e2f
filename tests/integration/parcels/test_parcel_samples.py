"""Parcels as other versions stored them: a sample, and what a newer version may store."""

import json
from dataclasses import replace
from datetime import timedelta

import pytest

from aftercare.kernel.aws import client
from aftercare.kernel.errors import NewerDataError
from aftercare.parcels.model import Parcel, ParcelStatus
from aftercare.parcels.service import ParcelService
from aftercare.parcels.wiring import ParcelsConfig, parcel_service
from tests.fakes.house import WORKER, SetClock
from tests.fakes.orders import NOON
from tests.fakes.parcels import NUMBER, news, of_order, scan
from tests.fakes.samples import Item, items

pytestmark = pytest.mark.integration
SAMPLE = items("parcels")["01-parcel"]
SILENT = items("parcels")["02-silent-parcel"]
ACCEPTED_AT_ORIGIN = "in_transit/received_at_origin_facility"
S = ParcelStatus


@pytest.fixture
def parcels(tables: dict[str, str]) -> ParcelService:
    clock = SetClock(NOON + timedelta(days=2))
    return parcel_service(ParcelsConfig(tables["ParcelsTable"], tables["DueTable"]), clock=clock)


def put(tables: dict[str, str], item: Item) -> None:
    client("dynamodb").put_item(TableName=tables["ParcelsTable"], Item=item)


def stored() -> Parcel:
    return Parcel(
        NUMBER,
        "USPS",
        (of_order(),),
        (
            scan(S.ACCEPTED, words=ACCEPTED_AT_ORIGIN, place="Portland, OR, US"),
            scan(None, 1, words="unknown/unknown"),
        ),
        3,
    )


def stored_silent() -> Parcel:
    return replace(stored(), silent_at=NOON + timedelta(days=5), version=4)


def test_a_stored_parcel_is_read_and_goes_on(
    parcels: ParcelService, tables: dict[str, str]
) -> None:
    put(tables, SAMPLE)
    assert parcels.of_number(NUMBER) == stored()
    assert parcels.record(news(scan(S.DELIVERED, 5)), actor=WORKER).outcome == "moved"
    after = parcels.of_number(NUMBER)
    assert after
    assert after.version == 4


def test_what_is_stored_is_what_the_sample_shows(
    parcels: ParcelService, tables: dict[str, str]
) -> None:
    put(tables, SILENT)
    assert parcels.of_number(NUMBER) == stored_silent()
    parcels.store.save(stored_silent(), [], NOON)
    [item] = [
        item
        for item in client("dynamodb").scan(TableName=tables["ParcelsTable"])["Items"]
        if item["pk"] == SILENT["pk"]
    ]
    for name in ("carrier", "owners", "scans", "schema", "silence", "silent_at"):
        assert item[name] == SILENT[name]


def test_after_a_roll_back_the_newer_versions_parcel_is_read(
    parcels: ParcelService, tables: dict[str, str]
) -> None:
    scans = [each | {"weight": "17.6"} for each in json.loads(SAMPLE["scans"]["S"])]
    put(
        tables,
        SAMPLE
        | {"schema": {"N": "9"}, "scans": {"S": json.dumps(scans)}, "promise": {"S": "2026-07-01"}},
    )
    assert parcels.of_number(NUMBER) == stored()


def test_after_a_roll_back_a_status_that_is_not_known_is_left_to_a_newer_function(
    parcels: ParcelService, tables: dict[str, str]
) -> None:
    scans = [{"status": "in_orbit", "at": "2026-06-10T19:00:00+00:00", "words": "orbit"}]
    put(tables, SAMPLE | {"scans": {"S": json.dumps(scans)}})
    with pytest.raises(NewerDataError):
        parcels.record(news(scan(S.DELIVERED, 5)), actor=WORKER)
