"""Values that requests must not fail on: around AWS's limits, ill-formed, or from no calendar."""

import base64
import json
from collections.abc import Mapping
from typing import Any

from hypothesis import strategies as st

from tests.fakes.browser import FORM

type Json = dict[str, Any]


def cursor(place: str) -> str:
    """A statement's cursor, as a caller may make one up."""
    return base64.urlsafe_b64encode(place.encode()).decode().rstrip("=")


NOW = "2026-11-10T07:59:00.000000+00:00"
MOMENTS = (
    "0001-01-01T00:00:00Z",
    "0001-01-01T00:00:00+23:59",
    "0001-01-02T00:00:00-12:00",
    "1000-01-01T00:00:00Z",
    "1899-12-31T23:59:59Z",
    "2200-01-01T00:00:00Z",
    "9999-12-31T23:59:59.999999Z",
    "9999-12-31T23:59:59.999999-23:59",
    "2026-11-31T07:59:00Z",
    "2026-11-10",
)
LONG = tuple(
    sign * (size // len(sign.encode()) + more)
    for sign in ("x", "9", "é", "😀", "\x00")
    for size in (255, 1024, 2048)
    for more in (0, 1)
)
CURSORS = (
    cursor(f"{NOW}#{'x' * 1100}"),
    cursor(f"{NOW}#{'é' * 600}"),
    cursor(f"{NOW}#"),
    cursor(f"{'0' * 1000}{NOW}#earn#A-1"),
    *(cursor(f"{moment}#earn#A-1") for moment in MOMENTS),
    "====",
)
IDS = (
    *(f"{prefix}_{'Z' * 26}" for prefix in ("mem", "ret", "evd", "ac")),
    f"ret_{'0' * 26}#{'x' * 30}",
    f"mem_{'0' * 27}",
    "7K4M-2P9D-XW3R-B6TN",
    f"N-{'0' * 16}",
    f"V-{'Z' * 16}",
)
TEXTS = (
    "",
    " ",
    "\n",
    "\x00",
    "\ud800",
    "a#b",
    "a/../b",
    "%2e%2e%2f%00",
    "ﷺ" * 64,  # which normalises to 18 times as many characters
    "١٢٣",
    "²",
    "-1",
    "1e400",
    "NaN",
    "9" * 5000,
    "{" * 2000,
    "'; --",
    "<script>",
    cursor(f"{NOW}#\x00"),
    "a\r\nSet-Cookie: b=c",
    "=?utf-8?q?x?=",
)
_SOME = st.one_of(
    st.sampled_from(TEXTS + LONG + MOMENTS + CURSORS + IDS),
    st.text(st.characters(min_codepoint=0, max_codepoint=0x1F9FF), max_size=80),
)
_NUMBERS = st.sampled_from(
    [0, -1, 2**31, 2**53 + 1, 2**63, 2**64, 10**38, 10**39, 10**400, 1e308, 0.1, True, None]
)
LEAF = st.one_of(_SOME, _NUMBERS, st.lists(_NUMBERS, max_size=2), st.just({"points": 1}))
_HEADERS = (
    *("accept", "accept-language", "cookie", "user-agent", "origin", "sec-fetch-site"),
    *("content-type", "idempotency-key", "authorization"),
)
_KINDS = (FORM, "application/json", "text/plain", "multipart/form-data; boundary=x", "")


# What a field of that name is most likely to fail on.
_POOLS = {"cursor": st.sampled_from(CURSORS), "occurred_at": st.sampled_from(MOMENTS)}
_MISSING: Any = object()


def one_of(good: str) -> st.SearchStrategy[str]:
    """The good value as often as a hostile one: one bad field must not hide the next."""
    return st.one_of(st.just(good), _SOME)


def _spoilt[Value](
    good: Mapping[str, Value], hostile: st.SearchStrategy[Any]
) -> st.SearchStrategy[dict[str, Value]]:
    """The good values, of which two at most are hostile or missing, and perhaps one more."""

    def bad(names: list[str]) -> st.SearchStrategy[dict[str, Any]]:
        each = {name: _POOLS.get(name, st.one_of(hostile, st.just(_MISSING))) for name in names}
        return st.fixed_dictionaries(each)

    few = st.lists(st.sampled_from(sorted(good)), max_size=2, unique=True).flatmap(bad)
    more: st.SearchStrategy[dict[str, Any]] = st.one_of(
        st.just({}), st.dictionaries(_SOME, _SOME, max_size=1)
    )

    def kept(spoilt: dict[str, Any], unknown: dict[str, Any]) -> dict[str, Value]:
        every = unknown | dict(good) | spoilt
        return {name: value for name, value in every.items() if value is not _MISSING}

    return st.builds(kept, few, more)


def fields(good: Mapping[str, str]) -> st.SearchStrategy[dict[str, str]]:
    """The fields of a form or a query."""
    return _spoilt(good, _SOME)


def bodies(good: Mapping[str, object]) -> st.SearchStrategy[str]:
    """A JSON body, sometimes of something else than an object, or no JSON at all."""
    own = (_spoilt(good, LEAF) if good else st.just({})).map(json.dumps)
    return st.one_of(own, own, own, LEAF.map(json.dumps), _SOME)


def headers() -> st.SearchStrategy[dict[str, str]]:
    some = dict.fromkeys(_HEADERS, _SOME) | {"content-type": st.sampled_from(_KINDS)}
    return st.fixed_dictionaries({}, optional=some)
