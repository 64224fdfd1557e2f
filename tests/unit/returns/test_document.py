"""A stored return is read as it was written; an earlier version's has nothing that came later."""

import json
from dataclasses import replace
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from aftercare.kernel.actor import CUSTOMER, UNKNOWN
from aftercare.kernel.clock import to_text
from aftercare.orders.model import email_key_of
from aftercare.returns.document import decode, encode
from aftercare.returns.model import Opened, Repayment, Return, ReturnLine
from aftercare.returns.policies import published
from aftercare.returns.policy import Facts, LineDecision, decide
from aftercare.returns.reasons import EvidenceKind, Reason
from tests.fakes.orders import EMAIL, NOON
from tests.fakes.samples import Item, items

KEY = email_key_of(EMAIL)
MOMENTS = st.datetimes(datetime(2024, 1, 1), datetime(2032, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001
# Schema 1 had none of these.
LATER = ("schema", "chosen_by", "label_fault", "check_reference", "repayment")


def decisions() -> st.SearchStrategy[LineDecision]:
    """Any decision of any published policy."""
    some_facts = st.builds(
        Facts,
        market=st.sampled_from(["US", "JP", "AQ"]),
        reason=st.sampled_from(Reason),
        as_of=MOMENTS,
        zone=st.sampled_from(["Pacific/Honolulu", "America/New_York", "Asia/Tokyo"]).map(ZoneInfo),
        kind=st.sampled_from(["figure", "blind_box", "pop_now", ""]),
        requested=st.integers(0, 3),
        available=st.integers(-1, 3),
        bought=st.integers(0, 12),
        set_size=st.none() | st.just(12),
        opened_online=st.booleans(),
        opened=st.sampled_from(Opened),
        recalled=st.booleans(),
        delivered_at=st.none() | MOMENTS,
        purchased_at=st.none() | MOMENTS,
        dispatched_at=st.none() | MOMENTS,
        evidence=st.dictionaries(st.sampled_from(EvidenceKind), st.integers(1, 5)),
    )
    return st.builds(decide, st.sampled_from(published().policies), some_facts)


def stored() -> dict[str, object]:
    """The document of a return with its label, as schema 1 wrote it."""
    return document_of(items("returns")["07-ret-return-label_ready"])


def document_of(item: Item) -> dict[str, object]:
    document: dict[str, object] = json.loads(item["document"]["S"])
    return document


def read(document: dict[str, object]) -> Return:
    return decode("ret_1", KEY, "2026-11-27T16:33:31.947442Z", document, 3)


def test_a_return_of_the_first_schema_has_nothing_that_came_later() -> None:
    document = {name: value for name, value in stored().items() if name not in LATER}
    ret = read(document)
    assert (ret.chosen_by, ret.label_fault, ret.repayment) == (UNKNOWN, "", None)
    assert (ret.language, ret.evidence_due_at) == ("en", None)
    [line] = ret.lines
    assert (line.check_reference, line.opened, line.asked_at) == ("", Opened.UNKNOWN, None)
    assert ret.version == 3


def test_what_is_written_is_read() -> None:
    document = stored() | {
        "note": "An ear came off.",
        "chosen_by": str(CUSTOMER),
        "label_fault": "tracking_missing",
        "check_reference": "ref-1",
        "repayment": {"amount": 1899, "currency": "USD", "repaid_at": "2026-11-28T09:00:00Z"},
    }
    ret = read(document)
    assert ret.repayment == Repayment(1899, "USD", NOON.replace(2026, 11, 28, 9, 0, 0, 0))
    [line] = ret.lines
    assert (line.note, line.check_reference) == ("An ear came off.", "ref-1")
    assert read(json.loads(json.dumps(encode(ret)))) == ret


def test_a_draft_keeps_what_was_said_of_a_line_without_a_reason() -> None:
    document = document_of(items("returns")["09-ret-return-per-line"]) | {"status": "draft"}
    ret = read(document)
    said = replace(ret.lines[0], reason=None, decision=None, note="Not sure yet.")
    draft = replace(ret, lines=(said, ret.lines[1]))
    assert read(json.loads(json.dumps(encode(draft)))) == draft


@given(decisions())
def test_a_decision_made_again_from_its_stored_facts_is_the_stored_decision(
    decision: LineDecision,
) -> None:
    assert decision.facts
    chosen = ReturnLine("1", "FIG-1", "Moon Hare", 1, decision.facts.reason, decision=decision)
    ret = Return("ret_1", KEY, "PM-2026-0001", (chosen,), NOON)
    stored = json.loads(json.dumps(encode(ret)))
    [line] = decode("ret_1", KEY, to_text(NOON), stored, 1).lines
    assert line.decision == decision
    assert line.decision
    assert line.decision.facts
    policy = published().version(line.decision.policy_id, line.decision.policy_version)
    assert decide(policy, line.decision.facts) == line.decision
