"""The pages for everybody say what is so: policies from their data, times from the code."""

import re
from datetime import date, timedelta

import pytest

from aftercare.access.store import _KEPT as CODES_KEPT
from aftercare.authenticity.cases import KEPT as CLAIMS_KEPT
from aftercare.desk.wechat_store import _MESSAGE_KEPT as UNBOUND_KEPT
from aftercare.evidence.store import _KEPT as PHOTOS_KEPT
from aftercare.labels.model import KEPT as LABELS_KEPT
from aftercare.mail.store import _KEPT as MAILS_KEPT
from aftercare.returns.policies import published
from aftercare.returns.policy import Policy, Remedy, Seller
from aftercare.returns.store import DRAFT_KEPT
from aftercare.web import languages
from aftercare.web.customers import LIFETIME_SECONDS
from aftercare.web.signing import FLASH_SECONDS
from aftercare.words.model import LANGUAGES
from aftercare.words.service import words
from check_page.views import VISITOR_SECONDS
from portal.about import kept
from portal.about.policy_page import policy_cards
from tests.fakes.browser import APPS, Browser
from tests.fakes.template import resources

pytestmark = pytest.mark.integration

PAGES = [
    "/contact",
    "/privacy",
    "/accessibility",
    "/unboxing",
    "/policy",
    "/page-errors",
    "/service",
]
EVERYWHERE = ["/", "/authenticity", "/nothing", *PAGES]
TODAY = date(2026, 11, 27)
EN = words("en")


def days(rows: tuple[kept.Kept, ...]) -> dict[str, timedelta]:
    return {row.what: timedelta(**{row.unit: row.number}) for row in rows if row.unit}


def lifetime(bucket: str, rule: str) -> timedelta:
    rules = resources("AWS::S3::Bucket")[bucket]["LifecycleConfiguration"]["Rules"]
    [found] = [each for each in rules if each["Id"] == rule]
    return timedelta(days=found["ExpirationInDays"])


def test_the_privacy_note_has_the_deployments_times() -> None:
    assert days(kept.RECORDS) == {
        "codes": CODES_KEPT,
        "drafts": DRAFT_KEPT,
        "uploads": lifetime("UploadsBucket", "one-day"),
        "photos": PHOTOS_KEPT,
        "videos": PHOTOS_KEPT,
        "labels": LABELS_KEPT,
        "claims": CLAIMS_KEPT,
        "mails": MAILS_KEPT,
        "unbound": UNBOUND_KEPT,
        "logs": longest_log(),
        "backups": timedelta(days=35),  # of DynamoDB's point-in-time recovery
    }
    assert lifetime("DocumentsBucket", "evidence") == PHOTOS_KEPT
    assert lifetime("DocumentsBucket", "labels") == LABELS_KEPT


def longest_log() -> timedelta:
    groups = resources("AWS::Logs::LogGroup").values()
    return timedelta(days=max(int(group["RetentionInDays"]) for group in groups))


def test_the_privacy_note_has_every_cookie_and_its_time() -> None:
    assert days(kept.COOKIES) == {
        "session": timedelta(seconds=LIFETIME_SECONDS),
        "language": timedelta(seconds=languages._LIFETIME_SECONDS),
        "visitor": timedelta(seconds=VISITOR_SECONDS),
        "flash": timedelta(seconds=FLASH_SECONDS),
    }


@pytest.mark.parametrize("path", EVERYWHERE)
def test_no_link_of_a_page_leads_nowhere(portal: Browser, path: str) -> None:
    body = portal.get(path).body
    ids = set(re.findall(r'id="([^"]+)"', body))
    assert len(re.findall(r'href="/', body)) > 8
    for href in re.findall(r'href="([^"]+)"', body):
        if href.startswith("#"):
            assert href[1:] in ids, href
        elif href.startswith("/") and not href.startswith("/nothing?lang="):
            page = Browser().get(href.replace("&amp;", "&"))
            assert page.status in {200, 303}, href


@pytest.mark.parametrize("path", EVERYWHERE)
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_leads_to_the_others(portal: Browser, path: str, language: str) -> None:
    body = portal.get(f"{path}?lang={language}").body
    for other in [*PAGES, "/authenticity"]:
        assert f'href="{other}"' in body


@pytest.mark.parametrize("path", PAGES)
def test_they_need_no_table_and_no_sign_in(portal: Browser, path: str) -> None:
    page = portal.get(path)
    assert page.status == 200
    assert path in APPS


def policy_in_force(policy_id: str, day: date = TODAY) -> Policy:
    begun = [
        policy
        for policy in published().policies
        if policy.policy_id == policy_id and policy.valid_from <= day
    ]
    return max(begun, key=lambda policy: policy.valid_from)


