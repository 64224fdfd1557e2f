"""Mutants of the points store, which the stores' contract detects."""

from dataclasses import replace
from typing import Any

from aftercare.kernel.tables import Transaction
from aftercare.points import rows
from aftercare.points import store as items
from tests.fakes.crashes.planting import Behaviour, Mutant, nothing

SOUND_STORE = Mutant("points.store.PointsStore.commit", nothing)


def the_account_is_written_over_any_version(commit: Behaviour) -> Behaviour:
    def over_the_current_one(self: Any, posting: Any, *keys: Any) -> Any:
        current = self.account(posting.entry.member_id).version
        account = replace(posting.account, version=current)
        return commit(self, replace(posting, account=account), *keys)

    return over_the_current_one


def _unconditional(row: type[Any]) -> type[Transaction]:
    class Loose(Transaction):
        def save(self, model: Any, condition: Any = None, *values: Any, **named: Any) -> None:
            condition = None if isinstance(model, row) else condition
            super().save(model, condition, *values, **named)

    return Loose


def an_entry_is_written_over_another(_: Behaviour) -> Behaviour:
    return _unconditional(rows.EntryRow)


def a_purchase_is_claimed_over_another(_: Behaviour) -> Behaviour:
    return _unconditional(items._ClaimRow)


def a_key_is_used_twice(_: Behaviour) -> Behaviour:
    return _unconditional(items._KeyRow)


def a_key_is_kept_over_another(_: Behaviour) -> Behaviour:
    return lambda self, key, entry, now: self._key_row(key, entry, now).save()


def the_expiry_overwrites_a_spend(_: Behaviour) -> Behaviour:
    return lambda self, account: rows.account_row(account, self._accounts).save(
        add_version_condition=False
    )


def what_was_reversed_meanwhile_is_ignored(_: Behaviour) -> Behaviour:
    class Loose(Transaction):
        def update(self, model: Any, actions: Any, *_: Any, **__: Any) -> None:
            super().update(model, actions)

    return Loose


def what_was_reversed_is_not_kept(_: Behaviour) -> Behaviour:
    return lambda _self, _commit, _reversals: None


STORE_MUTANTS = (
    Mutant("points.store.PointsStore.commit", the_account_is_written_over_any_version),
    Mutant("points.store.Transaction", an_entry_is_written_over_another),
    Mutant("points.store.Transaction", a_purchase_is_claimed_over_another),
    Mutant("points.store.Transaction", a_key_is_used_twice),
    Mutant("points.store.PointsStore.keep", a_key_is_kept_over_another),
    Mutant("points.store.PointsStore.replace", the_expiry_overwrites_a_spend),
    Mutant("points.store.Transaction", what_was_reversed_meanwhile_is_ignored),
    Mutant("points.store.PointsStore._reverse", what_was_reversed_is_not_kept),
)
