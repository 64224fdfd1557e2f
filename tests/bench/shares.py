"""How sure a share is that was counted."""

from statistics import NormalDist

_Z = NormalDist().inv_cdf(0.975)


def wilson(count: int, of: int) -> tuple[float, float]:
    """Wilson's interval of 95 % for a share."""
    share, z = count / of, _Z * _Z / of
    middle = (share + z / 2) / (1 + z)
    half = _Z / (1 + z) * (share * (1 - share) / of + z / (4 * of)) ** 0.5
    return max(0.0, middle - half), min(1.0, middle + half)
