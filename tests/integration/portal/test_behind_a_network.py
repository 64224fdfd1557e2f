"""Behind a network such as CloudFront, limits count visitors; nobody can pretend to be another."""

from collections.abc import Iterator

import pytest

from aftercare.access.model import ASKS_PER_SOURCE
from tests.fakes.browser import Browser, deployed_with
from tests.fakes.callers import number, person
from tests.fakes.logs import logged

pytestmark = pytest.mark.integration

SECRET = "a-secret-of-the-edge-of-thirty-two-characters"
BEFORE = "the-secret-that-the-edge-had-until-now-0123456789"
EDGE = "130.176.1.1"  # CloudFront's own address, from which all connections come


@pytest.fixture(autouse=True)
def network() -> Iterator[None]:
    with deployed_with(
        edge_secret=SECRET, previous_edge_secret=BEFORE, address_header="Viewer-Address"
    ):
        yield


def through(address: str, secret: str = SECRET) -> Browser:
    """A browser whose requests the network passes on."""
    return Browser(EDGE, headers={"aftercare-edge": secret, "viewer-address": address})


def asks_for_a_code(browser: Browser) -> str:
    """The code of the refusal; empty if there is none."""
    browser.get("/")
    return browser.post("/", order_number=number(), email=person()).refusal


def uses_up_its_requests(browser: Browser) -> None:
    refusals = {asks_for_a_code(browser) for _ in range(ASKS_PER_SOURCE.most)}
    assert refusals == {""}
    assert asks_for_a_code(browser) == "too_many_requests"


@pytest.mark.usefixtures("portal")
def test_customers_of_one_edge_do_not_use_up_each_others_requests() -> None:
    uses_up_its_requests(through("198.51.100.7"))
    assert asks_for_a_code(through("198.51.100.8")) == ""


@pytest.mark.usefixtures("portal")
def test_a_customer_is_the_same_at_every_edge() -> None:
    uses_up_its_requests(through("198.51.100.9"))
    elsewhere = through("198.51.100.9")
    elsewhere.source = "130.176.99.99"
    assert asks_for_a_code(elsewhere) == "too_many_requests"


@pytest.mark.usefixtures("portal")
@pytest.mark.parametrize("secret", ["", "wrong", SECRET[:-1], SECRET.upper(), f"{SECRET} "])
def test_whoever_goes_around_the_network_cannot_change_addresses(secret: str) -> None:
    connected_from = f"192.0.2.{len(secret) + sum(map(str.isupper, secret)) + 1}"
    for each in range(ASKS_PER_SOURCE.most):
        liar = through(f"203.0.113.{each}", secret)
        liar.source = connected_from
        assert asks_for_a_code(liar) == ""
    liar = through("203.0.113.250", secret)
    liar.source = connected_from
    assert asks_for_a_code(liar) == "too_many_requests"


@pytest.mark.usefixtures("portal")
def test_while_the_secret_is_replaced_the_old_one_is_believed() -> None:
    uses_up_its_requests(through("198.51.100.10", BEFORE))
    assert asks_for_a_code(through("198.51.100.10")) == "too_many_requests"


@pytest.mark.parametrize(
    ("browser", "way"), [(through("198.51.100.7"), "network"), (Browser("192.0.2.1"), "around")]
)
@pytest.mark.usefixtures("portal")
def test_the_log_says_which_way_a_request_came_and_no_address(browser: Browser, way: str) -> None:
    with logged() as log:
        browser.get("/")
    [line] = [line for line in log.lines if line["message"] == "request"]
    assert line["way"] == way
    assert "198.51.100.7" not in log.getvalue()
    assert "192.0.2.1" not in log.getvalue()
    assert SECRET not in log.getvalue()
