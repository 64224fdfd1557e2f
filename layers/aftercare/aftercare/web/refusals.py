"""Errors as a browser sees them: a page, the way to sign in, or a problem for a script."""

from dataclasses import replace

from chalice.app import Response

from aftercare.kernel.errors import AftercareError
from aftercare.web.errors import PageTooOldError, SignInNeededError
from aftercare.web.problems import Problem, family_of, problem_of
from aftercare.web.session import Session
from aftercare.web.visit import Visit
from aftercare.words.service import Words, words


def refusal[S: Session](visit: Visit[S], error: Exception, sign_in_path: str) -> Response:
    """The answer to a request that failed; an error writes no cookie.

    Another site's form comes without our cookie, and its answer must not replace it.
    """
    problem = problem_of(error, visit.request.request_id)
    if visit.request.wants_json:
        # Our script shows it to the customer.
        return replace(problem, detail=_detail(words(visit.language), error, problem)).response()
    if isinstance(error, SignInNeededError):
        return visit.go(sign_in_path)
    return _page(visit, error, problem)


def sentence_of(spoken: Words, error: AftercareError) -> str:
    """What a refusal says to a customer: the sentence of its code and reason, or of its family."""
    reason = error.facts.get("why") or error.facts.get("field")
    keys = (f"{error.code}.{reason}", error.code, family_of(error))
    key = next(key for key in keys if spoken.has(f"problems.{key}"))
    minutes = -(-int(error.facts.get("retry_after", 60)) // 60)
    return spoken.text(f"problems.{key}", minutes=minutes, **error.facts)


def _detail(spoken: Words, error: Exception, problem: Problem) -> str:
    if isinstance(error, AftercareError) and family_of(error):
        return sentence_of(spoken, error)
    return spoken.text(f"problems.{problem.code}")


def _page[S: Session](visit: Visit[S], error: Exception, problem: Problem) -> Response:
    spoken = visit.words
    response = visit.show(
        "problem.html",
        problem.status,
        title=spoken.text(f"pages.problem_title.{family_of(error) or problem.code}"),
        detail=_detail(spoken, error, problem),
        request_id=problem.instance,
        todo=spoken.text("pages.problem.reload") if problem.code == PageTooOldError.code else "",
    )
    response.headers |= problem.headers()
    return response
