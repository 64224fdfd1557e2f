"""Errors as a browser sees them: a page, the way to sign in, or a problem for a script."""

from chalice.app import Response

from aftercare.web.errors import PageTooOldError, SignInNeededError
from aftercare.web.problems import Problem, problem_of
from aftercare.web.session import Session
from aftercare.web.visit import Visit

_TRY_AGAIN = "Go back, reload the page and try once more."


def refusal[S: Session](visit: Visit[S], error: Exception, sign_in_path: str) -> Response:
    """The answer to a request that failed; an error writes no cookie.

    Another site's form comes without our cookie, and its answer must not replace it.
    """
    problem = problem_of(error, visit.request.request_id)
    if visit.request.wants_json:
        return problem.response()
    if isinstance(error, SignInNeededError):
        return visit.go(sign_in_path)
    return _page(visit, problem)


def _page[S: Session](visit: Visit[S], problem: Problem) -> Response:
    response = visit.show(
        "problem.html",
        problem.status,
        title=problem.title,
        detail=problem.detail,
        request_id=problem.instance,
        todo=_TRY_AGAIN if problem.code == PageTooOldError.code else "",
    )
    response.headers |= problem.headers()
    return response
