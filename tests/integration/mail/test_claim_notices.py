"""What the mailer sends to whoever left an address with what they said of a code."""

import pytest

from aftercare.authenticity.cases import CaseState
from aftercare.authenticity.events import CLAIM_DECIDED, CLAIMED
from mailer.app import handler
from tests.fakes.code_cases import CodeCases, code_cases_on, key
from tests.fakes.entries import entries_of
from tests.fakes.events import CONTEXT, bus_event, queue_event
from tests.fakes.mails import Posted, posting

pytestmark = [pytest.mark.integration, pytest.mark.usefixtures("functions")]


@pytest.fixture
def cases(tables: dict[str, str]) -> CodeCases:
    return code_cases_on(tables["AuthenticityTable"])


def mailed(cases: CodeCases, symbols: str, kind: str) -> list[Posted]:
    """The mails for the entries of that type about the code, each delivered twice."""
    with posting() as sent:
        for entry in entries_of(cases.table):
            if (entry.subject, entry.entry_type) == (key(symbols), kind):
                for _ in range(2):
                    message = queue_event(bus_event(entry))
                    assert handler(message, CONTEXT) == {"batchItemFailures": []}
    return sent


def test_both_mails_go_once_with_the_reference_and_in_the_readers_language(
    cases: CodeCases,
) -> None:
    symbols = cases.desk.fresh_code()
    cases.claim(symbols, "mei", email="mei@example.com", language="fr")
    [claim] = cases.file(symbols).claims
    [received] = mailed(cases, symbols, CLAIMED)
    cases.decide(symbols, CaseState.COPIED)
    [decided] = mailed(cases, symbols, CLAIM_DECIDED)
    assert received.subject == "Nous avons bien reçu votre message sur un code"
    assert decided.subject == "Nous avons statué sur le code que vous nous avez signalé"
    for mail in (received, decided):
        assert mail.to == ["mei@example.com"]
        assert claim.reference in mail.text
        assert claim.words not in mail.text
    assert "trouvé des copies qui le portent" in decided.text


def test_who_leaves_no_address_gets_none(cases: CodeCases) -> None:
    symbols = cases.desk.fresh_code()
    cases.claim(symbols, "mei")
    cases.decide(symbols, CaseState.DISMISSED)
    assert mailed(cases, symbols, CLAIMED) + mailed(cases, symbols, CLAIM_DECIDED) == []
