"""Returns on the deployed portal: simultaneous submits, and a restart."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from tests.fakes.browser_pages.shop import Mailbox, Order, Shop
from tests.fakes.labels import scanned
from tests.fakes.stack.local_stacks import LocalStack
from tests.fakes.stack.visitor import Visitor

pytestmark = pytest.mark.stack
CROWD = 20


def customer_of(stack: LocalStack, order: Order) -> Visitor:
    visitor = Visitor(stack.portal_url)
    visitor.signs_in(order, Mailbox(str(stack.facts["mailbox_url"])))
    return visitor


def one_of_a_kind(name: str) -> Order:
    order = Order(f"PM-{name.upper()}", f"{name.lower()}@example.com")
    figure = order.lines[0] | {"quantity": 1}
    return replace(order, lines=[figure])


def warm(crowd: ThreadPoolExecutor, stack: LocalStack) -> None:
    """Starts as many portal workers as the simultaneous requests need."""
    pages = list(crowd.map(lambda _: Visitor(stack.portal_url).get("/"), range(CROWD)))
    assert {page.status for page in pages} == {200}


def test_one_of_20_simultaneous_submits_of_the_last_unit_gets_the_ticket(stack: LocalStack) -> None:
    order = Shop(stack).sells(one_of_a_kind("crowd"))
    customer = customer_of(stack, order)
    paths = [customer.drafts(order) for _ in range(CROWD)]
    with ThreadPoolExecutor(2) as pair:
        list(pair.map(lambda path: replace(customer).sends_a_photo(path), paths))
    with ThreadPoolExecutor(CROWD) as crowd:
        warm(crowd, stack)
        answers = list(crowd.map(lambda path: replace(customer).submits(path), paths))
    led = dict(zip(paths, answers, strict=True))
    winners = [path for path, page in led.items() if page.location == path]
    refused = [path for path, page in led.items() if page.location == f"{path}/check"]
    assert (len(winners), len(refused)) == (1, CROWD - 1)
    assert "of these are in your return" in customer.get(f"{refused[0]}/check").body
    assert customer.get(winners[0]).find(r"(R-[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z])")


def test_submitting_20_times_at_once_gives_the_same_ticket(stack: LocalStack) -> None:
    order = Shop(stack).sells(one_of_a_kind("impatient"))
    customer = customer_of(stack, order)
    path = customer.drafts(order)
    customer.sends_a_photo(path)
    with ThreadPoolExecutor(CROWD) as crowd:
        warm(crowd, stack)
        answers = list(crowd.map(lambda _: replace(customer).submits(path), range(CROWD)))
    assert {(page.status, page.location) for page in answers} == {(303, path)}


def test_a_restart_keeps_a_return_with_its_photo_and_label_and_new_returns_work(
    own: LocalStack,
) -> None:
    first, second = (Shop(own).sells(one_of_a_kind(f"restart-{which}")) for which in "ab")
    customer = customer_of(own, first)
    path = customer.drafts(first)
    customer.sends_a_photo(path)
    customer.submits(path)
    label = customer.awaits_the_label(path)
    before = customer.get(path)
    photo = before.find(r'src="([^"]+/thumbnail)"')
    own.down()
    own.up()
    after = customer.get(path)
    assert after.find(r"(R-[0-9A-Z-]{11})") == before.find(r"(R-[0-9A-Z-]{11})")
    assert customer.get(photo).status == 303
    assert customer.awaits_the_label(path) == label
    another = customer_of(own, second)
    path = another.drafts(second)
    another.sends_a_photo(path)
    another.submits(path)
    [bars] = scanned(another.awaits_the_label(path))
    assert bars[-20:] in another.get(path).body  # the number, after a postal code
