"""Between HTTP and the two views: errors told as pages, headers on every answer, a log line."""

import time
from collections.abc import Callable
from functools import cache, wraps
from http import HTTPStatus
from typing import Any

from chalice.app import Chalice, Request, Response

from aftercare.kernel.observe import logger
from aftercare.kernel.web import framework_problem, problem_of, request_id_of
from codes_download import pages
from codes_download.bucket import origin

type View = Callable[..., Response]
type Headers = dict[str, str | list[str]]


def page(app: Chalice) -> Callable[[View], View]:
    """Makes every error of a view a page that says what to do."""

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(**parameters: str) -> Response:
            try:
                return view(**parameters)
            except Exception as error:  # noqa: BLE001 - the edge: every error becomes an answer
                request = app.current_request
                problem = problem_of(error, request_id_of(request) if request else "")
                refusal = html(pages.problem(problem), problem.status)
                refusal.headers |= problem.headers()
                return refusal

        return guarded

    return decorate


def html(body: str, status: int = HTTPStatus.OK) -> Response:
    return Response(body, {"Content-Type": "text/html; charset=utf-8"}, status)


def respond(request: Request, get_response: Callable[[Any], Response]) -> Response:
    """The last word on every answer: problems for the framework's refusals, headers, a log line."""
    started = time.perf_counter()
    response = get_response(request)
    problem = framework_problem(response, request_id_of(request))
    kept = response.headers
    response = problem.response() if problem else response
    response.headers = _security_headers() | kept | response.headers
    logger.info(
        "request",
        extra={
            "request_id": request_id_of(request),
            # The route, not the path: who reads logs must not get at the file.
            "route": f"{request.method} {request.context.get('resourcePath', '')}",
            "status": int(response.status_code),
            "ms": round((time.perf_counter() - started) * 1000),
        },
    )
    return response


@cache
def _security_headers() -> Headers:
    """The page loads nothing, may be framed by nobody, and tells no other site where it was."""
    policy = (
        f"default-src 'none'; style-src 'sha256-{pages.STYLE_HASH}'; "
        f"form-action 'self' {origin()}; base-uri 'none'; frame-ancestors 'none'"
    )
    return {
        "Content-Security-Policy": policy,
        "Strict-Transport-Security": "max-age=31536000",
        "X-Content-Type-Options": "nosniff",
        "X-Robots-Tag": "noindex",
        "Referrer-Policy": "same-origin",
        "Cache-Control": "no-store",
    }


def forget() -> None:
    """Drops what is kept per execution environment; a test that changes settings calls it."""
    _security_headers.cache_clear()
