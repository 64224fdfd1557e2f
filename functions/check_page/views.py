"""Is it genuine? The page on which anybody checks a code."""

import re
import secrets
from functools import cache
from http import HTTPStatus
from urllib.parse import urlencode, urlsplit

from chalice.app import Blueprint, Response

from aftercare.authenticity.codes import MistypedError, normalise, shown
from aftercare.authenticity.geography import is_country
from aftercare.authenticity.model import Answer, Audience, Verdict
from aftercare.authenticity.people import network_of
from aftercare.authenticity.references import PERIOD
from aftercare.authenticity.service import AuthenticityService
from aftercare.authenticity.wiring import AuthenticityConfig, authenticity_service
from aftercare.authenticity.wording import wording
from aftercare.kernel.actor import CUSTOMER
from aftercare.kernel.config import read
from aftercare.kernel.observe import logger
from aftercare.web.cookies import Cookie
from aftercare.web.forms import CONTENT_TYPES
from aftercare.web.problems import problem_of, request_id_of
from aftercare.words.service import words
from check_page import verdicts
from check_page.edge import STATIC, Visit, edge
from check_page.links import gtin_in, gtin_of, names_another

routes = Blueprint(__name__)
_config = read(AuthenticityConfig)

# What became of the check that led to a page.
_STATE, _CHECKED, _UNANSWERED = "state", "checked", "unanswered"
# The number of the product that a label's link names.
_GTIN = "gtin"
# As long as a check recognises whoever made it: its id is looked for in two periods.
VISITOR_SECONDS = int(2 * PERIOD.total_seconds())

_VISITOR = re.compile(r"[A-Za-z0-9_-]{22}", re.ASCII)
_SERIAL = re.compile(r"[0-9A-Za-z-]{16,20}", re.ASCII)
# As kernel/typed.py, which a check of a typed code does not load.
_MOST_TYPED = 2_000


@routes.route("/authenticity", methods=["GET"])
@edge.page(routes)
def check_page(visit: Visit) -> Response:
    """The form, or the answer to a check that this visitor has made: looking counts nothing."""
    code, state = _grouped(_parameter(visit, "code")), visit.request.query(_STATE)
    if state == _CHECKED:
        return _answer_page(visit, code)
    return _form_page(visit, code, trouble="unavailable" if state == _UNANSWERED else "")


@routes.route("/01/{gtin}/21/{serial}", methods=["GET"])
@edge.page(routes)
def scanned(visit: Visit, gtin: str, serial: str) -> Response:
    if gtin_of(gtin) and _SERIAL.fullmatch(serial):
        return _form_page(visit, _grouped(serial), gtin=gtin_of(gtin))
    return _form_page(visit, "", HTTPStatus.NOT_FOUND, trouble="damaged_link")


@routes.route("/authenticity", methods=["POST"], content_types=CONTENT_TYPES)
@edge.page(routes)
def check(visit: Visit) -> Response:
    typed = visit.form.get("code", "")[:_MOST_TYPED]
    gtin = gtin_in(typed, visit.form.get("link", "")[:_MOST_TYPED])
    visitor = _visitor(visit) or _description(visit)
    country = visit.request.country
    try:
        answer = _authenticity().check(
            typed,
            visitor=visitor,
            audience=Audience.CUSTOMER,
            country=country if is_country(country) else "",
            network=network_of(visit.request.source),
            device=_device(visit),
            actor=CUSTOMER,
        )
    except Exception as error:  # the code stays typed
        if visit.request.wants_json:
            raise
        problem_of(error, visit.request.request_id)
        return _go(visit, typed, gtin, _UNANSWERED)
    logger.info("check", extra={"verdict": answer.verdict, "forged": answer.is_forged})
    return _go(visit, typed, gtin, _CHECKED)


@routes.route("/authenticity/static/{name}", methods=["GET"])
def static(name: str) -> Response:
    request = routes.current_request
    return STATIC.response(name, request_id_of(request) if request else "")


@cache
def _authenticity() -> AuthenticityService:
    return authenticity_service(_config)


