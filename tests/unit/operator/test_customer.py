"""What an operator is shown of an erasure, before it and after it."""

from datetime import UTC, date, datetime

import pytest

from aftercare.erasure.model import Erasure, ErasureState, Found, Why
from aftercare.kernel.actor import operator
from aftercare.returns.model import OpenReturn
from infra.local.settings import StackError
from infra.operator.commands import parser
from infra.operator.customer import erase, export, outcome, preview, shown

AT = datetime(2026, 11, 28, 9, tzinfo=UTC)
WAITS = (OpenReturn("R-0001-0002-5", "label_ready", date(2026, 12, 20)),)


def erasure(state: ErasureState = ErasureState.CONFIRMED, **changes: object) -> Erasure:
    made = Erasure("era_1", "mei@example.com", "key", Why.CUSTOMER, operator("li"), AT, state)
    return Erasure(**{**{name: getattr(made, name) for name in made.__slots__}, **changes})


def test_a_dry_run_says_what_goes_what_stays_and_what_it_waits_for() -> None:
    found = Found(
        {"photos and videos": 1_200, "points": 0}, {"returns": 2}, {"decisions": 1}, WAITS
    )
    assert shown(found).splitlines() == [
        "removes                 1,200 photos and videos",
        "puts under a pseudonym  2 returns",
        "keeps                   1 decisions",
        "waits for    R-0001-0002-5: label ready, until 2026-12-20 at last",
    ]


def test_of_an_unknown_address_there_is_nothing() -> None:
    assert shown(Found({}, {}, {}, ())) == "There is nothing of that address."


def test_the_end_of_the_command_says_what_comes_next() -> None:
    waiting = outcome(erasure(waits_for=WAITS))
    assert waiting.startswith("era_1 waits until these returns are over, and looks every day:")
    assert "R-0001-0002-5" in waiting
    swept = outcome(erasure(ErasureState.SWEPT, next_at=AT))
    assert swept == "era_1: erased. A second sweep follows by itself at 2026-11-28 09:00 UTC."
    assert outcome(erasure()) == "era_1 goes on by itself within a minute."


@pytest.mark.parametrize("email", ["", "mei"])
def test_without_an_address_nothing_is_shown_erased_or_written(email: str) -> None:
    commands = {"preview": preview, "erase": erase, "export": export}
    for verb, command in commands.items():
        more = ["--out", "x.zip"] if verb == "export" else []
        with pytest.raises(StackError, match="is not an e-mail address"):
            command(parser().parse_args(["customer", verb, *more, email]))
