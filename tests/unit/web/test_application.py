"""An application's features are imported page by page, and each page's alone answer it."""

import subprocess
import sys

import pytest

import console.app
import portal.app
from aftercare.web.application import Application
from tests.fakes.environment import SETTINGS, without_settings
from tests.fakes.template import ROOT

_PATHS = [str(ROOT / "layers/aftercare"), str(ROOT / "functions")]
_SCRIPT = """
import sys
sys.path[:0] = sys.argv[1:]
from portal.app import app
event = {"requestContext": {"resourcePath": "/track"}}
try:
    app(event, None)
except KeyError:  # the event is no request: only what it loads is looked at
    pass
print(*(name for name in sys.modules if name.endswith("routes")))
"""


def modules_of(application: Application, path: str) -> set[str]:
    """Where the pages of that path are."""
    return {each.view_function.__module__ for each in application.routes[path].values()}


@pytest.mark.parametrize(
    ("application", "features", "site"),
    [
        (portal.app.app, portal.app.FEATURES, "portal.site.routes"),
        (console.app.app, console.app.FEATURES, "console.site.routes"),
    ],
    ids=["portal", "console"],
)
def test_each_page_is_answered_by_the_features_of_its_path(
    application: Application, features: dict[str, tuple[str, ...]], site: str
) -> None:
    paths = application.whole().routes
    assert len(paths) > 30
    found = set()
    for path in paths:
        loaded = {site, *features.get(path.strip("/").partition("/")[0], ())}
        assert modules_of(application, path) <= loaded, path
        found |= modules_of(application, path)
    assert found == {site, *(each for names in features.values() for each in names)}


def test_a_page_loads_its_own_feature_and_no_other() -> None:
    done = subprocess.run(
        [sys.executable, "-c", _SCRIPT, *_PATHS],
        env={**without_settings(), **SETTINGS, "AWS_DEFAULT_REGION": "us-west-2"},
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    assert set(done.stdout.split()) == {"portal.site.routes", "portal.tracking.routes"}
