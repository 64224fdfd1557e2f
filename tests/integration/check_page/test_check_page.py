"""The check page: every verdict in every language; a visitor counts once; no code is stored."""

import html
import itertools
import re
from collections.abc import Iterator
from typing import Any

import pytest

from aftercare.authenticity.codes import Slip, shown
from aftercare.authenticity.model import Answer, Audience, Strength, Verdict
from aftercare.authenticity.service import AuthenticityService
from aftercare.authenticity.wiring import AuthenticityConfig, authenticity_service
from aftercare.authenticity.wording import wording
from aftercare.batches.model import BatchStatus
from aftercare.batches.store import BatchStore
from aftercare.kernel.actor import CUSTOMER
from aftercare.kernel.config import read
from aftercare.kernel.symbols import sealed
from aftercare.kernel.timeline import Entry
from aftercare.words.model import LANGUAGES
from aftercare.words.service import words
from tests.fakes import counter
from tests.fakes.actors import SOMEBODY
from tests.fakes.browser import Browser, Page, deployed_with, plain
from tests.fakes.codes import BATCH_CODES, NOON, batch, code
from tests.fakes.logs import logged
from tests.fakes.trouble import dynamodb_at, over_its_limits

pytestmark = [pytest.mark.integration, pytest.mark.usefixtures("batches")]

EVERY_LANGUAGE = pytest.mark.parametrize("language", LANGUAGES)
PAGE = "/authenticity"
FORGED = shown(sealed(0x123456789ABCDEF))
RECALL: dict[str, Any] = {
    "known_issue": {"en": "The paint may chip.", "fr": "La peinture peut s'écailler."},
    "remedy": {"en": "We send you a new one."},
}
_serials = itertools.count(1)


@pytest.fixture(scope="module")
def batches(tables: dict[str, str]) -> None:
    """A batch of each status."""
    store = BatchStore(tables["BatchesTable"])
    for number, status in enumerate(BatchStatus):
        texts = RECALL if status is BatchStatus.RECALLED else {}
        made = batch(number, status, **texts)
        data = {"batch_id": made.batch_id, "count": str(made.count)}
        entry = Entry(
            f"ent_{number}", "batch.export_requested", made.batch_id, NOON, data, actor=SOMEBODY
        )
        store.add(made, entry)


@pytest.fixture
def visitor(portal: Browser) -> Browser:
    """Somebody with the page open."""
    portal.get(PAGE)
    return portal


def authenticity() -> AuthenticityService:
    return authenticity_service(read(AuthenticityConfig))


def fresh(status: BatchStatus = BatchStatus.ACTIVE) -> str:
    """A code without checks, of a batch of that status."""
    number = list(BatchStatus).index(status)
    return shown(code(number * BATCH_CODES + next(_serials)))


def checked(typed: str, times: int, country: str = "JP") -> str:
    """The code, after so many others have checked it."""
    for each in range(times):
        authenticity().check(
            typed,
            visitor=f"other {each}",
            audience=Audience.CUSTOMER,
            country=country,
            actor=CUSTOMER,
        )
    return typed


def checked_page(browser: Browser, typed: str, language: str = "en") -> Page:
    """The page behind the button, which every check leads to."""
    answer = browser.post(PAGE, code=typed, lang=language)
    return browser.follow(answer)


def verdict_of(page: Page) -> str:
    found = re.search(r'data-verdict="(\w+)"', page.body)
    return found[1] if found else ""


def typed_so_far(page: Page) -> str:
    found = re.search(r'id="code" name="code" value="([^"]*)"', page.body)
    assert found
    return html.unescape(found[1])


def cases() -> Iterator[tuple[Verdict, str]]:
    """A code that is answered so, for each verdict but the mistyped."""
    yield Verdict.GENUINE_FIRST_CHECK, fresh()
    yield Verdict.GENUINE_CHECKED_BEFORE, checked(fresh(), 1)
    yield Verdict.SUSPECT, checked(fresh(), 3)
    yield Verdict.RECALLED, fresh(BatchStatus.RECALLED)
    yield Verdict.RESTRICTED, fresh(BatchStatus.RESTRICTED)
    yield Verdict.BLOCKED, fresh(BatchStatus.BLOCKED)
    yield Verdict.NOT_ISSUED, FORGED


