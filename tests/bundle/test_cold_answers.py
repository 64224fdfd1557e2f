"""From the artifact too, a code that is none of ours is answered before any SDK is loaded."""

from dataclasses import replace

from tests.fakes import cold
from tests.fakes.artifact import Artifact
from tests.fakes.codes import KEYS_TEXT, code
from tests.fakes.counter import FORGED
from tests.fakes.servers import closed_port
from tests.fakes.till import asking
from tests.fakes.vault import answering_secrets


def test_a_forged_code_loads_no_sdk_and_a_genuine_one_does(artifact: Artifact) -> None:
    function = artifact.functions["AuthenticityApiFunction"]
    with answering_secrets({"test-code-keys": KEYS_TEXT}) as vault, closed_port() as dynamodb:
        told = replace(function, variables=function.variables | cold.settings(vault, dynamodb))
        asked = cold.told(asking(FORGED), asking("0K5D"), asking(code(1)))
        _, forged, mistyped, genuine = cold.read(told.probe(cold.SCRIPT, asked))
    assert (forged.what, forged.sdk) == ("not_issued", frozenset())
    assert (mistyped.what, mistyped.sdk) == ("mistyped", frozenset())
    assert (genuine.what, genuine.sdk) == ("unavailable", cold.SDK)
