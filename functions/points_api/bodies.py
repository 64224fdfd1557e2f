"""What a store's system may send: the members of each body, and nothing besides."""

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
# The longest id of an operation is that of a refund, whose own id the shop chose: 200 characters.
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
    """The object that the request carries; no body is an empty one.

    Raises:
        RequestInvalidError: No JSON object; a member is missing, null, or none of the operation's.
    """
    body = object_in(request) if request.raw_body else {}
    for name in required:
        if body.get(name) is None:
            raise RequestInvalidError(f"{name} is missing.", field=name)
    for name, value in body.items():
        if name not in {*required, *optional}:
            raise RequestInvalidError(f"There is no member {_shown(name)} in this body.")
        if value is None:
            raise RequestInvalidError(f"{name} is null.", field=name)
    return {name: _whole(value) for name, value in body.items()}


def id_in(body: Body, name: str, key: str) -> str:
    """The id that the caller chose; without one, that of the Idempotency-Key.

    Raises:
        RequestInvalidError: It can be none.
    """
    if name not in body:
        return f"k-{hashlib.sha256(key.encode()).hexdigest()[:32]}"
    return _matching(_ID, body, name, "letters, digits, dots, dashes, underscores or colons")


def receipt_in(body: Body) -> str:
    """The number of a store's receipt.

    Raises:
        RequestInvalidError: It can be none.
    """
    signs = "letters, digits, dots, dashes, underscores, colons or slashes"
    return _matching(_RECEIPT, body, "receipt", signs)


def amount_in(body: Body) -> int:
    """An amount of money in minor units.

    Raises:
        RequestInvalidError: Not whole, none, or more than a thousand million.
    """
    amount = body["amount"]
    if type(amount) is not int or not 1 <= amount <= MOST_AMOUNT:
        detail = f"amount is in whole minor units, from 1 to {MOST_AMOUNT}."
        raise RequestInvalidError(detail, field="amount")
    return amount


def moment_in(body: Body, name: str) -> datetime:
    """An instant as RFC 3339 writes it.

    Raises:
        RequestInvalidError: It is none.
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
        RequestInvalidError: Empty, too long, begun by a space, or with control characters.
    """
    text = text_in(body, name, _MOST_TEXT)
    if not _LINE.fullmatch(text):
        raise RequestInvalidError(f"{name} must be one line of text.", field=name)
    return text


def limit_of(request: Request, usual: int) -> int:
    """How many movements are asked for.

    Raises:
        RequestInvalidError: `limit` is no whole number.
    """
    text = _asked(request, "limit", str(usual))
    if not (text.isascii() and text.isdigit() and len(text) <= _LONGEST_COUNT):
        raise RequestInvalidError("limit is a whole number.", field="limit")
    return int(text)


def cursor_of(request: Request) -> str:
    """Where the page before ended; empty for the first.

    Raises:
        RequestInvalidError: It is longer than any of ours.
    """
    cursor = _asked(request, "cursor", "")
    if len(cursor) > _MOST_CURSOR:
        raise RequestInvalidError("That cursor leads nowhere.", field="cursor")
    return cursor


def _whole(value: object) -> object:
    """To JSON, 5.0 is the number 5."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _asked(request: Request, name: str, usual: str) -> str:
    asked = request.query_params
    return str(asked.get(name, usual)) if asked is not None else usual


def _matching(pattern: re.Pattern[str], body: Body, name: str, signs: str) -> str:
    text = body[name]
    if not isinstance(text, str) or not pattern.fullmatch(text):
        rule = f"1 to 64 {signs}, a letter or digit first"
        raise RequestInvalidError(f"{name} must be {rule}.", field=name)
    return text


def _shown(name: str) -> str:
    return ascii(name[:40])