# ---------------------------------------------------------------- verdicts


@EVERY_LANGUAGE
def test_each_verdict_is_told_in_each_language(visitor: Browser, language: str) -> None:
    for verdict, typed in cases():
        page = checked_page(visitor, typed, language)
        assert page.status == 200
        assert verdict_of(page) == verdict
        assert f'<html lang="{language}">' in page.body
        assert page.headers["Cache-Control"] == "no-store"
        given = Answer(verdict, typed, "", strength=Strength.WEAK)
        title = wording(language, typeset=True).verdict_title(given)
        assert f"{title} · Aftercare" in page.text
        assert " - ".join(typed.split("-")) in page.text


def test_a_code_checked_before_shows_how_often_when_and_where(visitor: Browser) -> None:
    page = checked_page(visitor, checked(fresh(), 1)).text
    assert "2 times" in page
    assert "UTC (Japan)" in page


def test_a_suspicion_says_why(visitor: Browser) -> None:
    page = checked_page(visitor, checked(fresh(), 3)).text
    assert "Several people checked it within 24 hours." in page


def test_a_strong_sign_says_that_the_code_may_have_been_copied(visitor: Browser) -> None:
    page = checked_page(visitor, counter.sold_twice(fresh()))
    assert verdict_of(page) == Verdict.SUSPECT
    assert "This code may have been copied" in page.text
    assert "It was sold twice" in page.text


def test_who_checks_again_hears_what_was_said_then_and_what_is_known_since(
    visitor: Browser,
) -> None:
    typed = fresh()
    checked_page(visitor, typed)
    checked(typed, 3)
    page = checked_page(visitor, typed)
    assert verdict_of(page) == Verdict.SUSPECT
    assert "we told you: “The code is genuine”." in page.text
    assert "It has been checked 3 more times since then." in page.text


def test_three_private_windows_of_one_phone_are_one_person(visitor: Browser) -> None:
    typed = fresh()
    for _ in range(3):
        visitor.cookie = ""
        visitor.get(PAGE)
        told = checked_page(visitor, typed)
    assert verdict_of(told) == Verdict.GENUINE_CHECKED_BEFORE
    assert "3 times" in told.text


def test_a_recall_shows_issue_and_remedy_and_leads_into_a_return(visitor: Browser) -> None:
    blocked = checked_page(visitor, fresh(BatchStatus.BLOCKED), "en").text
    assert "Start a return" in blocked
    page = checked_page(visitor, fresh(BatchStatus.RECALLED), "fr")
    assert "La peinture peut s'écailler." in page.text
    assert '<p class="batch-text" lang="en">We send you a new one.</p>' in page.body
    assert re.search(r'class="button primary wide" href="/"[^>]*>Faire un retour', page.body)


def test_the_reference_on_the_page_leads_support_back_to_the_check(visitor: Browser) -> None:
    page = checked_page(visitor, fresh()).text
    reference = re.search(r"Reference for support (V(-\w{4}){5})", page)
    assert reference
    assert authenticity().look_up(reference[1]).verdict == Verdict.GENUINE_FIRST_CHECK


@EVERY_LANGUAGE
@pytest.mark.parametrize(
    ("typed", "slip", "place"),
    [
        ("7K4M 2P9D", Slip.LENGTH, 0),
        ("7K4M-2U9D-XW3R-B6TN", Slip.SYMBOL, 6),
        ("0000-0000-0000-0001", Slip.CHECK, 0),
        ("", Slip.LENGTH, 0),
    ],
)
def test_a_slip_keeps_what_was_typed_and_is_no_verdict(
    visitor: Browser, language: str, typed: str, slip: Slip, place: int
) -> None:
    page = checked_page(visitor, typed, language)
    answer = authenticity().check(typed, visitor="any", audience=Audience.CUSTOMER, actor=CUSTOMER)
    assert (answer.reasons, answer.place) == ((slip,), place)
    assert page.status == 200
    assert typed_so_far(page) == typed
    assert plain(wording(language, typeset=True).slip(answer)) in page.text
    assert 'aria-invalid="true" autofocus' in page.body
    assert verdict_of(page) == ""


