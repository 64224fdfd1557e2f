"""What is logged of a failure: kind, code, place; never a message, which may quote somebody."""

import json
import logging
from typing import Any

import pytest
from aws_lambda_powertools.logging.formatter import LambdaPowertoolsFormatter
from botocore.exceptions import ClientError
from hypothesis import given, settings
from hypothesis import strategies as st
from pynamodb.exceptions import GetError

from aftercare.kernel.errors import AftercareError, StaleWriteError
from aftercare.kernel.observe import Lines, failure, logger
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


MESSAGES = [
    "check",
    "code sent",
    "é",
    "",
    "7",
    "true",
    "null",
    "NaN",
    '{"a": 1}',
    "[1]",
    "-x",
    {"a": 1},
]
FACTS = st.dictionaries(
    st.sampled_from(["status", "ms", "route", "level", "message_id", "service", "location", "x"]),
    st.one_of(st.none(), st.booleans(), st.integers(), st.text(), st.lists(st.dates())),
)


def recorded(message: object, facts: dict[str, Any], *args: object) -> logging.LogRecord:
    made = logging.LogRecord("service", logging.INFO, "app.py", 7, message, args, None, "check")
    vars(made).update(facts)
    return made


@settings(max_examples=300)
@given(st.sampled_from(MESSAGES), FACTS)
def test_a_line_is_powertools_own_byte_by_byte(message: object, facts: dict[str, Any]) -> None:
    keys: dict[str, Any] = {"service": "portal", "sampling_rate": None}
    ours, theirs = Lines(), LambdaPowertoolsFormatter()
    for each in (ours, theirs):
        each.append_keys(**keys)
    record = recorded(message, facts)
    assert ours.format(record) == theirs.format(record)


def test_a_line_with_arguments_a_traceback_or_a_trace_is_powertools_own(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("_X_AMZN_TRACE_ID", "Root=1-5759e988-bd862e3fe1be46a994272793;Sampled=1")
    raised, error = recorded("fault", {}), caught(ValueError("x"))
    raised.exc_info = (ValueError, error, error.__traceback__)
    for record in (raised, recorded("%s of %s", {}, 1, 2), recorded("check", {"forged": True})):
        assert Lines().format(record) == LambdaPowertoolsFormatter().format(record)


def test_the_logger_writes_them() -> None:
    assert type(logger.registered_formatter) is Lines
