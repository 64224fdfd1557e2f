"""Errors as HTTP: one table from families of errors to statuses, and RFC 9457 problem details."""

import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any

from chalice.app import Request, Response

from aftercare.kernel.errors import (
    AftercareError,
    BusyError,
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
from aftercare.kernel.observe import failure, logger

type Headers = dict[str, str | list[str]]

PROBLEM_TYPE = "application/problem+json"

_STATUSES: dict[type[AftercareError], tuple[HTTPStatus, str]] = {
    InvalidError: (HTTPStatus.BAD_REQUEST, "Invalid request"),
    TooLargeError: (HTTPStatus.CONTENT_TOO_LARGE, "Too large"),
    UnprocessableError: (
        HTTPStatus.UNPROCESSABLE_CONTENT,
        "This request differs from the first one",
    ),
    ForbiddenError: (HTTPStatus.FORBIDDEN, "We can't confirm that this came from you"),
    NotFoundError: (HTTPStatus.NOT_FOUND, "Not found"),
    RefusedError: (HTTPStatus.CONFLICT, "That isn't possible"),
    LimitedError: (HTTPStatus.TOO_MANY_REQUESTS, "Too many attempts"),
    BusyError: (HTTPStatus.SERVICE_UNAVAILABLE, "Busy right now"),
    StaleWriteError: (HTTPStatus.SERVICE_UNAVAILABLE, "Busy right now"),
    UnavailableError: (HTTPStatus.SERVICE_UNAVAILABLE, "Back in a moment"),
}
_SECONDS_UNTIL_BACK = 30
# The facts of an error that its caller may see.
_SHOWN = (
    *("field", "asked", "available", "left", "line_id", "expected", "return_status", "verb"),
    *("rule", "last_day"),
)
_UNAVAILABLE = (
    "Something we depend on isn't answering. Nothing is lost. Please try again in a minute."
)
_FAULT = "Something went wrong on our side. Nothing is lost. Please try again in a minute."


@dataclass(frozen=True, slots=True)
class Problem:
    """An error in an answer: the members of RFC 9457, a stable `code`, the request's id.

    `facts` are members of our own, for programs to act on. `retry_after` is in seconds.
    """

    status: int
    title: str
    detail: str
    code: str
    instance: str
    retry_after: int = 0
    facts: Mapping[str, str | int] = field(default_factory=dict)

    def response(self) -> Response:
        """As `application/problem+json`."""
        body = {
            "type": "about:blank",
            "status": self.status,
            "title": self.title,
            "detail": self.detail,
            "code": self.code,
            "instance": self.instance,
            **self.facts,
        }
        return Response(body, {**self.headers(), "Content-Type": PROBLEM_TYPE}, self.status)

    def headers(self) -> Headers:
        return {"Retry-After": str(self.retry_after)} if self.retry_after else {}


def problem_of(error: Exception, request_id: str) -> Problem:
    """The problem that describes this error; an error without a status of its own is logged."""
    if isinstance(error, AftercareError):
        for family, (status, title) in _STATUSES.items():
            if isinstance(error, family):
                return _refusal(error, status, title, request_id)
    if _is_transient(error):
        logger.warning("unavailable", extra={"request_id": request_id, **failure(error)})
        status = HTTPStatus.SERVICE_UNAVAILABLE
        wait = _SECONDS_UNTIL_BACK
        return Problem(status, "Back in a moment", _UNAVAILABLE, "unavailable", request_id, wait)
    logger.error("fault", extra={"request_id": request_id, **failure(error)})
    status = HTTPStatus.INTERNAL_SERVER_ERROR
    return Problem(status, "Something went wrong", _FAULT, "fault", request_id)


def family_of(error: Exception) -> str:
    """The code of the family that an error belongs to; empty for one that is not ours."""
    return next((family.code for family in _STATUSES if isinstance(error, family)), "")


def _refusal(error: AftercareError, status: HTTPStatus, title: str, request_id: str) -> Problem:
    usual = _SECONDS_UNTIL_BACK if status is HTTPStatus.SERVICE_UNAVAILABLE else 0
    return Problem(
        status,
        error.title or title,
        error.detail,
        error.code,
        request_id,
        retry_after=int(error.facts.get("retry_after", usual)),
        facts={name: error.facts[name] for name in _SHOWN if name in error.facts},
    )


def _is_transient(error: Exception) -> bool:
    # A function without the SDK has its errors once there is one, and its tables perhaps never.
    if "botocore.exceptions" not in sys.modules:
        return False
    from aftercare.kernel.tables import is_transient  # noqa: PLC0415 - few requests fail

    return is_transient(error)


def framework_problem(response: Response, request_id: str) -> Problem | None:
    """The problem for an answer of Chalice's own (405, 415), whose body is not a problem."""
    if not isinstance(response.body, dict) or "Code" not in response.body:
        return None
    status = HTTPStatus(response.status_code)
    return Problem(status, status.phrase, status.description, status.name.lower(), request_id)


def answered(
    request: Request,
    get_response: Callable[[Any], Response],
    headers: Headers,
    page_of: Callable[[Request, Problem], Response] | None = None,
    **facts: str,
) -> Response:
    """Finishes every answer: problems in place of Chalice's own, these headers, a log line.

    A browser gets such a problem as `page_of` shows it. The view's own headers win over these;
    `facts` go into the log line. HEAD gets no body.
    """
    started = time.perf_counter()
    response = get_response(request)
    problem = framework_problem(response, request_id_of(request))
    kept = response.headers
    if problem:
        shows = page_of if page_of and is_browser(request) else None
        response = shows(request, problem) if shows else problem.response()
    response.headers = headers | kept | response.headers
    if request.method == "HEAD":
        response = _without_body(response)
    logger.info(
        "request",
        extra={
            "request_id": request_id_of(request),
            # The route, not the path: some paths open things.
            "route": f"{request.method} {request.context.get('resourcePath', '')}",
            "status": int(response.status_code),
            "ms": round((time.perf_counter() - started) * 1000),
            **facts,
        },
    )
    return response


def is_browser(request: Request) -> bool:
    """Whether a page is wanted; scripts and programs want the problem itself."""
    accepted = str(request.headers.get("accept", ""))
    return "text/html" in accepted and "application/json" not in accepted


def _without_body(response: Response) -> Response:
    # What Chalice would add when it writes the body as JSON.
    is_json = not isinstance(response.body, str | bytes)
    kind: Headers = {"Content-Type": "application/json"} if is_json else {}
    return Response("", kind | response.headers, response.status_code)


def request_id_of(request: Request) -> str:
    return str(request.context.get("requestId", ""))