# ---------------------------------------------------------------- visitors


def test_the_first_check_is_told_again_to_who_reloads_and_not_to_others(visitor: Browser) -> None:
    typed = fresh()
    first = checked_page(visitor, typed)
    assert verdict_of(first) == Verdict.GENUINE_FIRST_CHECK
    assert checked_page(visitor, typed).text == first.text
    other = Browser()
    other.get(PAGE)
    assert verdict_of(checked_page(other, typed)) == Verdict.GENUINE_CHECKED_BEFORE


def test_signing_in_and_out_does_not_make_another_visitor(visitor: Browser) -> None:
    typed = fresh()
    checked_page(visitor, typed)
    ours = re.search(r"aftercare-visitor=[\w-]{22}", visitor.cookie)
    assert ours
    visitor.sign_in("mei@example.com").cookie += f"; {ours[0]}"
    assert verdict_of(checked_page(visitor, typed)) == Verdict.GENUINE_FIRST_CHECK
    assert "My orders" in checked_page(visitor, typed).body


def test_the_visitors_name_is_kept_for_sixty_days_and_no_script_sees_it(portal: Browser) -> None:
    [ours] = [each for each in portal.get(PAGE).cookies if each.startswith("aftercare-visitor=")]
    assert re.fullmatch(
        r"aftercare-visitor=[\w-]{22}; Path=/; Max-Age=5184000; HttpOnly; SameSite=Lax", ours
    )
    assert portal.get(PAGE).cookies == [ours]  # kept for 60 days from now


def test_a_browser_without_cookies_is_one_visitor(portal: Browser) -> None:
    typed = fresh()
    for _ in range(3):
        portal.cookie = ""
        assert verdict_of(checked_page(portal, typed)) == Verdict.GENUINE_FIRST_CHECK
    portal.headers = {"user-agent": "another phone"}
    assert verdict_of(checked_page(portal, typed)) == Verdict.GENUINE_CHECKED_BEFORE


def test_behind_tls_no_subdomain_can_name_the_visitor(
    portal: Browser,
) -> None:
    with deployed_with(portal_url="https://returns.example.com"):
        [ours] = portal.get(PAGE).cookies
    assert ours.startswith("__Host-aftercare-visitor=")
    assert ours.endswith("; Secure")


@pytest.mark.parametrize("name", ["", "x", "a" * 23, "<script>", "a b" * 8, "\x00" * 22])
def test_a_name_that_is_not_ours_is_replaced(portal: Browser, name: str) -> None:
    portal.cookie = f"aftercare-visitor={name}"
    assert any(each.startswith("aftercare-visitor=") for each in portal.get(PAGE).cookies)


def test_looking_at_the_page_records_nothing(visitor: Browser) -> None:
    typed = fresh()
    visitor.get(f"{PAGE}?code={typed}")
    visitor.get(f"/01/06941234567895/21/{typed.replace('-', '')}")
    assert verdict_of(checked_page(visitor, typed)) == Verdict.GENUINE_FIRST_CHECK


@pytest.mark.parametrize(
    "sign",
    [
        {"origin": "https://elsewhere.example"},
        {"origin": "null"},
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
    ],
)
def test_another_sites_form_checks_nothing(visitor: Browser, sign: dict[str, str]) -> None:
    typed = fresh()
    visitor.headers = sign
    assert checked_page(visitor, typed).status == 403
    visitor.headers = {}
    assert verdict_of(checked_page(visitor, typed)) == Verdict.GENUINE_FIRST_CHECK


# ---------------------------------------------------------------- ways in, languages, countries


