"""Amounts above which somebody looks: per market and currency, in minor units."""

from collections.abc import Mapping

type Amounts = Mapping[str, Mapping[str, int]]
"""Market → currency → amount."""


def amount_in(amounts: Amounts, market: str, currency: str) -> int | None:
    """The market's amount in that currency; none if the currency has none anywhere.

    An order in a foreign currency has the lowest amount that any market sets in it.
    """
    own = amounts.get(market, {})
    if currency in own:
        return own[currency]
    others = (each[currency] for each in amounts.values() if currency in each)
    return min(others, default=None)
