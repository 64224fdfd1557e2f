"""What a newer version may store in the place of each enumeration, read after a roll-back.

What decisions rest on is left to a newer function. What only describes something is read on: it is
left out, or shown by its name.
"""

import ast
import json
from collections.abc import Callable
from typing import Any

import pytest

from aftercare.evidence.document import decode_findings, decode_marks
from aftercare.evidence.model import Advice, Mark, Match
from aftercare.kernel.errors import NewerDataError
from aftercare.returns.document import decode, encode
from aftercare.returns.findings import Copy, Findings
from aftercare.returns.model import Return
from aftercare.returns.policy import UnknownRule
from aftercare.staff.claims import roles_in
from aftercare.staff.model import Role
from tests.fakes.samples import items
from tests.fakes.template import ROOT

type Document = dict[str, Any]
type Change = Callable[[Document, str], object]

ROOMS = ("evidence", "returns", "staff")
JUDGED = {
    "accepted": False,
    "code": "not_shown",
    "words": "The other side, please.",
    "by": "staff:stf_ana",
    "at": "2026-06-10T19:00:00.000000+00:00",
}
ASKED = {
    "kinds": ["receipt"],
    "words": "",
    "by": "staff:stf_ana",
    "at": "2026-06-10T19:00:00.000000+00:00",
    "due_at": "2026-06-24T19:00:00.000000+00:00",
}

CAME = {
    "units": {"received": 1},
    "serials": [],
    "place": "Dock 7",
    "by": "client:dock",
    "at": JUDGED["at"],
}
INSPECTED = {
    "accepted": 1,
    "grade": "a",
    "disposition": "restock",
    "code": "as_asked",
    "words": "",
    "by": "client:dock",
    "at": JUDGED["at"],
}
SETTLED = {
    "settlement_id": "R-7K2M-9QXA-4#1",
    "remedy": "refund",
    "lines": {"1": {"units": 1, "net": 1500, "tax": 0}},
    "shipping": 0,
    "deduction": 0,
    "currency": "USD",
    "by": "system:returns_worker",
    "requested_at": JUDGED["at"],
    "state": "requested",
    "failure": "",
}


def document() -> Document:
    """A return that has a bit of everything: a decision, a judgement, a request, a proposal."""
    stored: Document = json.loads(items("returns")["14-ret-return-in-review"]["document"]["S"])
    proposal = {"judgements": {"1": JUDGED}, "by": "staff:stf_lee", "at": JUDGED["at"]}
    stored["lines"][0]["judgement"] = dict(JUDGED)
    stored["lines"][0]["decision"]["remedies"] = ["refund"]
    stored["review"] |= {"wanted": dict(ASKED), "proposal": proposal}
    stored["lines"][0] |= {"receipt": dict(CAME), "inspection": dict(INSPECTED)}
    stored["settlements"] = [dict(SETTLED)]
    stored["attention"] = {"code": "refund_failed", "since": JUDGED["at"]}
    label = {"label_id": "lbl_2", "tracking_number": "5062", "carrier": "Post", "sample": False}
    second = {"parcel": 2, "label": label | {"formats": ["pdf"]}, "ready_at": JUDGED["at"]}
    stored |= {"parcels": 2, "more_labels": [second], "ways": {"1": "on_its_way"}}
    return json.loads(json.dumps(stored))  # type: ignore[no-any-return]


def read(stored: Document) -> Return:
    return decode("ret_1", "key", "2026-06-10T19:00:00.000000+00:00", stored, 1)


def decision_in(stored: Document) -> Document:
    return stored["lines"][0]["decision"]  # type: ignore[no-any-return]


def wanted_in(stored: Document) -> Document:
    return decision_in(stored)["evidence"][0]  # type: ignore[no-any-return]


def found_in(stored: Document) -> Document:
    return stored["lines"][0]["inspection"]  # type: ignore[no-any-return]


DECISIVE: dict[str, tuple[str, Change]] = {
    "status": ("ReturnStatus", lambda d, new: d.update(status=new)),
    "reason": ("Reason", lambda d, new: d["lines"][0].update(reason=new)),
    "opened": ("Opened", lambda d, new: d["lines"][0].update(opened=new)),
    "outcome": ("Outcome", lambda d, new: decision_in(d)["verdicts"].update(delivered=new)),
    "payer": ("Payer", lambda d, new: decision_in(d).update(payer=new)),
    "remedy": ("Remedy", lambda d, new: decision_in(d).update(remedies=[new])),
    "evidence": ("EvidenceKind", lambda d, new: wanted_in(d).update(kind=new)),
    "instead": ("EvidenceKind", lambda d, new: wanted_in(d).update(instead=[new])),
    "shown": ("EvidenceKind", lambda d, new: decision_in(d)["facts"].update(evidence={new: 1})),
    "condition": ("Condition", lambda d, new: d["lines"][0]["receipt"].update(units={new: 1})),
    "grade": ("Grade", lambda d, new: found_in(d).update(grade=new)),
    "disposition": ("Disposition", lambda d, new: found_in(d).update(disposition=new)),
    "settled": ("SettlementState", lambda d, new: d["settlements"][0].update(state=new)),
    "settled by": ("Remedy", lambda d, new: d["settlements"][0].update(remedy=new)),
    "attention": ("AttentionCode", lambda d, new: d["attention"].update(code=new)),
    "way": ("ParcelWay", lambda d, new: d["ways"].update({"2": new})),
    "preferred": ("Remedy", lambda d, new: d["lines"][0].update(remedy=new)),
    "asked for": ("EvidenceKind", lambda d, new: d["review"]["wanted"].update(kinds=[new])),
}
# Read with their slots: tests/integration/evidence/test_evidence_samples.py.
OF_SLOTS = {"EvidenceState", "EvidenceKind"}


