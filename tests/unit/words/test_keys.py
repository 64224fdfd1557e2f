"""Code, templates and the catalogue agree: no key is missing, and none is unused."""

import re

import pytest

from aftercare.authenticity.codes import Slip
from aftercare.authenticity.model import Signal, Verdict
from tests.fakes.words import catalogue, keys_in_use

# Keys that are built at run time, with the values that stand for each `*`.
BUILT: dict[str, set[str]] = {
    "language.moment.*": {"long", "short"},
    "verdicts.*.title": {*Verdict},
    "verdicts.*.text": {*Verdict},
    "verdicts.*.advice": {*Verdict},
    "verdicts.reason.*": {*Signal, *Slip},
    "verdicts.slip.*": {*Slip, "nothing"},
}


def expanded(key: str) -> set[str]:
    return {key.replace("*", value) for value in BUILT.get(key, set())} or {key}


def test_every_key_in_use_has_words() -> None:
    missing = {
        key: files
        for pattern, files in keys_in_use().items()
        for key in expanded(pattern)
        if key not in catalogue("en")
    }
    assert not missing


def test_every_key_that_is_built_is_declared_with_its_values() -> None:
    assert {key for key in keys_in_use() if "*" in key} == BUILT.keys()


def test_every_key_of_the_catalogue_is_used() -> None:
    used = {key for pattern in keys_in_use() for key in expanded(pattern)}
    assert sorted(catalogue("en").keys() - used) == []


@pytest.mark.parametrize("pattern", BUILT)
def test_an_enumeration_has_words_for_its_own_values_only(pattern: str) -> None:
    form = re.compile(re.escape(pattern).replace(r"\*", r"([a-z0-9_]+)"))
    spoken = {match[1] for key in catalogue("en") if (match := form.fullmatch(key))}
    assert spoken == BUILT[pattern]
