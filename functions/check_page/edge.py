"""The check page's edge: it needs no sign-in; a signed-in customer gets links to the portal."""

from pathlib import Path

from aftercare.kernel.config import read
from aftercare.web.config import WebConfig
from aftercare.web.edge import Edge
from aftercare.web.pages import Pages
from aftercare.web.request import BrowserRequest
from aftercare.web.session import Session, new_nonce
from aftercare.web.static_files import SHARED, StaticFiles
from aftercare.web.visit import Visit as AnyVisit

_HERE = Path(__file__).parent
STATIC = StaticFiles("/authenticity/static", SHARED, _HERE / "static")
PAGES = Pages(_HERE, static=STATIC)


class SeemsSignedIn(Session):
    """A browser that shows a customer's cookie: it gets the customer's links, and no rights."""

    @property
    def signed_in(self) -> bool:
        return True


type Visit = AnyVisit[Session]


def _guest(request: BrowserRequest) -> Session:
    if not request.cookies:
        return Session(new_nonce())
    from aftercare.web.customers import seems_signed_in  # noqa: PLC0415 - a first visit has none

    kind = SeemsSignedIn if seems_signed_in(request.cookies, secure=request.is_secure) else Session
    return kind(new_nonce())


edge = Edge(read(WebConfig), PAGES, visitor=_guest)
