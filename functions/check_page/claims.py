"""'This is mine' and 'this is a fake': two forms, for whoever has checked a code."""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from functools import cache
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import urlencode

from chalice.app import Blueprint, Response

from aftercare.authenticity.cases import MOST_WORDS, ClaimKind, Received
from aftercare.authenticity.errors import ClaimInvalidError, TooManyClaimsError
from aftercare.authenticity.people import network_of
from aftercare.authenticity.references import shown_in
from aftercare.authenticity.wiring import AuthenticityConfig, code_claims
from aftercare.kernel.actor import CUSTOMER
from aftercare.kernel.config import read
from aftercare.kernel.errors import NotFoundError
from aftercare.kernel.observe import logger
from aftercare.web.cookies import Cookie
from aftercare.web.forms import CONTENT_TYPES
from check_page.edge import Visit, edge

if TYPE_CHECKING:
    from aftercare.authenticity.claiming import CodeClaims

routes = Blueprint(__name__)
_config = read(AuthenticityConfig)

PATH = "/authenticity/claims"
_LONGEST_REFERENCE = 40
# What a refused form leaves for the page after it, by the field that was wrong.
_TROUBLES = {"words": "words", "email": "email", "limit": "form", "reference": "form"}
# Browsers drop a cookie of more than 4096 bytes, with its name and flags.
_MOST_KEPT = 3_600
_KEPT_SECONDS = 120


class Form(NamedTuple):
    """What the form has: which one it is, the check's reference, and what was typed."""

    kind: ClaimKind
    reference: str
    words: str = ""
    email: str = ""


@routes.route(PATH, methods=["GET"])
@edge.page(routes)
def form_page(visit: Visit) -> Response:
    """The form, what was wrong with it, or what became of what was sent with it."""
    query = visit.request.query
    form = Form(_kind(query("kind")), _reference(query("reference")))
    if (outcome := query("outcome")) in set(Received):
        return _show(visit, "claimed.html", form, outcome=outcome)
    if not form.reference:
        return visit.go("/authenticity")
    errors = dict[str, str]()
    if (trouble := query("trouble")) in _TROUBLES:
        said = visit.words.text(f"check.claim.{trouble}_wrong", most=MOST_WORDS)
        words, email = _typed(visit)
        form = form._replace(words=words, email=email)
        errors = {_TROUBLES[trouble]: said}
    return _show(visit, "claim.html", form, errors=errors)


@routes.route(PATH, methods=["POST"], content_types=CONTENT_TYPES)
@edge.page(routes)
def claim(visit: Visit) -> Response:
    sent = visit.form
    form = Form(
        _kind(sent.get("kind", "")),
        _reference(sent.get("reference", "")),
        sent.get("words", "").replace("\r\n", "\n"),
        sent.get("email", ""),
    )
    try:
        outcome = _claims().claim(
            form.reference,
            form.kind,
            form.words,
            email=form.email,
            language=visit.language,
            network=network_of(visit.request.source) or visit.request.source,
            actor=CUSTOMER,
        )
    except (ClaimInvalidError, TooManyClaimsError, NotFoundError) as error:
        if visit.request.wants_json:
            raise
        return _refused(visit, form, error)
    logger.info("claim", extra={"kind": form.kind, "outcome": outcome})
    return _go(visit, form, outcome=outcome)


@cache
def _claims() -> "CodeClaims":
    return code_claims(_config)


def _refused(visit: Visit, form: Form, error: Exception) -> Response:
    """Back to the form with what was typed: Back and Reload don't ask to send it again."""
    trouble = "limit" if isinstance(error, TooManyClaimsError) else "reference"
    if isinstance(error, ClaimInvalidError):
        trouble = str(error.facts["field"])
    logger.info("claim refused", extra={"kind": form.kind, "trouble": trouble})
    # This page signs no cookies. Whoever forges this one shows themselves other words.
    typed = {"words": form.words, "email": form.email}
    kept = urlsafe_b64encode(json.dumps(typed, ensure_ascii=False).encode()).decode()
    visit.set_cookie(_cookie(visit).write(kept if len(kept) <= _MOST_KEPT else ""))
    return _go(visit, form, trouble=trouble)


def _go(visit: Visit, form: Form, **became: str) -> Response:
    query = {"kind": form.kind, "reference": form.reference, **became, "lang": visit.language}
    return visit.go(f"{PATH}?{urlencode(query)}")


def _typed(visit: Visit) -> tuple[str, str]:
    """The words and the address in the form that was refused; they are shown once."""
    kept = _cookie(visit).read(visit.request.cookies)
    if not kept:
        return "", ""
    visit.set_cookie(_cookie(visit)._replace(lifetime=0).write(""))
    try:
        typed = json.loads(urlsafe_b64decode(kept[:_MOST_KEPT]))
        return str(typed["words"]), str(typed["email"])
    except (ValueError, TypeError, KeyError):
        return "", ""


def _cookie(visit: Visit) -> Cookie:
    return Cookie("aftercare-claim", _KEPT_SECONDS, secure=visit.request.is_secure)


def _show(
    visit: Visit,
    template: str,
    form: Form,
    *,
    errors: dict[str, str] | None = None,
    outcome: str = "",
) -> Response:
    # The links to other languages lead to the same form.
    asked = {"kind": str(form.kind), "reference": form.reference, "outcome": outcome}
    visit.query = {name: value for name, value in asked.items() if value}
    return visit.show(template, errors=errors, form=form, outcome=outcome, most=MOST_WORDS)


def _kind(text: str) -> ClaimKind:
    return ClaimKind(text) if text in set(ClaimKind) else ClaimKind.FAKE


def _reference(text: str) -> str:
    """The reference in the text; "" if it is none of a recorded check."""
    return shown_in(text[:_LONGEST_REFERENCE])
