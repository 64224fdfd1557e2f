"""How fast mails go out, and how long one waits that failed: the most urgent first."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta

from aftercare.kernel.ids import Entropy
from aftercare.mail.errors import MailDeferredError, MailThrottledError
from aftercare.mail.model import Mail, Outcome, Quota, Send, Urgency

# Of the account's rate, what the workers of one queue take together. Two queues carry SOON, one
# BULK: a fifth of the rate is always left to codes, which are never held back.
SHARES: Mapping[Urgency, float] = {Urgency.SOON: 0.15, Urgency.BULK: 0.5}
# Of the quota of 24 hours, what BULK may use; the rest is for codes and what customers must know.
BULK_QUOTA = 0.8
# The longest wait for a turn, and the rest that BULK gives SES after a refusal: together with the
# mail itself they end well before the mailer's timeout.
LONGEST_TURN = timedelta(seconds=5)
REST = timedelta(seconds=3)

# How long a mail waits that SES did not take: twice as long each time, up to a limit.
_FIRST: Mapping[Urgency, timedelta] = {
    Urgency.NOW: timedelta(seconds=4),
    Urgency.SOON: timedelta(seconds=20),
    Urgency.BULK: timedelta(minutes=2),
}
_LONGEST: Mapping[Urgency, timedelta] = {
    Urgency.NOW: timedelta(seconds=16),
    Urgency.SOON: timedelta(minutes=15),
    Urgency.BULK: timedelta(hours=1),
}
# The same while the quota of 24 hours is used up: it frees up by the hour.
_DAILY: Mapping[Urgency, timedelta] = {
    Urgency.NOW: timedelta(seconds=16),
    Urgency.SOON: timedelta(hours=1),
    Urgency.BULK: timedelta(hours=4),
}
# After any other failure. A mail that fails each time is a dead letter within the hour.
_OTHERWISE: Mapping[Urgency, timedelta] = {
    Urgency.NOW: timedelta(seconds=5),
    Urgency.SOON: timedelta(seconds=30),
    Urgency.BULK: timedelta(seconds=30),
}
_MOST_DOUBLINGS = 20
_FINE = 16


def pause(urgency: Urgency, failure: Exception, receives: int, entropy: Entropy) -> timedelta:
    """How long to hide a mail after that failure; `receives` counts its attempts, this one too.

    Between half of the limit and the limit, so that mails that failed at once come back apart.
    """
    limit = longest_pause(urgency, failure, receives)
    return limit / 2 + limit / 2 * (entropy(_FINE) / (1 << _FINE))


def longest_pause(urgency: Urgency, failure: Exception, receives: int) -> timedelta:
    """The limit of `pause`."""
    if not isinstance(failure, MailDeferredError):
        return _OTHERWISE[urgency]
    if isinstance(failure, MailThrottledError) and failure.is_daily:
        return _DAILY[urgency]
    doublings = min(receives - 1, _MOST_DOUBLINGS)
    return min(_FIRST[urgency] * (1 << doublings), _LONGEST[urgency])


@dataclass(frozen=True, slots=True)
class Pacing:
    """The pace of this account's mails.

    `rate` is how many mails SES takes from the account in a second; `workers` is how many workers
    each queue has that must keep a pace. `elapsed` counts seconds, `wait` waits some.
    """

    rate: float
    workers: int
    quota: Callable[[], Quota | None]
    elapsed: Callable[[], float]
    wait: Callable[[float], None]

    def turns(self, send: Send) -> "Turns":
        """Sends in turn, for one invocation."""
        return Turns(self, send, self.elapsed())

    def interval(self, urgency: Urgency) -> float:
        """The seconds between two mails of one worker."""
        share = SHARES.get(urgency)
        if share is None:
            return 0
        return min(self.workers / (self.rate * share), LONGEST_TURN.total_seconds())


@dataclass(slots=True)
class Turns:
    """Sends each mail in its turn.

    The first, too: the worker's last invocation, in this process or another, may have just ended.
    """

    pacing: Pacing
    send: Send
    last: float

    def __call__(self, mail: Mail) -> Outcome:
        """As `MailService.send`.

        Raises:
            MailThrottledError: As there; or what is left of the daily quota is for other mails.
        """
        urgency = mail.kind.urgency
        is_bulk = urgency is Urgency.BULK
        if is_bulk and (quota := self.pacing.quota()) and quota.is_used_up(BULK_QUOTA):
            raise MailThrottledError("DailyReserve", is_daily=True)
        self._await_turn(self.pacing.interval(urgency))
        try:
            return self.send(mail)
        except MailThrottledError:
            if is_bulk:
                self.pacing.wait(REST.total_seconds())
            raise

    def _await_turn(self, interval: float) -> None:
        left = self.last + interval - self.pacing.elapsed()
        if left > 0:
            self.pacing.wait(left)
        self.last = self.pacing.elapsed()
