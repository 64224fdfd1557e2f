"""Pages and their scripts are light: they are opened on phones, in shops, on slow networks."""

import gzip
import re

import pytest

from check_page.edge import STATIC as CHECK_STATIC
from portal.site.pages import STATIC
from tests.fakes.browser import Browser
from tests.fakes.strangers import Holdings

pytestmark = pytest.mark.integration

KB = 1024
MOST_PAGE = 50 * KB
# Photos, marks and videos each have a script of their own, which pages without them do not load.
MOST_SCRIPTS = 12 * 1024


def packed(text: str) -> int:
    return len(gzip.compress(text.encode()))


def loaded_by(body: str) -> dict[str, str]:
    """What the page loads at once, by its address: styles, scripts, the icon."""
    found = {}
    for path in re.findall(r'(?:href|src)="(/[^"?]*static/[^"]+)"', body):
        asset = STATIC.asset(path.rpartition("/")[2]) or CHECK_STATIC.asset(path.rpartition("/")[2])
        assert asset, path
        found[path] = asset.body
    return found


def test_no_page_is_heavy_with_all_that_it_loads(attacker: Browser, mine: Holdings) -> None:
    paths = [
        *("/orders", f"/orders/{mine.order}", f"/returns/{mine.draft}", f"/returns/{mine.done}"),
        *(
            "/points",
            "/points/history",
            "/points/card",
            "/contact",
            "/privacy",
            "/accessibility",
            "/page-errors",
            "/service",
            "/unboxing",
        ),
        *("/policy", "/?find=1", "/nothing", "/authenticity"),
        *("/track", f"/track?number={mine.order}"),
    ]
    for language in ("en", "ja"):
        for path in paths:
            joint = "&" if "?" in path else "?"
            body = attacker.get(f"{path}{joint}lang={language}").body
            parts = [body, *loaded_by(body).values()]
            assert sum(map(packed, parts)) < MOST_PAGE, path


def test_all_scripts_together_are_at_most_twelve_kilobytes() -> None:
    scripts = {
        name: asset.body
        for static in (STATIC, CHECK_STATIC)
        for name, asset in static._assets.items()
        if name.endswith(".js")
    }
    assert scripts
    assert sum(map(packed, scripts.values())) <= MOST_SCRIPTS
