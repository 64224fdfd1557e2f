"""Is it genuine? The page on which anybody asks what a code's history is."""

import os
import re
import secrets
from http import HTTPStatus

from chalice.app import Blueprint, Response

from aftercare.authenticity.codes import MistypedError, normalise, shown
from aftercare.authenticity.geography import is_country
from aftercare.authenticity.model import Answer, Audience, Verdict
from aftercare.authenticity.wording import language_for, words
from aftercare.authenticity_assembly import authenticity
from aftercare.kernel.observe import logger
from aftercare.web.problems import problem_of, request_id_of
from portal import verdicts
from portal.cookies import Cookie
from portal.edge import is_behind_tls, page
from portal.forms import CONTENT_TYPES
from portal.languages import page_words
from portal.visit import PageTooOldError, Visit
from portal.words import STALE_FORM

routes = Blueprint(__name__)

VISITOR_SECONDS = 7 * 24 * 60 * 60

_VISITOR = re.compile(r"[A-Za-z0-9_-]{22}", re.ASCII)
_GTIN = re.compile(r"\d{8,14}", re.ASCII)
_SERIAL = re.compile(r"[0-9A-Za-z-]{16,20}", re.ASCII)
_MOST_TYPED = 200


@routes.route("/authenticity", methods=["GET"])
@page(routes)
def check_page(visit: Visit) -> Response:
    return _form_page(visit, _grouped(_asked(visit, "code")))


@routes.route("/01/{gtin}/21/{serial}", methods=["GET"])
@page(routes)
def scanned(visit: Visit, gtin: str, serial: str) -> Response:
    if _GTIN.fullmatch(gtin) and _SERIAL.fullmatch(serial):
        return _form_page(visit, _grouped(serial))
    return _form_page(visit, "", HTTPStatus.NOT_FOUND, trouble="damaged_link")


# A form is taken from any page of ours, however old: a check acts for nobody who is signed in.
@routes.route("/authenticity", methods=["POST"], content_types=CONTENT_TYPES)
@page(routes, takes_stale_form=True)
def check(visit: Visit) -> Response:
    if visit.is_foreign:
        raise PageTooOldError(STALE_FORM)
    typed = visit.form.get("code", "")[:_MOST_TYPED]
    try:
        answer = authenticity().check(
            typed, visitor=_visitor(visit), audience=Audience.CUSTOMER, country=_country(visit)
        )
    except Exception as error:  # noqa: BLE001 - the edge: whatever the error, the code stays typed
        return _without_answer(visit, typed, error)
    logger.info("check", extra={"verdict": answer.verdict, "forged": answer.is_forged})
    if answer.verdict is Verdict.MISTYPED:
        return _form_page(visit, typed, HTTPStatus.BAD_REQUEST, mistyped=answer)
    return _result_page(visit, answer)


def _form_page(
    visit: Visit,
    code: str,
    status: int = HTTPStatus.OK,
    *,
    mistyped: Answer | None = None,
    trouble: str = "",
) -> Response:
    _visitor(visit)
    language = _language(visit)
    slip = verdicts.slip(mistyped, words(language)) if mistyped else None
    return _show(visit, "check.html", code, status, code=code, slip=slip, trouble=trouble)


def _result_page(visit: Visit, answer: Answer) -> Response:
    language = _language(visit)
    verdict = verdicts.verdict(answer, words(language), page_words(language)["result"])
    return _show(visit, "verdict.html", answer.code, verdict=verdict)


def _without_answer(visit: Visit, typed: str, error: Exception) -> Response:
    problem = problem_of(error, request_id_of(visit.request))
    response = _form_page(visit, typed, problem.status, trouble="unavailable")
    response.headers |= {"Retry-After": "30"} | problem.headers()
    return response


def _show(
    visit: Visit, template: str, typed: str, status: int = HTTPStatus.OK, **context: object
) -> Response:
    language = _language(visit)
    links = verdicts.language_links(visit.base, language, typed)
    return visit.show_in(
        language, template, status, w=page_words(language), languages=links, **context
    )


def _visitor(visit: Visit) -> str:
    """Who asks: a random name that this browser keeps until a week after it was last here.

    A browser that keeps none is told by where it is and what it is, of which a rotating keyed hash
    is stored: else its owner, checking thrice, would be three people.
    """
    cookie = Cookie("aftercare-visitor", VISITOR_SECONDS, secure=is_behind_tls())
    known = cookie.read(str(visit.request.headers.get("cookie", "")))
    is_known = _VISITOR.fullmatch(known) is not None
    if not is_known and visit.request.method == "POST":
        return f"{visit.source} {visit.request.headers.get('user-agent', '')}"
    visitor = known if is_known else secrets.token_urlsafe(16)
    visit.send_cookie(cookie.write(visitor))
    return visitor


def _country(visit: Visit) -> str:
    """Where the request came from, as the network in front of us tells it; or nothing."""
    name = os.environ.get("COUNTRY_HEADER", "")
    told = str(visit.request.headers.get(name, "")) if name else ""
    return told if is_country(told) else ""


def _language(visit: Visit) -> str:
    asked = visit.form.get("lang") or _asked(visit, "lang")
    return language_for(str(visit.request.headers.get("accept-language", "")), asked)


def _asked(visit: Visit, name: str) -> str:
    asked = visit.request.query_params
    return (asked.get(name) or "")[:_MOST_TYPED] if asked is not None else ""


def _grouped(code: str) -> str:
    """A code as it stands on the label; what is none stays as it is."""
    try:
        return shown(normalise(code))
    except MistypedError:
        return code
