"""What an operator is shown of a code."""

import pytest

from aftercare.authenticity.model import Audience, Signal
from aftercare.authenticity.sales import Sales
from infra.local.settings import StackError
from infra.operator.commands import parser
from infra.operator.history import clear, shown
from tests.fakes.codes import NOON, batch, check
from tests.fakes.codes import history as a_history


def test_a_history_is_shown_line_by_line() -> None:
    checked = a_history(
        check(1, country=""),
        check(2, audience=Audience.STORE, store_id="S-0412", weight=4),
        sales=Sales().sold(NOON),
        checks=9,
        raised={Signal.COUNTRIES: 2},
        cleared=1,
    )
    assert shown(batch(), checked, {Signal.COUNTRIES}).splitlines() == [
        "Batch      B00-0000000000 active",
        "Product    Tiny Tide",
        "Checks     9, of customers 1",
        "Sold       2026-06-10 19:00 UTC",
        "Doubt      countries",
        "Cleared    after check 1",
        "#1         2026-06-11 19:00 UTC  --  customer",
        "#2         2026-06-12 19:00 UTC  US  store S-0412, for 4",
    ]


def test_a_code_that_nobody_checked_has_no_doubt() -> None:
    assert "Doubt      none" in shown(batch(), a_history(), set())


@pytest.mark.parametrize("why", ["", " ", "w" * 201])
def test_without_a_reason_or_with_a_long_one_nothing_is_cleared(why: str) -> None:
    with pytest.raises(StackError, match="The reason has 1 to 200 characters"):
        clear(parser().parse_args(["history", "clear", "X", "--why", why]))


def test_showing_a_history_takes_no_reason(capsys: pytest.CaptureFixture[str]) -> None:
    for words in (["show"], ["show", "X", "--why", "seen"], ["clear", "X"]):
        with pytest.raises(SystemExit):
            parser().parse_args(["history", *words])
        assert "usage: aftercare" in capsys.readouterr().err
