"""A check leads to a page with its answer, which counts nothing and is this visitor's alone."""

import html
import re
from collections.abc import Callable

import pytest

from aftercare.authenticity.model import Verdict
from aftercare.batches.model import BatchStatus
from aftercare.words.model import LANGUAGES
from tests.fakes.aws import counted
from tests.fakes.browser import Browser
from tests.fakes.trouble import dynamodb_at, over_its_limits
from tests.integration.check_page.test_check_page import (
    FORGED,
    PAGE,
    authenticity,
    batches,
    checked,
    checked_page,
    fresh,
    typed_so_far,
    verdict_of,
    visitor,
)

pytestmark = [pytest.mark.integration, pytest.mark.usefixtures("batches")]
__all__ = ["batches", "visitor"]  # fixtures

type Typed = Callable[[], str]


def cases_of_every_verdict() -> list[tuple[Verdict, Typed]]:
    """As `cases`, to be made by the test that uses them."""
    return [
        (Verdict.GENUINE_FIRST_CHECK, fresh),
        (Verdict.SUSPECT, lambda: checked(fresh(), 3)),
        (Verdict.RECALLED, lambda: fresh(BatchStatus.RECALLED)),
        (Verdict.RESTRICTED, lambda: fresh(BatchStatus.RESTRICTED)),
        (Verdict.BLOCKED, lambda: fresh(BatchStatus.BLOCKED)),
        (Verdict.NOT_ISSUED, lambda: FORGED),
    ]


def answer_of(browser: Browser, typed: str, language: str = "en") -> str:
    """Checks the code; returns the address of the answer."""
    return browser.post(PAGE, code=typed, lang=language).location


def test_a_check_is_answered_with_a_redirect_also_one_that_fails(visitor: Browser) -> None:
    """Else Back and Reload ask whether to check again."""
    for typed in (fresh(), "7K4M", FORGED, ""):
        assert visitor.post(PAGE, code=typed).status == 303
    with dynamodb_at(over_its_limits):
        assert visitor.post(PAGE, code=fresh()).status == 303


def test_looking_at_an_answer_again_counts_nothing(visitor: Browser) -> None:
    typed = fresh()
    where = answer_of(visitor, typed)
    _, before = authenticity().history_of(typed)
    for _ in range(3):
        assert verdict_of(visitor.get(where)) == Verdict.GENUINE_FIRST_CHECK
    assert authenticity().history_of(typed)[1] == before


@pytest.mark.parametrize(("verdict", "typed"), cases_of_every_verdict())
def test_another_language_keeps_the_verdict_and_counts_nothing(
    visitor: Browser, verdict: Verdict, typed: Typed
) -> None:
    code = typed()
    page = checked_page(visitor, code)
    references = set()
    for language in LANGUAGES:
        link = re.search(rf'href="([^"]+)" lang="{language}"', page.body)
        assert link
        page = visitor.get(html.unescape(link[1]))
        assert verdict_of(page) == verdict
        assert f'<html lang="{language}">' in page.body
        references.update(re.findall(r"V(?:-\w{4}){5}", page.body))
    assert len(references) == (verdict is not Verdict.NOT_ISSUED)
    assert "2 times" not in page.text


def test_another_language_keeps_a_slip(visitor: Browser) -> None:
    page = checked_page(visitor, "7K4M")
    link = re.search(r'href="([^"]+)" lang="fr"', page.body)
    assert link
    page = visitor.get(html.unescape(link[1]))
    assert typed_so_far(page) == "7K4M"
    assert 'aria-invalid="true"' in page.body


def test_an_answers_address_shows_nobody_else_the_answer_and_counts_nothing(
    visitor: Browser,
) -> None:
    where = answer_of(visitor, fresh())
    unchecked = fresh()
    page = Browser(source="198.51.100.9").get(where)
    assert (page.status, verdict_of(page)) == (200, "")
    assert typed_so_far(page)
    nobody = Browser(source="198.51.100.9").get(f"{PAGE}?code={unchecked}&state=checked")
    assert verdict_of(nobody) == ""
    assert verdict_of(checked_page(visitor, unchecked)) == Verdict.GENUINE_FIRST_CHECK


def test_a_browser_without_cookies_sees_its_answer_in_every_language(portal: Browser) -> None:
    typed = fresh()
    where = answer_of(portal, typed, "fr")
    portal.cookie = ""
    page = portal.get(where)
    assert '<html lang="fr">' in page.body
    assert verdict_of(page) == Verdict.GENUINE_FIRST_CHECK
    assert not any(each.startswith("aftercare-visitor") for each in page.cookies)
    portal.cookie = ""
    assert verdict_of(portal.get(f"{where}&lang=ja")) == Verdict.GENUINE_FIRST_CHECK


def test_a_code_that_many_check_has_its_answer_too(visitor: Browser) -> None:
    """Its checks are sampled: most visitors' are not recorded."""
    typed = checked(fresh(), 60)
    for each in range(8):
        browser = Browser(source=f"198.51.100.{each}")
        browser.get(PAGE)
        assert verdict_of(checked_page(browser, typed)) == Verdict.SUSPECT
    assert verdict_of(checked_page(visitor, typed)) == Verdict.SUSPECT


def test_an_answer_costs_one_read(visitor: Browser) -> None:
    where = answer_of(visitor, fresh())
    with counted("dynamodb") as calls:
        visitor.get(where)
    assert calls == ["GetItem"]


def test_a_script_gets_a_problem_when_there_is_no_answer(visitor: Browser) -> None:
    visitor.accept = "application/json"
    with dynamodb_at(over_its_limits):
        problem = visitor.post(PAGE, code=fresh()).problem
    assert (problem["status"], problem["code"]) == (503, "unavailable")


def test_an_answer_that_cannot_be_read_again_says_so(visitor: Browser) -> None:
    where = answer_of(visitor, fresh())
    with dynamodb_at(over_its_limits):
        page = visitor.get(where)
    assert page.status == 503
    assert page.headers["Retry-After"] == "30"
    assert "We can’t answer right now" in page.text
    assert verdict_of(visitor.get(where)) == Verdict.GENUINE_FIRST_CHECK
