"""The customer's orders, and the choice of what comes back: an order's items, then one of them."""

from http import HTTPStatus

from chalice.app import Blueprint, Response

from aftercare.kernel.actor import CUSTOMER
from aftercare.kernel.clock import utc_now
from aftercare.kernel.ids import new_id
from aftercare.orders.model import OrderLine, normalised_order_number
from aftercare.returns.errors import (
    ChoiceInvalidError,
    NoPolicyError,
    ReturnEndedError,
    ReturnLapsedError,
    ReturnNotFoundError,
)
from aftercare.returns.model import ChosenLine, Return
from aftercare.returns.outlook import LineOutlook
from aftercare.web.forms import CONTENT_TYPES
from aftercare.web.sentences import sentence_of
from portal import rooms
from portal.edge import Visit, customers_page
from portal.returns import forms, item_forms, items, order_pages, words
from portal.returns.items import Place

routes = Blueprint(__name__)

# Longer than any reference, with what people paste around it.
_MOST_REFERENCE = 100


@routes.route("/orders", methods=["GET"])
@customers_page(routes)
def orders(visit: Visit) -> Response:
    returns = rooms.returns().of_customer(visit.session.email_key)
    bought = rooms.orders().of_customer(visit.session.email_key)
    outlooks = rooms.returns().outlooks(bought, returns)
    cards = [
        order_pages.order_card(
            visit.words,
            visit.request.base,
            order,
            returns,
            outlooks.get(order.order_number),
            check=_check(visit),
        )
        for order in bought
    ]
    return visit.show("orders.html", orders=cards)


@routes.route("/orders/{order_number}", methods=["GET"])
@customers_page(routes)
def order(visit: Visit, order_number: str) -> Response:
    place = _place(visit, order_number)
    if place.ended:
        return visit.go(f"/returns/{place.return_id}")
    try:
        outlooks = rooms.returns().outlook(place.order, place.check)
        shown = items.order_items(visit.words, place, outlooks)
    except NoPolicyError as error:
        shown = items.sold_elsewhere(visit.words, place, sentence_of(visit.words, error))
    return visit.show(
        "order.html",
        HTTPStatus.OK,
        errors=None,
        order=order_pages.order_head(visit.words, place.order),
        parcels=order_pages.parcel_cards(visit.words, place.order),
        draft=items.started(visit.words, place, utc_now()),
        **shown,
    )


@routes.route("/orders/{order_number}/item", methods=["GET"])
@customers_page(routes)
def item(visit: Visit, order_number: str) -> Response:
    place = _place(visit, order_number)
    found = None if place.ended else _item(visit, place)
    if found is None:
        return _elsewhere(visit, place)
    line, outlook = found
    typed, kept = (
        each if each.get("line") == line.line_id else {} for each in (visit.flash.typed, visit.kept)
    )
    form = item_forms.item_form(
        visit.words, place, line, outlook, typed or kept, kept=bool(kept) and not typed
    )
    return visit.show("item.html", item=form)


@routes.route("/orders/{order_number}/item", methods=["POST"], content_types=CONTENT_TYPES)
@customers_page(routes)
def choose(visit: Visit, order_number: str) -> Response:
    place = _place(visit, order_number)
    found = None if place.ended else _item(visit, place)
    if found is None:
        return _elsewhere(visit, place)
    visit.forget_kept()
    line, outlook = found
    if visit.form.get("take_out"):
        return _take_out(visit, place, line)
    read = forms.read_item(visit.words, visit.form, outlook, item_forms.most_units(place, outlook))
    if visit.form.get("autosave"):
        return _autosave(visit, place, line, read)
    path = place.path(line.line_id)
    if read.errors:
        return visit.refuse(path, read.errors)
    draft = _save(visit, place, line, read.chosen)
    saved = next((each for each in draft.lines if each.line_id == line.line_id), None)
    if draft.is_draft and saved and saved.decision and saved.decision.refusals:
        return visit.refuse(path, {"reason": words.refusal(visit.words, saved.decision)})
    return visit.go(f"/returns/{draft.return_id}")


