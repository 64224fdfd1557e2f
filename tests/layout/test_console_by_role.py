"""Each role at the console in a browser: where it starts, what it may do there, its keys."""

import re
from dataclasses import dataclass

import pytest
from playwright.sync_api import Page, expect

from tests.fakes.browser_pages.desks import Desks
from tests.fakes.browser_pages.staffed import Cases

pytestmark = pytest.mark.browser

_EMAIL = "mei@example.com"


@dataclass(frozen=True)
class Sight:
    """What a role has before it at a case that a colleague has proposed a decision on."""

    starts_at: str
    menu: tuple[str, ...] = ()
    reads: tuple[str, ...] = ()
    does: tuple[str, ...] = ()
    keys: str = ""


_DESK = ("Take it", "Propose the decision", "Ask for more evidence", "Add the note")
_PERSONAL = ("1. Photo", _EMAIL)
SIGHTS = {
    "agent": Sight("/queue", ("Queue",), _PERSONAL, _DESK, "jkadwecmn/q"),
    "lead": Sight(
        "/queue",
        ("Queue", "Dock", "Colleagues", "Erasures", "Audit sample"),
        _PERSONAL,
        (*_DESK, "Confirm it"),
        "jkadwecymn/qr",
    ),
    "qa": Sight("/queue", ("Queue", "Dock"), _PERSONAL, _DESK, "jkadwecmn/qr"),
    "warehouse": Sight("/dock", ("Dock",), keys="jk/r"),
    "store": Sight("/dock", ("Dock", "Hand-over"), keys="jk/rh"),
    "auditor": Sight(
        "/queue", ("Queue", "Audit trail"), (*_PERSONAL, "Who read this case"), keys="jkn/q"
    ),
}


@pytest.mark.parametrize("role", SIGHTS)
def test_each_role_sees_what_it_may_and_nothing_else(
    desks: Desks, morning: Cases, role: str
) -> None:
    sight, page = SIGHTS[role], desks.of(role)
    page.goto("/")
    expect(page).to_have_url(re.compile(rf"//[^/]+{sight.starts_at}$"))
    page.goto(f"/cases/{morning.named['proposed'].return_id}")
    expect(page.get_by_role("heading", name="Moon Hare").first).to_be_visible()
    menu = page.get_by_role("navigation", name="Main").get_by_role("link")
    assert tuple(menu.all_inner_texts()) == sight.menu
    every = {words for each in SIGHTS.values() for words in each.reads}
    assert {words for words in every if page.get_by_text(words).count()} == set(sight.reads)
    every = {words for each in SIGHTS.values() for words in each.does}
    assert {words for words in every if _is_there(page, words)} == set(sight.does)


@pytest.mark.parametrize("role", SIGHTS)
def test_the_list_of_keys_names_those_that_do_something(
    desks: Desks, morning: Cases, role: str
) -> None:
    page = desks.of(role)
    page.goto(f"/cases/{morning.named['proposed'].return_id}")
    page.keyboard.press("?")
    listed = page.get_by_role("dialog", name="Keys").locator("kbd").all_inner_texts()
    single = {key for key in listed if len(key) == 1} - {"?"}
    assert single == set(SIGHTS[role].keys)


def _is_there(page: Page, words: str) -> bool:
    of_case = page.get_by_role("main")
    return of_case.locator("button, summary").get_by_text(words).count() > 0
