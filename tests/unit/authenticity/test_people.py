"""Hints of people: as many as are said, so that strangers seldom look like one person."""

from aftercare.authenticity.people import hints_of
from tests.fakes.codes import KEYS, code


def test_of_two_thousand_strangers_few_share_a_hint() -> None:
    """With 15 bits some sixty do by chance; with ten it would be most of them."""
    for part in range(2):
        hints = {hints_of(str(each), str(each), code(1), KEYS[0])[part] for each in range(2_000)}
        assert len(hints) > 1_900
