"""My messages: the list, a new one, a conversation, and what came to it since."""

from chalice.app import Blueprint, Response

from aftercare.desk.errors import NobodyToAnswerError
from aftercare.web.errors import NoSuchPageError, SignInNeededError
from aftercare.web.forms import CONTENT_TYPES
from portal import rooms
from portal.edge import Visit, customers_page, way_back

routes = Blueprint(__name__)

_MOST_DIGITS = 6

# Other pages need nothing of the desk: what these do is imported where they do it.


def again(visit: Visit, number: str = "") -> Response:
    """What was typed, at once: more than a cookie holds. It needs no room, which may be the fault.

    Whoever is signed out signs in beside it, and comes back.
    """
    from portal.messages import forms  # noqa: PLC0415

    is_signed_out = visit.flash.code == SignInNeededError.code
    return visit.show(
        "message_again.html",
        form=forms.typed_in(visit.flash.typed),
        action=f"/messages/{number or 'new'}",
        way_in=way_back(visit.request) if is_signed_out else "",
    )


@routes.route("/messages", methods=["GET"])
@customers_page(routes, of_writers=True)
def messages(visit: Visit) -> Response:
    from portal.messages import talks  # noqa: PLC0415

    tickets = rooms.tickets().of_customer(visit.session.writer_key)
    return visit.show("messages.html", talks=talks.rows(visit.words, tickets))


@routes.route("/messages/new", methods=["GET"])
@customers_page(routes, of_writers=True)
def new_message(visit: Visit) -> Response:
    from portal.messages import forms  # noqa: PLC0415

    typed = visit.flash.typed or visit.kept or visit.request.queries()
    nobody = visit.flash.code == NobodyToAnswerError.code
    return visit.show("message_new.html", form=forms.new_form(visit, typed), nobody=nobody)


@routes.route("/messages/new", methods=["POST"], content_types=CONTENT_TYPES)
@customers_page(routes, again=again, of_writers=True)
def ask(visit: Visit) -> Response:
    from portal.messages import forms  # noqa: PLC0415

    sent, about = forms.sent_in(visit), forms.about_in(visit)
    key, address = visit.session.writer_key, forms.address_of(visit)
    thread = rooms.tickets().ask(key, about, sent, address)
    return _on(visit, thread.ticket.number)


@routes.route("/messages/{number}", methods=["GET"])
@customers_page(routes, of_writers=True)
def message(visit: Visit, number: str) -> Response:
    from portal.messages import forms, talks  # noqa: PLC0415

    talk = talks.opened(visit, number)
    form = forms.typed_in(visit.flash.typed or visit.kept)
    return visit.show("message.html", talk=talk, form=form)


@routes.route("/messages/{number}", methods=["POST"], content_types=CONTENT_TYPES)
@customers_page(routes, again=again, of_writers=True)
def write(visit: Visit, number: str) -> Response:
    """The answer leads to the ticket that took the message, which may be the one that follows.

    A message may be the wish for a review (R-DSK-85).
    """
    from portal.messages import appeals, forms  # noqa: PLC0415

    sent, tickets = forms.sent_in(visit, number), rooms.tickets()
    key = visit.session.writer_key
    if wish := appeals.wish_in(visit.form.get("review", "")):
        thread = tickets.appeal(key, number, wish, sent)
    else:
        thread = tickets.write(key, number, sent)
    return _on(visit, thread.ticket.number)


def _on(visit: Visit, number: str) -> Response:
    """To where the message is now, or on to its pictures."""
    visit.forget_kept()
    wants_more = visit.form.get("then") == "pictures"
    return visit.go(f"/messages/{number}/pictures" if wants_more else f"/messages/{number}#latest")


@routes.route("/messages/{number}/since/{sequence}", methods=["GET"])
@customers_page(routes, of_writers=True)
def since(visit: Visit, number: str, sequence: str) -> Response:
    """What the customer has not seen yet, for the script of the page: none of it, or its markup."""
    from portal.messages import talks  # noqa: PLC0415

    if not (sequence.isascii() and sequence.isdigit() and len(sequence) <= _MOST_DIGITS):
        raise NoSuchPageError("There is no page at this address.")
    state, mark = visit.request.query("state"), visit.request.query("mark")
    news = talks.news(visit, number, int(sequence), state, mark)
    html = visit.show("message_since.html", talk=news).body if news else ""
    return Response({"html": html}, {"Content-Type": "application/json"})
