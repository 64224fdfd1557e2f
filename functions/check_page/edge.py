"""The check page's edge: it needs no sign-in; a signed-in customer gets links to the portal."""

from dataclasses import dataclass
from pathlib import Path

from aftercare.kernel.config import read
from aftercare.web.config import WebConfig
from aftercare.web.customers import seems_signed_in
from aftercare.web.edge import Edge
from aftercare.web.pages import Pages
from aftercare.web.request import BrowserRequest
from aftercare.web.session import Session, new_nonce
from aftercare.web.static_files import SHARED, StaticFiles
from aftercare.web.visit import Visit as AnyVisit

_HERE = Path(__file__).parent
STATIC = StaticFiles("/authenticity/static", SHARED, _HERE / "static")
PAGES = Pages(_HERE, static=STATIC)


@dataclass(frozen=True, slots=True)
class Guest(Session):
    """Any visitor. `seems_signed_in` chooses the links of the page, and grants nothing."""

    seems_signed_in: bool = False

    @property
    def signed_in(self) -> bool:
        return self.seems_signed_in


type Visit = AnyVisit[Guest]


def _guest(request: BrowserRequest) -> Guest:
    return Guest(new_nonce(), seems_signed_in(request.cookies, secure=request.is_secure))


edge = Edge(read(WebConfig), PAGES, visitor=_guest)
