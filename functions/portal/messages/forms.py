"""What customers type into the forms of messages, and what the forms show of it."""

import hashlib
from collections.abc import Mapping
from typing import NamedTuple

from aftercare.desk.pictures import MOST_OF_MESSAGE
from aftercare.desk.service import About, Sent
from aftercare.desk.ticket import MOST_WORDS, Topic, Worth
from aftercare.kernel.typed import MOST, order_number_in
from aftercare.orders.model import Order
from aftercare.returns.errors import ReturnNotFoundError
from aftercare.returns.model import Return
from aftercare.returns.queueing import worth_of
from aftercare.web.edge import SIGNED_OUT
from aftercare.web.errors import SignInNeededError
from aftercare.web.session import new_nonce
from portal import rooms
from portal.edge import Visit
from portal.messages.reports import report_of

# The text of a return's link is its prefix and 26 symbols; a token of ours has 22.
_MOST_TOKEN = 64
# A label's link has the code, too.
_MOST_CODE = 200
_MOST_REFERENCE = 40


class Option(NamedTuple):
    """One choice of a list."""

    value: str
    name: str
    is_chosen: bool


class Typed(NamedTuple):
    """A form as it was typed. `sent_as` is the same each time that this page of it is sent.

    `review` is the one that it asks for, if it is no message. `code` is what they typed as one,
    `check` the reference of the check from whose page they come.
    """

    words: str
    topic: str
    order: str
    return_id: str
    sent_as: str
    review: str = ""
    code: str = ""
    check: str = ""
    most: int = MOST_WORDS
    most_pictures: int = MOST_OF_MESSAGE


class NewForm(NamedTuple):
    """The form of a new message. Of a message about a return, the order is the return's.

    `is_report` says that its words are ours: what an error leads to.
    """

    typed: Typed
    topics: list[Option]
    orders: list[Option]
    ticket: str
    is_report: bool


def typed_in(typed: Mapping[str, str]) -> Typed:
    """The form with these texts; one that nobody has sent yet gets a token of its own."""
    return Typed(
        words=_lines(typed.get("words", "")),
        topic=typed.get("topic", "")[:MOST],
        order=typed.get("order", "")[:MOST],
        return_id=typed.get("return", "")[:MOST],
        sent_as=typed.get("sent_as", "")[:_MOST_TOKEN] or new_nonce(),
        review=typed.get("review", "")[:MOST],
        code=typed.get("code", "")[:_MOST_CODE],
        check=_reference(typed.get("check", "")),
    )


def new_form(visit: Visit, given: Mapping[str, str]) -> NewForm:
    """The form for what was typed, or for what a link to it says; a link's topic is `about`."""
    report = "" if "words" in given else report_of(visit, given)
    typed = typed_in({"topic": given.get("about", ""), "words": report, **given})
    ret = _return(visit, typed.return_id)
    likely = Topic.RETURN if ret else Topic.ORDER if typed.order else Topic.SITE if report else ""
    asked = typed.topic or likely
    typed = typed._replace(return_id=ret.return_id if ret else "")
    return NewForm(
        typed=typed,
        topics=[
            Option(topic, visit.words.text(f"messages.topic.{topic}"), topic == asked)
            for topic in Topic
        ],
        orders=[] if ret else _orders(visit, order_number_in(typed.order)),
        ticket=ret.ticket if ret else "",
        is_report=bool(report),
    )


def sent_in(visit: Visit, number: str = "") -> Sent:
    """What was typed, for the ticket of that number. The same words of a page are one message.

    Other words of that page, after a step back, are another one: nothing typed is lost (R-DSK-51).
    So are the same words with another code.
    """
    typed = typed_in(visit.form)
    codes = _codes(typed)
    mark = hashlib.sha256(typed.words.strip().encode(errors="replace")).hexdigest()
    sent_as = " ".join([number, typed.sent_as, mark, typed.review, *codes]).rstrip()
    return Sent(typed.words, sent_as, visit.language, codes)


def about_in(visit: Visit) -> About:
    """What the message is about; of who proved a mailbox alone, no order and no return.

    Raises:
        ReturnNotFoundError: The return is not the customer's.
    """
    typed = typed_in(visit.form)
    topic = Topic(typed.topic) if typed.topic in {*Topic} else Topic.OTHER
    if not visit.session.signed_in:
        return About(topic)
    if not typed.return_id:
        return About(topic, order_number_in(typed.order) or typed.order)
    ret = rooms.returns().owned(visit.session.email_key, typed.return_id)
    paid = worth_of(ret)
    worth = Worth(paid.value, paid.currency) if paid.value else None
    return About(topic, ret.order_number, ret.return_id, ret.ticket, worth)


def address_of(visit: Visit) -> str:
    """Where to answer whoever proved a mailbox alone; others are known by it.

    Raises:
        SignInNeededError: The proof is gone, as once its person was erased.
    """
    session = visit.session
    if session.signed_in:
        return ""
    if address := rooms.access().mailbox(session.mailbox_by):
        return address
    raise SignInNeededError(SIGNED_OUT)


def _codes(typed: Typed) -> tuple[str, ...]:
    """What they name as a code, or by the reference of its check; neither is read here."""
    if not (typed.code.strip() or typed.check):
        return ()
    from aftercare.authenticity.naming import named_in  # noqa: PLC0415 - few messages name a code

    return tuple(filter(None, (named_in(typed.code), typed.check)))


def _reference(text: str) -> str:
    """The reference of a check in the text, as it is shown; "" if there is none."""
    if not text:
        return ""
    from aftercare.authenticity.references import any_in  # noqa: PLC0415 - as above

    return any_in(text[:_MOST_REFERENCE])


def _lines(text: str) -> str:
    """The text with the ends of lines that are counted as one character, as people do."""
    return text.replace("\r\n", "\n")


def _return(visit: Visit, return_id: str) -> Return | None:
    if not return_id or not visit.session.signed_in:
        return None
    try:
        return rooms.returns().owned(visit.session.email_key, return_id)
    except ReturnNotFoundError:
        return None


def _orders(visit: Visit, chosen: str) -> list[Option]:
    if not visit.session.signed_in:
        return []
    found = rooms.orders().of_customer(visit.session.email_key)
    return [
        Option(each.order_number, _named(visit, each), each.order_number == chosen)
        for each in found
        if each.purchase
    ]


def _named(visit: Visit, order: Order) -> str:
    """The order's number, with the first of its items."""
    if not order.lines:
        return order.order_number
    name = order.lines[0].name
    return visit.words.text("messages.new.option", number=order.order_number, items=name)