def test_a_link_from_the_label_types_the_code(portal: Browser) -> None:
    typed = fresh()
    page = portal.get(f"/01/06941234567895/21/{typed.replace('-', '').lower()}")
    assert page.status == 200
    assert typed_so_far(page) == typed
    assert typed_so_far(portal.get(f"{PAGE}?code={typed.replace('-', '')}")) == typed


@pytest.mark.parametrize(
    "path", ["/01/069/21/7K4M2P9DXW3RB6TN", "/01/x/21/y", "/01/06941234567895/21/7K4M"]
)
def test_a_damaged_link_asks_for_the_code(portal: Browser, path: str) -> None:
    page = portal.get(path)
    assert page.status == 404
    assert "This link is damaged. Please type the code from the label." in page.text
    assert typed_so_far(page) == ""


def test_what_a_link_carries_is_text_and_nothing_else(portal: Browser) -> None:
    typed = "%22%3E%3Cscript%3Ealert(1)%3C/script%3E"
    page = portal.ask("GET", PAGE, query=f"code={typed}&lang=%3Cb%3E")
    assert page.status == 200
    assert "<script" not in page.body
    assert typed_so_far(page) == '"><script>alert(1)</script>'


@EVERY_LANGUAGE
def test_the_browsers_language_is_spoken_unless_another_is_asked_for(
    portal: Browser, language: str
) -> None:
    portal.headers = {"accept-language": f"{language}-XX,{language};q=0.9"}
    assert f'<html lang="{language}">' in portal.get(PAGE).body
    for other in LANGUAGES:
        assert f'<html lang="{other}">' in portal.get(f"{PAGE}?lang={other}").body


def test_every_language_is_offered_with_the_code_typed_so_far(visitor: Browser) -> None:
    typed = fresh()
    for page in (visitor.get(f"{PAGE}?code={typed}"), checked_page(visitor, typed)):
        for language, name in ((each.tag, each.name) for each in LANGUAGES.values()):
            assert re.search(
                rf'<a href="/authenticity\?lang={language}&amp;code={typed}(&amp;state=checked)?" '
                rf'lang="{language}" hreflang="{language}"[^>]*>{name}</a>',
                page.body,
            )


def test_the_first_page_leads_here_and_this_one_back(portal: Browser) -> None:
    assert 'href="/authenticity">Is it genuine?</a>' in portal.get("/").body
    assert '<a href="/">Returns</a>' in portal.get(PAGE).body


# ---------------------------------------------------------------- trouble, and what is logged


@EVERY_LANGUAGE
def test_without_an_answer_the_page_says_so_and_keeps_the_code(
    visitor: Browser, language: str
) -> None:
    typed = fresh()
    with dynamodb_at(over_its_limits):
        page = checked_page(visitor, typed, language)
    assert page.status == 200
    assert plain(words(language, typeset=True).text("check.unavailable")) in page.text
    assert typed_so_far(page) == typed
    assert verdict_of(checked_page(visitor, typed)) == Verdict.GENUINE_FIRST_CHECK


def test_what_is_no_code_of_ours_is_answered_without_any_table(visitor: Browser) -> None:
    with dynamodb_at(over_its_limits):
        forged, slip = checked_page(visitor, FORGED), checked_page(visitor, "7K4M")
    assert verdict_of(forged) == Verdict.NOT_ISSUED
    assert "This has 4." in slip.text


def test_a_check_is_logged_with_its_verdict_and_without_the_code(visitor: Browser) -> None:
    typed = fresh()
    with logged() as log:
        checked_page(visitor, typed)
        checked_page(visitor, FORGED)
        checked_page(visitor, "7K4M")
    lines = [line for line in log.lines if line["message"] == "check"]
    assert [(line["verdict"], line["forged"]) for line in lines] == [
        (Verdict.GENUINE_FIRST_CHECK, False),
        (Verdict.NOT_ISSUED, True),
        (Verdict.MISTYPED, False),
    ]
    for secret in (typed, typed.replace("-", ""), FORGED, "203.0.113"):
        assert secret not in log.getvalue()
