"""Builds the desk from its configuration. Who answers loads nothing of what customers do."""

import secrets
from functools import cache, partial
from typing import TYPE_CHECKING, NamedTuple

from aftercare.desk.store import TicketStore
from aftercare.kernel.clock import Clock, utc_now
from aftercare.kernel.due.wiring import DueConfig, due_store
from aftercare.kernel.ids import Entropy
from aftercare.kernel.secret import signing_key

if TYPE_CHECKING:
    from collections.abc import Callable

    from aftercare.desk.agents import TicketDesk
    from aftercare.desk.counter import CounterDesk
    from aftercare.desk.erasing import TicketErasing
    from aftercare.desk.handing import HandOverService
    from aftercare.desk.intake import MailIntake
    from aftercare.desk.keeping import TicketKeeping
    from aftercare.desk.merging import TicketMerging
    from aftercare.desk.notices import AddressOf, TicketNoticeService
    from aftercare.desk.parked import ParkedDesk
    from aftercare.desk.partners import PartnerService
    from aftercare.desk.pictures import MessagePictures
    from aftercare.desk.raw_store import RawMails
    from aftercare.desk.reporting import ServiceReport
    from aftercare.desk.searching import TicketSearching
    from aftercare.desk.service import TicketService
    from aftercare.desk.taking_up import PaperService
    from aftercare.desk.tills import TillService
    from aftercare.desk.walk_ins import WalkInDesk
    from aftercare.evidence.service import EvidenceService
    from aftercare.members.service import MemberService
    from aftercare.orders.service import OrderService
    from aftercare.staff.model import ReadTrail


class TicketsConfig(NamedTuple):
    """Where tickets and their timers are stored."""

    tickets_table: str
    due_table: str


class DeskMailboxConfig(NamedTuple):
    """Where customers write by mail, if they can, and what makes up the addresses of tickets."""

    desk_secret: str
    desk_mailbox: str = ""


class MailIntakeConfig(NamedTuple):
    """What taking mails in needs: the tickets with their timers, and the desk's mailbox."""

    tickets_table: str
    due_table: str
    desk_secret: str
    desk_mailbox: str = ""


class RawMailsConfig(NamedTuple):
    """Where SES puts mails."""

    mails_bucket: str


class TicketMailsConfig(NamedTuple):
    """What mails about tickets are about, where their orders went, and where they are answered."""

    tickets_table: str
    orders_table: str
    mailbox: DeskMailboxConfig


def ticket_service(
    config: TicketsConfig,
    orders: "OrderService",
    members: "MemberService",
    *,
    clock: Clock = utc_now,
    entropy: Entropy = secrets.randbits,
) -> "TicketService":
    """What customers do, with the rooms that know them."""
    from aftercare.desk.people import People  # noqa: PLC0415
    from aftercare.desk.service import TicketService  # noqa: PLC0415

    return TicketService(ticket_store(config), People(orders, members), clock, entropy)


def partner_service(
    config: TicketsConfig,
    orders: "OrderService",
    *,
    clock: Clock = utc_now,
    entropy: Entropy = secrets.randbits,
) -> "PartnerService":
    """What partners' systems do, with the room that knows orders."""
    from aftercare.desk.partners import PartnerService  # noqa: PLC0415

    return PartnerService(ticket_store(config), orders, clock, entropy)


def mail_intake(
    config: MailIntakeConfig,
    orders: "OrderService",
    members: "MemberService",
    evidence: "Callable[[], EvidenceService] | None" = None,
    *,
    clock: Clock = utc_now,
    entropy: Entropy = secrets.randbits,
) -> "MailIntake":
    """What takes mails in, with the rooms that know their senders, and that screens pictures."""
    from aftercare.desk.inbox_store import InboxStore  # noqa: PLC0415
    from aftercare.desk.incoming.model import Desk  # noqa: PLC0415
    from aftercare.desk.intake import MailIntake  # noqa: PLC0415
    from aftercare.desk.people import People  # noqa: PLC0415

    return MailIntake(
        ticket_store(TicketsConfig(config.tickets_table, config.due_table)),
        People(orders, members),
        clock,
        entropy,
        InboxStore(config.tickets_table),
        Desk(config.desk_mailbox),
        cache(partial(signing_key, config.desk_secret)),
        (lambda: message_pictures(evidence(), clock=clock)) if evidence else None,
    )


