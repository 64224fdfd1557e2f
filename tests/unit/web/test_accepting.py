"""A media type is sent if it is wanted, and not less than the usual one."""

import pytest

from aftercare.web.accepting import prefers

CSV, JSON = "text/csv", "application/json"


@pytest.mark.parametrize(
    "accept",
    [
        "text/csv",
        "TEXT/CSV",
        "text/csv;q=0.1",
        "text/csv; charset=utf-8; q=0.5",
        "application/json;q=0.5, text/csv",
        "application/json, text/csv",
        "*/*;q=0.8,text/csv",
    ],
)
def test_what_is_wanted_is_sent(accept: str) -> None:
    assert prefers(accept, CSV, JSON)


@pytest.mark.parametrize(
    "accept",
    [
        "",
        "*/*",
        "application/json",
        "text/csv;q=0",
        "text/csv;q=0.000, application/json",
        "application/json, text/csv;q=0.9",
        "text/csv;q=x",
        "text/csv;q=-1",
        "text/csv;q=2",
        "text/csvx",
        "x-text/csv",
    ],
)
def test_what_is_not_wanted_or_less_is_not_sent(accept: str) -> None:
    assert not prefers(accept, CSV, JSON)
