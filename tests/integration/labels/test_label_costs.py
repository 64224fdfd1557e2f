"""What a label costs is counted by its currency, until its return has it."""

import re
from dataclasses import replace

import pytest

import label_worker.app
from aftercare.kernel.actor import CUSTOMER
from aftercare.kernel.ids import new_id
from aftercare.labels.model import Offer
from aftercare.returns import events
from aftercare.returns.model import Return
from tests.fakes.aws import Json
from tests.fakes.events import CONTEXT, bus_event, queue_event
from tests.fakes.house import WORKER, House
from tests.fakes.logs import logged
from tests.fakes.orders import FIGURE, NOON
from tests.fakes.template import resources

pytestmark = [pytest.mark.integration, pytest.mark.usefixtures("functions")]


def paid_for(house: House, offer: Offer) -> Return:
    """An approved return whose label is printed, bought at that offer, and not attached yet."""
    draft = house.draft(house.delivered_order(FIGURE), new_id("ret", NOON))
    house.add_good_photo(draft)
    house.returns.submit(draft.email_key, draft.return_id, actor=CUSTOMER)
    house.returns.approve(draft.return_id, actor=WORKER)
    house.print_label(draft.return_id)
    label = house.labels.store.of_return(draft.return_id)
    assert label
    house.labels.store.save(replace(label, offer=offer))
    ret = house.returns.store.get(draft.return_id)
    assert ret
    return ret


def costs_told(house: House, ret: Return) -> list[Json]:
    """The lines that the metric's filter finds when the worker gets the approval."""
    [entry] = [each for each in house.returns.timeline(ret) if each.entry_type == events.APPROVED]
    body = resources("AWS::Logs::MetricFilter")["LabelCost"]
    [message] = re.findall(r'\$\.message = "([^"]+)"', body["FilterPattern"])
    with logged() as log:
        answer = label_worker.app.handler(queue_event(bus_event(entry)), CONTEXT)
    assert answer["batchItemFailures"] == []
    [counted] = body["MetricTransformations"]
    [dimension] = counted["Dimensions"]
    fields = [each.removeprefix("$.") for each in (counted["MetricValue"], dimension["Value"])]
    return [
        {name: line[name] for name in fields} for line in log.lines if line["message"] == message
    ]


def test_what_a_label_costs_is_counted_by_currency_until_its_return_has_it(house: House) -> None:
    ret = paid_for(house, Offer("shp_1", "rate_1", "USPS", "GroundAdvantage", 593, "USD"))
    assert costs_told(house, ret) == [{"amount": 593, "currency": "USD"}]
    for entry in house.label_entries(ret.return_id):
        house.deliver_label_entry(entry)
    assert costs_told(house, ret) == []


def test_a_label_of_a_carrier_that_asks_for_nothing_is_not_counted(house: House) -> None:
    ret = paid_for(house, Offer("shp_1", "rate_1", "Aftercare Sample Post", "Sample"))
    assert costs_told(house, ret) == []
