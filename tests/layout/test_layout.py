"""Every page in every language can be read on every screen, light and dark, at twice the size."""

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Response, Route

from aftercare.words.model import LANGUAGES, PSEUDO
from tests.fakes.browser_pages import axe, measures
from tests.fakes.browser_pages.scenes import Scene, in_language

pytestmark = pytest.mark.browser

EVERY_LANGUAGE = pytest.mark.parametrize("language", LANGUAGES)
# Width in CSS pixels, and the reader's text size in per cent.
SCREENS = [(320, 100), (320, 200), (390, 100), (390, 200), (768, 200), (1280, 100), (1280, 200)]


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    with chromium.new_context(has_touch=True) as context:
        page = context.new_page()
        page.on("dialog", lambda dialog: dialog.accept())  # a page that is sending asks back
        yield page


def opened(page: Page, portal_url: str, scene: Scene, language: str = "en") -> Page:
    """The scene, with its own cookies, after what its visitor does first."""
    context = page.context
    context.clear_cookies()
    pairs = [cookie.partition("=") for cookie in scene.cookies.split("; ") if cookie]
    context.add_cookies(
        [{"name": name, "value": value, "url": portal_url} for name, _, value in pairs]
    )
    page.goto(f"{portal_url}{in_language(scene, language)}", wait_until="load")
    if scene.then:
        scene.then(page)
    return page


def on_screen(page: Page, width: int, per_cent: int) -> None:
    measures.set_width(page, width)
    measures.set_text_size(page, per_cent)


def _listed(found: Mapping[Any, object]) -> str:
    return "\n".join(f"{' '.join(map(str, where))}: {what}" for where, what in found.items())


def cut(page: Page, screens: Sequence[tuple[int, int]]) -> dict[tuple[int, int], list[str]]:
    """What cannot be read of the page as it stands, by screen."""
    found = {}
    for screen in screens:
        if faults := measures.faults(page, *screen):
            found[screen] = faults
    return found


def refused(page: Page) -> dict[tuple[axe.Colours, int], str]:
    """What axe finds on the page as it stands, in light and dark and at twice the size."""
    found = {}
    for colours, rules in axe.RULES.items():
        page.emulate_media(color_scheme=colours, reduced_motion="reduce")
        for per_cent in (100, 200):
            on_screen(page, 390, per_cent)
            if report := axe.violations(page, *rules):
                found[colours, per_cent] = report
    return found


@EVERY_LANGUAGE
@pytest.mark.parametrize("quarter", range(4))  # so that no test takes as long as many others
def test_no_word_is_cut_nothing_scrolls_sideways_and_axe_finds_nothing(
    page: Page, portal_url: str, every_scene: list[Scene], language: str, quarter: int
) -> None:
    axe.awaits(page.context)
    found: dict[tuple[Any, ...], object] = {}
    for scene in every_scene[quarter::4]:
        page.emulate_media(color_scheme="light", reduced_motion="reduce")
        opened(page, portal_url, scene, language)
        faults: dict[tuple[Any, ...], object] = {**cut(page, SCREENS), **refused(page)}
        for where, what in faults.items():
            found[scene.name, *where] = what
    assert not found, _listed(found)


def test_words_that_are_longer_by_two_fifths_find_their_room(
    page: Page, portal_url: str, every_scene: list[Scene]
) -> None:
    """English with accents; in 160 pixels a line its brackets are one too many."""
    screens = [screen for screen in SCREENS if screen != (320, 200)]
    found = {}
    for scene in every_scene:
        opened(page, portal_url, scene, PSEUDO.tag)
        for where, what in cut(page, screens).items():
            found[scene.name, *where] = what
    assert not found, _listed(found)


@EVERY_LANGUAGE
@pytest.mark.parametrize("width", [320, 390, 768, 1280])
def test_steps_stand_in_one_row_or_one_column_and_the_logo_beside_the_navigation(
    page: Page, portal_url: str, every_scene: list[Scene], language: str, width: int
) -> None:
    [done] = [scene for scene in every_scene if scene.name == "return, done"]
    opened(page, portal_url, done, language)
    on_screen(page, width, 100)
    steps = [step.bounding_box() for step in page.locator(".track li").all()]
    columns, rows = ({round(box[edge]) for box in steps if box} for edge in ("x", "y"))
    assert sorted((len(columns), len(rows))) == [1, 7]
    logo, link = (page.locator(f".top {part}").first.bounding_box() for part in (".brand", "nav a"))
    assert logo
    assert link
    assert link["y"] < logo["y"] + logo["height"]


def after_a_while(route: Route) -> None:
    route.request.frame.page.wait_for_timeout(150)
    route.continue_()


def test_nothing_moves_while_a_page_loads(
    page: Page, portal_url: str, every_scene: list[Scene]
) -> None:
    """Also where its scripts come late, as on a slow network."""
    page.route("**/*.js", after_a_while)
    moved = {}
    for width in (390, 1280):
        measures.set_width(page, width)
        for scene in every_scene:
            if shift := measures.shifts(opened(page, portal_url, scene)):
                moved[scene.name, width] = shift
    assert not moved


@pytest.mark.parametrize("name", ["find, signed out", "points, signed out", "check"])
@pytest.mark.parametrize("width", [390, 1280])
def test_what_has_come_of_a_page_stays_where_it_is(
    page: Page, portal_url: str, every_scene: list[Scene], name: str, width: int
) -> None:
    """As on a slow network, which brings a page in pieces."""
    [scene] = [scene for scene in every_scene if scene.name == name]
    measures.set_width(page, width)
    opened(page, portal_url, scene)
    whole = page.reload()
    assert whole
    stands = measures.places(page)
    moved: dict[str, object] = {}
    for piece in _pieces(whole.text()):
        page.route(page.url, partial(_answered_with, whole, piece), times=1)
        page.reload()
        places = measures.places(page)
        moved |= {path: (at, stands[path]) for path, at in places.items() if at != stands[path]}
    assert not moved


def _pieces(html: str) -> Iterator[str]:
    """The document up to the end of some of its parts."""
    body = html.index("<body")
    ends = [
        found.end()
        for found in re.finditer(r"</(form|h2|li|section|svg)>", html)
        if found.start() > body
    ]
    yield from (html[:end] for end in ends[:: max(1, len(ends) // 20)])


def _answered_with(whole: Response, piece: str, route: Route) -> None:
    route.fulfill(headers=whole.all_headers(), body=piece)
