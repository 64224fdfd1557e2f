"""Errors as a browser sees them: a page, the way to sign in, or a problem for a script."""

from dataclasses import replace

from chalice.app import Response

from aftercare.web.errors import PageTooOldError, SignInNeededError
from aftercare.web.problems import Problem, problem_of
from aftercare.web.sentences import detail_of, title_of
from aftercare.web.session import Session
from aftercare.web.visit import Visit
from aftercare.words.service import words


def refusal[S: Session](visit: Visit[S], error: Exception, sign_in_path: str) -> Response:
    """The answer to a request that failed; an error writes no cookie.

    Another site's form comes without our cookie, and its answer must not replace it.
    """
    problem = problem_of(error, visit.request.request_id)
    if visit.request.wants_json:
        # Our script shows it to the customer.
        return replace(problem, detail=detail_of(words(visit.language), error, problem)).response()
    if isinstance(error, SignInNeededError):
        return visit.go(sign_in_path)
    return _page(visit, error, problem)


def _page[S: Session](visit: Visit[S], error: Exception, problem: Problem) -> Response:
    spoken = visit.words
    response = visit.show(
        "problem.html",
        problem.status,
        title=title_of(spoken, error, problem),
        detail=detail_of(spoken, error, problem),
        request_id=problem.instance,
        todo=spoken.text("pages.problem.reload") if problem.code == PageTooOldError.code else "",
    )
    response.headers |= problem.headers()
    return response
