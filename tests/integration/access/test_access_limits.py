"""Requests and tries are limited; what is stored of them identifies no one and opens nothing."""

import json
from dataclasses import replace
from typing import Any

import boto3
import pytest

from aftercare.access.errors import TooManyRequestsError
from aftercare.access.model import network_of
from aftercare.kernel.actor import CUSTOMER
from aftercare.mail.model import Outcome
from aftercare.orders.model import email_key_of
from tests.fakes.actors import MAILER
from tests.fakes.aws import counted
from tests.fakes.callers import (
    code_request,
    number,
    order_of,
    person,
    refusal_of,
    sent,
    source,
    wrong,
)
from tests.fakes.house import House
from tests.fakes.mails import Mailbox

pytestmark = pytest.mark.integration


def items(table: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = boto3.client("dynamodb").scan(TableName=table)["Items"]
    return found


# ---------------------------------------------------------------- limits


def limited(house: House, order: str, email: str, where: str) -> TooManyRequestsError:
    """The refusal of a request; it says how many seconds to wait."""
    with pytest.raises(TooManyRequestsError) as refusal:
        house.access.request_code(order, email, where, actor=CUSTOMER)
    minutes = -(-int(refusal.value.facts["retry_after"]) // 60)
    sentence = f"That was a lot of tries. Please wait {minutes} min and try again."
    assert refusal.value.detail == sentence
    return refusal.value


def wait_of(refusal: TooManyRequestsError) -> int:
    return int(refusal.facts["retry_after"])


def test_sixty_requests_in_ten_minutes_from_one_source_are_enough(house: House) -> None:
    where = source()
    for _ in range(60):
        house.access.request_code(number(), person(), where, actor=CUSTOMER)
    refusal = limited(house, number(), person(), where)
    assert refusal.code == "too_many_requests"
    assert 0 < wait_of(refusal) <= 600
    house.access.request_code(number(), person(), source(), actor=CUSTOMER)
    house.clock.forward(seconds=wait_of(refusal))
    house.access.request_code(number(), person(), where, actor=CUSTOMER)


def test_ten_requests_a_day_from_one_source_for_one_address_are_enough(house: House) -> None:
    email, where = person(), source()
    for _ in range(10):
        house.access.request_code(number(), email, where, actor=CUSTOMER)
    refusal = limited(house, number(), email.upper(), where)
    assert refusal.code == "too_many_codes"
    assert refusal.facts["hours"] == -(-wait_of(refusal) // 3600)
    house.access.request_code(number(), person(), where, actor=CUSTOMER)
    house.access.request_code(number(), email, source(), actor=CUSTOMER)
    house.clock.forward(seconds=wait_of(refusal))
    house.access.request_code(number(), email, where, actor=CUSTOMER)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("2001:db8:1:2::7", "2001:0DB8:1:2:ffff:ffff:ffff:ffff"),
        ("fe80::1%eth0", "fe80::2"),
        ("::ffff:198.51.100.7", "198.51.100.7"),
    ],
)
def test_one_network_is_one_source(one: str, other: str) -> None:
    assert network_of(one) == network_of(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("2001:db8:1:2::7", "2001:db8:1:3::7"),
        ("198.51.100.7", "198.51.100.8"),
        ("::ffff:198.51.100.7", "::ffff:198.51.100.8"),
        ("not:an:address", "not:another"),
    ],
)
def test_two_networks_are_two_sources(one: str, other: str) -> None:
    assert network_of(one) != network_of(other)


def test_a_mailbox_gets_thirty_codes_a_day_however_many_ask(house: House) -> None:
    order = order_of(house, email := person())
    for _ in range(30):
        assert sent(house, code_request(house, email, order))
    request, mailbox = code_request(house, email, order), Mailbox()
    assert house.access.send_code(request, mailbox, actor=MAILER) is Outcome.CAPPED
    assert mailbox.sent == []
    assert refusal_of(house, request, "000000")[0] == "code_wrong"
    house.clock.forward(days=1)
    assert sent(house, code_request(house, email, order))


def test_a_message_that_is_repeated_counts_one_mail(house: House) -> None:
    order = order_of(house, email := person())
    request = code_request(house, email, order)
    for _ in range(40):
        sent(house, request)
    assert sent(house, code_request(house, email, order))


def test_requests_that_do_not_match_count_no_mail(house: House) -> None:
    order = order_of(house, email := person())
    for _ in range(40):
        assert not house.access.send_code(
            code_request(house, email, number()), Mailbox(), actor=MAILER
        )
    assert sent(house, code_request(house, email, order))


def test_a_refused_request_leaves_nothing_to_be_sent(house: House) -> None:
    email, where = person(), source()
    for _ in range(10):
        house.access.request_code(number(), email, where, actor=CUSTOMER)
    with counted("dynamodb") as calls:
        limited(house, number(), email, where)
    assert "PutItem" not in calls


# ---------------------------------------------------------------- what is stored


def test_no_stored_item_contains_the_code(house: House, tables: dict[str, str]) -> None:
    request = code_request(house, person())
    code = sent(house, request)
    refusal_of(house, request, wrong(code))
    [item] = [i for i in items(tables["AccessTable"]) if i["pk"]["S"] == f"REQUEST#{request}"]
    assert len(item["code_hash"]["S"]) == 64
    # Times are numbers with digits of their own; a code of six could stand in them by chance.
    texts = {name: value["S"] for name, value in item.items() if "S" in value}
    del texts["requested_at"], texts["occurred_at"]
    assert code not in json.dumps(texts)


def test_a_stored_hash_does_not_open_anything_without_our_key(house: House) -> None:
    request = code_request(house, person())
    code = sent(house, request)
    house.access = replace(house.access, secret=b"another key")
    assert refusal_of(house, request, code)[0] == "code_wrong"


def test_limit_counters_name_nobody_and_expire(house: House, tables: dict[str, str]) -> None:
    order, email, where = order_of(house, person()), person(), source()
    request = house.access.request_code(order, email, where, actor=CUSTOMER)
    refusal_of(house, request, "000000")
    counters = [i for i in items(tables["AccessTable"]) if i["pk"]["S"].startswith("LIMIT#")]
    assert counters
    for counter in counters:
        assert set(counter) == {"pk", "hits", "expires_at"}
        for name in (order, email, email.partition("@")[0], where, email_key_of(email)):
            assert name not in counter["pk"]["S"]
        assert int(counter["expires_at"]["N"]) > house.clock.now.timestamp() - 3600


def test_a_request_expires_with_everything_in_it(house: House, tables: dict[str, str]) -> None:
    request = code_request(house, person())
    [item] = [i for i in items(tables["AccessTable"]) if i["pk"]["S"] == f"REQUEST#{request}"]
    assert int(item["expires_at"]["N"]) == int(house.clock.now.timestamp()) + 24 * 3600
