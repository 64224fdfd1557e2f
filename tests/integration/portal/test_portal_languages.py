"""The language of a visit: by link, cookie or browser, kept over sign-in and in the code's mail."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from aftercare.kernel.ids import new_id
from aftercare.words.model import ENGLISH, LANGUAGES, PSEUDO
from portal import rooms
from portal.edge import sessions_of
from tests.fakes.actors import MAILER
from tests.fakes.browser import SIGNING_KEY, Browser, deployed_with
from tests.fakes.callers import person, source
from tests.fakes.house import House
from tests.fakes.mails import Mailbox
from tests.fakes.words import catalogue, texts

pytestmark = [pytest.mark.integration, pytest.mark.usefixtures("functions")]

EVERY_LANGUAGE = pytest.mark.parametrize("language", LANGUAGES)
PAGES = ("/", "/authenticity")


def spoken(browser: Browser, path: str) -> str:
    return browser.get(path).body.partition('<html lang="')[2].partition('"')[0]


@EVERY_LANGUAGE
@pytest.mark.parametrize("path", PAGES)
def test_a_link_chooses_the_language_of_every_page_after_it(path: str, language: str) -> None:
    browser = Browser(headers={"accept-language": "fr"})
    assert spoken(browser, f"{path}?lang={language}") == language
    assert [spoken(browser, each) for each in PAGES] == [language] * len(PAGES)


@EVERY_LANGUAGE
@pytest.mark.parametrize("path", PAGES)
def test_without_a_choice_the_browsers_language_is_spoken(path: str, language: str) -> None:
    assert spoken(Browser(headers={"accept-language": f"de,{language};q=0.5"}), path) == language
    assert not Browser().get(path).headers.get("Set-Cookie", "").startswith("aftercare-language")


@pytest.mark.parametrize("path", PAGES)
def test_a_later_link_replaces_the_choice_and_an_unknown_language_does_not(path: str) -> None:
    browser = Browser()
    spoken(browser, f"{path}?lang=fr")
    assert spoken(browser, f"{path}?lang=ja") == "ja"
    assert spoken(browser, f"{path}?lang=xx") == "ja"
    assert spoken(browser, f"{path}?lang=zh") == "zh-Hans"
    assert browser.cookie.partition("aftercare-language=")[2].partition(";")[0] == "zh"


def test_the_choice_is_kept_for_a_year_and_only_over_tls() -> None:
    with deployed_with(portal_url="https://returns.example.com"):
        [cookie] = [
            each for each in Browser().get("/authenticity?lang=fr").cookies if "language" in each
        ]
    assert cookie.startswith("__Host-aftercare-language=fr; Path=/; Max-Age=31536000;")
    assert cookie.endswith("; Secure")


def test_another_sites_form_chooses_no_language() -> None:
    browser = Browser(headers={"origin": "https://elsewhere.example"})
    form = {"content-type": "application/x-www-form-urlencoded"}
    page = browser.ask("POST", "/authenticity", query="lang=fr", body="code=1", headers=form)
    assert page.status == 403
    assert "aftercare-language" not in browser.cookie


@pytest.mark.parametrize("tag", ["zh-TW", "zh-Hant", "zh-HK"])
def test_a_reader_of_traditional_chinese_gets_the_simplified_with_a_note(tag: str) -> None:
    for browser in (Browser(headers={"accept-language": tag}), Browser()):
        page = browser.get("/" if browser.headers else f"/?lang={tag}")
        assert '<html lang="zh-Hans">' in page.body
        assert '<p class="callout" lang="zh-Hant">' in page.body
        assert "目前僅提供簡體中文版" in page.text
    assert "目前僅提供" not in Browser().get("/?lang=zh-Hans").text


@pytest.mark.parametrize("path", PAGES)
def test_every_page_leads_to_itself_in_each_language(path: str) -> None:
    body = Browser().get(f"{path}?lang=fr&to=/orders&code=7K4M").body
    for tag, language in LANGUAGES.items():
        current = ' aria-current="true"' if tag == "fr" else ""
        link = f'<a href="{path}?lang={tag}&amp;'
        assert link in body
        assert f'lang="{tag}" hreflang="{tag}"{current}>{language.name}</a>' in body


def test_a_link_to_another_language_is_text_and_nothing_else() -> None:
    for path in ('/01/"><b>/21/%3Cb%3E', '/authenticity?x"><b>=1'):
        assert "<b>" not in Browser().get(path).body


def test_a_signed_in_page_leads_to_itself(house: House) -> None:
    email = person()
    order = house.delivered_order(email=email)
    browser = Browser().sign_in(email)
    page = browser.get(f"/orders/{order.order_number}")
    assert f'href="/orders/{order.order_number}?lang=es"' in page.body


@EVERY_LANGUAGE
def test_the_language_is_kept_over_signing_in_and_the_codes_mail_is_in_it(
    house: House, language: str
) -> None:
    house.clock.now = datetime.now(UTC)
    email = person()
    order = house.delivered_order(email=email)
    browser, mailbox = Browser(source=source()), Mailbox()
    # The link of a page that needs signing in, as the shop's mails have it.
    away = browser.get(f"/orders/{order.order_number}?lang={language}")
    assert away.location == f"/?to=/orders/{order.order_number}"
    assert spoken(browser, away.location) == language
    browser.post("/", order_number=order.order_number, email=email)
    assert spoken(browser, "/code") == language
    browser.post("/code", again="1")
    for request_id in request_ids(browser):
        rooms.access().send_code(request_id, mailbox, actor=MAILER)
    assert [mail.language for mail in mailbox.mails] == [language] * 2
    browser.post("/code", code=str(mailbox.mails[0].values["code"]))
    assert spoken(browser, f"/orders/{order.order_number}") == language


@pytest.mark.parametrize("language", [tag for tag in LANGUAGES if tag != ENGLISH])
def test_no_page_has_a_text_in_english(house: House, language: str) -> None:
    house.clock.now = datetime.now(UTC)
    email = person()
    order = house.delivered_order(email=email)
    draft = house.draft(order, new_id("ret", house.clock.now))
    foreign = set(whole_texts(ENGLISH)) - set(whole_texts(language))
    assert len(foreign) > 300
    browser = Browser().sign_in(email)
    own = f"/orders/{order.order_number}"
    for path in (
        *(
            "/",
            "/authenticity",
            "/contact",
            "/privacy",
            "/accessibility",
            "/unboxing",
            "/policy",
            "/page-errors",
            "/service",
        ),
        *("/track", "/track?number=420112139261290983497923666238", "/track?number=PM-0-1"),
        *("/orders", own, f"{own}/item?line={order.lines[0].line_id}", "/orders/none"),
        *(f"/returns/{draft.return_id}{page}" for page in ("", "/check", "/discard")),
        *("/points", "/points/history", "/points/card", "/nowhere"),
    ):
        page = browser.get(f"{path}{'&' if '?' in path else '?'}lang={language}")
        # The shop's messages are quoted as it shows them, in English.
        page.body = re.sub(r'<q lang="en">.*?</q>', "", page.body)
        assert [text for text in foreign if text in page.text] == [], path


def whole_texts(language: str) -> Iterator[str]:
    """The texts of a language as pages set them, without those that a fact or one word fills."""
    for entry in catalogue(language).values():
        for text in texts(entry):
            if " " in text and len(text) > 8 and "{" not in text:
                yield text.replace("'", "\N{RIGHT SINGLE QUOTATION MARK}")


def request_ids(browser: Browser) -> list[str]:
    cookie = sessions_of(SIGNING_KEY.encode(), secure=False).read(browser.cookie)
    assert cookie
    return cookie.requests.split()


@pytest.mark.parametrize("path", PAGES)
def test_the_pseudo_language_is_spoken_on_a_local_stack_alone(path: str) -> None:
    assert spoken(Browser(), f"{path}?lang={PSEUDO.tag}") == PSEUDO.tag
    assert f"?lang={PSEUDO.tag}" in Browser().get(path).body
    with deployed_with(stage="prod"):
        assert spoken(Browser(), f"{path}?lang={PSEUDO.tag}") == "en"
        assert PSEUDO.tag not in Browser().get(path).body
