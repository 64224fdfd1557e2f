"""View models of the label to download: in the paper of their market, and in other formats."""

from typing import NamedTuple

from aftercare.labels.model import LabelFormat, Paper, paper_of, shown_ticket
from aftercare.orders.model import Order
from aftercare.returns.model import IssuedLabel, ParcelWay, Return, ReturnStatus
from aftercare.returns.parcel_labels import (
    is_any_awaited,
    label_ends,
    label_of,
    most_parcels,
    next_parcel,
)
from aftercare.words.service import Words
from portal.returns import days

# A label leads somewhere until its parcel is here.
_WITH_LABEL = {ReturnStatus.LABEL_READY, ReturnStatus.IN_TRANSIT}
_NO_LABEL = IssuedLabel("", "", "", sample=False, formats=())


class Download(NamedTuple):
    """One format, by what it is for."""

    name: str
    href: str
    content_type: str


class LabelCard(NamedTuple):
    """A parcel's label to download: `href` in the first format, `others` in the rest, its papers.

    `href` is empty while it is still made, and once it `is_void`. `mark` is what the label of one
    of several parcels shows of the ticket. `transit` says how long a parcel takes across a customs
    border; empty if it crosses none.
    """

    parcel: int
    mark: str
    is_void: bool
    href: str
    tracking_number: str
    carrier: str
    sample: bool
    prepaid: bool
    drop_by: str
    others: tuple[Download, ...]
    papers: tuple[Download, ...]
    transit: str

    @property
    def is_being_made(self) -> bool:
        """Whether it is on its way to its customer, who need only wait."""
        return not self.href and not self.is_void


class Another(NamedTuple):
    """The parcel that may be added: its number, what the form says, and its address."""

    parcel: int
    most: int
    action: str
    deduction: str


class LabelSection(NamedTuple):
    """The labels of a return's page: the first one, each parcel's, and how to get another."""

    label: LabelCard | None
    labels: list[LabelCard]
    another: Another | None


def label_section(w: Words, base: str, ret: Return, order: Order | None) -> LabelSection:
    """The label of each parcel, by their numbers; none where none leads anywhere."""
    is_several_here = ret.status is ReturnStatus.ARRIVED and is_any_awaited(ret)
    if ret.label is None or not (ret.status in _WITH_LABEL or is_several_here):
        return LabelSection(None, [], None)
    cards = [_card(w, base, ret, order, parcel) for parcel in range(1, ret.parcels + 1)]
    return LabelSection(cards[0], cards, _another(w, base, ret))


def _another(w: Words, base: str, ret: Return) -> Another | None:
    """The form that asks for one more label, where one may be had (R-LBL-44)."""
    parcel, agreed = next_parcel(ret), ret.agreed_deduction
    if parcel is None or ret.repayment:
        return None
    deduction = w.money(agreed.amount, agreed.currency) if agreed else ""
    return Another(parcel, most_parcels(ret), f"{base}/returns/{ret.return_id}/parcels", deduction)


def _card(w: Words, base: str, ret: Return, order: Order | None, parcel: int) -> LabelCard:
    """A PDF first, on the paper of the order's market if the label has that (R-LBL-23)."""
    label = label_of(ret, parcel) or _NO_LABEL
    is_void = ret.ways.get(parcel) is ParcelWay.VOIDED
    where = f"{base}/returns/{ret.return_id}{label_path(parcel)}"
    first, ends = _first_of(label, order), label_ends(ret).get(parcel)
    formats = () if is_void else label.formats
    return LabelCard(
        parcel=parcel,
        mark=shown_ticket(ret.ticket, parcel),
        is_void=is_void,
        href=f"{where}/{first}" if formats else "",
        tracking_number=label.tracking_number,
        carrier=label.carrier,
        sample=label.sample,
        prepaid=ret.is_prepaid,
        drop_by=days.day_there(w, ends, days.zone_of_return(ret, order)) if ends else "",
        others=tuple(
            Download(w.text(f"return_page.format.{kind}"), f"{where}/{kind}", kind.content_type)
            for kind in formats
            if isinstance(kind, LabelFormat)
            and kind is not first
            and _is_offered(ret, kind, parcel)
        ),
        papers=tuple(
            Download(w.text(f"return_page.paper.{kind}"), f"{where}/{kind}", kind.content_type)
            for kind in formats
            if isinstance(kind, Paper)
        ),
        transit=_transit(w, ret),
    )


def label_path(parcel: int) -> str:
    """The address of a parcel's label, behind its return's; the first one's is as it always was."""
    return f"/parcels/{parcel}/label" if parcel > 1 else "/label"


def _is_offered(ret: Return, kind: LabelFormat, parcel: int) -> bool:
    """A store takes all items at once: who goes there needs one slip."""
    return kind is not LabelFormat.COUNTER or (parcel == 1 and is_taken_by_stores(ret))


def _transit(w: Words, ret: Return) -> str:
    """How long the way takes, by the rules of the label's day (R-REF-05)."""
    if ret.label is None or ret.labelled_at is None or not ret.label.crosses_border:
        return ""
    from aftercare.returns.promise_rules import rules_on  # noqa: PLC0415 - few parcels cross one

    days = rules_on(ret.labelled_at.date()).abroad
    first, last = w.number(days.at_least), w.number(days.at_most)
    return w.text("return_page.border.transit", first=first, last=last)


def is_taken_by_stores(ret: Return) -> bool:
    """Whether a store takes it back at its counter."""
    return any(line.decision.in_store for line in ret.lines if line.decision)


def _first_of(label: IssuedLabel, order: Order | None) -> LabelFormat:
    paper = paper_of(order.purchase.market if order and order.purchase else "")
    return paper if paper in label.formats else LabelFormat.PDF
