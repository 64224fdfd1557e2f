"""Splits whole numbers without losing any: money in minor units, parts in proportion."""

from collections.abc import Sequence


def shared(total: int, weights: Sequence[int]) -> list[int]:
    """`total` in proportion to the weights, by largest remainder: the parts add up to `total`.

    Equal remainders go to the earlier part. While `total` is at most the sum of the weights, no
    part is larger than its weight. Without any weight every part is 0.
    """
    whole = sum(weights)
    if not whole:
        return [0] * len(weights)
    parts = [total * weight // whole for weight in weights]
    by_remainder = sorted(range(len(weights)), key=lambda index: -(total * weights[index] % whole))
    for index in by_remainder[: total - sum(parts)]:
        parts[index] += 1
    return parts


def share_of_units(amount: int, units: int, first: int, count: int) -> int:
    """What `count` of `units` equal units are worth, after the `first` ones have been counted.

    The shares of all units add up to `amount`; those of the first units are larger by at most 1.
    """
    each, more = divmod(amount, units)
    return each * count + min(first + count, more) - min(first, more)
