"""Every verb of customers on a return in every state, and by somebody else: what happens."""

from collections.abc import Callable
from dataclasses import replace
from typing import NamedTuple

import pytest

from aftercare.evidence.model import EvidenceKind, EvidenceState, Mark
from aftercare.kernel.actor import CUSTOMER
from aftercare.kernel.aws import client
from aftercare.kernel.errors import AftercareError
from aftercare.kernel.ids import new_id
from aftercare.returns.judgement import EvidenceRequest, Review
from aftercare.returns.model import Return, ReturnStatus
from tests.fakes.house import House
from tests.fakes.orders import NOON
from tests.fakes.reviews import AGENT

pytestmark = pytest.mark.integration
S = ReturnStatus
DRAFT = frozenset({S.DRAFT})
TAKES_EVIDENCE = DRAFT | {S.NEEDS_EVIDENCE}
BEFORE_THE_FIRST_SCAN = frozenset(
    {S.SUBMITTED, S.IN_REVIEW, S.NEEDS_EVIDENCE, S.APPROVED, S.LABEL_READY}
)
CAME_TO_NOTHING = frozenset({S.CANCELLED, S.DISCARDED, S.LAPSED})
MARK = Mark(5_000, 5_000, "Here.")


class Rule(NamedTuple):
    """In which states a verb does something; in those of `quiet` it is answered and does nothing.

    In any other it is `refused`; of what came to nothing the reason says so, unless `is_plain`.
    """

    act: Callable[[House, str, Return], object]
    states: frozenset[ReturnStatus]
    quiet: frozenset[ReturnStatus] = frozenset()
    refused: str = "return_closed"
    is_plain: bool = False

    def outcome(self, status: ReturnStatus) -> str:
        if status in self.states | self.quiet:
            return "done"
        if status in CAME_TO_NOTHING and not self.is_plain:
            return "return_lapsed" if status is S.LAPSED else "return_ended"
        return self.refused


def photo_of(house: House, ret: Return) -> str:
    return house.evidence.of_return(ret.return_id)[0].evidence_id


def add(house: House, key: str, ret: Return) -> object:
    kind = EvidenceKind.RECEIPT
    return house.returns.add_photo(key, ret.return_id, "image/jpeg", kind, actor=CUSTOMER)


def mark(house: House, key: str, ret: Return) -> object:
    return house.returns.mark(key, ret.return_id, photo_of(house, ret), MARK)


def serial(house: House, key: str, ret: Return) -> object:
    return house.returns.type_serial(key, ret.return_id, photo_of(house, ret), "7K2M9QXA7K2M9QXA")


def remove(house: House, key: str, ret: Return) -> object:
    return house.returns.remove_photo(key, ret.return_id, photo_of(house, ret))


def reorder(house: House, key: str, ret: Return) -> object:
    return house.returns.reorder_photos(key, ret.return_id, [photo_of(house, ret)])


def submit(house: House, key: str, ret: Return) -> object:
    return house.returns.submit(key, ret.return_id, actor=CUSTOMER)


def discard(house: House, key: str, ret: Return) -> object:
    return house.returns.discard(key, ret.return_id, actor=CUSTOMER)


def answer(house: House, key: str, ret: Return) -> object:
    return house.returns.answer_request(key, ret.return_id, actor=CUSTOMER)


def cancel(house: House, key: str, ret: Return) -> object:
    return house.returns.cancel(key, ret.return_id, actor=CUSTOMER)


GOING_ON = frozenset(ReturnStatus) - CAME_TO_NOTHING
RULES = {
    "add_photo": Rule(add, TAKES_EVIDENCE),
    "mark": Rule(mark, TAKES_EVIDENCE),
    "type_serial": Rule(serial, TAKES_EVIDENCE),
    "remove_photo": Rule(remove, DRAFT),
    "reorder_photos": Rule(reorder, DRAFT),
    "submit": Rule(submit, DRAFT, GOING_ON),
    "discard": Rule(discard, DRAFT | {S.LAPSED}, frozenset({S.DISCARDED}), is_plain=True),
    "answer_request": Rule(answer, frozenset({S.NEEDS_EVIDENCE}), GOING_ON),
    "cancel": Rule(
        cancel,
        BEFORE_THE_FIRST_SCAN,
        frozenset({S.CANCELLED}),
        refused="return_on_its_way",
        is_plain=True,
    ),
}


@pytest.fixture
def base(house: House) -> Return:
    """A draft of which each cell gets a copy."""
    return house.draft(house.delivered_order(), new_id("ret", NOON))


def copy(house: House, base: Return, tables: dict[str, str], status: ReturnStatus) -> Return:
    """The return in that state, with one accepted photo that staff asked for."""
    wanted = EvidenceRequest((EvidenceKind.RECEIPT,), "", AGENT.actor, NOON, NOON)
    made = replace(
        base,
        return_id=new_id("ret", NOON),
        status=status,
        review=Review(NOON, wanted=wanted),
        version=None,
    )
    house.returns.store.save_claim(made)
    held = "0" if status is S.DRAFT else "1"
    client("dynamodb").put_item(
        TableName=tables["ReturnsTable"],
        Item={
            "pk": {"S": f"ORDER#{base.order_number}"},
            "sk": {"S": "LINE#1"},
            "units": {"N": held},
        },
    )
    slot = house.evidence.open_slot(
        made.return_id, "image/jpeg", EvidenceKind.SERIAL_CODE, actor=CUSTOMER
    )
    house.evidence.store.settle(replace(slot, state=EvidenceState.ACCEPTED))
    return made


def seen(house: House, ret: Return) -> object:
    """The return as it is stored, with its version, and its evidence."""
    stored = house.returns.store.get(ret.return_id)
    return stored, stored.version if stored else None, house.evidence.of_return(ret.return_id)


def outcome(rule: Rule, house: House, key: str, ret: Return) -> str:
    try:
        rule.act(house, key, ret)
    except AftercareError as error:
        return error.code
    return "done"


@pytest.mark.parametrize("verb", RULES)
def test_a_customers_verb_does_what_the_state_allows_and_changes_nothing_else(
    house: House, base: Return, tables: dict[str, str], verb: str
) -> None:
    rule = RULES[verb]
    for status in ReturnStatus:
        ret = copy(house, base, tables, status)
        before = seen(house, ret)
        assert outcome(rule, house, ret.email_key, ret) == rule.outcome(status), status
        assert (seen(house, ret) != before) is (status in rule.states), status


@pytest.mark.parametrize("verb", RULES)
def test_another_customer_finds_no_such_return_in_any_state(
    house: House, base: Return, tables: dict[str, str], verb: str
) -> None:
    for status in ReturnStatus:
        ret = copy(house, base, tables, status)
        before = seen(house, ret)
        assert outcome(RULES[verb], house, "somebody-else", ret) == "return_not_found", status
        assert seen(house, ret) == before, status
