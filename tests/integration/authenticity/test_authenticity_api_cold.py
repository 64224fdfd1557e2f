"""A code that we never issued is answered before the SDK is loaded, on a cold start too."""

import pytest

from tests.bench.handlers import recorded
from tests.fakes import cold
from tests.fakes.codes import code
from tests.fakes.counter import FORGED
from tests.fakes.environment import TABLES
from tests.fakes.servers import closed_port
from tests.fakes.till import asking, looking_up

pytestmark = pytest.mark.integration


def test_a_recorded_check_loads_no_sdk_either(vault: str) -> None:
    with recorded() as dynamodb:
        settings = cold.settings(vault, dynamodb) | {"BATCHES_TABLE": TABLES["BatchesTable"]}
        imported, checked = cold.answers("authenticity_api.app", settings, asking(code(1)))
    assert checked.what == "genuine_first_check"
    for each in (imported, checked):
        assert not {name for name in each.modules if name.startswith(("botocore.", "pynamodb"))}


def test_forged_and_mistyped_codes_load_no_sdk_and_trouble_does(vault: str) -> None:
    asked = [asking(FORGED), asking("0K5D"), looking_up("V-0"), asking(code(1))]
    with closed_port() as dynamodb:
        settings = cold.settings(vault, dynamodb)
        answers = cold.answers("authenticity_api.app", settings, *asked)
    imported, forged, mistyped, unknown, genuine = answers
    assert not imported.sdk
    assert (forged.what, forged.sdk) == ("not_issued", frozenset())
    assert (mistyped.what, mistyped.sdk) == ("mistyped", frozenset())
    assert (unknown.what, unknown.sdk) == ("reference_not_found", frozenset())
    # It needs the batches, which cannot be reached: the SDK says what kind of trouble that is.
    assert (genuine.what, genuine.sdk) == ("unavailable", cold.SDK)
