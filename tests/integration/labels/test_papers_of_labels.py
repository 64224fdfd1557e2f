"""The papers of a parcel are made with its label, kept beside it, and go when its sender does."""

from dataclasses import replace

import pytest

from aftercare.kernel.actor import CUSTOMER
from aftercare.kernel.address import Address
from aftercare.kernel.ids import new_id
from aftercare.labels.erasing import LabelErasing
from aftercare.labels.events import RELEASED, LabelReleased
from aftercare.labels.model import Download, LabelFormat, Paper, document_key_of
from aftercare.returns import events
from aftercare.returns.document import decode, encode
from aftercare.returns.model import Return
from label_worker.app import handler
from tests.fakes.events import CONTEXT, bus_event, queue_event
from tests.fakes.house import WORKER, House
from tests.fakes.orders import FIGURE, purchase
from tests.fakes.papers import texts_of

pytestmark = pytest.mark.integration
MACAU = Address("Mei Tanaka", "1 Avenida", "Macau", "", "", "MO")
SERIALED = replace(FIGURE, serials=("PM-0001-AAAA",), discount=800)


def made(house: House, ship_to: Address | None = None) -> Return:
    """A return out of a delivered order, whose label the worker has made, in two tries."""
    bought = purchase(SERIALED)
    if ship_to:
        bought = replace(bought, ship_to=ship_to, market=ship_to.country, currency="HKD")
    draft = house.draft(house.delivered(bought), new_id("ret", house.clock()))
    house.add_good_photo(draft)
    house.returns.submit(draft.email_key, draft.return_id, actor=CUSTOMER)
    house.returns.approve(draft.return_id, actor=WORKER)
    timeline = house.returns.timeline(house.returns.owned(draft.email_key, draft.return_id))
    [approved] = [entry for entry in timeline if entry.entry_type == events.APPROVED]
    for _ in range(2):
        worked = handler(queue_event(bus_event(approved)), CONTEXT)
        assert worked == {"batchItemFailures": []}
    for entry in house.label_entries(draft.return_id):
        house.deliver_label_entry(entry)
    return house.returns.owned(draft.email_key, draft.return_id)


def stored(house: House, ret: Return, kind: Download) -> bytes | None:
    assert ret.label
    return house.labels.bucket.get(document_key_of(ret.label.label_id, kind))


def test_a_return_across_a_border_has_its_customs_papers_beside_its_label(house: House) -> None:
    ret = made(house, MACAU)
    assert ret.label
    assert ret.label.formats == (*LabelFormat, *Paper)
    assert ret.label.crosses_border
    declaration = stored(house, ret, Paper.DECLARATION)
    assert declaration
    [page] = texts_of(declaration)
    for text in ("MeiTanaka", "MoonHare", "HKD85.00", "9503.00", ret.order_number, "2026-06-03"):
        assert text in page
    invoice = stored(house, ret, Paper.INVOICE)
    assert invoice
    assert len(texts_of(invoice)) == 3


def test_a_return_at_home_has_its_packing_slip_alone(house: House) -> None:
    ret = made(house)
    assert ret.label
    assert ret.label.formats == (*LabelFormat, Paper.PACKING_SLIP)
    assert not ret.label.crosses_border
    slip = stored(house, ret, Paper.PACKING_SLIP)
    assert slip
    assert "PM-0001-AAAA" in texts_of(slip)[0]
    assert stored(house, ret, Paper.DECLARATION) is None


def test_papers_are_named_with_the_release_and_kept_with_the_return(house: House) -> None:
    ret = made(house, MACAU)
    [entry] = [each for each in house.label_entries(ret.return_id) if each.entry_type == RELEASED]
    assert LabelReleased.of(entry).formats[-3:] == tuple(Paper)
    again = decode(ret.return_id, ret.email_key, "2026-06-10T19:00:00Z", encode(ret), 1)
    assert again.label == ret.label


def test_an_erased_senders_papers_are_gone_in_every_version(house: House) -> None:
    ret = made(house, MACAU)
    assert stored(house, ret, Paper.INVOICE)
    LabelErasing(house.labels.store, house.labels.bucket).erase(ret.return_id)
    for kind in (*LabelFormat, *Paper):
        assert stored(house, ret, kind) is None
