"""The services of the points room, on the function's own tables."""

from functools import cache
from typing import NamedTuple

from aftercare.kernel import secret
from aftercare.kernel.config import read
from aftercare.members.cards import CardService
from aftercare.members.wiring import MembersConfig, card_service
from aftercare.points.earning import EarningService
from aftercare.points.finding import FindService
from aftercare.points.holding import HoldService
from aftercare.points.service import PointsService
from aftercare.points.wiring import (
    PointsConfig,
    earning_service,
    find_service,
    hold_service,
    points_service,
)

_CONFIG = read(PointsConfig)


class _CardConfig(NamedTuple):
    card_secret: str


_CARDS = read(_CardConfig)


@cache
def points() -> PointsService:
    return points_service(_CONFIG)


@cache
def earning() -> EarningService:
    return earning_service(_CONFIG)


@cache
def holds() -> HoldService:
    return hold_service(_CONFIG)


@cache
def cards() -> CardService:
    return card_service(MembersConfig(_CONFIG.members_table), _card_key)


@cache
def _card_key() -> bytes:
    """Read when the first card is, once per execution environment."""
    return secret.signing_key(_CARDS.card_secret)


@cache
def finding() -> FindService:
    return find_service(_CONFIG, cards().reading)
