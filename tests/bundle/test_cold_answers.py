"""The artifact checks a code that we never issued without loading the SDK."""

from dataclasses import replace

import pytest

from tests.fakes import cold
from tests.fakes.artifact import Artifact
from tests.fakes.browser import checking, looking
from tests.fakes.codes import KEYS_TEXT, code
from tests.fakes.counter import FORGED
from tests.fakes.servers import closed_port
from tests.fakes.till import asking
from tests.fakes.vault import answering_secrets

# The rooms that a check needs; each further room slows every cold start.
ROOMS = {
    "AuthenticityApiFunction": {"authenticity", "batches", "clients", "kernel", "web", "words"},
    "CheckPageFunction": {"authenticity", "batches", "kernel", "web", "words"},
}

# What names the errors of tables is loaded once there is one.
TROUBLE = frozenset({"pynamodb"})

# What the build leaves out of a forged check (decision 148): each of it is 1 to 7 ms of its start.
UNUSED = frozenset(
    {
        *("dataclasses", "inspect", "decimal", "zoneinfo", "importlib.resources"),
        *("http.client", "email.parser", "encodings.idna", "msgspec", "jmespath"),
        *("aws_lambda_powertools.metrics", "aws_lambda_powertools.tracing"),
    }
)


def answers(artifact: Artifact, name: str, *events: cold.Event) -> list[cold.Answered]:
    function = artifact.functions[name]
    with answering_secrets({"test-code-keys": KEYS_TEXT}) as vault, closed_port() as dynamodb:
        variables = function.variables | cold.settings(vault, dynamodb)
        module = function.handler.rpartition(".")[0]
        printed = replace(function, variables=variables).probe(
            cold.SCRIPT, *cold.arguments(module, *events)
        )
    return cold.read(printed)


def test_a_check_loads_no_clients_of_the_sdk_even_in_trouble(artifact: Artifact) -> None:
    events = [asking(FORGED), asking("0K5D"), asking(code(1))]
    _, forged, mistyped, genuine = answers(artifact, "AuthenticityApiFunction", *events)
    assert (forged.what, forged.sdk) == ("not_issued", frozenset())
    assert (mistyped.what, mistyped.sdk) == ("mistyped", frozenset())
    assert (genuine.what, genuine.sdk) == ("unavailable", TROUBLE)


def test_the_check_page_loads_no_sdk_before_there_is_trouble(artifact: Artifact) -> None:
    events = [looking(), checking(FORGED), checking("0K5D"), checking(code(1))]
    imported, page, forged, mistyped, genuine = answers(artifact, "CheckPageFunction", *events)
    assert imported.sdk == frozenset()
    assert (page.what, page.sdk) == ("200", frozenset())
    assert (forged.what, forged.sdk) == ("303", frozenset())
    assert (mistyped.what, mistyped.sdk) == ("303", frozenset())
    assert (genuine.what, genuine.sdk) == ("303", TROUBLE)


@pytest.mark.parametrize("name", ROOMS)
def test_a_check_loads_only_the_rooms_that_it_needs(artifact: Artifact, name: str) -> None:
    event = checking(FORGED) if name == "CheckPageFunction" else asking(FORGED)
    imported, forged = answers(artifact, name, event)
    assert imported.rooms == forged.rooms == ROOMS[name]


@pytest.mark.parametrize("name", ROOMS)
def test_a_forged_code_loads_nothing_that_it_does_not_use(artifact: Artifact, name: str) -> None:
    event = checking(FORGED) if name == "CheckPageFunction" else asking(FORGED)
    _, forged = answers(artifact, name, event)
    assert forged.modules & UNUSED == frozenset()
