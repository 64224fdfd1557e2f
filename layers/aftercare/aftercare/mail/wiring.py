"""Builds the mail room's services from the settings that they need."""

import secrets
import time
from typing import TYPE_CHECKING, NamedTuple

from aftercare.kernel.clock import Clock, utc_now
from aftercare.kernel.erased import ErasedAt, nobody
from aftercare.kernel.errors import ConfigurationError
from aftercare.kernel.ids import Entropy
from aftercare.mail.pacing import Pacing
from aftercare.mail.rendering import Renderer
from aftercare.mail.sender import SesQuota, SesSender
from aftercare.mail.service import MailboxService, MailService
from aftercare.mail.store import MailStore

if TYPE_CHECKING:
    from aftercare.mail.erasing import MailboxErasing


class MailboxConfig(NamedTuple):
    """What it takes to read and change mailboxes."""

    mail_table: str


class MailConfig(NamedTuple):
    """What it takes to send mails."""

    mail_table: str
    mail_sender: str
    mail_configuration_set: str
    portal_url: str


class PacingConfig(NamedTuple):
    """How many mails SES takes in a second, and how many workers each paced queue has."""

    mail_rate: str
    mail_workers: str


def mailbox_service(
    config: MailboxConfig,
    *,
    erased: ErasedAt = nobody,
    clock: Clock = utc_now,
    entropy: Entropy = secrets.randbits,
) -> MailboxService:
    """Mailboxes in the configured table. Whoever takes feedback in says who was `erased`."""
    return MailboxService(MailStore(config.mail_table), clock, entropy, erased)


def mailbox_erasing(config: MailboxConfig) -> "MailboxErasing":
    """What forgets mailboxes in the configured table."""
    from aftercare.mail.erasing import MailboxErasing  # noqa: PLC0415 - few functions erase

    return MailboxErasing(MailStore(config.mail_table))


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


def mail_pacing(config: PacingConfig) -> Pacing:
    """The pace of the account's mails.

    Raises:
        ConfigurationError: A setting is not a number above zero.
    """
    return Pacing(
        rate=_positive("MAIL_RATE", config.mail_rate),
        workers=int(_positive("MAIL_WORKERS", config.mail_workers)),
        quota=SesQuota(time.monotonic),
        elapsed=time.monotonic,
        wait=time.sleep,
    )


def _positive(name: str, text: str) -> float:
    try:
        number = float(text)
    except ValueError:
        number = 0
    if not 0 < number < float("inf"):
        raise ConfigurationError(f"The setting {name} is not a number above zero.", setting=name)
    return number