def raw_mails(config: RawMailsConfig) -> "RawMails":
    """The mails as they came, in the configured bucket."""
    from aftercare.desk.raw_store import RawMails  # noqa: PLC0415

    return RawMails(config.mails_bucket)


def ticket_desk(
    config: TicketsConfig,
    trail: "ReadTrail",
    *,
    clock: Clock = utc_now,
    entropy: Entropy = secrets.randbits,
) -> "TicketDesk":
    """What staff do."""
    from aftercare.desk.agents import TicketDesk  # noqa: PLC0415

    return TicketDesk(ticket_store(config), trail, clock, entropy)


def parked_desk(
    config: TicketsConfig,
    trail: "ReadTrail",
    *,
    clock: Clock = utc_now,
    entropy: Entropy = secrets.randbits,
) -> "ParkedDesk":
    """What staff do with mails that opened nothing."""
    from aftercare.desk.inbox_store import InboxStore  # noqa: PLC0415
    from aftercare.desk.parked import ParkedDesk  # noqa: PLC0415

    return ParkedDesk(ticket_store(config), InboxStore(config.tickets_table), trail, clock, entropy)


def ticket_searching(tickets_table: str, *, clock: Clock = utc_now) -> "TicketSearching":
    """What staff look for among tickets, in that table."""
    from aftercare.desk.search_store import SearchStore  # noqa: PLC0415
    from aftercare.desk.searching import TicketSearching  # noqa: PLC0415

    return TicketSearching(TicketStore(tickets_table), SearchStore(tickets_table), clock)


def message_pictures(evidence: "EvidenceService", *, clock: Clock = utc_now) -> "MessagePictures":
    """The pictures of messages, with the room that screens them."""
    from aftercare.desk.pictures import MessagePictures  # noqa: PLC0415

    return MessagePictures(evidence, clock)


def hand_overs(
    config: TicketsConfig,
    key: "Callable[[], bytes]",
    *,
    clock: Clock = utc_now,
    entropy: Entropy = secrets.randbits,
) -> "HandOverService":
    """What customers do to hand a case over, with the key of their codes."""
    from aftercare.desk.hand_over_store import HandOverStore  # noqa: PLC0415
    from aftercare.desk.handing import HandOverService  # noqa: PLC0415

    codes = HandOverStore(config.tickets_table)
    return HandOverService(ticket_store(config), codes, key, clock, entropy)


def counter_desk(
    config: TicketsConfig,
    orders: "OrderService",
    trail: "ReadTrail",
    key: "Callable[[], bytes]",
    *,
    clock: Clock = utc_now,
    entropy: Entropy = secrets.randbits,
) -> "CounterDesk":
    """What a store's counter does, with the key of the codes that it redeems."""
    from aftercare.desk.counter import CounterDesk  # noqa: PLC0415
    from aftercare.desk.hand_over_store import HandOverStore  # noqa: PLC0415

    codes = HandOverStore(config.tickets_table)
    return CounterDesk(ticket_store(config), codes, orders, trail, key, clock, entropy)


def paper_service(
    config: TicketsConfig,
    orders: "OrderService",
    members: "MemberService",
    key: "Callable[[], bytes]",
    *,
    clock: Clock = utc_now,
    entropy: Entropy = secrets.randbits,
) -> "PaperService":
    """What customers do with paper codes on the website, with the key of those codes."""
    from aftercare.desk.hand_over_store import HandOverStore  # noqa: PLC0415
    from aftercare.desk.people import People  # noqa: PLC0415
    from aftercare.desk.taking_up import PaperService  # noqa: PLC0415

    codes = HandOverStore(config.tickets_table)
    return PaperService(ticket_store(config), codes, People(orders, members), key, clock, entropy)


