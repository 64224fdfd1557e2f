"""Policies are data: what is published parses, what is broken never gets to decide."""

from collections import Counter
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from importlib.resources import files
from itertools import product
from zoneinfo import ZoneInfo

import pytest

from aftercare.kernel.rulebook import RulesInvalidError, documents
from aftercare.orders.model import ProductKind
from aftercare.returns import policies
from aftercare.returns.policies import PolicyBook, published, read_policy
from aftercare.returns.policy import Cause, Coverage, Payer, Policy
from tests.fakes.policies import na_online

DOCUMENT = """
id = "test"
version = "2026-01-01"
valid_from = 2026-01-01
source = "nowhere"
channels = ["online"]
[time_zones]
US = "America/Los_Angeles"
[coverage.defect]
window_days = 15
return_shipping = "seller"
photos = 1
[never]
opened_online = ["pop_now"]
personal_reasons = ["blind_box"]
"""
LINES = DOCUMENT.strip().splitlines()
REQUIRED = [line for line in LINES if "=" in line and not line.startswith("US")]
NEW_YEAR = date(2027, 1, 1)
# Midnight in Los Angeles, where the market's day begins.
BEGINS = datetime(2027, 1, 1, 8, 0, tzinfo=UTC)


def test_every_published_document_is_read() -> None:
    assert len(published().policies) == len(list(documents(files(policies))))


def test_a_document_lies_under_its_policy_and_its_first_day() -> None:
    paths = {
        path
        for folder in files(policies).iterdir()
        if folder.is_dir()
        for path in (
            f"{folder.name}/{item.name}" for item in folder.iterdir() if item.name.endswith(".toml")
        )
    }
    assert paths == {f"{p.policy_id}/{p.valid_from}.toml" for p in published().policies}


def test_no_two_published_policies_speak_of_the_same_orders() -> None:
    spoken_for = {
        (policy.policy_id, market, channel)
        for policy in published().policies
        for market, channel in product(policy.zones, policy.channels)
    }
    orders = Counter((market, channel) for _, market, channel in spoken_for)
    assert max(orders.values()) == 1


def test_a_version_is_in_force_from_the_first_moment_of_its_day_in_the_market() -> None:
    old, new = na_online(), replace(na_online(), version="next", valid_from=NEW_YEAR)
    for versions in ([old, new], [new, old]):
        book = PolicyBook(versions)
        assert book.in_force("US", "online", BEGINS) is new
        assert book.in_force("US", "online", BEGINS - timedelta(microseconds=1)) is old
    before = datetime(2025, 1, 6, 7, 59, tzinfo=UTC)
    assert PolicyBook([old, new]).in_force("US", "online", before) is None


def test_a_market_that_a_version_drops_is_not_covered_by_the_one_before() -> None:
    us_alone = {"US": na_online().zones["US"]}
    new = replace(na_online(), version="next", valid_from=NEW_YEAR, zones=us_alone)
    book = PolicyBook([na_online(), new])
    assert book.in_force("CA", "online", BEGINS) is None
    assert book.in_force("CA", "online", BEGINS - timedelta(days=1)) is not None


def test_two_versions_of_a_policy_with_one_day_or_one_name_are_refused() -> None:
    with pytest.raises(ValueError, match="a day of its own"):
        PolicyBook([na_online(), replace(na_online(), version="next")])
    with pytest.raises(ValueError, match="a name of its own"):
        PolicyBook([na_online(), replace(na_online(), valid_from=NEW_YEAR)])
    assert len(PolicyBook([na_online(), replace(na_online(), policy_id="other")]).policies) == 2


def test_a_market_keeps_its_time_zone() -> None:
    zones = {"US": ZoneInfo("America/New_York")}
    new = replace(na_online(), version="next", valid_from=NEW_YEAR, zones=zones)
    with pytest.raises(ValueError, match="keeps its time zone"):
        PolicyBook([na_online(), new])


@pytest.mark.parametrize("policy", published().policies, ids=lambda policy: policy.policy_id)
def test_a_published_policy_names_its_source_and_only_products_that_exist(policy: Policy) -> None:
    assert policy.source
    assert policy.never_opened_online | policy.never_personal <= set(ProductKind)


def test_the_first_policy_says_what_the_faq_says() -> None:
    policy = na_online()
    assert set(policy.zones) == {"US", "CA"}
    assert policy.coverage == {Cause.DEFECT: Coverage(15, Payer.SELLER, 1)}
    assert policy.never_personal == {"blind_box", "pop_now"}
    assert policy.never_opened_online == {"pop_now"}


@pytest.mark.parametrize(
    ("market", "channel", "applies"),
    [("US", "online", True), ("JP", "online", False), ("US", "store", False), ("us", "", False)],
)
def test_a_policy_applies_to_its_markets_and_channels_alone(
    market: str, channel: str, *, applies: bool
) -> None:
    assert na_online().applies_to(market, channel) is applies


@pytest.mark.parametrize("line", REQUIRED)
def test_a_document_that_lacks_something_is_refused_and_the_refusal_names_it(line: str) -> None:
    name = line.partition(" =")[0]
    with pytest.raises(RulesInvalidError, match=rf"{name} is missing\.") as refusal:
        read_policy(DOCUMENT.replace(line, ""))
    assert refusal.value.code == "rules_invalid"


@pytest.mark.parametrize(
    ("line", "instead", "complaint"),
    [
        ('id = "test"', "id = 7", "id must be text"),
        ('id = "test"', 'id = ""', "id must be text"),
        ('version = "2026-01-01"', "version = 2026-01-01", "version must be text"),
        ("valid_from = 2026-01-01", 'valid_from = "soon"', "valid_from must be a date"),
        ('channels = ["online"]', 'channels = "online"', "channels must be a list"),
        ('channels = ["online"]', "channels = [1]", r"channels\[0?.*\] must be text"),
        ("window_days = 15", 'window_days = "15"', "window_days must be a whole number"),
        ("window_days = 15", "window_days = 15.5", "window_days must be a whole number"),
        ("window_days = 15", "window_days = true", "window_days must be a whole number"),
        ("window_days = 15", "window_days = -1", "window_days must be a whole number"),
        ("photos = 1", "photos = -1", "photos must be a whole number"),
        ("photos = 1", "photos = 1\nvideos = 1", "no member 'videos'"),
        ('"seller"', '"the moon"', "return_shipping must be one of seller, buyer"),
        ("[coverage.defect]", "[coverage.boredom]", "no member 'boredom'"),
        ('["pop_now"]', '"pop_now"', "opened_online must be a list"),
        ('["blind_box"]', '"blind_box"', "personal_reasons must be a list"),
        ('"America/Los_Angeles"', "8", "US|time_zones.* must be text"),
    ],
)
def test_a_document_that_says_something_impossible_is_refused(
    line: str, instead: str, complaint: str
) -> None:
    with pytest.raises(RulesInvalidError, match=complaint):
        read_policy(DOCUMENT.replace(line, instead))


def test_a_time_zone_that_does_not_exist_is_refused() -> None:
    with pytest.raises((KeyError, ValueError), match="Mars/Olympus"):
        read_policy(DOCUMENT.replace("America/Los_Angeles", "Mars/Olympus"))


def test_a_text_that_is_no_document_is_refused() -> None:
    with pytest.raises(ValueError, match="Expected '='"):
        read_policy("returns are fine")
