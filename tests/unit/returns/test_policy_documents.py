"""Policies are data: what is published parses, what is broken never gets to decide."""

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from aftercare.kernel.rulebook import RulesInvalidError, documents, read_documents
from aftercare.labels.centres import return_centres
from aftercare.orders.model import ProductKind
from aftercare.returns import policies
from aftercare.returns.policies import PolicyBook, published, read_policy
from aftercare.returns.policy import Grant, GrantWindow, Payer, Policy, Remedy, Start
from aftercare.returns.reasons import Cause, EvidenceKind, Reason, Wanted
from tests.fakes.policies import na_online, policy_of

DOCUMENT = """
id = "test"
version = "2026-01-01"
valid_from = 2026-01-01
source = "nowhere"
channels = ["online"]
markets = ["US"]
[never]
opened_online = ["pop_now"]
personal_reasons = ["blind_box"]
[[grants]]
rule = "R-RET-01"
causes = ["defect"]
window = {from = "delivery", days = 15}
payer = "seller"
evidence = [{kind = "photo", at_least = 1}]
"""
FOLDER = Path(policies.__file__).parent
LINES = DOCUMENT.strip().splitlines()
OPTIONAL = ("causes", "window", "evidence", "personal_reasons")
REQUIRED = [line for line in LINES if "=" in line and not line.startswith(OPTIONAL)]
NEW_YEAR = date(2027, 1, 1)
DAY = timedelta(days=1)


def test_every_published_document_is_read() -> None:
    assert len(published().policies) == len(list(documents(FOLDER)))


def test_a_document_lies_under_its_policy_and_its_first_day() -> None:
    paths = {
        path
        for folder in FOLDER.iterdir()
        if folder.is_dir()
        for path in (
            f"{folder.name}/{item.name}" for item in folder.iterdir() if item.name.endswith(".toml")
        )
    }
    assert paths == {f"{p.policy_id}/{p.valid_from}.toml" for p in published().policies}


def test_a_version_is_in_force_from_its_day_until_the_next_one_begins() -> None:
    old, new = na_online(), replace(na_online(), version="next", valid_from=NEW_YEAR)
    for versions in ([old, new], [new, old]):
        book = PolicyBook(versions)
        assert book.in_force("US", "online", NEW_YEAR) is new
        assert book.in_force("US", "online", NEW_YEAR - DAY) is old
    assert PolicyBook([old, new]).in_force("US", "online", date(2025, 1, 5)) is None
    assert PolicyBook([old, new]).version("na_online", "next") is new


def test_a_market_that_a_version_drops_is_not_covered_by_the_one_before() -> None:
    new = replace(na_online(), version="next", valid_from=NEW_YEAR, markets=frozenset({"US"}))
    book = PolicyBook([na_online(), new])
    assert book.in_force("CA", "online", NEW_YEAR) is None
    assert book.in_force("CA", "online", NEW_YEAR - DAY) is not None


def test_two_versions_of_a_policy_with_one_day_or_one_name_are_refused() -> None:
    with pytest.raises(ValueError, match="a day of its own"):
        PolicyBook([na_online(), replace(na_online(), version="next")])
    with pytest.raises(ValueError, match="a name of its own"):
        PolicyBook([na_online(), replace(na_online(), valid_from=NEW_YEAR)])
    other = replace(na_online(), policy_id="other", channels=frozenset({"other"}))
    assert len(PolicyBook([na_online(), other]).policies) == 2


def test_two_policies_that_cover_one_order_are_refused_by_name() -> None:
    other = replace(
        na_online(), policy_id="other", valid_from=NEW_YEAR, channels=frozenset({"online", "x"})
    )
    with pytest.raises(ValueError, match=r"other both cover online orders of \w\w from 2027-01-01"):
        PolicyBook([na_online(), other])
    handed_over = replace(
        na_online(), version="next", valid_from=NEW_YEAR, channels=frozenset({"store"})
    )
    book = PolicyBook([na_online(), handed_over, other])
    assert book.in_force("US", "online", NEW_YEAR) is other