def _check(visit: Visit) -> str:
    """The reference of a code's check that the check page's link brings along."""
    return visit.request.query("check")[:_MOST_REFERENCE]


def _place(visit: Visit, order_number: str) -> Place:
    """The order, and the return that a choice goes into.

    That is the one which the address names, else the order's draft, else a new one.
    """
    key, named = visit.session.email_key, visit.request.query("return")
    bought = rooms.orders().owned(normalised_order_number(order_number), key)
    draft = _named(key, named) if named else rooms.returns().draft_of(key, bought.order_number)
    if draft and draft.order_number != bought.order_number:
        draft, named = None, ""
    fresh = visit.form.get("return_id") or new_id("ret", utc_now())
    return Place(
        base=visit.request.base,
        order=bought,
        return_id=draft.return_id if draft else named or fresh,
        draft=draft,
        named=bool(named),
        ended=draft is not None and not draft.is_draft,
        check=_check(visit),
    )


def _elsewhere(visit: Visit, place: Place) -> Response:
    """To the return, once it is no draft any more; to the order, for an item that is not in it."""
    return visit.go(f"/returns/{place.return_id}" if place.ended else place.path())


def _named(key: str, return_id: str) -> Return | None:
    """The return with that id; none if it has not been saved yet."""
    try:
        return rooms.returns().owned(key, return_id)
    except ReturnNotFoundError:
        return None


def _item(visit: Visit, place: Place) -> tuple[OrderLine, LineOutlook] | None:
    """The line that the address names, if some of it may come back or it is in the draft."""
    line_id = visit.request.query("line")
    stored = place.draft.choice.get(line_id) if place.draft else None
    reference = visit.form.get("check_reference", "") or (stored.check_reference if stored else "")
    check = (reference or place.check)[:_MOST_REFERENCE]
    outlooks = rooms.returns().outlook(place.order, check, place.draft)
    found = [*zip(place.order.lines, outlooks, strict=True), *items.removed(place)]
    return next(
        (
            (line, outlook)
            for line, outlook in found
            if line.line_id == line_id and (stored or outlook.returnable)
        ),
        None,
    )


def _save(visit: Visit, place: Place, line: OrderLine, chosen: ChosenLine | None) -> Return:
    """Puts the line into the draft, or takes it out; the others stay as they are.

    A form may be older than the end of the return that it was made for: it begins another then.
    """

    def save(return_id: str) -> Return:
        return rooms.returns().save_draft(
            visit.session.email_key,
            return_id,
            place.order.order_number,
            {line.line_id: chosen or ChosenLine(0, None)},
            language=visit.language,
            another=place.named,
            actor=CUSTOMER,
        )

    try:
        return save(place.return_id)
    except (ReturnLapsedError, ReturnEndedError):
        return save(new_id("ret", utc_now()))


def _take_out(visit: Visit, place: Place, line: OrderLine) -> Response:
    others = place.draft and place.draft.choice.keys() - {line.line_id}
    if others:
        _save(visit, place, line, None)
    return visit.go(f"/returns/{place.return_id}{'' if others else '/discard'}")


def _autosave(visit: Visit, place: Place, line: OrderLine, read: forms.Read) -> Response:
    """Saves what was said so far, unfinished as it is; an item that was only looked at is not."""
    if "units" in read.errors:
        raise ChoiceInvalidError("units", read.errors["units"], "quantity")
    if "check_reference" in read.errors:
        raise ChoiceInvalidError("check_reference", read.errors["check_reference"], "reference")
    if "note" in read.errors:
        raise ChoiceInvalidError("note", read.errors["note"])
    chosen, draft = read.chosen, place.draft
    in_return = draft is not None and line.line_id in draft.choice
    if chosen.reason or chosen.note or in_return:
        draft = _save(visit, place, line, chosen)
    return Response({"ticket": draft.ticket if draft else ""}, {"Content-Type": "application/json"})
