"""Requests and tries are limited; what is stored of them identifies no one and opens nothing."""

import json
from dataclasses import replace
from typing import Any

import boto3
import pytest

from aftercare.access.errors import TooManyRequestsError
from aftercare.kernel.actor import CUSTOMER
from aftercare.orders.model import email_key_of
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

pytestmark = pytest.mark.integration


def items(table: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = boto3.client("dynamodb").scan(TableName=table)["Items"]
    return found


# ---------------------------------------------------------------- limits


def limited(house: House, order: str, email: str, where: str) -> int:
    """Seconds until the next request is welcome again."""
    with pytest.raises(TooManyRequestsError) as refusal:
        house.access.request_code(order, email, where, actor=CUSTOMER)
    wait = int(refusal.value.facts["retry_after"])
    minutes = -(-wait // 60)
    sentence = f"That was a lot of tries. Please wait {minutes} min and try again."
    assert (refusal.value.code, refusal.value.detail) == ("too_many_requests", sentence)
    return wait


def test_ten_requests_in_ten_minutes_for_one_order_are_enough(house: House) -> None:
    order = order_of(house, person())
    for _ in range(10):
        house.access.request_code(order, person(), source(), actor=CUSTOMER)
    house.clock.forward(seconds=limited(house, order, person(), source()))
    house.access.request_code(order, person(), source(), actor=CUSTOMER)


def test_ten_requests_in_ten_minutes_for_one_address_are_enough(house: House) -> None:
    email = person()
    for _ in range(10):
        house.access.request_code(number(), email, source(), actor=CUSTOMER)
    house.clock.forward(seconds=limited(house, number(), email.upper(), source()))
    house.access.request_code(number(), email, source(), actor=CUSTOMER)


def test_sixty_requests_in_ten_minutes_from_one_source_are_enough(house: House) -> None:
    where = source()
    for _ in range(60):
        house.access.request_code(number(), person(), where, actor=CUSTOMER)
    assert 0 < limited(house, number(), person(), where) <= 600
    house.access.request_code(number(), person(), source(), actor=CUSTOMER)


def test_twenty_five_tries_an_hour_for_one_address_over_all_its_codes_are_enough(
    house: House,
) -> None:
    email = person()
    order = order_of(house, email)
    for _ in range(5):
        request = code_request(house, email, order)
        code = sent(house, request)
        for _ in range(5):
            refusal_of(house, request, wrong(code))
    request = code_request(house, email, order)
    code, told_code = sent(house, request), refusal_of(house, request, wrong(code))[0]
    assert told_code == "too_many_requests"
    assert refusal_of(house, request, code)[0] == "too_many_requests"


def test_a_refused_request_leaves_nothing_to_be_sent(house: House) -> None:
    order, email = order_of(house, person()), person()
    for _ in range(10):
        house.access.request_code(order, person(), source(), actor=CUSTOMER)
    with counted("dynamodb") as calls:
        limited(house, order, email, source())
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
