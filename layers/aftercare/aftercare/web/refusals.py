"""Errors as a browser sees them: the form again, a page, the way to sign in, or a problem."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import NamedTuple

from chalice.app import Response

from aftercare.kernel.errors import AftercareError
from aftercare.kernel.observe import logger
from aftercare.web.errors import PageTooOldError, SignInNeededError
from aftercare.web.flash import Flash
from aftercare.web.problems import Problem, problem_of
from aftercare.web.request import BrowserRequest
from aftercare.web.sentences import Explanation, in_catalogue
from aftercare.web.session import Session
from aftercare.web.visit import Visit
from aftercare.words.service import Words, words


class Ways(NamedTuple):
    """Where an error leads: to the page of the form that was refused, or to the way in.

    `explain` is what it says there.
    """

    form_page: Callable[[BrowserRequest], str]
    sign_in: Callable[[BrowserRequest], str]
    explain: Callable[[Words, Exception, Problem], Explanation] = in_catalogue


NOWHERE = Ways(lambda _: "", lambda _: "/")


def refusal[S: Session](
    visit: Visit[S], error: Exception, ways: Ways, again: Callable[[], Response] | None = None
) -> Response:
    """The answer to a request that failed; it changes no session.

    A form whose text is longer than a cookie is answered with its page, by `again`. Another site's
    form comes without our cookie, and its answer must not replace it.
    """
    problem = problem_of(error, visit.request.request_id)
    if visit.request.wants_json:
        # Our script shows it to the customer.
        said = ways.explain(words(visit.language), error, problem)
        return replace(problem, detail=said.detail).response()
    if again and _is_form_of_ours(visit):
        errors = _errors(error, ways.explain(visit.words, error, problem).detail)
        flash = Flash(errors, problem.code, visit.typed())
        if not visit.can_keep(flash):
            return _again(visit, flash, problem, again)
    if isinstance(error, SignInNeededError):
        if _is_form_of_ours(visit):
            visit.keep(ways.form_page(visit.request))
        return visit.go(ways.sign_in(visit.request))
    form_page = ways.form_page(visit.request) if _is_form_of_ours(visit) else ""
    said = ways.explain(visit.words, error, problem)
    if form_page:
        return _form(visit, error, problem, form_page, said.detail)
    return _shown(visit, problem, said.title, said.detail)


def _is_form_of_ours[S: Session](visit: Visit[S]) -> bool:
    return visit.request.is_form and visit.flashes is not None and not visit.request.is_foreign


def _form[S: Session](
    visit: Visit[S], error: Exception, problem: Problem, page: str, detail: str
) -> Response:
    facts = {"request_id": problem.instance, "code": problem.code, "status": int(problem.status)}
    logger.info("form refused", extra=facts)
    return visit.refuse(page, _errors(error, detail), code=problem.code)


def _errors(error: Exception, detail: str) -> Mapping[str, str]:
    """The sentence, by the field that it is about."""
    field = str(error.facts.get("field", "form")) if isinstance(error, AftercareError) else "form"
    return {field: detail}


def _again[S: Session](
    visit: Visit[S], flash: Flash, problem: Problem, again: Callable[[], Response]
) -> Response:
    """The page of the form at once, with all that was typed."""
    facts = {"request_id": problem.instance, "code": problem.code, "status": int(problem.status)}
    logger.info("form shown again", extra=facts)
    visit.flash = flash
    response = again()
    response.status_code = int(problem.status)
    response.headers |= problem.headers()
    return response


def problem_page[S: Session](visit: Visit[S], problem: Problem) -> Response:
    """The page of a problem that no view has met, such as an unknown address or method."""
    title = visit.words.text(f"pages.problem_title.{problem.code}")
    return _shown(visit, problem, title, visit.words.text(f"problems.{problem.code}"))


def _shown[S: Session](visit: Visit[S], problem: Problem, title: str, detail: str) -> Response:
    is_old = problem.code == PageTooOldError.code
    response = visit.show(
        "problem.html",
        problem.status,
        title=title,
        detail=detail,
        request_id=problem.instance,
        code=problem.code,
        todo=visit.words.text("pages.problem.reload") if is_old else "",
    )
    response.headers |= problem.headers()
    return response
