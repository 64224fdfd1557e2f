"""'This is mine' and 'this is a fake' on the check page: forms that open a case about the code."""

import itertools
import re

import pytest

from aftercare.authenticity.cases import MOST_IN_A_DAY
from aftercare.authenticity.codes import shown
from aftercare.authenticity.store import CheckStore
from aftercare.kernel.symbols import sealed
from aftercare.words.model import LANGUAGES
from aftercare.words.service import words
from tests.fakes import counter
from tests.fakes.browser import Browser, Page
from tests.fakes.code_cases import key

pytestmark = [pytest.mark.integration, pytest.mark.usefixtures("stocked")]

PAGE, CLAIMS = "/authenticity", "/authenticity/claims"
MADE_UP = f"V-{shown(sealed(1, 'V', 20))}"
WORDS = "From a stall\r\non Main Street, in May."
_sources = (f"198.51.{number}.7" for number in itertools.count(1))


@pytest.fixture(scope="module")
def stocked(tables: dict[str, str]) -> None:
    counter.stock(tables["BatchesTable"])


@pytest.fixture
def visitor(portal: Browser) -> Browser:
    """Somebody with the page open, at a network of their own."""
    portal.source = next(_sources)
    portal.get(PAGE)
    return portal


def verdict(visitor: Browser, code: str) -> Page:
    return visitor.follow(visitor.post(PAGE, code=code))


def links(page: Page) -> list[str]:
    return [
        each.replace("&amp;", "&")
        for each in re.findall(r'href="([^"]*/claims\?[^"]*)"', page.body)
    ]


def sent(visitor: Browser, link: str, words: str = WORDS, email: str = "") -> Page:
    """The form behind the link, filled in and sent."""
    form = visitor.get(link)
    fields = {name: form.hidden(name) for name in ("lang", "kind", "reference")}
    return visitor.post(CLAIMS, words=words, email=email, **fields)


def test_both_forms_open_the_codes_case(visitor: Browser, tables: dict[str, str]) -> None:
    code = counter.fresh_code()
    mine, fake = links(verdict(visitor, code))
    assert ("kind=mine" in mine, "kind=fake" in fake) == (True, True)
    page = visitor.follow(sent(visitor, mine))
    assert "Thank you, we have it" in page.text
    cases = CheckStore(tables["AuthenticityTable"]).cases
    case = cases.case(key(code.replace("-", "")))
    assert case
    [claim] = cases.claims(case)
    assert (claim.kind, claim.words) == ("mine", "From a stall\non Main Street, in May.")


def test_a_form_that_is_sent_twice_is_one_claim(visitor: Browser, tables: dict[str, str]) -> None:
    code = counter.fresh_code()
    mine, _ = links(verdict(visitor, code))
    for _ in range(2):
        assert "outcome=taken" in sent(visitor, mine).location
    case = CheckStore(tables["AuthenticityTable"]).cases.case(key(code.replace("-", "")))
    assert case
    assert (len(case.mine), case.version) == (1, 1)


def test_an_address_is_kept_with_the_language_of_the_page(
    visitor: Browser, tables: dict[str, str]
) -> None:
    code = counter.fresh_code()
    mine, _ = links(verdict(visitor, code))
    link = re.sub(r"lang=[\w-]+", "lang=ja", mine)
    assert "outcome=taken" in sent(visitor, link, email="Mei@Example.com").location
    cases = CheckStore(tables["AuthenticityTable"]).cases
    case = cases.case(key(code.replace("-", "")))
    assert case
    [claim] = cases.claims(case)
    assert (claim.email, claim.language) == ("mei@example.com", "ja")


def test_what_is_no_address_is_said_at_its_field_and_nothing_is_lost(visitor: Browser) -> None:
    mine, _ = links(verdict(visitor, counter.fresh_code()))
    page = visitor.follow(sent(visitor, mine, email="mei at example"))
    assert "That doesn’t look like an e-mail address." in page.text
    assert 'value="mei at example"' in page.body
    assert "From a stall" in page.text
    assert page.body.count('aria-invalid="true"') == 1


