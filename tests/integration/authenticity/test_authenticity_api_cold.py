"""A code that is none of ours is answered before any SDK is loaded, however cold the start."""

import os
import subprocess
import sys

import pytest

from tests.fakes import cold
from tests.fakes.codes import code
from tests.fakes.counter import FORGED
from tests.fakes.servers import closed_port
from tests.fakes.template import ROOT
from tests.fakes.till import asking, looking_up

pytestmark = pytest.mark.integration
PATHS = [str(ROOT / "layers/aftercare"), str(ROOT / "functions")]
ROLE = {
    "AWS_DEFAULT_REGION": "us-west-2",
    "AWS_ACCESS_KEY_ID": "test",
    "AWS_SECRET_ACCESS_KEY": "test",
}


def answered(vault: str, *events: cold.Event) -> list[cold.Answered]:
    """What a new interpreter makes of these events, one after the other; DynamoDB is away."""
    with closed_port() as dynamodb:
        done = subprocess.run(
            [sys.executable, "-c", cold.SCRIPT, cold.told(*events), *PATHS],
            env=os.environ | ROLE | cold.settings(vault, dynamodb),
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
    assert done.returncode == 0, done.stderr
    return cold.read(done.stdout)


def test_forged_and_mistyped_codes_load_no_sdk_and_a_genuine_one_does(vault: str) -> None:
    asked = [asking(FORGED), asking("0K5D"), looking_up("V-0"), asking(code(1))]
    imported, forged, mistyped, unknown, genuine = answered(vault, *asked)
    assert not imported.sdk
    assert (forged.what, forged.sdk) == ("not_issued", frozenset())
    assert (mistyped.what, mistyped.sdk) == ("mistyped", frozenset())
    assert (unknown.what, unknown.sdk) == ("reference_not_found", frozenset())
    # It needs the batches, which are not there to be had.
    assert (genuine.what, genuine.sdk) == ("unavailable", cold.SDK)
