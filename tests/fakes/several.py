"""Returns in several parcels, each with its own label."""

from aftercare.kernel.actor import CUSTOMER
from aftercare.labels.events import LabelScanned
from aftercare.labels.model import ScanKind
from aftercare.returns.labelling import LabellingService
from aftercare.returns.model import Return
from aftercare.returns.parcel_labels import label_of
from tests.fakes.house import WORKER, House, plain_page


def in_parcels(house: House, ret: Return, parcels: int = 2) -> Return:
    """That return, whose label is ready, with as many parcels and labels."""
    for parcel in range(2, parcels + 1):
        house.returns.add_parcel(ret.email_key, ret.return_id, parcel, actor=CUSTOMER)
        make_label(house, ret, parcel)
    return now(house, ret)


def make_label(house: House, ret: Return, parcel: int) -> None:
    """Makes a later parcel's label, and hands it to the return."""
    labelling = LabellingService(house.returns.store, house.orders)
    if request := labelling.label_request(ret.return_id, parcel):
        house.labels.issue(request, plain_page, actor=WORKER)
    for entry in house.label_entries(ret.return_id):
        house.deliver_label_entry(entry)


def scan(house: House, ret: Return, parcel: int, kind: ScanKind, *, voided: bool = False) -> Return:
    """The entry of a scan of that parcel, as the returns worker takes it."""
    label = label_of(now(house, ret), parcel)
    scanned = LabelScanned(
        ret.return_id,
        label.label_id if label else f"lbl_{parcel}",
        ret.ticket,
        label.tracking_number if label else f"506{parcel}",
        "The Post",
        sample=False,
        kind=kind,
        scanned_at=house.clock.now,
        voided=voided,
        parcel=parcel,
    )
    return house.returns.record_scan(scanned, actor=WORKER)


def now(house: House, ret: Return) -> Return:
    found = house.returns.store.get(ret.return_id)
    assert found
    return found
