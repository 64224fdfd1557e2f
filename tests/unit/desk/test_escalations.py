"""From which amount a claim is reviewed: every currency in which the shop sells has one."""

from datetime import date

from aftercare.desk.escalations import escalations_on
from aftercare.returns import review_rules

TODAY = date(2026, 11, 29)


def test_every_currency_in_which_the_shop_sells_has_an_amount() -> None:
    sold = {each for amounts in review_rules.rules_on(TODAY).amounts.values() for each in amounts}
    assert sold
    assert sold <= set(escalations_on(TODAY).amounts)


def test_one_person_decides_on_as_much_at_the_desk_as_on_a_return() -> None:
    rules = escalations_on(TODAY).amounts
    for amounts in review_rules.rules_on(TODAY).amounts.values():
        assert {currency: rules[currency] for currency in amounts} == amounts
