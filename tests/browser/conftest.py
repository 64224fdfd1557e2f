"""Chromium and customers for this folder's tests."""

import hashlib
from collections.abc import Iterator
from typing import Protocol

import pytest
from playwright.sync_api import Browser, StorageState

from tests.fakes.browser_pages.chromium import PATIENCE_MS, PHONE, Console, Device, launched
from tests.fakes.browser_pages.customer import Customer
from tests.fakes.browser_pages.shop import Mailbox, Order, Shop
from tests.fakes.stack.local_stacks import LocalStack


@pytest.fixture(scope="package")
def chromium() -> Iterator[Browser]:
    with launched() as browser:
        yield browser


@pytest.fixture(scope="session")
def shop(stack: LocalStack) -> Shop:
    return Shop(stack)


@pytest.fixture(scope="session")
def mailbox(stack: LocalStack) -> Mailbox:
    return Mailbox(str(stack.facts["mailbox_url"]))


@pytest.fixture
def order(shop: Shop, regular: Order, test_id: str) -> Order:
    """A new order by the regular customer; all but the opened box can be returned."""
    return shop.sells(Order(f"PM-TEST-{test_id}", regular.email))


@pytest.fixture
def newcomers_order(shop: Shop, test_id: str) -> Order:
    """The same by a new customer, with a mailbox of their own."""
    return shop.sells(Order(f"PM-NEW-{test_id}", f"{test_id.lower()}@example.com"))


@pytest.fixture
def test_id(request: pytest.FixtureRequest, run_id: str) -> str:
    return hashlib.sha256(f"{run_id} {request.node.nodeid}".encode()).hexdigest()[:8].upper()


class Visit(Protocol):
    """A customer with a device."""

    def __call__(self, *devices: Device, signed_in: bool = False) -> Customer: ...


@pytest.fixture
def console() -> Iterator[Console]:
    """Fails a test in which the browser reported an error."""
    recorder = Console()
    yield recorder
    assert recorder.complaints == []


@pytest.fixture
def visit(
    chromium: Browser,
    stack: LocalStack,
    mailbox: Mailbox,
    console: Console,
    request: pytest.FixtureRequest,
) -> Iterator[Visit]:
    contexts = []

    def open_page(*devices: Device, signed_in: bool = False) -> Customer:
        device = {name: value for given in devices or (PHONE,) for name, value in given.items()}
        if signed_in:
            device["storage_state"] = request.getfixturevalue("session")
        context = chromium.new_context(**device)
        context.set_default_timeout(PATIENCE_MS)
        contexts.append(context)
        console.listen(context)
        return Customer(context.new_page(), stack.portal_url, mailbox)

    yield open_page
    for context in contexts:
        context.close()


@pytest.fixture(scope="session")
def run_id(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Names this process of this run, so that its mailboxes and orders are unique."""
    return str(tmp_path_factory.getbasetemp())


@pytest.fixture(scope="module")
def regular(shop: Shop, request: pytest.FixtureRequest, run_id: str) -> Order:
    """An old order of the customer in a module's tests; none of it can be returned any more.

    One customer for all modules would return so much that a person is asked.
    """
    name = hashlib.sha256(f"{run_id} {request.node.nodeid}".encode()).hexdigest()[:8]
    email = f"sam.{name}@example.com"
    return shop.sells(Order(f"PM-OLD-{name.upper()}", email, delivered_days_ago=37))


@pytest.fixture(scope="module")
def session(chromium: Browser, stack: LocalStack, mailbox: Mailbox, regular: Order) -> StorageState:
    """The regular customer's cookies: signed in once a module, because codes are limited."""
    with chromium.new_context() as context:
        Customer(context.new_page(), stack.portal_url, mailbox).signs_in(regular)
        return context.storage_state()
