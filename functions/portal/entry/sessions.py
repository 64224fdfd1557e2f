"""How a session changes on the way in."""

import re
from dataclasses import replace

from aftercare.web.customers import CustomerSession

_PLACE = re.compile(r"/orders|/points|/(orders|returns)/[A-Za-z0-9_-]{4,40}")


def is_place(path: str) -> bool:
    """Whether that is the path of one of our own pages."""
    return _PLACE.fullmatch(path) is not None


def on_the_way_to(session: CustomerSession, path: str) -> CustomerSession:
    """The session that leads to that page after signing in.

    One that is signed in stays as it is: to write it again would lengthen its life.
    """
    return session if session.signed_in else replace(session, wanted=path)


def awaiting_code(session: CustomerSession, request_id: str) -> CustomerSession:
    return replace(session, email_key="", request_id=request_id)
