"""A label's details with fixed defaults."""

from datetime import date

from aftercare.kernel.address import Address
from aftercare.labels import sscc
from aftercare.labels.model import LabelDetails

CUSTOMER = Address(
    name="Jordan Ellis",
    line1="2741 Maple Hollow Rd",
    line2="Apt 5B",
    city="Portland",
    region="OR",
    postal_code="97214",
    country="US",
)
WAREHOUSE = Address(
    name="Aftercare Returns Center",
    line1="1200 Harbor Gateway Blvd",
    line2="Dock 14, Building C",
    city="Long Beach",
    region="CA",
    postal_code="90810",
    country="US",
)
CHINESE = Address(
    name="陈小明",
    line1="朝阳区建国路88号SOHO现代城3号楼1802室",
    city="北京市",
    region="北京",
    postal_code="100022",
    country="CN",
)


def label(
    *,
    serial: int = 123456789,
    ticket: str = "R-7K3M-Q9XT-4",
    ship_from: Address = CUSTOMER,
    ship_to: Address = WAREHOUSE,
    carrier_name: str = "Aftercare Demo Carrier",
    sample: bool = True,
    prepaid: bool = True,
    language: str = "en",
) -> LabelDetails:
    return LabelDetails(
        tracking_number=sscc.build(0, "0340000", serial),
        ticket=ticket,
        ship_from=ship_from,
        ship_to=ship_to,
        carrier_name=carrier_name,
        service_level="Ground Returns",
        issued_on=date(2026, 3, 4),
        sample=sample,
        prepaid=prepaid,
        language=language,
    )
