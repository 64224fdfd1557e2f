"""What is logged of a failure: kind, code, place; never a message, which may quote somebody."""

import json

import pytest
from botocore.exceptions import ClientError
from hypothesis import given, settings
from hypothesis import strategies as st
from pynamodb.exceptions import GetError

from aftercare.kernel.errors import AftercareError, StaleWriteError
from aftercare.kernel.observe import failure
from aftercare.orders.errors import OrderEventInvalidError


def caught(error: Exception, cause: Exception | None = None) -> Exception:
    try:
        raise error from cause  # noqa: TRY301 - to have a traceback
    except Exception as raised:  # noqa: BLE001 - whatever it is
        return raised


def quoting(text: str) -> list[Exception]:
    aws = ClientError({"Error": {"Code": "Throttling", "Message": text}}, "SendEmail")
    return [
        ValueError(text),
        KeyError(text),
        StaleWriteError(text),
        aws,
        GetError(text, caught(aws)),
        UnicodeDecodeError("utf-8", text.encode(), 0, 1, text),
        ExceptionGroup(text, [ValueError(text)]),
        AftercareError(text, email=text),
    ]


@settings(max_examples=30)
@given(st.emails())
def test_an_e_mail_address_in_an_error_never_reaches_the_log(email: str) -> None:
    for error in quoting(email):
        for cause in (None, ValueError(email)):
            assert email not in json.dumps(failure(caught(error, cause)), ensure_ascii=False)


def test_a_failure_tells_kind_code_and_place() -> None:
    told = failure(caught(OrderEventInvalidError("mei@example.com")))
    assert (told["error"], told["code"]) == ("OrderEventInvalidError", "order_event_invalid")
    assert told["at"] == [f"test_observe.py:{line_of_raise()} caught"]


def line_of_raise() -> int:
    return caught.__code__.co_firstlineno + 2


@pytest.mark.parametrize("wrapped", [False, True])
def test_a_failure_of_aws_tells_the_call_and_awss_code(*, wrapped: bool) -> None:
    aws = ClientError({"Error": {"Code": "Throttling", "Message": "mei@example.com"}}, "GetItem")
    error = caught(GetError("mei@example.com", aws)) if wrapped else aws
    assert failure(error)["code"] == "GetItem: Throttling"


def test_a_failure_without_a_code_has_none() -> None:
    assert failure(caught(ValueError("x")))["code"] == ""
