"""Somebody comes to a counter with a problem: the form for it, and their paper code."""

import secrets
from collections.abc import Iterator, Mapping
from http import HTTPStatus
from typing import NamedTuple
from urllib.parse import quote

from chalice.app import Response

from aftercare.desk.clock import hours_of
from aftercare.desk.errors import ReceiptRefusedError
from aftercare.desk.hand_over import Shown
from aftercare.desk.receipts import Receipt
from aftercare.desk.ticket import MOST_STORE, MOST_WORDS, Ticket, Topic
from aftercare.desk.walk_ins import BEGIN, MOST_NUMBER, WalkIn
from aftercare.kernel.clock import local_day
from aftercare.kernel.errors import InvalidError, LimitedError
from aftercare.staff.model import Member
from aftercare.staff.policy import require
from aftercare.web import qr
from aftercare.words.model import LANGUAGES, language_of
from aftercare.words.service import words as words_of
from console import rooms
from console.cases.forms import text_in
from console.counter.acting import store_cookie, store_of
from console.edge import Visit
from console.tickets import names

_GROUP = 4
_MOST_EMAIL, _MOST_TOTAL = 254, 20


class PaperCode(NamedTuple):
    """A paper code as it is printed, in its customer's language; `groups` are its digits."""

    tag: str
    title: str
    number: str
    lede: str
    web: str
    until: str
    secret: str
    picture: str
    groups: list[str]
    path: str
    width: int
    quiet: int


def form(visit: Visit, member: Member) -> Response:
    require(member, BEGIN)
    return _form(visit, visit.flash.typed or visit.kept)


def open_case(visit: Visit, member: Member) -> Response:
    """Opens the case and leads to it; a form that can't be sent is shown again, as it was typed."""
    form = visit.form
    try:
        walk_in = _walk_in(form)
        # Anything else that is typed is another case: a step back, and the next customer.
        typed = (text for name, text in form.items() if name != "csrf")
        sent_as = " ".join(typed)
        thread = rooms.walk_ins().open(member, walk_in, sent_as)
    except (InvalidError, ReceiptRefusedError, LimitedError) as error:
        errors = {str(error.facts.get("field", "form")): error.detail}
        is_limited = isinstance(error, LimitedError)
        status = HTTPStatus.TOO_MANY_REQUESTS if is_limited else HTTPStatus.UNPROCESSABLE_ENTITY
        return _form(visit, form, status, errors)
    visit.set_cookie(store_cookie(visit).write(quote(walk_in.store.strip(), safe="")))
    return visit.go(f"/counter/{thread.ticket.number}?done=opened")


def paper(visit: Visit, member: Member, number: str) -> Response:
    """The paper code to print, if the case has one that counts."""
    ticket, shown = rooms.walk_ins().printed(member, number)
    card = _card(ticket, shown) if shown else None
    return visit.show("paper.html", card=card, number=ticket.number)


def draw(visit: Visit, member: Member, number: str) -> Response:
    rooms.walk_ins().print_code(member, number)
    return visit.go(f"/counter/{number}/paper")


def _form(
    visit: Visit,
    typed: Mapping[str, str],
    status: HTTPStatus = HTTPStatus.OK,
    errors: Mapping[str, str] | None = None,
) -> Response:
    return visit.show(
        "walk_in.html",
        status,
        errors=errors,
        typed={"store": store_of(visit), **typed},
        topics=[(topic.value, names.TOPICS[topic]) for topic in Topic],
        languages_of_customers=[(tag, each.name) for tag, each in LANGUAGES.items()],
        most={
            "words": MOST_WORDS,
            "store": MOST_STORE,
            "email": _MOST_EMAIL,
            "receipt": MOST_NUMBER,
            "total": _MOST_TOTAL,
        },
        sent_as=typed.get("sent_as") or secrets.token_urlsafe(12),
    )


def _walk_in(form: Mapping[str, str]) -> WalkIn:
    topic = form.get("topic", "")
    if topic not in set(Topic):
        raise InvalidError("Choose what it is about.", field="topic")
    if form.get("language", "") not in LANGUAGES:
        raise InvalidError("Choose the customer’s language.", field="language")
    return WalkIn(
        store=form.get("store", ""),
        topic=Topic(topic),
        words=text_in(form, "words"),
        language=form["language"],
        email=form.get("email", "")[:_MOST_EMAIL],
        receipt=Receipt(form.get("receipt", ""), form.get("total", "")[:_MOST_TOTAL]),
        is_unproved=form.get("is_unproved") == "yes",
    )


def _card(ticket: Ticket, shown: Shown) -> PaperCode:
    w = words_of(language_of(ticket.language), typeset=True)
    until = w.day(local_day(shown.until, hours_of(ticket.market).staffed.zone))
    return PaperCode(
        tag=w.language,
        title=w.text("hand_over.paper_title"),
        number=w.text("messages.number", number=ticket.number),
        lede=w.text("hand_over.paper_lede"),
        web=w.text("hand_over.paper_web"),
        until=w.text("hand_over.paper_until", day=until),
        secret=w.text("hand_over.paper_secret"),
        picture=w.text("hand_over.picture"),
        groups=[*_groups(shown.digits)],
        path=qr.path_of(shown.digits),
        width=qr.SIZE + 2 * qr.QUIET,
        quiet=qr.QUIET,
    )


def _groups(digits: str) -> Iterator[str]:
    return (digits[at : at + _GROUP] for at in range(0, len(digits), _GROUP))
