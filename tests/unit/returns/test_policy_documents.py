"""Policies are data: what is published parses, what is broken never gets to decide."""

from importlib.resources import files

import pytest

from aftercare.orders.model import ProductKind
from aftercare.returns import policies
from aftercare.returns.policies import published
from aftercare.returns.policy import Cause, Coverage, Payer, Policy, read_policy

DOCUMENT = """
id = "test"
version = "2026-01-01"
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


def test_every_published_document_is_in_force_once() -> None:
    names = [item for item in files(policies).iterdir() if item.name.endswith(".toml")]
    assert len(published()) == len(names) == len({policy.policy_id for policy in published()})


def test_no_two_published_policies_speak_of_the_same_orders() -> None:
    spoken_for = [(m, c) for policy in published() for m in policy.zones for c in policy.channels]
    assert len(spoken_for) == len(set(spoken_for))


@pytest.mark.parametrize("policy", published(), ids=lambda policy: policy.policy_id)
def test_a_published_policy_names_its_source_and_only_products_that_exist(policy: Policy) -> None:
    assert policy.source
    assert policy.never_opened_online | policy.never_personal <= set(ProductKind)


def test_the_first_policy_says_what_the_faq_says() -> None:
    policy = published()[0]
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
    assert published()[0].applies_to(market, channel) is applies


@pytest.mark.parametrize("line", REQUIRED)
def test_a_document_that_lacks_something_is_refused_and_the_refusal_names_it(line: str) -> None:
    name = line.partition(" =")[0]
    with pytest.raises(KeyError, match=name):
        read_policy(DOCUMENT.replace(line, ""))


@pytest.mark.parametrize(
    ("line", "instead", "complaint"),
    [
        ('id = "test"', "id = 7", "id is a text"),
        ('version = "2026-01-01"', "version = 2026-01-01", "version is a text"),
        ('channels = ["online"]', 'channels = "online"', "channels is a list of texts"),
        ('channels = ["online"]', "channels = [1]", "channels is a list of texts"),
        ("window_days = 15", 'window_days = "15"', "window_days is a whole number"),
        ("window_days = 15", "window_days = 15.5", "window_days is a whole number"),
        ("window_days = 15", "window_days = true", "window_days is a whole number"),
        ("window_days = 15", "window_days = -1", "window_days is a whole number"),
        ("photos = 1", "photos = -1", "photos is a whole number"),
        ('"seller"', '"the moon"', "'the moon' is not a valid Payer"),
        ("[coverage.defect]", "[coverage.boredom]", "'boredom' is not a valid Cause"),
        ('["pop_now"]', '"pop_now"', "opened_online is a list of texts"),
        ('["blind_box"]', '"blind_box"', "personal_reasons is a list of texts"),
        ('"America/Los_Angeles"', '"Mars/Olympus"', "Mars/Olympus"),
        ('"America/Los_Angeles"', "8", "US is a text"),
    ],
)
def test_a_document_that_says_something_impossible_is_refused(
    line: str, instead: str, complaint: str
) -> None:
    with pytest.raises((KeyError, ValueError, TypeError), match=complaint):
        read_policy(DOCUMENT.replace(line, instead))


def test_a_text_that_is_no_document_is_refused() -> None:
    with pytest.raises(ValueError, match="Expected '='"):
        read_policy("returns are fine")
