"""What an operator is shown of a mailbox, and what is asked before mail goes there again."""

from datetime import UTC, datetime, timedelta

import pytest

from aftercare.kernel.actor import operator, system
from aftercare.kernel.timeline import Entry
from aftercare.mail.model import Reason, Suppression
from aftercare.mail.service import LIFTED, SUPPRESSED
from infra.local.settings import StackError
from infra.operator.asking import acting, confirm
from infra.operator.mailbox import mailbox, shown
from infra.operator.unsuppress import unsuppress

AT = datetime(2026, 11, 21, 20, 0, tzinfo=UTC)
FACTS = {"reason": "bounce", "detail": "General"}
BOUNCED = Suppression("0" * 64, Reason.BOUNCE, "General", AT)
ENTRIES = (
    Entry("ent_1", SUPPRESSED, "0" * 64, AT, FACTS, system("mailer")),
    Entry("ent_2", LIFTED, "0" * 64, AT + timedelta(hours=2), FACTS, operator("mei")),
)


def test_a_mailbox_is_shown_with_its_reason_and_since_when() -> None:
    assert shown(BOUNCED, ENTRIES[:1]).splitlines() == [
        "No mail goes to this mailbox since 2026-11-21 20:00 UTC: bounce, General.",
        "2026-11-21 20:00 UTC  suppressed (bounce, General) by system:mailer",
    ]


def test_a_lifted_one_says_who_lifted_it() -> None:
    lifted = Suppression("0" * 64, Reason.BOUNCE, "General", AT, lifted_at=AT)
    assert shown(lifted, ENTRIES).splitlines()[0] == "Mail goes to this mailbox again."
    assert shown(lifted, ENTRIES).splitlines()[2] == "2026-11-21 22:00 UTC  lifted by operator:mei"
    assert "never" in shown(None, ())


@pytest.mark.parametrize("email", ["", "mei", "  "])
def test_without_an_address_both_say_how_to_name_one(email: str) -> None:
    with pytest.raises(StackError, match="make mailbox EMAIL="):
        mailbox({"EMAIL": email})
    with pytest.raises(StackError, match="make unsuppress EMAIL="):
        unsuppress({"EMAIL": email})


@pytest.mark.parametrize("answer", ["y", "Yes ", "YES"])
def test_a_yes_goes_on(answer: str) -> None:
    confirm("Sure?", {}, lambda _: answer)


@pytest.mark.parametrize("answer", ["", "n", "no", "1"])
def test_anything_else_changes_nothing(answer: str) -> None:
    with pytest.raises(StackError, match=r"Nothing was changed\."):
        confirm("Sure?", {}, lambda _: answer)


def test_a_script_answers_with_yes_and_is_told_so_where_nobody_can() -> None:
    confirm("Sure?", {"YES": "1"})
    with pytest.raises(StackError, match="YES=1"):
        confirm("Sure?", {"YES": "0"})


def test_the_actor_is_who_says_so_or_whose_account_it_is() -> None:
    assert acting({"OPERATOR": "mei"}) == "operator:mei"
    assert acting({}).removeprefix("operator:")
