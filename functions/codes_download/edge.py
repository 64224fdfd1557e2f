"""Between HTTP and the two views: error pages, headers on every answer, a log line."""

from collections.abc import Callable
from functools import cache, wraps
from http import HTTPStatus
from typing import Any

from chalice.app import Chalice, Request, Response

from aftercare.web import languages
from aftercare.web.problems import Headers, Problem, answered, problem_of, request_id_of
from aftercare.words.model import ENGLISH
from aftercare.words.service import Words, words
from codes_download import pages
from codes_download.bucket import origin

type View = Callable[..., Response]


def page(app: Chalice) -> Callable[[View], View]:
    """Turns every error of a view into a page that says what to do."""

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(**parameters: str) -> Response:
            try:
                return view(**parameters)
            except Exception as error:  # noqa: BLE001 - the edge: every error becomes an answer
                request = app.current_request
                problem = problem_of(error, request_id_of(request) if request else "")
                refusal = html(pages.problem(spoken(app), error, problem), problem.status)
                refusal.headers |= problem.headers()
                return refusal

        return guarded

    return decorate


def spoken(app: Chalice) -> Words:
    """The words of whoever opened the link."""
    request = app.current_request
    language = languages.reader(request, "", {}).language if request else ENGLISH
    return words(language, typeset=True)


def html(body: str, status: int = HTTPStatus.OK) -> Response:
    return Response(body, {"Content-Type": "text/html; charset=utf-8"}, status)


def respond(request: Request, get_response: Callable[[Any], Response]) -> Response:
    return answered(request, get_response, _security_headers(), _problem_page)


def _problem_page(request: Request, problem: Problem) -> Response:
    reader = languages.reader(request, "", {})
    return html(pages.of_no_view(words(reader.language, typeset=True), problem), problem.status)


@cache
def _security_headers() -> Headers:
    """The page loads nothing, cannot be framed, and sends no referrer to other sites."""
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
