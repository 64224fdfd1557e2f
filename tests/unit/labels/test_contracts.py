"""Each market has one contract, which says who sells its labels."""

import pytest

from aftercare.kernel.rulebook import RulesInvalidError
from aftercare.labels.centres import return_centres
from aftercare.labels.contracts import BilledTo, published, read_contracts
from aftercare.labels.model import CARRIERS

TEXT = """
version = "v"
valid_from = 2026-01-01
source = "a test"
parcel = {length = 1, width = 1, height = 1, weight = 1}
"""
US = 'contracts = [{markets = ["US"], carrier = "easypost", services = []'


def test_every_market_of_a_returns_centre_has_a_contract_with_a_carrier_that_we_know() -> None:
    for version in published().versions:
        assert set(version.by_market) == set(return_centres())
        assert {each.carrier for each in version.by_market.values()} <= set(CARRIERS)


def test_a_contract_may_name_the_account_that_pays() -> None:
    payer = 'billed_to = {type = "RECEIVER", account = "A1", country = "US", postal_code = "94107"}'
    contract = read_contracts(f"{TEXT}{US}, {payer}}}]").by_market["US"]
    assert contract.billed_to == BilledTo("RECEIVER", "A1", "US", "94107")


def test_a_market_with_two_contracts_is_refused() -> None:
    second = '{markets = ["US"], carrier = "house", services = []}]'
    with pytest.raises(RulesInvalidError, match="one for each market"):
        read_contracts(f"{TEXT}{US}}}, {second}")
