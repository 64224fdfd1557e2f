"""What customers show when staff ask for more is screened, too; nothing noticed before is lost."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest

from aftercare.evidence.model import Evidence, EvidenceKind, EvidenceState, Likeness, Match
from aftercare.kernel.actor import CUSTOMER
from aftercare.kernel.due.wiring import DueConfig, due_sweeper
from aftercare.kernel.ids import new_id
from aftercare.kernel.rulebook import RuleBook
from aftercare.kernel.timeline import Entry
from aftercare.returns import events
from aftercare.returns.findings import ScreeningRules, screened_again
from aftercare.returns.model import Return, ReturnStatus
from aftercare.returns.queueing import QueueOrder
from aftercare.returns.screener import Codes, KnownCode, Screener
from aftercare.returns.screening import Signal, SignalCode
from tests.fakes.house import WORKER, House, build_house
from tests.fakes.orders import FIGURE, NOON
from tests.fakes.reviews import AGENT, LEAD, NO, QA, YES, Desk
from tests.fakes.screening import rules

pytestmark = pytest.mark.integration
KINDS = [EvidenceKind.SERIAL_CODE]
RULES = rules(limits={"US": {"USD": 1}})
KNOWN = {
    "fitting": KnownCode("7K2M9QXA7K2M9QXA", FIGURE.sku),
    "suspect": KnownCode("7K2M9QXA7K2M9QXA", FIGURE.sku, is_suspect=True),
    "forged": KnownCode("7K2M9QXA7K2M9QXA"),
}


@pytest.fixture
def house(tables: dict[str, str], buckets: dict[str, str]) -> House:
    """A house in which every return waits for a person, for its value."""
    codes = Codes(KNOWN.get, KNOWN.get)
    return build_house(tables, buckets, screening=RuleBook([RULES]), codes=codes)


def showing(house: House, ret: Return, **found: Any) -> Evidence:
    """One more photo of the return, as the intake leaves it."""
    slot = house.returns.add_photo(
        ret.email_key, ret.return_id, "image/jpeg", KINDS[0], actor=CUSTOMER
    )
    accepted = replace(slot, state=EvidenceState.ACCEPTED, **found)
    house.evidence.store.settle(accepted)
    return accepted


def sent(house: House, **found: Any) -> Return:
    """A submitted return whose photo is like that."""
    email = f"{new_id('ret', NOON).lower()}@example.com"
    order = house.delivered_order(FIGURE, email=email)
    draft = house.draft(order, new_id("ret", NOON), {"1": 1})
    showing(house, draft, **found)
    return house.returns.submit(draft.email_key, draft.return_id, actor=CUSTOMER)


def in_review(house: House, **found: Any) -> Return:
    return house.returns.approve(sent(house, **found).return_id, actor=WORKER)


def asked(desk: Desk, ret: Return) -> None:
    """Staff ask for more evidence of the return."""
    version = desk.version(ret.return_id)
    desk.reviews.ask_for_evidence(AGENT, ret.return_id, version, KINDS)


def answered(desk: Desk, ret: Return) -> Return:
    return desk.house.returns.answer_request(ret.email_key, ret.return_id, actor=CUSTOMER)


def screened(desk: Desk, ret: Return) -> Return:
    return desk.house.returns.screen_further(ret.return_id, actor=WORKER)


def noticed(ret: Return) -> dict[str, tuple[str, ...]]:
    assert ret.screening
    return {each.code: each.references for each in ret.screening.signals}


def test_a_suspect_code_in_an_answer_is_noticed_beside_what_was_noticed_before(
    desk: Desk,
) -> None:
    ret = in_review(desk.house)
    assert noticed(ret) == {"high_value": ()}
    asked(desk, ret)
    photo = showing(desk.house, ret, serial="suspect")
    answered(desk, ret)
    after = screened(desk, ret)
    assert noticed(after) == {"suspect_code": (photo.evidence_id,), "high_value": ()}
    assert (after.status, after.review) == (ReturnStatus.IN_REVIEW, desk.now(ret.return_id).review)
    assert after.screening
    assert ret.screening
    weights = RULES.weights
    assert after.screening.score == ret.screening.score + weights[after.screening.signals[0].code]
    assert after.screening.version == RULES.version
    entry = desk.house.returns.timeline(ret)[-1]
    assert (entry.entry_type, entry.actor) == (events.SCREENED_FURTHER, WORKER)
    assert entry.data == {"ticket": ret.ticket, "signals": "suspect_code"}
    assert desk.now(ret.return_id) == after


def test_the_same_version_says_the_same_of_the_first_and_the_later_evidence_again(
    desk: Desk,
) -> None:
    theirs = sent(desk.house)
    match = Match(theirs.return_id, "evd_other", Likeness.SAME_PICTURE)
    ret = in_review(desk.house, matches=(match,))
    asked(desk, ret)
    showing(desk.house, ret, serial="forged", matches=(match,), before_delivery=True)
    answered(desk, ret)
    screened(desk, ret)
    screening = desk.now(ret.return_id).screening
    assert screening
    assert screened_again(RULES, screening) == screening
    assert len(noticed(desk.now(ret.return_id))["reused_photo"]) == 4


def test_what_was_noticed_stays_though_it_would_not_be_noticed_now(desk: Desk) -> None:
    ret = in_review(desk.house)
    assert ret.screening
    other = Signal(SignalCode.TOO_MANY_RETURNS, 50)
    before = replace(ret.screening, signals=(other, *ret.screening.signals), score=150)
    desk.house.returns.store.save_claim(replace(desk.now(ret.return_id), screening=before))
    asked(desk, ret)
    showing(desk.house, ret, serial="fitting")
    answered(desk, ret)
    after = screened(desk, ret)
    assert after.screening
    assert set(after.screening.signals) == set(before.signals)
    assert after.screening.score == 150


def test_evidence_is_screened_once(desk: Desk) -> None:
    ret = in_review(desk.house)
    asked(desk, ret)
    showing(desk.house, ret, serial="suspect")
    answered(desk, ret)
    screened(desk, ret)
    version = desk.version(ret.return_id)
    screened(desk, ret)
    assert desk.version(ret.return_id) == version
    assert desk.steps(ret).count(events.SCREENED_FURTHER) == 1


def test_an_answer_without_anything_new_changes_nothing(desk: Desk) -> None:
    ret = in_review(desk.house)
    asked(desk, ret)
    answered(desk, ret)
    version = desk.version(ret.return_id)
    screened(desk, ret)
    assert desk.version(ret.return_id) == version


def test_what_was_shown_before_the_time_was_over_is_screened_without_an_answer(
    desk: Desk,
) -> None:
    ret = in_review(desk.house)
    asked(desk, ret)
    showing(desk.house, ret, serial="suspect")
    desk.house.clock.forward(days=14)
    desk.house.returns.end_request(ret.return_id, actor=WORKER)
    assert "suspect_code" in noticed(screened(desk, ret))


def late(desk: Desk, ret: Return) -> Evidence:
    """A photo whose upload has begun."""
    return desk.house.returns.add_photo(
        ret.email_key, ret.return_id, "image/jpeg", KINDS[0], actor=CUSTOMER
    )


def swept(desk: Desk) -> list[str]:
    """What the sweeper finds due: the later looks among it happen, as the worker has them."""
    due: list[Entry] = []

    def publish(entries: Sequence[Entry]) -> list[Entry]:
        due.extend(entries)
        return []

    house = desk.house
    due_sweeper(DueConfig(house.due_table), publish, clock=house.clock).sweep(lambda: True)
    looks = [each for each in due if each.entry_type == events.LATER_EVIDENCE_DUE]
    for each in looks:
        house.returns.screen_further(each.subject, actor=WORKER)
    return [each.subject for each in looks]


@pytest.mark.parametrize("minutes", [5, 30])
@pytest.mark.parametrize("end", ["answered", "withdrawn", "overdue"])
def test_a_photo_whose_upload_ends_after_the_answer_is_screened_when_it_is_here(
    desk: Desk, end: str, minutes: int
) -> None:
    ret = in_review(desk.house)
    asked(desk, ret)
    slot = late(desk, ret)
    if end == "answered":
        answered(desk, ret)
    elif end == "withdrawn":
        desk.reviews.withdraw_request(QA, ret.return_id, desk.version(ret.return_id))
    else:
        desk.house.clock.forward(days=14)
        desk.house.returns.end_request(ret.return_id, actor=WORKER)
    assert "suspect_code" not in noticed(screened(desk, ret))
    desk.house.clock.forward(minutes=minutes - 1)
    swept(desk)
    desk.house.evidence.store.settle(replace(slot, state=EvidenceState.ACCEPTED, serial="suspect"))
    desk.house.clock.forward(minutes=1)
    assert ret.return_id in swept(desk)
    after = desk.now(ret.return_id)
    assert noticed(after)["suspect_code"] == (slot.evidence_id,)
    desk.house.clock.forward(minutes=30)
    swept(desk)
    assert desk.steps(ret).count(events.SCREENED_FURTHER) == 1


def test_a_second_answer_adds_to_the_first(desk: Desk) -> None:
    ret, shown = in_review(desk.house), []
    for code in ("forged", "suspect"):
        asked(desk, ret)
        shown.append(showing(desk.house, ret, serial=code).evidence_id)
        answered(desk, ret)
        screened(desk, ret)
    found = noticed(desk.now(ret.return_id))
    assert (found["unknown_code"], found["suspect_code"]) == ((shown[0],), (shown[1],))


def test_the_rules_of_the_submission_count_whatever_was_published_since(desk: Desk) -> None:
    ret = in_review(desk.house)
    asked(desk, ret)
    showing(desk.house, ret, serial="suspect")
    answered(desk, ret)
    heavy = dict.fromkeys(RULES.weights, 9)
    later: ScreeningRules = replace(
        RULES, version="2026-06-11", valid_from=NOON.date(), weights=heavy
    )
    returns = desk.house.returns
    screener = Screener(RuleBook([RULES, later]), returns.store, Codes(KNOWN.get, KNOWN.get))
    after = replace(returns, screener=lambda: screener).screen_further(ret.return_id, actor=WORKER)
    assert after.screening
    assert after.screening.version == RULES.version
    assert 9 not in {signal.weight for signal in after.screening.signals}


def test_what_was_screened_before_it_was_kept_what_was_seen_is_screened_whole(
    desk: Desk,
) -> None:
    ret = in_review(desk.house, serial="suspect")
    assert ret.screening
    facts = {name: fact for name, fact in ret.screening.facts.items() if name != "shown"}
    of_before = replace(ret.screening, facts=facts)
    desk.house.returns.store.save_claim(replace(desk.now(ret.return_id), screening=of_before))
    asked(desk, ret)
    photo = showing(desk.house, ret, serial="forged")
    answered(desk, ret)
    found = noticed(screened(desk, ret))
    assert found["unknown_code"] == (photo.evidence_id,)
    assert len(found["suspect_code"]) == 1


@pytest.mark.parametrize("said", [YES, NO])
def test_who_decides_first_is_not_overwritten(desk: Desk, said: Any) -> None:
    ret = in_review(desk.house)
    asked(desk, ret)
    showing(desk.house, ret, serial="suspect")
    decided = desk.decide(LEAD, answered(desk, ret), said)
    assert screened(desk, ret) == decided


def test_a_return_that_waits_for_its_customer_again_is_screened_after_that(desk: Desk) -> None:
    ret = in_review(desk.house)
    asked(desk, ret)
    showing(desk.house, ret, serial="suspect")
    answered(desk, ret)
    asked(desk, ret)
    version = desk.version(ret.return_id)
    screened(desk, ret)
    assert desk.version(ret.return_id) == version
    answered(desk, ret)
    assert "suspect_code" in noticed(screened(desk, ret))


def test_the_queue_says_who_answered_and_what_was_noticed_then(desk: Desk) -> None:
    ret = in_review(desk.house)

    def shown() -> tuple[str, tuple[str, ...]]:
        [case] = [
            case
            for case in desk.reviews.queue(AGENT, QueueOrder.VALUE).cases
            if case.return_id == ret.return_id
        ]
        return case.answer, case.signals

    assert shown() == ("", ("high_value",))
    asked(desk, ret)
    showing(desk.house, ret, serial="suspect")
    answered(desk, ret)
    assert shown() == ("answered", ("high_value",))
    screened(desk, ret)
    assert shown() == ("answered", ("suspect_code", "high_value"))
    asked(desk, ret)
    desk.house.clock.forward(days=14)
    desk.house.returns.end_request(ret.return_id, actor=WORKER)
    assert shown()[0] == "overdue"