def till_service(
    config: TicketsConfig,
    orders: "OrderService",
    key: "Callable[[], bytes]",
    *,
    clock: Clock = utc_now,
    entropy: Entropy = secrets.randbits,
) -> "TillService":
    """What a store's own till does, with the key of the codes that it redeems."""
    from aftercare.desk.hand_over_store import HandOverStore  # noqa: PLC0415
    from aftercare.desk.tills import TillService  # noqa: PLC0415

    codes = HandOverStore(config.tickets_table)
    return TillService(ticket_store(config), codes, orders, key, clock, entropy)


def walk_in_desk(
    config: TicketsConfig,
    orders: "OrderService",
    key: "Callable[[], bytes]",
    *,
    clock: Clock = utc_now,
    entropy: Entropy = secrets.randbits,
) -> "WalkInDesk":
    """What opens tickets at a store's counter, with the key of their paper codes."""
    from aftercare.desk.hand_over_store import HandOverStore  # noqa: PLC0415
    from aftercare.desk.walk_ins import WalkInDesk  # noqa: PLC0415

    codes = HandOverStore(config.tickets_table)
    handing = hand_overs(config, key, clock=clock, entropy=entropy)
    return WalkInDesk(ticket_store(config), codes, orders, handing, key, clock, entropy)


def ticket_merging(
    config: TicketsConfig, *, clock: Clock = utc_now, entropy: Entropy = secrets.randbits
) -> "TicketMerging":
    """What makes one ticket of two."""
    from aftercare.desk.merging import TicketMerging  # noqa: PLC0415

    return TicketMerging(ticket_store(config), clock, entropy)


def ticket_keeping(
    config: TicketsConfig,
    code_key: "Callable[[str], str]",
    *,
    clock: Clock = utc_now,
    entropy: Entropy = secrets.randbits,
) -> "TicketKeeping":
    """What happens though nobody does anything; `code_key` reads what is named as a code."""
    from aftercare.desk.keeping import TicketKeeping  # noqa: PLC0415

    return TicketKeeping(ticket_store(config), clock, entropy, code_key)


def ticket_notices(config: TicketMailsConfig, *, clock: Clock = utc_now) -> "TicketNoticeService":
    """What tells customers of their tickets."""
    from aftercare.desk.notices import TicketNoticeService  # noqa: PLC0415
    from aftercare.orders.wiring import OrdersConfig, order_service  # noqa: PLC0415

    orders = order_service(OrdersConfig(config.orders_table), clock=clock)
    store = TicketStore(config.tickets_table)
    return TicketNoticeService(store, orders, clock, _addresses(config.mailbox))


def service_report(tickets_table: str, *, clock: Clock = utc_now) -> "ServiceReport":
    """The desk's figures, in that table."""
    from aftercare.desk.figure_store import FigureStore  # noqa: PLC0415
    from aftercare.desk.reporting import ServiceReport  # noqa: PLC0415

    return ServiceReport(FigureStore(tickets_table), clock)


def ticket_erasing(tickets_table: str, mails_bucket: str) -> "TicketErasing":
    """What forgets tickets in that table, and raw mails in that bucket."""
    from aftercare.desk.erasing import TicketErasing  # noqa: PLC0415
    from aftercare.desk.hand_over_store import HandOverStore  # noqa: PLC0415
    from aftercare.desk.inbox_store import InboxStore  # noqa: PLC0415
    from aftercare.desk.wechat_store import WeChatStore  # noqa: PLC0415

    return TicketErasing(
        TicketStore(tickets_table),
        InboxStore(tickets_table),
        WeChatStore(tickets_table),
        raw_mails(RawMailsConfig(mails_bucket)),
        HandOverStore(tickets_table),
    )


def _addresses(config: DeskMailboxConfig) -> "AddressOf":
    """The addresses of tickets; the secret that makes them up is read once, for the first."""
    from aftercare.desk.incoming.model import Desk  # noqa: PLC0415
    from aftercare.desk.incoming.places import address_of  # noqa: PLC0415

    desk, secret = Desk(config.desk_mailbox), cache(partial(signing_key, config.desk_secret))
    if not desk.mailbox:
        return lambda _: ""
    return lambda number: address_of(number, desk, secret())


def ticket_store(config: TicketsConfig) -> TicketStore:
    """The tickets with their timers."""
    return TicketStore(config.tickets_table, due_store(DueConfig(config.due_table)))
