"""What an operator reports of a parcel is a carrier's event, however the number is typed."""

from datetime import UTC, datetime

import pytest

from aftercare.labels.model import Scan, ScanKind
from aftercare.labels.scans import scan
from aftercare.labels.sscc import human_readable
from infra.operator.commands import parser
from infra.operator.scan import detail_of

NOON = datetime(2026, 6, 10, 19, tzinfo=UTC)
NUMBER = "506141415115257387"


@pytest.mark.parametrize("typed", [NUMBER, f"00{NUMBER}", human_readable(NUMBER), f" {NUMBER} "])
def test_a_scan_is_reported_as_a_carrier_would(typed: str) -> None:
    arguments = parser().parse_args(["scan", "report", typed, "delivered"])
    read = scan(detail_of(arguments, NOON))
    assert read == Scan("house", NUMBER, ScanKind.DELIVERED, NOON)


def test_another_carriers_number_keeps_its_letters() -> None:
    words = ["scan", "report", "1z 999 aa1", "in_transit", "--carrier", "ups"]
    read = scan(detail_of(parser().parse_args(words), NOON))
    assert (read.carrier, read.tracking_number) == ("ups", "1Z999AA1")
