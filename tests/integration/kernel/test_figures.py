"""docs/figures.md says what is counted, of every route and every worker."""

import importlib
import os
import re
import subprocess
import sys
from collections.abc import Iterator

import pytest

from aftercare.web.application import Application
from infra.local.settings import ROOT
from tests.bench.figures import part
from tests.fakes.servers import closed_port
from tests.fakes.template import resources

pytestmark = pytest.mark.integration
ROW = re.compile(r"^\| (\w+): ([^|]+) \|", re.MULTILINE)


def rows() -> set[tuple[str, str]]:
    return set(ROW.findall(part("units")))


def routes() -> Iterator[tuple[str, str]]:
    """Every route of every HTTP function; what no page has is nobody's."""
    for name, body in resources("AWS::Serverless::Function").items():
        module, _, handler = body["Handler"].rpartition(".")
        app = getattr(importlib.import_module(module), handler)
        app = app.whole() if isinstance(app, Application) else app
        for route, methods in getattr(app, "routes", {}).items():
            if "{proxy+}" not in route:
                for method in methods.keys() - {"HEAD"}:
                    yield name.removesuffix("Function"), f"{method} {route}"


def test_every_route_is_counted() -> None:
    found = set(routes())
    assert len(found) > 100
    assert found - rows() == set()


def test_every_function_is_counted() -> None:
    functions = {name.removesuffix("Function") for name in resources("AWS::Serverless::Function")}
    assert functions - {function for function, _ in rows()} == set()


@pytest.mark.slow
def test_what_is_counted_is_what_the_document_says() -> None:
    """`make figures` writes it anew; a number that went up needs a reason in its commit."""
    with closed_port() as nobody:
        shell = os.environ | {"AWS_ENDPOINT_URL": nobody, "AWS_PROFILE": "prod"}
        done = subprocess.run(
            [sys.executable, "-m", "tests.bench", "--drift"],
            cwd=ROOT,
            env=shell,
            capture_output=True,
            text=True,
            check=False,
        )
    assert done.returncode == 0, done.stdout + done.stderr
