"""Between HTTP and the views: sessions met, forms checked, errors told, answers finished."""

import os
from collections.abc import Callable
from functools import cache, wraps
from typing import Any
from urllib.parse import urlsplit

from chalice.app import Blueprint, Request, Response

from aftercare import assembly
from aftercare.web.problems import Headers, answered
from portal import forms
from portal.session import Sessions
from portal.visit import SIGNED_OUT, PageTooOldError, SignInNeededError, Visit

_LOOPBACK = {"localhost", "127.0.0.1"}

type View = Callable[..., Response]


def page(routes: Blueprint, *, takes_stale_form: bool = False) -> Callable[[View], View]:
    """Makes a view of `(visit, **path parameters)`: session, form check, errors told.

    A view that takes stale forms looks at `visit.form_is_stale` and must not act on one. An error
    writes no cookie: another site's form, which comes without ours, must not replace it.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(**parameters: str) -> Response:
            request = routes.current_request
            if request is None:
                raise RuntimeError("a view was called outside of a request")
            visit = Visit(request)
            try:
                visit.meet(_sessions())
                if request.method == "POST":
                    _check_form(visit, takes_stale_form=takes_stale_form)
                response = view(visit, **parameters)
            except Exception as error:  # noqa: BLE001 - the edge: every error becomes an answer
                return visit.refuse(error)
            response.headers |= visit.cookie()
            return response

        return guarded

    return decorate


def respond(request: Request, get_response: Callable[[Any], Response]) -> Response:
    return answered(request, get_response, _security_headers())


def _check_form(visit: Visit, *, takes_stale_form: bool) -> None:
    visit.form = forms.parse(_raw_body(visit.request))
    visit.form_is_stale = not visit.sent(visit.form.get("csrf", ""))
    if not visit.form_is_stale or takes_stale_form:
        return
    if not visit.session.signed_in:
        raise SignInNeededError(SIGNED_OUT)
    raise PageTooOldError("This page was open for a long time, so we can't be sure it's you.")


def _raw_body(request: Request) -> bytes:
    try:
        body = request.raw_body
    except ValueError as error:
        raise forms.FormInvalidError("That form can't be read.") from error
    return body.encode() if isinstance(body, str) else body


def is_behind_tls() -> bool:
    """Whether browsers reach us over TLS: everywhere but on the machine of who develops this."""
    return urlsplit(os.environ.get("PORTAL_URL", "")).hostname not in _LOOPBACK


@cache
def _sessions() -> Sessions:
    return Sessions(assembly.signing_key(), secure=is_behind_tls())


@cache
def _security_headers() -> Headers:
    """A page may load from itself and from our buckets, and may be framed by nobody."""
    buckets = " ".join(assembly.evidence().origins())
    policy = (
        "default-src 'none'; script-src 'self'; style-src 'self'; "
        f"img-src 'self' data: {buckets}; connect-src 'self' {buckets}; "
        f"form-action 'self' {buckets}; base-uri 'none'; frame-ancestors 'none'"
    )
    return {
        "Content-Security-Policy": policy,
        "Strict-Transport-Security": "max-age=31536000",
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "strict-origin",
        "Cache-Control": "no-store",
    }


def forget() -> None:
    """Drops what is kept per execution environment; a test that changes settings calls it."""
    _sessions.cache_clear()
    _security_headers.cache_clear()