def test_the_page_has_every_policy_that_covers_a_market(portal: Browser) -> None:
    page = portal.get("/policy")
    covering = {policy.policy_id for policy in published().policies if policy.markets}
    assert page.body.count('<details class="card policy"') >= len(covering)
    for said in ("within 15 days of delivery", "within 30 days of delivery", "at any time"):
        assert said in page.text.lower()


@pytest.mark.parametrize("policy", published().policies, ids=lambda policy: policy.policy_id)
def test_a_policys_card_says_all_that_its_data_says(policy: Policy) -> None:
    if not policy.markets:
        assert policy_cards(EN, [policy], TODAY) == []
        return
    [card] = policy_cards(EN, [policy], policy.valid_from)
    assert len(card.channels) == len(policy.channels)
    assert len(card.grants) == len(policy.grants)
    for market in policy.markets:
        assert EN.country(market) in card.markets
    for grant, row in zip(policy.grants, card.grants, strict=True):
        assert row.causes or row.reasons
        assert not grant.window or str(grant.window.days) in row.window
        assert len(row.evidence) == len(grant.evidence)
        assert bool(row.remedies) is bool(grant.remedies)
        assert bool(row.in_store) is grant.in_store
    assert bool(card.sold_by) is (policy.seller is not Seller.OURSELVES)


def test_what_we_pay_back_ourselves_is_promised_in_days() -> None:
    """R-REF-01: in the policy's own days, or in those of the rules."""
    for policy in (each for each in published().policies if each.markets):
        [card] = policy_cards(EN, [policy], TODAY)
        for grant, row in zip(policy.grants, card.grants, strict=True):
            is_paid = Remedy.REFUND in grant.remedies or not grant.remedies
            is_ours = policy.seller is Seller.OURSELVES
            assert ("5 to 10 business days" in row.refund) is (is_paid and is_ours)


SUMMARY = re.compile(
    r'<details class="card policy"(?P<open> open)?>\s*<summary>(?P<words>.*?)</summary>', re.S
)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_closed_card_of_a_policy_says_for_which_countries_it_is(
    portal: Browser, language: str
) -> None:
    page = portal.get(f"/policy?lang={language}")
    shown = [found["words"] for found in SUMMARY.finditer(page.body)]
    spoken = words(language, typeset=True)
    for country in published().policies[0].markets:
        assert any(spoken.country(country) in each for each in shown)
    assert sum(spoken.text("policy.everywhere") in each for each in shown) == len(
        [policy for policy in published().policies if policy.seller is not Seller.OURSELVES]
    )
    assert all("<p" in each for each in shown)


@pytest.mark.parametrize(
    ("accepted", "country"), [("ja-JP,en;q=0.8", "JP"), ("fr-CA", "CA"), ("zh-Hans-CN", "CN")]
)
def test_the_readers_own_policy_comes_first_and_is_open(
    portal: Browser, accepted: str, country: str
) -> None:
    portal.headers["accept-language"] = accepted
    page = portal.get("/policy")
    cards = list(SUMMARY.finditer(page.body))
    assert [bool(card["open"]) for card in cards] == [True, *[False] * (len(cards) - 1)]
    spoken = words("zh-Hans" if country == "CN" else accepted[:2], typeset=True)
    assert f'<p class="small">{spoken.country(country)}' in cards[0]["words"]


@pytest.mark.parametrize("accepted", ["", "en", "*", "es-419", "eo-ZZ"])
def test_of_a_reader_without_a_country_no_card_is_open(portal: Browser, accepted: str) -> None:
    portal.headers["accept-language"] = accepted
    page = portal.get("/policy")
    assert not any(card["open"] for card in SUMMARY.finditer(page.body))


def test_a_version_that_begins_later_is_shown_with_its_first_day() -> None:
    versions = [each for each in published().policies if each.policy_id == "na_online"]
    before = min(each.valid_from for each in versions)
    cards = policy_cards(EN, versions, before)
    assert [bool(card.since) for card in cards] == [False, *[True] * (len(versions) - 1)]


def test_of_a_policy_in_force_only_the_latest_version_is_shown() -> None:
    versions = [each for each in published().policies if each.policy_id == "na_online"]
    [card] = policy_cards(EN, versions, TODAY)
    assert len(card.channels) == len(policy_in_force("na_online").channels)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_first_page_promises_no_market_the_window_of_another(
    portal: Browser, language: str
) -> None:
    grants = [grant for policy in published().policies for grant in policy.grants]
    windows = {str(grant.window.days) for grant in grants if grant.window}
    text = re.sub(r"<[^>]*>", " ", portal.get(f"/?lang={language}").body.partition("<main")[2])
    assert windows
    assert not windows & set(re.findall(r"\d+", text))