def _go(visit: Visit, typed: str, gtin: str, state: str) -> Response:
    """On to the page with the answer: Back and Reload don't ask to send the form again."""
    query = {"code": _grouped(typed), _STATE: state} | ({_GTIN: gtin} if gtin else {})
    # A browser without cookies keeps the language of its form by the link.
    if visit.language != visit.language_without_form:
        query["lang"] = visit.language
    return visit.go(f"/authenticity?{urlencode(query, errors='replace')}")


def _answer_page(visit: Visit, code: str) -> Response:
    try:
        visitor = _visitor(visit) or _description(visit)
        answer = _authenticity().answer_again(code, visitor=visitor)
    except Exception as error:  # noqa: BLE001 - the edge: whatever the error, the code stays typed
        problem = problem_of(error, visit.request.request_id)
        response = _form_page(visit, code, problem.status, trouble="unavailable")
        response.headers |= problem.headers()
        return response
    if answer is None or answer.verdict is Verdict.MISTYPED:
        return _form_page(visit, code, mistyped=answer)
    language = visit.language
    verdict = verdicts.verdict(
        answer, wording(language, typeset=True), words(language, typeset=True)
    )
    gtin = _gtin_asked(visit)
    other = gtin if names_another(gtin, answer.batch) else ""
    return _show(visit, "verdict.html", answer.code, gtin, verdict=verdict, other_gtin=other)


def _form_page(
    visit: Visit,
    code: str,
    status: int = HTTPStatus.OK,
    *,
    gtin: str = "",
    mistyped: Answer | None = None,
    trouble: str = "",
) -> Response:
    spoken = wording(visit.language, typeset=True)
    slip = verdicts.slip(mistyped, spoken) if mistyped else None
    gtin = gtin or _gtin_asked(visit)
    page = {"code": code, "slip": slip, "trouble": trouble}
    return _show(visit, "check.html", code, gtin, status, **page)


def _show(
    visit: Visit,
    template: str,
    typed: str,
    gtin: str,
    status: int = HTTPStatus.OK,
    **context: object,
) -> Response:
    checked = visit.request.query(_STATE) == _CHECKED
    asked = {"code": typed, _STATE: _CHECKED if checked else "", _GTIN: gtin}
    visit.query = {name: value for name, value in asked.items() if value} if typed else {}
    # Labels lead to look-alike sites: the page says where it really is.
    domain = urlsplit(visit.request.origin).netloc
    response = visit.show(template, status, errors={}, domain=domain, gtin=gtin, **context)
    visitor = _visitor(visit)
    # A browser that checked without a cookie is known by its description: a name would hide that.
    if visitor or not checked:
        visit.set_cookie(_visitor_cookie(visit).write(visitor or secrets.token_urlsafe(16)))
    return response


def _visitor(visit: Visit) -> str:
    """The random name that this browser keeps until 60 days after its last visit, if it has one."""
    name = _visitor_cookie(visit).read(visit.request.cookies)
    return name if _VISITOR.fullmatch(name) else ""


def _description(visit: Visit) -> str:
    """Names a browser that keeps no cookies by its address and kind; a rotating hash is stored.

    Otherwise an owner who checks three times would count as three people.
    """
    return f"{visit.request.source} {visit.request.header('user-agent')}"


def _device(visit: Visit) -> str:
    """What a browser says of itself in private windows, too."""
    return f"{visit.request.header('user-agent')} {visit.request.header('accept-language')}"


def _visitor_cookie(visit: Visit) -> Cookie:
    return Cookie("aftercare-visitor", VISITOR_SECONDS, secure=visit.request.is_secure)


def _gtin_asked(visit: Visit) -> str:
    return gtin_of(visit.request.query(_GTIN))


def _parameter(visit: Visit, name: str) -> str:
    return visit.request.query(name)[:_MOST_TYPED]


def _grouped(code: str) -> str:
    """A code as it is printed on the label; anything else stays as it is."""
    try:
        return shown(normalise(code))
    except MistypedError:
        return code
