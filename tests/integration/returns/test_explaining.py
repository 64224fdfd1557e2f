"""Operators ask what the policy says of a stored order, and replay the stored decisions."""

import pytest

from aftercare.kernel.actor import CUSTOMER
from aftercare.kernel.ids import new_id
from aftercare.orders.model import email_key_of
from aftercare.returns.explaining import ExplainingService, explained
from aftercare.returns.model import Return
from aftercare.returns.policy import Rule
from aftercare.returns.reasons import Reason
from infra.operator.policy import policy_of, replayed
from tests.fakes.house import House
from tests.fakes.orders import BLIND_BOX, EMAIL, FIGURE
from tests.fakes.policies import broken_rules

pytestmark = pytest.mark.integration
KEY = email_key_of(EMAIL)


def explaining(house: House) -> ExplainingService:
    returns = house.returns
    return ExplainingService(returns.store, house.orders, returns.policies, returns.recalls)


def submitted(house: House, units: int) -> Return:
    draft = house.draft(house.delivered_order(FIGURE, BLIND_BOX), new_id("ret", house.clock()))
    draft = house.draft(house.orders.get(draft.order_number), draft.return_id, {"1": units})
    house.add_good_photo(draft)
    return house.returns.submit(KEY, draft.return_id, actor=CUSTOMER)


def test_units_in_a_live_return_are_not_there_to_be_explained(house: House) -> None:
    ret = submitted(house, FIGURE.quantity)
    case = explaining(house).case(ret.order_number)
    decided = explained(case, house.clock(), reasons=[Reason.STAINED])
    broken = {line.line_id: broken_rules(line.decision) for line in decided if line.decision}
    assert broken == {"1": [Rule.UNITS_AVAILABLE], "2": []}


def test_an_explanation_is_what_the_customer_is_told(house: House) -> None:
    order = house.delivered_order(FIGURE, BLIND_BOX)
    case = explaining(house).case(order.order_number)
    decided = {(line.line_id, line.reason): line for line in explained(case, house.clock())}
    for outlook in house.returns.outlook(order):
        for reason, decision in outlook.decisions.items():
            assert decided[outlook.line_id, reason].decision == decision


def test_an_order_that_nobody_told_of_is_empty(house: House) -> None:
    assert explaining(house).case(house.new_number()).order.version is None


def test_every_stored_return_is_replayed_as_it_was_decided(house: House) -> None:
    order = house.delivered_order()
    draft = house.draft(order, new_id("ret", house.clock()))
    ret = submitted(house, 1)
    stored = {each.return_id: each for each in house.returns.store.every()}
    assert stored.keys() >= {draft.return_id, ret.return_id}
    for each in (draft, ret):
        [line] = stored[each.return_id].lines
        assert line.decision
        assert line.decision.facts
        name = f"{line.decision.policy_id}/{line.decision.policy_version}"
        assert replayed(policy_of(name), line.decision.facts) == line.decision