def test_what_was_never_issued_has_no_forms(visitor: Browser) -> None:
    assert links(verdict(visitor, counter.FORGED)) == []


def test_a_form_without_words_comes_back_with_what_is_missing(visitor: Browser) -> None:
    mine, _ = links(verdict(visitor, counter.fresh_code()))
    page = visitor.follow(sent(visitor, mine, " "))
    assert "Please say where and when you got it, in 1000 characters at most." in page.text
    assert 'aria-invalid="true"' in page.body
    page = visitor.follow(sent(visitor, mine, "é" * 1001))
    assert "é" * 1001 in page.body


def test_no_form_is_answered_with_a_page(visitor: Browser) -> None:
    """Else Back and Reload ask whether to send it again."""
    mine, _ = links(verdict(visitor, counter.fresh_code()))
    for typed in (WORDS, " "):
        page = sent(visitor, mine, typed)
        assert (page.status, page.body) == (303, "")


def test_a_script_gets_a_problem(visitor: Browser) -> None:
    visitor.accept = "application/json"
    page = visitor.post(CLAIMS, kind="mine", reference="V-0000-0000-0000-0000-0000", words=WORDS)
    assert (page.status, page.problem["code"]) == (404, "reference_not_found")


def test_a_made_up_reference_claims_nothing(visitor: Browser) -> None:
    page = visitor.post(CLAIMS, kind="mine", reference=MADE_UP, words=WORDS)
    assert "There is no check with this reference." in visitor.follow(page).text
    for page in (
        visitor.get(f"{CLAIMS}?kind=mine&reference=hello"),
        visitor.follow(visitor.post(CLAIMS, kind="mine", reference="hello", words=WORDS)),
    ):
        assert page.location.endswith(PAGE)


def test_what_was_typed_is_shown_once_as_it_was_typed_and_in_no_address(visitor: Browser) -> None:
    mine, _ = links(verdict(visitor, counter.fresh_code()))
    typed = "<script>alert(1)</script>"
    refused = sent(visitor, mine, typed + "x" * 1000)
    page = visitor.follow(refused)
    assert typed not in page.body
    assert "&lt;script&gt;alert(1)" in page.body
    assert "alert(1)" not in visitor.follow(refused).body
    assert "stall" not in sent(visitor, mine).location


@pytest.mark.parametrize("kept", ["!", "x", "/w==", "a" * 9000, "e30=", "W10=", "MQ=="])
def test_a_cookie_that_is_none_of_ours_is_no_words(visitor: Browser, kept: str) -> None:
    mine, _ = links(verdict(visitor, counter.fresh_code()))
    visitor.cookie = f"aftercare-claim={kept}"
    assert visitor.get(f"{mine}&trouble=words").status == 200


def test_a_network_that_sends_many_is_asked_to_wait(visitor: Browser) -> None:
    for _ in range(MOST_IN_A_DAY):
        mine, _ = links(verdict(visitor, counter.fresh_code()))
        assert sent(visitor, mine).status == 303
    mine, _ = links(verdict(visitor, counter.fresh_code()))
    page = visitor.follow(sent(visitor, mine))
    assert "A lot was sent from your network or with this address today" in page.text
    assert "From a stall" in page.text


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_form_and_its_outcomes_are_in_each_language(visitor: Browser, language: str) -> None:
    mine, _ = links(verdict(visitor, counter.fresh_code()))
    w = words(language, typeset=True)
    link = re.sub(r"lang=[\w-]+", f"lang={language}", mine)
    assert w.text("check.claim.mine.title") in visitor.get(link).text
    for outcome in ("taken", "enough", "decided"):
        text = visitor.get(f"{link}&outcome={outcome}").text
        assert w.text(f"check.claim.{outcome}.title") in text


def test_the_verdicts_page_stays_small(visitor: Browser) -> None:
    page = verdict(visitor, counter.sold_twice(counter.fresh_code()))
    assert len(page.body.encode()) <= 40_000
