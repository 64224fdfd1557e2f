"""The keys behind the codes: strong or refused; a new one is found without a restart."""

import json

import pytest

from aftercare.authenticity.codes import KeyPair
from aftercare.authenticity.keys import parse
from aftercare.kernel.errors import ConfigurationError, UnavailableError
from tests.fakes.histories import Secret, key_text, keys, ring, secret_text
from tests.fakes.refusals import refused

NO_OBJECT = 'The secret of the code keys is not a JSON object {"0": "…"}.'
UNAVAILABLE = UnavailableError("The secret can't be read now.")
BROKEN = "no JSON"


def test_one_half_of_the_characters_makes_tags_the_other_masks() -> None:
    assert parse(json.dumps({"0": "t" * 64 + "m" * 64, "31": "T" * 32 + "M" * 32})) == {
        0: KeyPair(tag=b"t" * 64, mask=b"m" * 64),
        31: KeyPair(tag=b"T" * 32, mask=b"M" * 32),
    }


@pytest.mark.parametrize("text", ["", "key", '"key"', "[]", "{}", "null", "1", '{"0": "key"'])
def test_a_secret_that_holds_no_keys_is_refused_without_quoting_it(text: str) -> None:
    with refused(ConfigurationError, "configuration", NO_OBJECT) as refusal:
        parse(text)
    assert refusal.value.__cause__ is refusal.value.__context__ is None


@pytest.mark.parametrize("name", ["32", "-1", "00", "01", " 1", "\u0661", "a", "", "1.0"])
def test_a_key_id_that_no_code_can_name_is_refused(name: str) -> None:
    with refused(ConfigurationError, "configuration", "A key id of the code keys is 0 to 31."):
        parse(json.dumps({"0": key_text(0), name: key_text(1)}))


@pytest.mark.parametrize("value", ["", "x" * 63, 10**128, None, ["x"] * 64, {"x": "x" * 64}])
def test_a_key_of_too_little_entropy_is_refused_by_its_id(value: object) -> None:
    sentence = "The code key 4 has fewer than 64 characters."
    with refused(ConfigurationError, "configuration", sentence) as refusal:
        parse(json.dumps({"0": key_text(0), "4": value}))
    assert refusal.value.facts == {"key_id": "4"}


def test_the_ring_reads_once_for_all_keys() -> None:
    secret = Secret([secret_text(0, 1)])
    assert secret.reads == 0
    assert [secret.ring.get(key_id) for key_id in (0, 1, 0)] == [keys(0), keys(1), keys(0)]
    assert secret.after(days_in_seconds(30)).get(0) == keys(0)
    assert secret.reads == 1


def test_new_batches_take_the_newest_key_and_references_the_oldest() -> None:
    assert ring(2, 10, 9).newest == 10
    assert ring(2, 10, 9).oldest == (2, keys(2))


def test_a_key_that_was_added_is_found_within_ten_seconds() -> None:
    secret = Secret([secret_text(0), secret_text(0, 1)])
    assert secret.ring.newest == 0
    assert secret.after(9).get(1) is None
    assert secret.after(1).get(1) == keys(1)
    assert secret.ring.newest == 1
    assert secret.ring.get(0) == keys(0)


def test_forged_key_ids_make_it_read_every_ten_seconds() -> None:
    secret = Secret([secret_text(0)])
    for _ in range(30):
        assert secret.after(1).get(9) is None
        assert secret.ring.get(10) is None
    assert secret.reads == 3


@pytest.mark.parametrize("failure", [UNAVAILABLE, BROKEN], ids=["unavailable", "broken"])
def test_keys_that_are_known_stay_when_reading_again_fails(
    failure: str | UnavailableError,
) -> None:
    secret = Secret([secret_text(0), failure, secret_text(0, 1)])
    assert secret.ring.get(0) == keys(0)
    assert secret.after(10).get(1) is None
    assert secret.ring.get(0) == keys(0)
    assert secret.after(9).get(1) is None
    assert secret.reads == 2
    assert secret.after(1).get(1) == keys(1)


def test_without_any_key_it_says_so_and_tries_again_with_the_next_code() -> None:
    secret = Secret([UNAVAILABLE, BROKEN, secret_text(0)])
    with refused(UnavailableError, "unavailable", "The secret can't be read now."):
        secret.ring.get(0)
    with refused(ConfigurationError, "configuration", NO_OBJECT):
        secret.ring.get(0)
    assert secret.ring.get(0) == keys(0)


def days_in_seconds(days: int) -> int:
    return days * 24 * 60 * 60
