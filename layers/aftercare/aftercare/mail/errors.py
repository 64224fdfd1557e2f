"""Why a mail was not sent, or a mailbox not changed."""

from aftercare.kernel.errors import BusyError, InvalidError, RefusedError, UnavailableError


class MailDeferredError(UnavailableError):
    """SES did not take the mail; the same mail may be taken later. `reason` is its error code."""

    code = "mail_deferred"

    def __init__(self, reason: str) -> None:
        super().__init__("SES did not take the mail.", reason=reason)
        self.reason = reason


class MailThrottledError(MailDeferredError):
    """The account's rate is used up, or its quota of 24 hours (`is_daily`)."""

    code = "mail_throttled"

    def __init__(self, reason: str, *, is_daily: bool = False) -> None:
        super().__init__(reason)
        self.is_daily = is_daily


class MailUncertainError(UnavailableError):
    """SES did not say whether it took the mail. `reason` is its error code, or a client's error."""

    code = "mail_uncertain"

    def __init__(self, reason: str) -> None:
        super().__init__("SES did not say whether it took the mail.", reason=reason)
        self.reason = reason


class MailRejectedError(RefusedError):
    """SES will never take this mail; `reason` is its error code."""

    code = "mail_rejected"

    def __init__(self, reason: str) -> None:
        super().__init__("SES refused the mail for good.", reason=reason)
        self.reason = reason


class MailHeldError(BusyError):
    """Another worker is sending this mail, or died doing so; its lease ends within a minute."""

    code = "mail_held"

    def __init__(self) -> None:
        super().__init__("Another worker is sending this mail.")


class MailboxNotSuppressedError(RefusedError):
    """Mail to this mailbox is not suppressed."""

    code = "mailbox_not_suppressed"

    def __init__(self) -> None:
        super().__init__("Mail to this mailbox is not suppressed.")


class MailFeedbackInvalidError(InvalidError):
    """SES's report lacks a field, or one is impossible."""

    code = "mail_feedback_invalid"
