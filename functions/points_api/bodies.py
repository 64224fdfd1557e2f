"""What a store's system may send: the members of each body, and no others."""

import hashlib
import re
from collections.abc import Mapping
from datetime import datetime

from chalice.app import Request

from aftercare.kernel.clock import from_text
from aftercare.web.api import RequestInvalidError, object_in, text_in

type Body = Mapping[str, object]

MOST_AMOUNT = 1_000_000_000
_MOST_TEXT = 200
# The longest operation id is that of a refund, whose own id the shop chooses: 200 characters.
_MOST_CURSOR = 2000
_LONGEST_COUNT = 6
_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:-]{0,63}")
_RECEIPT = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:/-]{0,63}")
# Control characters, and halves of characters.
_NO_SIGN = r"\x00-\x1f\x7f-\x9f\ud800-\udfff"
_LINE = re.compile(rf"[^\s{_NO_SIGN}][^{_NO_SIGN}]*")
_MOMENT = re.compile(
    r"\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d(\.\d{1,9})?([Zz]|[+-]\d\d:\d\d)", re.ASCII
)


def body_of(request: Request, *required: str, optional: tuple[str, ...] = ()) -> Body:
    """The JSON object in the request; without a body, an empty one.

    Raises:
        RequestInvalidError: It is not a JSON object; a member is missing, null or unknown.
    """
    body = object_in(request) if request.raw_body else {}
    for name in required:
        if body.get(name) is None:
            raise RequestInvalidError(f"{name} is missing.", field=name)
    for name, value in body.items():
        if name not in {*required, *optional}:
            raise RequestInvalidError(f"This body has no member {_shown(name)}.")
        if value is None:
            raise RequestInvalidError(f"{name} is null.", field=name)
    return {name: _whole(value) for name, value in body.items()}


def id_in(body: Body, name: str, key: str) -> str:
    """The id that the caller chose; without one, an id derived from the Idempotency-Key.

    Raises:
        RequestInvalidError: It is invalid.
    """
    if name not in body:
        return f"k-{hashlib.sha256(key.encode()).hexdigest()[:32]}"
    return _matching(_ID, body, name, "letters, digits, dots, dashes, underscores or colons")


def receipt_in(body: Body) -> str:
    """The number of a store's receipt.

    Raises:
        RequestInvalidError: It is invalid.
    """
    signs = "letters, digits, dots, dashes, underscores, colons or slashes"
    return _matching(_RECEIPT, body, "receipt", signs)


def amount_in(body: Body) -> int:
    """An amount of money in minor units.

    Raises:
        RequestInvalidError: It is not a whole number from 1 to a thousand million.
    """
    amount = body["amount"]
    if type(amount) is not int or not 1 <= amount <= MOST_AMOUNT:
        detail = f"amount must be in whole minor units, from 1 to {MOST_AMOUNT}."
        raise RequestInvalidError(detail, field="amount")
    return amount


def moment_in(body: Body, name: str) -> datetime:
    """An instant in RFC 3339.

    Raises:
        RequestInvalidError: It is not one.
    """
    text = text_in(body, name, 40)
    try:
        if _MOMENT.fullmatch(text):
            return from_text(text.upper())
    except (ValueError, OverflowError):  # no such day; no such year in UTC
        pass
    raise RequestInvalidError(f"{name} must be a time as in 2026-11-27T09:30:00Z.", field=name)


def line_in(body: Body, name: str) -> str:
    """One line of text for people.

    Raises:
        RequestInvalidError: It is empty, too long, starts with a space, or has control characters.
    """
    text = text_in(body, name, _MOST_TEXT)
    if not _LINE.fullmatch(text):
        raise RequestInvalidError(f"{name} must be one line of text.", field=name)
    return text


def limit_of(request: Request, usual: int) -> int:
    """The number of movements on a page.

    Raises:
        RequestInvalidError: `limit` is not a whole number.
    """
    text = _parameter(request, "limit", str(usual))
    if not (text.isascii() and text.isdigit() and len(text) <= _LONGEST_COUNT):
        raise RequestInvalidError("limit must be a whole number.", field="limit")
    return int(text)


def cursor_of(request: Request) -> str:
    """The cursor of the page; empty for the first.

    Raises:
        RequestInvalidError: It is longer than any of ours.
    """
    cursor = _parameter(request, "cursor", "")
    if len(cursor) > _MOST_CURSOR:
        raise RequestInvalidError("Invalid cursor.", field="cursor")
    return cursor


def _whole(value: object) -> object:
    """In JSON, 5.0 is the number 5."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _parameter(request: Request, name: str, usual: str) -> str:
    parameters = request.query_params
    return str(parameters.get(name, usual)) if parameters is not None else usual


def _matching(pattern: re.Pattern[str], body: Body, name: str, signs: str) -> str:
    text = body[name]
    if not isinstance(text, str) or not pattern.fullmatch(text):
        rule = f"1 to 64 {signs}, a letter or digit first"
        raise RequestInvalidError(f"{name} must be {rule}.", field=name)
    return text


def _shown(name: str) -> str:
    return ascii(name[:40])
