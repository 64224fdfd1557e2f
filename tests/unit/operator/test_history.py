"""What an operator is shown of a code."""

import pytest

from aftercare.authenticity.model import Audience, Sales, Signal
from infra.local.settings import StackError
from infra.operator.history import history, shown
from tests.fakes.codes import NOON, batch, check
from tests.fakes.codes import history as a_history


def test_a_history_is_told_line_by_line() -> None:
    found = a_history(
        check(1, country=""),
        check(2, audience=Audience.STORE, store_id="S-0412", weight=4),
        sales=Sales().sold(NOON),
        raised={Signal.COUNTRIES: 2},
        cleared=1,
    )
    assert shown(batch(), found).splitlines() == [
        "Batch      B00-0000000000 active",
        "Product    Tiny Tide",
        "Checks     2, of customers 1",
        "Sold       2026-06-10 19:00 UTC",
        "Doubt      countries (at check 2)",
        "Cleared    after check 1",
        "#1         2026-06-11 19:00 UTC  --  customer",
        "#2         2026-06-12 19:00 UTC  US  store S-0412, for 4",
    ]


def test_a_code_that_nobody_checked_has_no_doubt() -> None:
    assert "Doubt      none" in shown(batch(), a_history())


@pytest.mark.parametrize("settings", [{}, {"CODE": "X", "CLEAR": "w" * 201}])
def test_without_a_code_or_with_a_long_story_it_is_told_how(settings: dict[str, str]) -> None:
    with pytest.raises(StackError, match="make history"):
        history(settings)
