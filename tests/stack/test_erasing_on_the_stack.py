"""An operator gives a customer their data, and erases them, on the deployed stack."""

from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest

from tests.fakes.browser_pages.shop import FIGURES, HOME, Mailbox, Order, Shop
from tests.fakes.stack.local_stacks import LocalStack, await_true
from tests.fakes.stack.operator import make
from tests.fakes.stack.visitor import Visitor

pytestmark = pytest.mark.stack
EMAIL, NAME, STREET = "vera.canary@example.com", "Vera Canary", "77 Canary Wharf"
BOUGHT = Order("PM-CANARY-1", EMAIL, lines=[FIGURES])
PERSONAL = (EMAIL, NAME, STREET)


def tells_of_the_order(stack: LocalStack) -> None:
    to = HOME | {"name": NAME, "line1": STREET}
    events = [(kind, fact | {"ship_to": to}) for kind, fact in BOUGHT.events()]
    Shop(stack).tells("shop.orders", *events)


def left_of_them(stack: LocalStack) -> dict[str, list[Any]]:
    """Table → the items that name the person."""
    client = stack.client("dynamodb")
    found = {}
    for output, name in stack.outputs.items():
        if output.endswith("Table"):
            pages = client.get_paginator("scan").paginate(TableName=name)
            items = [item for page in pages for item in page["Items"]]
            named = [each for each in items if any(text in str(each) for text in PERSONAL)]
            if named:
                found[output] = named
    return found


@pytest.fixture(scope="module")
def told(stack: LocalStack) -> str:
    """A customer who bought, is a member, and signed in; returns their member id."""
    shop = Shop(stack)
    member_id = shop.enrols(EMAIL)
    tells_of_the_order(stack)
    await_true(lambda: shop._knows(BOUGHT), what="the stored order")
    visitor = Visitor(stack.portal_url)
    visitor.signs_in(BOUGHT, Mailbox(str(stack.facts["mailbox_url"])))
    return member_id


def test_a_customer_gets_their_data_as_files(stack: LocalStack, told: str, tmp_path: Path) -> None:
    out = tmp_path / "export.zip"
    done = make(stack, "export", EMAIL=EMAIL, OUT=str(out))
    assert done.returncode == 0, done.stderr
    with ZipFile(out) as archive:
        names = archive.namelist()
        whole = b"".join(map(archive.read, names)).decode()
    assert "README.txt" in names
    assert all(text in whole for text in (*PERSONAL, BOUGHT.number, told))
    assert make(stack, "export", EMAIL=EMAIL, OUT=str(out)).returncode != 0, "it replaces no file"


@pytest.mark.usefixtures("told")
def test_who_is_erased_stays_erased_whatever_is_told_again(stack: LocalStack) -> None:
    before = left_of_them(stack)
    assert {"OrdersTable", "MembersTable"} <= set(before)
    preview = make(stack, "erase", EMAIL=EMAIL, DRY_RUN="1")
    assert (preview.returncode, "removes" in preview.stdout) == (0, True), preview.stderr
    assert left_of_them(stack) == before, "looking changes nothing"
    done = make(stack, "erase", EMAIL=EMAIL, WHY="customer", YES="1")
    assert "erased. A second sweep follows by itself at" in done.stdout, done.stderr
    # The erasure itself keeps the address, until its second sweep.
    assert set(left_of_them(stack)) == {"ErasuresTable"}
    tells_of_the_order(stack)
    Shop(stack).enrols(EMAIL)
    await_true(lambda: idle(stack), what="the events' end")
    assert set(left_of_them(stack)) == {"ErasuresTable"}


def idle(stack: LocalStack) -> bool:
    """No event of the shop waits any more."""
    client, counts = stack.client("sqs"), ("", "NotVisible")
    names = [f"ApproximateNumberOfMessages{each}" for each in counts]
    queues = [url for url in client.list_queues()["QueueUrls"] if "DeadLetters" not in url]
    return not any(
        int(count)
        for url in queues
        for count in client.get_queue_attributes(QueueUrl=url, AttributeNames=names)[
            "Attributes"
        ].values()
    )
