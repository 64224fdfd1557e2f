"""Who scans a box gets the page, and a false code its answer, before any SDK is loaded."""

import pytest

from tests.bench.handlers import recorded
from tests.fakes import cold
from tests.fakes.browser import checking, looking, seeing_the_answer
from tests.fakes.codes import code
from tests.fakes.counter import FORGED
from tests.fakes.environment import TABLES
from tests.fakes.servers import closed_port

pytestmark = pytest.mark.integration
ROOMS = {"authenticity", "batches", "kernel", "web", "words"}


def test_a_recorded_check_loads_no_sdk_either(vault: str) -> None:
    with recorded() as dynamodb:
        settings = cold.settings(vault, dynamodb) | {"BATCHES_TABLE": TABLES["BatchesTable"]}
        asked = checking(code(1)), seeing_the_answer(code(1))
        imported, checked, page = cold.answers("check_page.app", settings, *asked)
    assert (checked.what, page.what) == ("303", "200")
    for each in (imported, checked, page):
        assert not {name for name in each.modules if name.startswith(("botocore.", "pynamodb"))}


def test_only_trouble_with_a_code_of_ours_loads_the_sdk(vault: str) -> None:
    shown = seeing_the_answer(FORGED)
    events = [looking(), checking(FORGED), shown, checking("0K5D"), checking(code(1))]
    with closed_port() as dynamodb:
        answers = cold.answers("check_page.app", cold.settings(vault, dynamodb), *events)
    imported, page, forged, answer, mistyped, genuine = answers
    assert (imported.sdk, imported.rooms) == (frozenset(), ROOMS)
    assert (page.what, page.sdk) == ("200", frozenset())
    assert (forged.what, forged.sdk) == ("303", frozenset())
    assert (answer.what, answer.sdk) == ("not_issued", frozenset())
    assert (mistyped.what, mistyped.sdk) == ("303", frozenset())
    # It needs the batches, which cannot be reached: the SDK says what kind of trouble that is.
    assert (genuine.what, genuine.sdk) == ("303", cold.SDK)
    assert genuine.rooms == ROOMS
