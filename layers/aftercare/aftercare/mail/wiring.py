"""Builds the mail room's services from the settings that they need."""

import secrets
from typing import NamedTuple

from aftercare.kernel.clock import Clock, utc_now
from aftercare.kernel.ids import Entropy
from aftercare.mail.rendering import Renderer
from aftercare.mail.sender import SesSender
from aftercare.mail.service import MailboxService, MailService
from aftercare.mail.store import MailStore


class MailboxConfig(NamedTuple):
    """What it takes to read and change mailboxes."""

    mail_table: str


class MailConfig(NamedTuple):
    """What it takes to send mails."""

    mail_table: str
    mail_sender: str
    mail_configuration_set: str
    portal_url: str


def mailbox_service(
    config: MailboxConfig, *, clock: Clock = utc_now, entropy: Entropy = secrets.randbits
) -> MailboxService:
    return MailboxService(MailStore(config.mail_table), clock, entropy)


def mail_service(
    config: MailConfig, *, clock: Clock = utc_now, entropy: Entropy = secrets.randbits
) -> MailService:
    return MailService(
        store=MailStore(config.mail_table),
        render=Renderer(config.portal_url),
        dispatch=SesSender(config.mail_sender, config.mail_configuration_set),
        clock=clock,
        entropy=entropy,
    )
