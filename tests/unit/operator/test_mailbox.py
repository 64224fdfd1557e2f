"""What an operator is shown of a mailbox."""

from datetime import UTC, datetime, timedelta

import pytest

from aftercare.kernel.actor import operator, system
from aftercare.kernel.timeline import Entry
from aftercare.mail.model import Reason, Suppression
from aftercare.mail.service import LIFTED, SUPPRESSED
from infra.local.settings import StackError
from infra.operator.commands import parser
from infra.operator.mailbox import lift, show, shown

AT = datetime(2026, 11, 21, 20, 0, tzinfo=UTC)
FACTS = {"reason": "bounce", "detail": "General"}
BOUNCED = Suppression("0" * 64, Reason.BOUNCE, "General", AT)
ENTRIES = (
    Entry("ent_1", SUPPRESSED, "0" * 64, AT, FACTS, actor=system("mailer")),
    Entry("ent_2", LIFTED, "0" * 64, AT + timedelta(hours=2), FACTS, actor=operator("mei")),
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
def test_without_an_address_nothing_is_shown_or_lifted(email: str) -> None:
    for verb, command in (("show", show), ("lift", lift)):
        with pytest.raises(StackError, match="is not an e-mail address"):
            command(parser().parse_args(["mailbox", verb, email]))
