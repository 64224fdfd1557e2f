"""A function that lacks a setting fails at its start, and the failure names the setting."""

import json
import subprocess
import sys

import pytest

from infra.local.settings import ROOT
from tests.fakes.environment import without_settings
from tests.fakes.template import resources

# Settings that a deployment may leave empty.
OPTIONAL = {"PORTAL_URL", "MAILBOX_URL", "COUNTRY_HEADER"}
OPTIONAL |= {"CARRIERS", "EASYPOST_SECRET", "SHIPPO_SECRET"}
OPTIONAL |= {"WECHAT_APP_ID", "WECHAT_APP_SECRET", "AWS_READ_SECONDS"}
OPTIONAL |= {"DESK_MAILBOX", "EDGE_SECRET", "PREVIOUS_EDGE_SECRET", "ADDRESS_HEADER"}
# Starts the function once without each of its settings, and prints what each failure said.
START = """
import importlib, json, os, sys
handler, settings, *paths = sys.argv[1:]
sys.path[:0] = paths
from aftercare.kernel.errors import ConfigurationError
names, said = json.loads(settings), {}
for absent in names:
    os.environ.update({name: "x" for name in names})
    del os.environ[absent]
    package = handler.partition(".")[0]
    for module in [name for name in sys.modules if name.partition(".")[0] == package]:
        del sys.modules[module]
    try:
        importlib.import_module(handler.rpartition(".")[0])
        said[absent] = ""
    except ConfigurationError as error:
        said[absent] = str(error)
print(json.dumps(said))
"""
FUNCTIONS = {
    name: properties
    for name, properties in resources("AWS::Serverless::Function").items()
    if properties.get("Environment")
}


@pytest.mark.parametrize("function", FUNCTIONS)
def test_a_function_names_the_setting_that_it_lacks(function: str) -> None:
    names = list(FUNCTIONS[function]["Environment"]["Variables"])
    paths = [str(ROOT / "layers" / "aftercare"), str(ROOT / "functions")]
    command = [sys.executable, "-c", START, FUNCTIONS[function]["Handler"], json.dumps(names)]
    started = subprocess.run(
        [*command, *paths], env=without_settings(), capture_output=True, text=True, check=False
    )
    assert started.returncode == 0, started.stderr
    said = json.loads(started.stdout)
    unnamed = {name for name, sentence in said.items() if name not in sentence}
    assert unnamed <= OPTIONAL, f"{function} starts without {unnamed - OPTIONAL}"
