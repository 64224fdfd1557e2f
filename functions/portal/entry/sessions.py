"""How a session changes on the way in."""

import re
from dataclasses import replace

from aftercare.access.model import ASKS_PER_SOURCE_AND_ADDRESS
from aftercare.web.customers import CustomerSession

_PLACE = re.compile(
    r"/orders|/points|/(orders|returns)/[A-Za-z0-9_-]{4,40}"
    r"|/messages|/messages/new(\?[A-Za-z0-9_.~%=&+-]{1,300})?|/messages/[A-Z0-9-]{4,20}"
    r"|/messages/wechat/[0-9a-f]{40}"
    r"|/orders/[A-Za-z0-9_-]{4,40}/item\?[A-Za-z0-9_.~%=&+-]{1,900}"
)


def is_place(path: str) -> bool:
    """Whether that is the path of one of our own pages."""
    return _PLACE.fullmatch(path) is not None


def is_of_messages(path: str) -> bool:
    """Whether that is a page of the customer's messages, which need no order."""
    return path.startswith("/messages")


def on_the_way_to(session: CustomerSession, path: str) -> CustomerSession:
    """The session that leads to that page after signing in.

    One that has proved something stays as it is: to write it again would lengthen its life.
    """
    return session if session.has_proved else replace(session, wanted=path)


def awaiting_code(
    session: CustomerSession, request_id: str, *, of_mailbox: bool = False
) -> CustomerSession:
    """The session after one more request for a code; it opens nothing, whatever it opened before.

    Codes of its earlier requests still work. One source may make so many requests for an address.
    """
    kept = session.request_ids[: ASKS_PER_SOURCE_AND_ADDRESS.most - 1]
    return replace(
        session,
        email_key="",
        requests=" ".join([request_id, *kept]),
        mailbox_key="",
        mailbox_by=request_id if of_mailbox else "",
    )


def awaits_mailbox(session: CustomerSession) -> bool:
    """Whether the code that was asked for last is that of whoever has the mailbox."""
    return bool(session.mailbox_by) and not session.mailbox_key
