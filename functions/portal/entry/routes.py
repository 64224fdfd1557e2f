"""The way in: find an order, prove the e-mail address, sign out."""

from urllib.parse import urlencode

from chalice.app import Blueprint, Response

from aftercare.access.errors import CodeExpiredError
from aftercare.kernel.actor import CUSTOMER
from aftercare.kernel.observe import failure, logger
from aftercare.kernel.typed import MOST, order_number_in
from aftercare.orders.errors import OrderNotFoundError
from aftercare.web import languages
from aftercare.web.customers import anonymous, signed_in, writing
from aftercare.web.forms import CONTENT_TYPES
from aftercare.web.sentences import sentence_of
from portal import rooms
from portal.edge import MESSAGES_DOOR, POINTS_DOOR, Visit, edge
from portal.entry.asking import about_cookies, ask, end, to_the_code
from portal.entry.sessions import awaits_mailbox, is_of_messages, is_place, on_the_way_to

routes = Blueprint(__name__)

_TYPED = ("order_number", "email")


@routes.route("/", methods=["GET"])
@edge.page(routes)
def find_page(visit: Visit) -> Response:
    if visit.session.signed_in and not visit.request.queries().keys() - {languages.PARAMETER}:
        return visit.go("/orders")
    if number := _own_order(visit):
        return visit.go(f"/orders/{number}")
    wanted = visit.request.query("to")
    is_ours = is_place(wanted)
    if is_ours:
        visit.cookie.session = on_the_way_to(visit.session, wanted)
    typed = {**_prefilled(visit), **visit.flash.typed}
    return visit.show(
        "find.html",
        form={name: typed[name] for name in _TYPED},
        signed_out=is_ours,
        writing=wanted if is_ours and is_of_messages(wanted) else "",
        errors=about_cookies(visit),
    )


@routes.route("/", methods=["POST"], content_types=CONTENT_TYPES)
@edge.page(routes, takes_stale_form=True)
def find(visit: Visit) -> Response:
    visit.form = {name: visit.form.get(name, "")[:MOST] for name in _TYPED}
    return ask(
        visit,
        "/",
        lambda: rooms.access().request_code(
            **visit.form, source=visit.request.source, actor=CUSTOMER, language=visit.language
        ),
    )


@routes.route("/code", methods=["GET"])
@edge.page(routes)
def code_page(visit: Visit) -> Response:
    """The page on which the code is typed; once no try is left, it offers another code instead."""
    if not visit.session.request_ids:
        return visit.go("/orders" if visit.session.signed_in else "/")
    return visit.show(
        "code.html",
        sent_again=visit.request.query("again") == "1",
        has_ended=visit.flash.code == CodeExpiredError.code,
        writing=awaits_mailbox(visit.session),
        start=_start(visit),
    )


@routes.route("/code", methods=["POST"], content_types=CONTENT_TYPES)
@edge.page(routes)
def prove_code(visit: Visit) -> Response:
    typed, requests = visit.form.get("code", ""), visit.session.request_ids
    try:
        if visit.form.get("again"):
            return _send_again(visit)
        proved = rooms.access().prove(requests, typed, visit.request.source, actor=CUSTOMER)
    except CodeExpiredError as error:
        if requests or visit.request.wants_json:
            raise
        return visit.refuse("/", {"form": sentence_of(visit.words, error)}, code=error.code)
    wanted = visit.session.wanted
    if proved.mailbox_by:
        visit.cookie.session = writing(proved.email_key, proved.mailbox_by)
        return visit.go(wanted if is_of_messages(wanted) else "/messages")
    visit.cookie.session = signed_in(proved.email_key)
    number = proved.order_number
    return visit.go(wanted or (f"/orders/{number}" if number else "/points"))


@routes.route("/sign-out", methods=["POST"], content_types=CONTENT_TYPES)
@edge.page(routes)
def sign_out(visit: Visit) -> Response:
    try:
        end(visit)
    except Exception as error:  # noqa: BLE001 - whatever it is, this browser forgets its cookie
        logger.warning("sign-out not stored", extra=failure(error))
    visit.cookie.session = anonymous()
    return visit.go("/")


def _start(visit: Visit) -> str:
    """The page of the way in that was taken; it knows where somebody is on the way to."""
    wanted = visit.session.wanted
    if awaits_mailbox(visit.session):
        return MESSAGES_DOOR
    if wanted == "/points":
        return POINTS_DOOR
    return f"/?{urlencode({'to': wanted})}" if is_of_messages(wanted) else "/"


def _send_again(visit: Visit) -> Response:
    """Asks once more for what this browser typed last."""
    newest = next(iter(visit.session.request_ids), "")
    again = rooms.access().repeat_request(
        newest, visit.request.source, actor=CUSTOMER, language=visit.language
    )
    of_mailbox = awaits_mailbox(visit.session)
    return to_the_code(visit, again, "/code?again=1", of_mailbox=of_mailbox)


def _own_order(visit: Visit) -> str:
    """The number of the order that a link leads to, if its mailbox is proved already."""
    number = order_number_in(visit.request.query("order"))
    if not number or not visit.session.signed_in:
        return ""
    try:
        return rooms.orders().owned(number, visit.session.email_key).order_number
    except OrderNotFoundError:
        return ""


def _prefilled(visit: Visit) -> dict[str, str]:
    """What a link in one of the shop's mails brings along. It proves nothing: a code does."""
    names = {"order_number": "order", "email": "email"}
    return {field: visit.request.query(name)[:MOST] for field, name in names.items()}
