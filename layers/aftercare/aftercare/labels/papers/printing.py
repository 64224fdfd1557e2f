"""The papers of a parcel: a packing slip, and what its lane needs at the border (R-BRD-01)."""

from aftercare.labels.borders import Border, Way, border_of
from aftercare.labels.consignment import Consignment
from aftercare.labels.lanes import Form, Lanes, lanes_on
from aftercare.labels.model import LabelDetails, Paper
from aftercare.labels.papers.customs import CustomsPapers
from aftercare.labels.papers.packing import packing
from aftercare.labels.papers.sheet import Captions
from aftercare.labels.reading import verify_ticket


def papers(details: LabelDetails, consignment: Consignment) -> dict[Paper, bytes]:
    """Every paper that goes with that parcel; the same details give the same bytes.

    The ticket on its packing slip was read back.

    Raises:
        LabelUnreadableError: The ticket's QR code is missing, or not as in `details`.
    """
    lanes = lanes_on(details.issued_on)
    carrier = details.carrier_name if details.prepaid else ""
    way = Way(details.ship_from, details.ship_to, carrier, details.issued_on)
    border = border_of(lanes, way, consignment)
    if border is None:
        captions = Captions(details.language)
        slip = packing(details, consignment, captions, captions.text("papers.slip"))
        drawn: dict[Paper, bytes] = {Paper.PACKING_SLIP: slip}
    else:
        drawn = _abroad(details, consignment, border, lanes)
    verify_ticket(drawn[Paper.PACKING_SLIP], details)
    return drawn


def _abroad(
    details: LabelDetails, consignment: Consignment, border: Border, lanes: Lanes
) -> dict[Paper, bytes]:
    captions = Captions("en", border.language)
    named = Form.PACKING_LIST in border.documents
    name = captions.text("papers.packing_list") if named else captions.text("papers.slip")
    drawn = {Paper.PACKING_SLIP: packing(details, consignment, captions, name)}
    customs = CustomsPapers(details, consignment, border, lanes.goods)
    for form in (Form.CN22, Form.CN23):
        if form in border.documents:
            drawn[Paper.DECLARATION] = customs.declaration(form)
    if Form.INVOICE in border.documents:
        drawn[Paper.INVOICE] = customs.invoice(lanes.copies.get(Form.INVOICE, 1))
    return drawn
