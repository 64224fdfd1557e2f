"""What a customer's page says of a return that began at a store's counter."""

import pytest

from aftercare.kernel.clock import utc_now
from aftercare.returns.counter import CounterService, What
from tests.fakes.browser import Browser
from tests.fakes.house import House
from tests.fakes.orders import EMAIL
from tests.fakes.stores import bought, counter_of, handed_in

pytestmark = pytest.mark.integration


@pytest.fixture
def counter(house: House, tables: dict[str, str]) -> CounterService:
    house.clock.now = utc_now()
    return counter_of(house, tables)


@pytest.fixture
def customer(portal: Browser) -> Browser:
    return portal.sign_in(EMAIL)


@pytest.mark.parametrize(
    ("what", "said"),
    [
        (What.EXCHANGE, ["Exchanged at our store", "Our store gave you a replacement."]),
        (What.SEND_IN, ["You handed it in at our store", "You handed your items in at our store."]),
    ],
    ids=str,
)
def test_the_page_says_what_the_store_did_and_asks_for_nothing(
    house: House, counter: CounterService, customer: Browser, what: What, said: list[str]
) -> None:
    ret = handed_in(counter, bought(house), what).ret
    page = customer.get(f"/returns/{ret.return_id}")
    assert page.status == 200
    for words in (ret.ticket, *said):
        assert words in page.text
    for words in (
        "photo of",
        "You pay for return shipping",
        "Your parcel",
        "We ordered",
        "On its way",
    ):
        assert words not in page.text
