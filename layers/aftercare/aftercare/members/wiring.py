"""Builds the members room from its configuration."""

import secrets
from typing import NamedTuple

from aftercare.kernel.clock import Clock, utc_now
from aftercare.kernel.erased import ErasedAt, nobody
from aftercare.kernel.ids import Entropy
from aftercare.members.card_store import CardStore
from aftercare.members.cards import CardService, Key
from aftercare.members.service import MemberService
from aftercare.members.store import MemberStore


class MembersConfig(NamedTuple):
    """What the room needs of a deployment."""

    members_table: str


def member_service(
    config: MembersConfig,
    *,
    erased: ErasedAt = nobody,
    clock: Clock = utc_now,
    entropy: Entropy = secrets.randbits,
) -> MemberService:
    """Members in the configured table. Whoever takes events in says who was `erased`."""
    return MemberService(MemberStore(config.members_table), clock, entropy, erased)


def card_service(
    config: MembersConfig,
    key: Key,
    *,
    clock: Clock = utc_now,
    entropy: Entropy = secrets.randbits,
) -> CardService:
    """Members' cards, with the key of their tags."""
    members = member_service(config, clock=clock, entropy=entropy)
    return CardService(CardStore(config.members_table), members, key, clock, entropy)
