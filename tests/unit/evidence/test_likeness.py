"""Copies of a photo are found by their look, and another photo of the same product is none."""

import pytest

from aftercare.evidence.fingerprints import MOST_BYTES, fingerprint_of
from aftercare.evidence.likeness import SAME, UNLIKE
from tests.bench.matching import look_at, unlike
from tests.bench.pictures import CHANGES, ordinary, posed, seeded

PHOTO = ordinary(3)
FOUND = (
    "re-compressed by a messenger",
    "mirrored",
    "bordered",
    "brightened",
    "rotated by 90°",
    "cropped by 3 %",
)


@pytest.mark.parametrize("name", FOUND)
def test_a_changed_copy_is_the_same_picture(name: str) -> None:
    copy = CHANGES[name](PHOTO, seeded(f"{name} 1"))
    assert unlike(look_at(PHOTO), look_at(copy)) <= SAME


# Both are of figures before a pale wall, which is white in the copy.
@pytest.mark.parametrize("seed", [50091, 50109])
def test_a_copy_whose_whites_are_cut_off_is_the_same_picture(seed: int) -> None:
    photo = ordinary(seed)
    copy = CHANGES["brightened"](photo, seeded(f"brightened {seed}"))
    assert unlike(look_at(photo), look_at(copy)) <= SAME


def test_another_persons_photo_in_the_same_pose_is_another_picture() -> None:
    assert unlike(look_at(posed(2, 0)), look_at(posed(2, 1))) > SAME
    assert unlike(look_at(PHOTO), look_at(ordinary(4))) == UNLIKE


def test_a_fingerprint_is_of_few_bytes_whatever_is_in_the_picture() -> None:
    noise = PHOTO.copy()
    noise.putdata([tuple(seeded(1).randbytes(3)) for _ in range(640 * 480)])
    for picture in (PHOTO, noise):
        assert 0 < len(fingerprint_of(picture)) <= MOST_BYTES
