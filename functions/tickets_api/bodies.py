"""What a partner's system may send: named as in infra/openapi."""

from typing import Annotated

from msgspec import Meta, Struct

from aftercare.desk.ticket import MOST_STORE, MOST_WORDS, Topic
from aftercare.kernel.reading import FieldError, OptionalText, Text
from aftercare.kernel.typed import email_of, is_email

Words = Annotated[
    str,
    Meta(
        min_length=1,
        max_length=MOST_WORDS,
        pattern=r"\S",
        description=f"text of 1 to {MOST_WORDS:,} characters",
    ),
]


class _Body(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    pass


class TicketOpening(_Body, frozen=True, kw_only=True):
    """What a customer of the partner brings. `order_number` is the shop's or the partner's own.

    `language` is that of the desk's answers, as a BCP 47 tag.
    """

    email: Text
    topic: Topic
    words: Words
    order_number: OptionalText = ""
    language: OptionalText = ""

    def __post_init__(self) -> None:
        if not is_email(self.mailbox):
            raise FieldError("email", "an e-mail address")

    @property
    def mailbox(self) -> str:
        """The address in one spelling."""
        return email_of(self.email)


class TicketMessage(_Body, frozen=True, kw_only=True):
    """What the customer told the partner since."""

    words: Words


class HandingOver(_Body, frozen=True, kw_only=True):
    """What a customer shows at a till, as it was scanned or typed, and the store, for customers."""

    code: Text
    store: Annotated[
        str,
        Meta(
            min_length=1,
            max_length=MOST_STORE,
            pattern=r"\S",
            description=f"text of 1 to {MOST_STORE} characters",
        ),
    ]


BODIES = (HandingOver, TicketMessage, TicketOpening)
