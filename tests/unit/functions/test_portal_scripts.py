"""The portal's scripts stay small, and write no markup."""

import gzip
import re

from portal.site.pages import STATIC
from tests.fakes.template import ROOT

SCRIPTS = sorted((ROOT / "functions/portal").rglob("static/*.js"))
MOST_BYTES = 9 * 1024
WRITES_MARKUP = re.compile(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\b")


def test_all_scripts_of_the_portal_together_are_9_kb_on_the_way() -> None:
    sent = b"".join(STATIC.url(path.name).encode() + path.read_bytes() for path in SCRIPTS)
    assert len(SCRIPTS) > 1
    assert len(gzip.compress(sent)) <= MOST_BYTES


def test_no_script_writes_markup() -> None:
    assert not [path for path in SCRIPTS if WRITES_MARKUP.search(path.read_text("utf-8"))]
