"""What holds of every seller of labels: what goes wrong is found again, and given back once."""

from datetime import date

import pytest

from aftercare.kernel.errors import BusyError, UnavailableError
from aftercare.labels.carriers.carrier import Shipment
from aftercare.labels.errors import ApiRefusedError, OfferExpiredError
from aftercare.labels.model import VoidAnswer
from infra.local.carrier.faults import CarrierFault
from tests.fakes.labels import CUSTOMER, WAREHOUSE
from tests.fakes.seller import EASYPOST, SELLERS, SHIPPO, Seller, Wire

pytestmark = pytest.mark.integration
PARCEL = Shipment("lbl_1", CUSTOMER, WAREHOUSE, "US", date(2026, 11, 28))
FAULTS: list[tuple[CarrierFault, type[Exception], bool]] = [
    (CarrierFault.ANSWER_LOST, UnavailableError, True),
    (CarrierFault.SILENT, UnavailableError, True),
    (CarrierFault.IN_FLIGHT, BusyError, True),
    (CarrierFault.RATE_EXPIRED, OfferExpiredError, False),
]
# EasyPost has a code for these; of Shippo only the status counts.
CODED = [(fault, ApiRefusedError, False) for fault in (CarrierFault.TOO_MANY, CarrierFault.BROKEN)]
PLAIN = [(fault, UnavailableError, False) for fault, *_ in CODED]


@pytest.mark.parametrize(
    ("seller", "fault", "error", "is_sold"),
    [
        *((EASYPOST, *each) for each in [*FAULTS, *CODED]),
        *((SHIPPO, *each) for each in [*FAULTS, *PLAIN]),
    ],
    ids=lambda each: getattr(each, "__name__", str(each)),
)
def test_a_purchase_that_goes_wrong_says_how_and_is_looked_up(
    seller: Seller, fault: CarrierFault, error: type[Exception], is_sold: bool
) -> None:
    books = seller.books()
    carrier = seller.by(Wire(books))
    offer = carrier.plan(PARCEL)
    books.faults.append(fault)
    with pytest.raises(error):
        carrier.buy(PARCEL, offer)
    assert bool(carrier.find("lbl_1", offer)) is is_sold
    assert len(books.sales) == is_sold


@pytest.mark.parametrize("seller", SELLERS, ids=str)
def test_a_label_is_given_back_once_or_refused(seller: Seller) -> None:
    books = seller.books()
    carrier = seller.by(Wire(books))
    offer = carrier.plan(PARCEL)
    assert carrier.void("lbl_1", None) is VoidAnswer.NEVER_SOLD
    assert carrier.void("lbl_1", offer) is VoidAnswer.NEVER_SOLD
    carrier.buy(PARCEL, offer)
    books.faults.append(CarrierFault.VOID_REFUSED)
    assert carrier.void("lbl_1", offer) is VoidAnswer.REFUSED
    assert not books.sales[0].is_taken_back
    assert carrier.void("lbl_1", offer) is carrier.void("lbl_1", offer) is VoidAnswer.UNDER_WAY
    assert books.requests.count("refund") == 2


@pytest.mark.parametrize("are_given", [True, False])
@pytest.mark.parametrize("seller", SELLERS, ids=str)
def test_what_becomes_of_a_refund_is_told_when_the_seller_is_asked_again(
    seller: Seller, *, are_given: bool
) -> None:
    books = seller.books()
    carrier = seller.by(Wire(books))
    offer = carrier.plan(PARCEL)
    carrier.buy(PARCEL, offer)
    assert carrier.void("lbl_1", offer) is VoidAnswer.UNDER_WAY
    books.decide_refunds(are_given=are_given)
    books.refuses = True
    answer = VoidAnswer.TAKEN_BACK if are_given else VoidAnswer.REFUSED
    assert carrier.void("lbl_1", offer) is carrier.void("lbl_1", offer) is answer
    assert books.sales[0].is_taken_back is are_given
