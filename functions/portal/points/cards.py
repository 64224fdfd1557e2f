"""My card: the barcode that a till scans, good for minutes."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from chalice.app import Blueprint, Response

from portal import rooms
from portal.edge import Visit, customers_page
from portal.points import bars

if TYPE_CHECKING:
    from aftercare.members.card import Card

routes = Blueprint(__name__)

_GROUP = 4


@dataclass(frozen=True, slots=True)
class Barcode:
    """A card as the page draws it: bars, the width of the picture, digits in groups."""

    path: str
    width: int
    quiet: int
    groups: list[str]


@routes.route("/points/card", methods=["GET"])
@customers_page(routes)
def my_card(visit: Visit) -> Response:
    """The member's card as of now, another one half a minute later (R-MBR-07)."""
    member = rooms.members().by_email(visit.session.email_key)
    if member is None:
        return visit.go("/points")
    card = rooms.cards().show(member.member_id)
    until = visit.words.moment(card.good_until, "short", rooms.points().journal.rules.zone)
    return visit.show("points_card.html", barcode=_barcode(card), until=until)


def _barcode(card: "Card") -> Barcode:
    groups = [card.digits[at : at + _GROUP] for at in range(0, len(card.digits), _GROUP)]
    width = bars.width_of(card.digits) + 2 * bars.QUIET
    return Barcode(bars.path_of(card.digits), width, bars.QUIET, groups)
