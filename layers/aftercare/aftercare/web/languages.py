"""The language of a visit: by link, form or cookie, else by what the browser accepts."""

import re
from collections.abc import Mapping
from typing import NamedTuple
from urllib.parse import quote, urlencode

from chalice.app import Request

from aftercare.web.cookies import Cookie
from aftercare.web.problems import Headers
from aftercare.words.model import LANGUAGES, PSEUDO, Language, Reader, reader_for, reader_of

PARAMETER = "lang"
_LIFETIME_SECONDS = 365 * 24 * 60 * 60
# The stage on which the pseudo-language may be asked for.
_LOCAL = "local"
# A language, perhaps a script, and an ISO 3166 country.
_COUNTRY = re.compile(r"\s*[A-Za-z]{2,3}(?:-[A-Za-z]{4})?-([A-Za-z]{2})(?![A-Za-z0-9])", re.ASCII)
_PATH_PARAMETER = re.compile(r"\{(\w+)\+?\}")


class LanguageLink(NamedTuple):
    """The same page in another language; `href` lacks the prefix of our paths."""

    language: str
    name: str
    href: str
    is_current: bool


def reader(request: Request, stage: str, form: Mapping[str, str]) -> Reader:
    """Who reads the answer to this request: they keep the language that they chose last."""
    wishes = (form.get(PARAMETER, ""), _linked(request), _kept(request))
    if stage == _LOCAL and next(filter(None, wishes), "") == PSEUDO.tag:
        return Reader(PSEUDO.tag)
    return reader_for(_header(request, "accept-language"), *wishes)


def country_of(request: Request) -> str:
    """The country that the browser's first language names: en-CA is CA; empty if it names none."""
    found = _COUNTRY.match(_header(request, "accept-language"))
    return found[1].upper() if found else ""


def cookie_of(request: Request, stage: str, *, secure: bool) -> Headers:
    """The cookie that keeps the language of the link that was followed; none if it is kept."""
    linked, kept = _linked(request), _kept(request)
    if linked == kept or not (reader_of(linked) or (stage == _LOCAL and linked == PSEUDO.tag)):
        return {}
    return {"Set-Cookie": _cookie(secure=secure).write(linked)}


def links(
    request: Request, stage: str, current: str, query: Mapping[str, str]
) -> list[LanguageLink]:
    """The page at this address in each language, with that query."""
    parameters = request.uri_params or {}
    path = _PATH_PARAMETER.sub(
        lambda found: quote(parameters.get(found[1], ""), safe="", errors="replace"), request.path
    )
    rest = {name: value for name, value in query.items() if name != PARAMETER}
    return [
        LanguageLink(
            language.tag,
            language.name,
            f"{path}?{urlencode({PARAMETER: language.tag} | rest, errors='replace')}",
            language.tag == current,
        )
        for language in _offered(stage)
    ]


def _offered(stage: str) -> list[Language]:
    return [*LANGUAGES.values(), *([PSEUDO] if stage == _LOCAL else [])]


def _linked(request: Request) -> str:
    query = request.query_params
    return str(query.get(PARAMETER) or "") if query is not None else ""


def _kept(request: Request) -> str:
    header = _header(request, "cookie")
    return _cookie(secure=True).read(header) or _cookie(secure=False).read(header)


def _cookie(*, secure: bool) -> Cookie:
    return Cookie("aftercare-language", _LIFETIME_SECONDS, secure=secure)


def _header(request: Request, name: str) -> str:
    return str(request.headers.get(name, ""))
