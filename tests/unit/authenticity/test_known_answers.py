"""What is printed on millions of labels stays readable: the format can't drift.

vectors.json was made by a second implementation: bit strings, and polynomials divided by hand.
"""

import json
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from aftercare.authenticity import codes, references
from aftercare.authenticity.codes import Code
from aftercare.authenticity.keys import KeyRing, parse
from aftercare.authenticity.references import Recorded, Unrecorded
from tests.fakes.histories import NOON

VECTORS = json.loads(Path(__file__).with_name("vectors.json").read_text())
KEYS = parse(json.dumps(VECTORS["keys"]))
RING = KeyRing(lambda: json.dumps(VECTORS["keys"]), lambda: NOON)

type Vector = dict[str, Any]


@pytest.mark.parametrize("known", VECTORS["codes"], ids=lambda known: known["code"])
def test_codes_are_issued_and_read_as_ever(known: Vector) -> None:
    code, pair = Code(known["key_id"], known["serial"]), KEYS[known["key_id"]]
    symbols = codes.issue(code, pair)
    assert codes.shown(symbols) == known["code"]
    assert codes.key_id_of(symbols) == code.key_id
    assert codes.read(codes.normalise(known["code"]), pair) == code


@pytest.mark.parametrize("known", VECTORS["check_ids"], ids=lambda known: known["check_id"])
def test_a_visitor_s_check_keeps_its_id(known: Vector) -> None:
    symbols, pair = codes.normalise(known["code"]), KEYS[known["key_id"]]
    found = references.check_id(known["visitor"], symbols, pair, known["period"])
    assert found == known["check_id"]


@pytest.mark.parametrize("known", VECTORS["recorded"], ids=lambda known: known["reference"])
def test_references_of_recorded_checks_lead_back_as_ever(known: Vector) -> None:
    code, pair = Code(known["key_id"], known["serial"]), KEYS[known["key_id"]]
    assert references.recorded(code, known["check_id"], pair) == known["reference"]
    assert references.read(known["reference"], RING) == Recorded(code, known["check_id"][:4])


@pytest.mark.parametrize("known", VECTORS["unrecorded"], ids=lambda known: known["reference"])
def test_references_without_a_record_say_what_they_ever_said(known: Vector) -> None:
    at = datetime.fromisoformat(known["at"])
    pair = KEYS[known["key_id"]]
    text = references.unrecorded(known["what"], at, known["asked"], known["key_id"], pair)
    assert text == known["reference"]
    assert references.read(text, RING) == Unrecorded(known["what"], at)


@pytest.mark.parametrize("known", VECTORS["short_recorded"], ids=lambda known: known["reference"])
def test_short_references_of_before_lead_back_as_ever(known: Vector) -> None:
    code = Code(known["key_id"], known["serial"])
    read = references.read(known["reference"], RING)
    assert read == Recorded(code, known["check_id"][:4], is_short=True)


@pytest.mark.parametrize("known", VECTORS["short_unrecorded"], ids=lambda known: known["reference"])
def test_short_references_without_a_record_say_what_they_ever_said(known: Vector) -> None:
    at = datetime.fromisoformat(known["at"])
    assert references.read(known["reference"], RING) == Unrecorded(known["what"], at)
