"""Every refusal of the house has its place in HTTP; only what an operator must mend is a 500."""

import importlib
import json
import pkgutil
from collections.abc import Iterator

import pytest
from botocore.exceptions import (
    ClientError,
    ConnectTimeoutError,
    EndpointConnectionError,
    ReadTimeoutError,
)
from pynamodb.exceptions import CancellationReason, GetError, TransactWriteError, VerboseClientError

import aftercare
from aftercare.access.errors import TooManyRequestsError
from aftercare.kernel.errors import (
    AftercareError,
    BusyError,
    ConfigurationError,
    ForbiddenError,
    InvalidError,
    LimitedError,
    NotFoundError,
    RefusedError,
    StaleWriteError,
    TooLargeError,
    UnavailableError,
    UnprocessableError,
)
from aftercare.kernel.tables import is_transient
from aftercare.labels.errors import (
    CarrierUnknownError,
    ContentsUnknownError,
    LabelUnreadableError,
    OfferMissingError,
)
from aftercare.orders.errors import OrderNotFoundError
from aftercare.web.problems import problem_of

STATUSES = {
    InvalidError: 400,
    TooLargeError: 413,
    ForbiddenError: 403,
    NotFoundError: 404,
    RefusedError: 409,
    LimitedError: 429,
    BusyError: 503,
    StaleWriteError: 503,
    UnavailableError: 503,
    UnprocessableError: 422,
}
# What only an operator can mend. A label is printed by a worker alone: no customer waits for it.
FAULTS = {
    AftercareError,
    ConfigurationError,
    LabelUnreadableError,
    CarrierUnknownError,
    OfferMissingError,
    ContentsUnknownError,
}


def kinds(of: type[AftercareError] = AftercareError) -> Iterator[type[AftercareError]]:
    if of.__module__.startswith("aftercare."):  # not a mutant's copy of one
        yield of
    for kind in of.__subclasses__():
        yield from kinds(kind)


def every_kind() -> list[type[AftercareError]]:
    for module in pkgutil.walk_packages(aftercare.__path__, "aftercare."):
        importlib.import_module(module.name)
    for name in ("portal.app", "mailer.app", "event_publisher.app", "evidence_intake.app"):
        importlib.import_module(name)
    return sorted(set(kinds()), key=lambda kind: kind.__qualname__)


def instance(kind: type[AftercareError]) -> AftercareError:
    error = kind.__new__(kind)
    AftercareError.__init__(error, "A sentence.")
    return error


@pytest.mark.parametrize("kind", every_kind(), ids=lambda kind: kind.__name__)
def test_every_refusal_has_a_status_of_its_own_family(kind: type[AftercareError]) -> None:
    problem = problem_of(instance(kind), "req-1")
    family = next((status for base, status in STATUSES.items() if issubclass(kind, base)), 500)
    assert problem.status == family
    assert (problem.status == 500) is (kind in FAULTS)


@pytest.mark.parametrize("kind", [k for k in every_kind() if k not in FAULTS])
def test_a_refusal_is_told_by_its_own_code_and_sentence(kind: type[AftercareError]) -> None:
    problem = problem_of(instance(kind), "req-1")
    assert (problem.code, problem.detail, problem.instance) == (kind.code, "A sentence.", "req-1")
    assert kind.code
    assert kind.code == kind.code.lower()


def test_no_two_refusals_share_a_code_unless_one_is_the_others_kind() -> None:
    for kind in every_kind():
        for other in every_kind():
            related = issubclass(kind, other) or issubclass(other, kind)
            assert related or kind.code != other.code


def test_a_problem_is_problem_details_with_the_six_members() -> None:
    response = problem_of(OrderNotFoundError("No such order."), "req-1").response()
    assert response.status_code == 404
    assert response.headers == {"Content-Type": "application/problem+json"}
    assert json.loads(json.dumps(response.body)) == {
        "type": "about:blank",
        "title": "Not found",
        "status": 404,
        "detail": "No such order.",
        "code": "order_not_found",
        "instance": "req-1",
    }


def test_a_limit_says_when_to_come_again() -> None:
    problem = problem_of(TooManyRequestsError("Please wait.", retry_after=42), "req-1")
    assert problem.response().headers["Retry-After"] == "42"


@pytest.mark.parametrize(
    "error", [ValueError("mei@example.com"), KeyError("x"), ConfigurationError("No SECRET.")]
)
def test_what_nobody_foresaw_is_a_fault_that_tells_nothing_of_itself(error: Exception) -> None:
    problem = problem_of(error, "req-1")
    assert (problem.status, problem.code) == (500, "fault")
    assert problem.detail == (
        "Something went wrong on our side. Nothing is lost. Please try again in a minute."
    )


def aws_said(code: str) -> ClientError:
    return ClientError({"Error": {"Code": code, "Message": "mei@example.com"}}, "GetItem")


def cancelled(*reasons: str) -> TransactWriteError:
    response = {"Error": {"Code": "TransactionCanceledException", "Message": "no"}}
    told = [CancellationReason(code) for code in reasons]
    cause = VerboseClientError(response, "TransactWriteItems", {}, cancellation_reasons=told)
    return TransactWriteError("no", cause)


TRANSIENT = [
    EndpointConnectionError(endpoint_url="http://aws.example"),
    ConnectTimeoutError(endpoint_url="http://aws.example"),
    ReadTimeoutError(endpoint_url="http://aws.example"),
    aws_said("ProvisionedThroughputExceededException"),
    aws_said("ThrottlingException"),
    aws_said("InternalServerError"),
    aws_said("SlowDown"),
    GetError("no", aws_said("ThrottlingException")),
    GetError("no", ReadTimeoutError(endpoint_url="http://aws.example")),
    cancelled("None", "ThrottlingError"),
    cancelled("ProvisionedThroughputExceeded"),
    cancelled("TransactionConflict"),
]


@pytest.mark.parametrize("error", TRANSIENT, ids=repr)
def test_when_aws_does_not_answer_later_is_fine(error: Exception) -> None:
    problem = problem_of(error, "req-1")
    assert (problem.status, problem.code) == (503, "unavailable")
    assert problem.response().headers["Retry-After"] == "30"
    assert "mei@example.com" not in problem.detail


@pytest.mark.parametrize(
    "error",
    [
        aws_said("ValidationException"),
        aws_said("AccessDeniedException"),
        GetError("no", aws_said("ResourceNotFoundException")),
        cancelled("ConditionalCheckFailed"),
        cancelled("ValidationError"),
        ValueError("x"),
    ],
    ids=repr,
)
def test_what_asking_again_does_not_mend_is_not_called_transient(error: Exception) -> None:
    assert not is_transient(error)
