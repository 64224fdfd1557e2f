"""Reads accounts and ledgers of members whom the caller knows: no member is read again."""

from dataclasses import dataclass

from aftercare.points.journal import Journal
from aftercare.points.model import Account
from aftercare.points.request import checked_limit
from aftercare.points.statement import (
    Balance,
    Movement,
    Page,
    balance_of,
    expiries_of,
    page_of,
    place_at,
)


@dataclass(frozen=True, slots=True)
class Reading:
    """What a member has and had. Somebody without an account has nothing."""

    journal: Journal

    def balance(self, member_id: str) -> Balance:
        """What the member has now, and how much of it is due when."""
        return self._balance(self.journal.store.account(member_id))

    def overview(self, member_id: str, limit: int) -> tuple[Balance, Page]:
        """The balance and the newest movements, of one read of the account."""
        account = self.journal.store.account(member_id)
        return self._balance(account), self._page(account, place_at(""), limit)

    def statement(self, member_id: str, cursor: str = "", limit: int = 50) -> Page:
        """Movements, expiries included, newest first; 100 a page at most.

        Raises:
            PointsInvalidError: The cursor is invalid, or the limit is not 1 to 100.
        """
        return self.page(member_id, place_at(cursor), checked_limit(limit))

    def page(self, member_id: str, before: str, most: int) -> Page:
        """So many movements before that place, newest first."""
        return self._page(self.journal.store.account(member_id), before, most)

    def movements(self, member_id: str) -> tuple[Movement, ...]:
        """The whole statement, newest first, in a few requests."""
        return self._page(self.journal.store.account(member_id), place_at(""), None).movements

    def _balance(self, account: Account) -> Balance:
        now = self.journal.clock()
        return balance_of(account, self.journal.rules.at(now).day_of(now))

    def _page(self, account: Account, before: str, most: int | None) -> Page:
        """A page of so many movements; all of them without a limit.

        The account was read first: an expiry that becomes a ledger entry meanwhile is read twice
        then, and shown once.
        """
        entries = self.journal.store.newest(account.member_id, before, most and most + 1)
        now = self.journal.clock()
        expiries = expiries_of(account, self.journal.rules.at(now), now)
        return page_of(entries, expiries, before, most or len(entries) + len(expiries))