@pytest.mark.parametrize("policy", published().policies, ids=lambda policy: policy.policy_id)
def test_a_published_policy_names_its_source_and_only_products_that_exist(policy: Policy) -> None:
    assert policy.source
    assert {
        *policy.never_opened_online,
        *policy.never_personal,
        *policy.never_personal_opened,
    } <= set(ProductKind)


def test_the_first_policy_says_what_the_faq_says() -> None:
    policy = na_online()
    assert policy.markets == {"US", "CA"}
    defects = frozenset(
        reason for reason in Reason if reason.cause in {Cause.DEFECT, Cause.DAMAGED}
    )
    window, seller = GrantWindow(Start.DELIVERY, 15), Payer.SELLER
    photo = (Wanted(EvidenceKind.PHOTO, 1, (EvidenceKind.UNPACKING_VIDEO,)),)
    recalled = Grant(
        "R-RET-30", frozenset({Reason.RECALLED}), seller, remedies=(Remedy.REPLACEMENT,)
    )
    assert policy.grants == (Grant("R-RET-01", defects, seller, window, photo), recalled)
    newest = policy_of("na_online", "2026-11-27")
    remedies, wrong = (Remedy.REFUND, Remedy.REPLACEMENT), frozenset({Reason.WRONG_ITEM})
    assert newest.grants == (
        Grant("R-RET-01", defects, seller, window, photo, remedies),
        Grant("R-RET-33", wrong, seller, window, photo, remedies),
        recalled,
    )
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
        ("days = 15", 'days = "15"', r"grants\[0?.*window.days must be a whole number"),
        ("days = 15", "days = 15.5", "window.days must be a whole number"),
        ("days = 15", "days = true", "window.days must be a whole number"),
        ("days = 15", "days = -1", "window.days must be a whole number"),
        ('"delivery"', '"sunrise"', "from must be one of delivery, purchase, dispatch"),
        ("at_least = 1", "at_least = 0", "at_least must be a whole number"),
        ('"photo"', '"song"', "kind must be one of"),
        ("at_least = 1", "at_least = 1, videos = 1", "no member 'videos'"),
        ('"seller"', '"the moon"', "payer must be one of seller, buyer"),
        ('causes = ["defect"]', 'causes = ["boredom"]', "causes.* must be one of"),
        ('causes = ["defect"]', "", "reasons must be there, or causes"),
        ('["pop_now"]', '"pop_now"', "opened_online must be a list"),
        ('["blind_box"]', '"blind_box"', "personal_reasons must be a list"),
        ('markets = ["US"]', 'markets = "US"', "markets must be a list"),
    ],
)
def test_a_document_that_says_something_impossible_is_refused(
    line: str, instead: str, complaint: str
) -> None:
    with pytest.raises(RulesInvalidError, match=complaint):
        read_policy(DOCUMENT.replace(line, instead))


def test_a_text_that_is_no_document_is_refused() -> None:
    with pytest.raises(ValueError, match="Expected '='"):
        read_policy("returns are fine")


def test_a_document_that_is_wrong_is_named_with_its_line_and_the_reason(tmp_path: Path) -> None:
    (tmp_path / "test").mkdir()
    (tmp_path / "test" / "2026-01-01.toml").write_text(DOCUMENT)
    assert [policy.policy_id for policy in read_documents(tmp_path, read_policy)] == ["test"]
    wrong = DOCUMENT.replace("days = 15", "days = -15")
    (tmp_path / "test" / "2027-01-01.toml").write_text(wrong)
    line = wrong.splitlines().index('window = {from = "delivery", days = -15}') + 1
    with pytest.raises(RulesInvalidError) as refusal:
        read_documents(tmp_path, read_policy)
    assert str(refusal.value) == (
        f"test/2027-01-01.toml, line {line}: "
        "grants[0].window.days must be a whole number of at least 0."
    )


def test_every_market_of_a_policy_has_a_returns_centre() -> None:
    covered = {market for policy in published().policies for market in policy.markets}
    assert covered == return_centres().keys()