def test_the_document_is_read_as_it_is() -> None:
    ret = read(document())
    assert read(json.loads(json.dumps(encode(ret)))) == ret
    assert (ret.parcels, ret.more_labels[0].label.tracking_number) == (2, "5062")


def test_a_return_in_one_parcel_is_written_as_it_was_before_there_were_several() -> None:
    stored = document()
    for field in ("parcels", "more_labels", "ways"):
        del stored[field]
    ret = read(stored)
    assert (ret.parcels, ret.more_labels, ret.ways) == (1, (), {})
    assert {"parcels", "more_labels", "ways"}.isdisjoint(encode(ret))


@pytest.mark.parametrize("name", DECISIVE)
def test_what_decisions_rest_on_is_left_to_a_newer_function(name: str) -> None:
    stored, (kind, change) = document(), DECISIVE[name]
    change(stored, "of_tomorrow")
    with pytest.raises(NewerDataError) as refused:
        read(stored)
    assert refused.value.facts["kind"] == kind


def test_each_enumeration_that_is_read_strictly_is_one_of_these() -> None:
    """Whoever reads another one so decides here that nothing else would do."""
    assert _read_strictly() == {kind for kind, _ in DECISIVE.values()} | OF_SLOTS


def test_a_reason_of_tomorrow_is_kept_and_has_the_sentence_of_its_outcome() -> None:
    stored = document()
    stored["lines"][0]["judgement"]["code"] = "stolen"
    stored["review"]["proposal"]["judgements"]["1"]["code"] = "stolen"
    ret = read(stored)
    judgement = ret.lines[0].judgement
    assert judgement
    assert (judgement.code, judgement.sentence) == ("stolen", "declined")
    assert judgement._replace(accepted=True).sentence == "accepted"
    assert judgement._replace(code="not_shown").sentence == "not_shown"
    assert read(json.loads(json.dumps(encode(ret)))) == ret


def test_a_signal_of_tomorrow_is_left_out_and_its_weight_is_not() -> None:
    stored = document()
    before = read(stored).screening
    stored["screening"]["signals"].append({"code": "rain", "weight": 5, "references": []})
    stored["screening"]["score"] += 5
    after = read(stored).screening
    assert before
    assert after
    assert (after.signals, after.score) == (before.signals, before.score + 5)


def test_a_rule_of_tomorrow_is_read_by_its_name() -> None:
    stored = document()
    decision_in(stored)["verdicts"]["not_worn"] = "failed"
    decision = read(stored).lines[0].decision
    assert decision
    assert UnknownRule("not_worn") in {verdict.rule for verdict in decision.verdicts}


def test_what_tomorrow_adds_to_a_screenings_findings_is_left() -> None:
    copy = ["evd_1", "ret_2", "evd_2", "same_dream", "0.93"]
    facts = {"copies": [copy], "codes": [["evd_1", "borrowed", "x"]], "weather": "rain"}
    found = Findings.of(facts)
    assert found.copies == (Copy("evd_1", "ret_2", "evd_2", "same_dream"),)
    assert found.codes[0].standing == "borrowed"


def test_a_likeness_of_tomorrow_is_read_by_its_name_and_advice_is_left_out() -> None:
    stored = {"advice": ["foggy", "dark"], "matches": [["ret_2", "evd_2", "same_dream", 0.93]]}
    found = decode_findings(json.dumps(stored | {"colour": "warm"}))
    assert found["matches"] == (Match("ret_2", "evd_2", "same_dream"),)
    assert found["advice"] == (Advice.DARK,)


def test_what_tomorrow_adds_to_a_mark_is_left() -> None:
    assert decode_marks('[[1, 2, "A scratch", "red"]]') == (Mark(1, 2, "A scratch"),)


def test_a_role_of_tomorrow_gives_nothing() -> None:
    assert roles_in(["agent", "robot"]) == {Role.AGENT}


def _read_strictly() -> set[str]:
    """The enumerations that stores and documents of the three rooms read with `member`."""
    package = ROOT / "layers" / "aftercare" / "aftercare"
    files = [path for room in ROOMS for path in (package / room).rglob("*.py")]
    return {
        ast.unparse(node.args[0])
        for path in files
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "member"
    }
