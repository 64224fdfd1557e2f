"""An error of the shop, or of ours, leads to its steps and to a form that has what is needed."""

import re
from html import unescape

import pytest

from aftercare.desk.store import TicketStore
from aftercare.words.model import LANGUAGES
from aftercare.words.service import words
from portal.site.shop_errors import SHOP_ERRORS
from tests.fakes.browser import Browser, Page, plain
from tests.fakes.callers import person, source
from tests.integration.portal.test_mailbox_alone import mailed, through_the_door

pytestmark = [pytest.mark.integration, pytest.mark.usefixtures("functions")]
PAGE, NEW = "/page-errors", "/messages/new"
# As 001 §11 names them.
NAMED = (
    "High risk detected. Please contact customer service.",
    "Unusual account activity detected. Please try again later.",
    "Your network environment is not secure and access has been restricted.",
    "Your access is too frequent, and you have been restricted from using some features.",
    "Unusual activity detected. Please try a secure network/Please try again.",
    "Potential risk identified. Please try a secure network/Please try again.",
    "Unable to process your order. Please try a secure network/Please try again.",
)


def typed(page: Page) -> str:
    """What the form has for the message's words."""
    found = re.search(r"<textarea[^>]*>\n?([^<]*)</textarea>", page.body)
    assert found
    return unescape(found.group(1)).strip()


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_message_is_there_as_the_shop_shows_it_with_its_steps(
    portal: Browser, language: str
) -> None:
    page = portal.get(f"{PAGE}?lang={language}")
    spoken = words(language, typeset=True)
    assert page.text.count(plain(spoken.text("page_errors.step.network"))) == 2
    for name, said in zip(SHOP_ERRORS, NAMED, strict=True):
        assert f'<q lang="en">{said}</q>' in page.body.replace("<wbr>", "")
        assert plain(spoken.text(f"page_errors.message.{name}")) in page.text
        assert f'href="{NEW}?error={name}"' in page.body


def test_it_is_found_from_every_page_and_from_the_form(portal: Browser) -> None:
    assert f'href="{PAGE}"' in portal.get("/policy").body
    through_the_door(portal, person())
    for path in ("/contact", NEW):
        main = portal.get(path).body.partition("<main")[2].partition("</main")[0]
        assert f'href="{PAGE}"' in main, path


@pytest.mark.parametrize("name", SHOP_ERRORS)
def test_the_form_has_the_message_the_address_as_we_see_it_the_time_and_a_reference(
    name: str,
) -> None:
    browser = Browser(source=source())
    through_the_door(browser, person())
    page = browser.get(f"{NEW}?error={name}&lang=fr")
    lines = typed(page)
    assert NAMED[SHOP_ERRORS.index(name)] in lines, "as an agent looks for it"
    assert f": {browser.source}" in lines
    assert re.search(r"20\d\d-\d\d-\d\d \d\d:\d\d UTC", lines)
    assert "7c1f6f0e-0000-4000-8000-000000000000" in lines
    assert '<option value="site" selected>' in page.body
    assert "Retirez ce que vous ne voulez pas envoyer" in page.text


def test_only_what_is_left_in_the_form_is_sent(portal: Browser) -> None:
    through_the_door(portal, person())
    sent_as = portal.get(f"{NEW}?error=high_risk").hidden("sent_as")
    answer = portal.post(NEW, words="High risk detected.", topic="site", sent_as=sent_as)
    page = portal.follow(answer)
    assert "High risk detected." in page.text
    assert portal.source not in page.body


def test_who_is_signed_out_comes_back_to_the_form_by_a_mailbox_alone(portal: Browser) -> None:
    answer = portal.get(f"{NEW}?error=too_frequent")
    door = re.search(r'href="(/messages/sign-in[^"]*)"', portal.follow(answer).body)
    assert door
    portal.get(unescape(door.group(1)).replace("%3F", "?"))
    portal.post("/messages/sign-in", email=person())
    [(_, code)] = mailed(portal).sent
    answer = portal.post("/code", code=code)
    assert answer.location == f"{NEW}?error=too_frequent"
    assert "Your access is too frequent" in typed(portal.follow(answer))


def test_what_was_typed_into_it_survives_the_end_of_the_session(portal: Browser) -> None:
    through_the_door(portal, email := person())
    lines = typed(portal.get(f"{NEW}?error=unable")) + " me@example.com"
    portal.cookie = ""
    answer = portal.post(NEW, words=lines, topic="site")
    assert answer.location == f"/?to={NEW}"
    through_the_door(portal, email)
    assert typed(portal.get(NEW)) == lines


@pytest.mark.parametrize(
    "query", ["error=", "error=<b>", "error=other", "reference=x", "reference=a%20b"]
)
def test_a_link_that_names_no_error_is_an_empty_form(portal: Browser, query: str) -> None:
    through_the_door(portal, person())
    assert typed(portal.get(f"{NEW}?{query}")) == ""


# ---------------------------------------------------------------- our own errors


def test_a_fault_of_ours_leads_to_a_form_with_its_reference(
    portal: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    through_the_door(portal, person())
    with monkeypatch.context() as patch:
        patch.setattr(TicketStore, "of_customer", broken)
        page = portal.get("/messages")
    assert page.status == 500
    link = f"{NEW}?reference=7c1f6f0e-0000-4000-8000-000000000000"
    assert f'href="{link}"' in page.body
    lines = typed(portal.get(link))
    assert "7c1f6f0e-0000-4000-8000-000000000000" in lines
    assert portal.source not in lines, "an address is asked for only where it may be the cause"


def broken(*_: object) -> None:
    raise RuntimeError("a mistake of ours")
