"""Planted bugs, each in a copy of the points room that is loaded apart under a name of its own."""

import importlib
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import aftercare.points

OURS = Path(aftercare.points.__file__).parent


@dataclass(frozen=True)
class Mutant:
    """One bug: what a module says, and what the mutant says in its place."""

    name: str
    module: str
    says: str
    instead: str


# A copy that differs in nothing: what it fails for, no mutant is to be blamed for.
SOUND = Mutant("nothing", "model", "debt = rest - total(others)", "debt = rest - total(others)")
MUTANTS = (
    Mutant(
        "a_lot_is_gone_on_its_last_day",
        "model",
        "sorted(self.lots) if due >= today}",
        "sorted(self.lots) if due > today}",
    ),
    Mutant(
        "the_run_takes_what_is_due_today",
        "model",
        "due, points in self.lots.items() if due < today}",
        "due, points in self.lots.items() if due <= today}",
    ),
    Mutant("points_live_a_day_longer", "rules", "days=self.lifetime_days)", "days=366)"),
    Mutant(
        "days_are_counted_in_utc",
        "rules",
        "local_day(moment, self.zone)\n\n    def due",
        "moment.date()\n\n    def due",
    ),
    Mutant(
        "a_change_of_rules_applies_backwards",
        "journal",
        "self.rules.at(happened)",
        "self.rules.at(now)",
    ),
    Mutant(
        "a_refund_counts_by_todays_rules",
        "earning",
        "self.journal.rules.version(earned.rules)",
        "operation.rules",
    ),
    Mutant("earnings_pay_no_debt", "model", "paid = soonest(live, total(owed))", "paid = {}"),
    Mutant(
        "the_debt_is_paid_and_the_lot_kept", "model", "landed = minus(live, paid)", "landed = live"
    ),
    Mutant(
        "spends_what_is_due_last",
        "model",
        "taken = soonest(self.live(today), points)",
        "taken = latest(self.live(today), points)",
    ),
    Mutant(
        "spends_more_than_there_is", "model", "if points > available:", "if points > MOST_POINTS:"
    ),
    Mutant(
        "gives_back_to_the_soonest_lots",
        "ledger",
        "back = minus(latest(spent.lots, spent.reversed_points + points), before)",
        "back = soonest(spent.lots, points)",
    ),
    Mutant(
        "gives_back_as_if_earned_today",
        "ledger",
        "account.add(back, operation.today)",
        "account.add({operation.rules.due_day(operation.recorded_at): points}, operation.today)",
    ),
    Mutant(
        "gives_back_twice",
        "ledger",
        "replace(posting, reversals=(Reversal(spent, points),))",
        "posting",
    ),
    Mutant(
        "puts_past_points_back",
        "model",
        "for due, count in points.items() if due < today}",
        "for due, count in points.items() if due < today and not due}",
    ),
    Mutant("tells_nobody_what_lapsed", "ledger", "or not allocation.past:", "or allocation.past:"),
    Mutant(
        "claws_back_twice",
        "ledger",
        "earned.points - earned.reversed_points - remaining",
        "earned.points - remaining",
    ),
    Mutant(
        "forgets_what_was_refunded_before",
        "posting",
        "self.entry.refunded + self.refunded",
        "self.refunded",
    ),
    Mutant(
        "claws_back_what_expired_once_more",
        "model",
        "expired = _some(swept.lost, due, points - total(own))",
        "expired = {}",
    ),
    Mutant(
        "claws_back_from_any_lot_first", "model", "own = _some(swept.lots, due, points)", "own = {}"
    ),
    Mutant(
        "past_points_do_not_pay_the_debt_they_left",
        "model",
        "own = {due: min(past[due], self.debts[due]) for due in past if due in self.debts}",
        "own: dict[date, int] = {}",
    ),
    Mutant("lets_the_debt_go", "model", "debt = rest - total(others)", "debt = 0"),
    Mutant(
        "a_closed_account_owes", "ledger", "after = replace(after, debts=account.debts)", "pass"
    ),
    Mutant(
        "releases_a_hold_twice",
        "ledger",
        "account.unhold(held.operation_id).add(lots, operation.today)",
        "account.add(lots, operation.today)",
    ),
    Mutant(
        "keeps_the_rest_of_a_hold",
        "ledger",
        "add(minus(lots, spent), operation.today)",
        "add({}, operation.today)",
    ),
    Mutant("closing_spares_what_is_held", "model", "lots={}, holds={}, status", "lots={}, status"),
    Mutant(
        "closing_is_allowed_with_active_orders",
        "service",
        "if active := sum(",
        "if active := 0 * sum(",
    ),
    Mutant(
        "the_content_of_a_repeat_is_ignored", "journal", "known.digest != request.digest", "False"
    ),
    Mutant(
        "the_body_under_a_key_is_ignored", "journal", "used.digest != request.key.digest", "False"
    ),
    Mutant(
        "two_members_earn_by_one_receipt",
        "ledger",
        "claims = operation.kind in {Kind.EARN, Kind.REVIEW}",
        "claims = False",
    ),
    Mutant(
        "no_run_is_told_of_a_lot", "ledger", "if is_new else None", "if is_new and False else None"
    ),
    Mutant("long_expired_points_are_forgotten", "ledger", "settled=settled", "settled=()"),
    Mutant(
        "the_statement_leaves_out_expiries",
        "service",
        "page_of(entries, expiries,",
        "page_of(entries, [],",
    ),
    Mutant(
        "a_page_begins_where_the_last_one_ended",
        "statement",
        "if movement.place < before}",
        "if movement.place <= before}",
    ),
)
SOUND_STORE = Mutant(
    "nothing_in_the_store",
    "store",
    "self._reverse(commit, posting.reversals)",
    "self._reverse(commit, posting.reversals)",
)
# Bugs in the one module that stores in memory stand in for: the stores' contract catches them.
STORE_MUTANTS = (
    Mutant(
        "the_account_is_written_over_any_version",
        "store",
        "commit.save(account_row(posting.account, self._accounts))",
        "found = self.account(entry.member_id).version\n"
        "            commit.save(at_version(account_row(posting.account, self._accounts), found))",
    ),
    Mutant(
        "a_row_is_written_over_another",
        "store",
        "commit.save(entry_row(entry, self._entries, columns), _EntryRow.pk.does_not_exist())",
        "commit.save(entry_row(entry, self._entries, columns))",
    ),
    Mutant(
        "a_purchase_is_claimed_over_another",
        "store",
        "commit.save(claim, _ClaimRow.pk.does_not_exist())",
        "commit.save(claim)",
    ),
    Mutant(
        "a_key_is_used_twice",
        "store",
        "commit.save(key_row, _KeyRow.pk.does_not_exist())",
        "commit.save(key_row)",
    ),
    Mutant(
        "a_key_is_kept_over_another",
        "store",
        "self._key_row(key, entry, now).save(_KeyRow.pk.does_not_exist())",
        "self._key_row(key, entry, now).save()",
    ),
    Mutant(
        "the_expiry_overwrites_a_spend",
        "store",
        "account_row(account, self._accounts).save()",
        "account_row(account, self._accounts).save(add_version_condition=False)",
    ),
    Mutant(
        "what_was_undone_meanwhile_is_ignored",
        "store",
        "commit.update(row, actions, unchanged)",
        "commit.update(row, actions)",
    ),
    Mutant(
        "what_was_undone_is_not_kept",
        "store",
        "self._reverse(commit, posting.reversals)",
        "pass",
    ),
)


@contextmanager
def planted(mutant: Mutant, folder: Path) -> Iterator[str]:
    """The copy with that bug, by the name of its package; afterwards it is forgotten."""
    package = f"mutant_{mutant.name}"
    copy = folder / package
    (copy / "rules").mkdir(parents=True)
    for path in OURS.rglob("*.*"):
        if path.suffix in {".py", ".toml"}:
            target = copy / path.relative_to(OURS)
            target.parent.mkdir(exist_ok=True)
            target.write_text(_source(path, mutant, package))
    sys.path.insert(0, str(folder))
    importlib.invalidate_caches()
    try:
        yield package
    finally:
        sys.path.remove(str(folder))
        for name in [name for name in sys.modules if name.partition(".")[0] == package]:
            del sys.modules[name]


def _source(path: Path, mutant: Mutant, package: str) -> str:
    text = path.read_text()
    if path == OURS / f"{mutant.module}.py":
        found = text.count(mutant.says)
        assert found == 1, f"{mutant.name}: {mutant.module} says it differently now"
        text = text.replace(mutant.says, mutant.instead)
    # A store's copy stores our own accounts and entries; any other room stands on its own.
    return text if mutant.module == "store" else text.replace("aftercare.points", package)
