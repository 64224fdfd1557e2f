"""Suspicions that an operator clears, and that are raised again: one event each time."""

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import boto3
import pytest

from aftercare.authenticity.errors import NotOurCodeError
from aftercare.authenticity.model import Audience, Signal, Verdict
from aftercare.kernel.actor import CUSTOMER
from aftercare.kernel.symbols import sealed
from aftercare.kernel.timeline import Entry
from tests.fakes.actors import LI, SALES_INGEST
from tests.fakes.desk import Desk, desk_on
from tests.fakes.environment import TABLES
from tests.fakes.refusals import refused
from tests.fakes.samples import Item

pytestmark = pytest.mark.integration


@pytest.fixture
def desk(tables: dict[str, str]) -> Desk:
    return desk_on(tables["AuthenticityTable"])


def entries(tables: dict[str, str], kind: str) -> list[Item]:
    answer: Any = boto3.client("dynamodb").scan(TableName=tables["AuthenticityTable"])
    items: list[Item] = answer["Items"]
    return [item for item in items if item.get("entry_type", {}).get("S") == kind]


def data_of(tables: dict[str, str], kind: str) -> list[dict[str, str]]:
    """The data of the entries of that kind."""
    return [json.loads(item["entry_data"]["S"]) for item in entries(tables, kind)]


def actors(tables: dict[str, str], kind: str) -> list[str]:
    return [item["entry_actor"]["S"] for item in entries(tables, kind)]


def test_an_operator_who_has_seen_the_piece_clears_its_code(
    desk: Desk, tables: dict[str, str]
) -> None:
    symbols = desk.fresh_code()
    for visitor in "abc":
        doubted = desk.customer(symbols, visitor)
    assert doubted.verdict is Verdict.SUSPECT
    before = len(data_of(tables, "authenticity.cleared"))
    for _ in range(2):
        desk.service.clear(symbols, actor=LI, why="Seen at S-0412")
    assert data_of(tables, "authenticity.cleared")[before:] == [
        {"signals": "sessions_24h", "checks": "3", "who": "Li", "why": "Seen at S-0412"}
    ]
    assert actors(tables, "authenticity.cleared")[before:] == [LI]
    again = desk.customer(symbols, "c")
    assert (again.verdict, again.checks) == (Verdict.GENUINE_CHECKED_BEFORE, 3)
    assert desk.customer(symbols, "a").verdict is Verdict.GENUINE_FIRST_CHECK


def test_later_checks_raise_doubt_anew_and_it_is_told_anew(
    desk: Desk, tables: dict[str, str]
) -> None:
    symbols = desk.fresh_code()
    for visitor in "abc":
        desk.customer(symbols, visitor)
    before = len(data_of(tables, "authenticity.suspected"))
    desk.service.clear(symbols, actor=LI, why="Seen")
    verdicts = [desk.customer(symbols, visitor).verdict for visitor in "def"]
    assert verdicts == [*[Verdict.GENUINE_CHECKED_BEFORE] * 2, Verdict.SUSPECT]
    assert len(data_of(tables, "authenticity.suspected")) == before + 1


def test_a_check_under_way_does_not_bring_back_what_was_cleared(desk: Desk) -> None:
    symbols = desk.fresh_code()
    for visitor in "ab":
        desk.customer(symbols, visitor)
    store, raising = desk.service.store(), desk.service.store().raise_signal

    class Slow(type(store)):  # type: ignore[misc]
        """Somebody clears the code between the check that raises doubt and its second write."""

        def raise_signal(
            self, key: str, signal: Signal, place: int, entry: Entry, *, opens: str
        ) -> None:
            raising(key, Signal.COUNTRIES, place - 1, entry)
            desk.service.clear(symbols, actor=LI, why="Seen")
            raising(key, signal, place, entry, opens=opens)

    slow = replace(desk.service, store=lambda: Slow(TABLES["AuthenticityTable"]))
    slow.check(symbols, visitor="c", audience=Audience.CUSTOMER, actor=CUSTOMER)
    assert desk.customer(symbols, "d").verdict is Verdict.GENUINE_CHECKED_BEFORE


def test_what_was_never_doubted_or_never_issued_is_not_cleared(
    desk: Desk, tables: dict[str, str]
) -> None:
    before = len(data_of(tables, "authenticity.cleared"))
    symbols = desk.fresh_code()
    desk.service.clear(symbols, actor=LI, why="Seen")
    desk.customer(symbols, "a")
    desk.service.clear(symbols, actor=LI, why="Seen")
    assert desk.customer(symbols, "a").verdict is Verdict.GENUINE_FIRST_CHECK
    assert len(data_of(tables, "authenticity.cleared")) == before
    with refused(NotOurCodeError, "not_our_code", "No such code was ever issued."):
        desk.service.clear(sealed(0x123456789ABCDEF), actor=LI, why="Seen")


def test_a_doubt_that_was_withdrawn_and_comes_back_is_told_again(
    desk: Desk, tables: dict[str, str]
) -> None:
    symbols = desk.fresh_code()
    sold = desk.clock()
    desk.service.record_sale(symbols, sold, actor=SALES_INGEST)
    desk.clock.forward(days=3)
    before = len(data_of(tables, "authenticity.suspected"))
    desk.service.record_return(symbols, sold + timedelta(days=1), actor=SALES_INGEST)
    desk.customer(symbols, "a")
    assert desk.customer(symbols, "b").verdict is Verdict.SUSPECT
    desk.service.record_sale(symbols, sold + timedelta(days=2), actor=SALES_INGEST)
    desk.clock.forward(days=3)
    assert desk.customer(symbols, "c").verdict is Verdict.GENUINE_CHECKED_BEFORE
    desk.service.record_return(symbols, sold + timedelta(days=4), actor=SALES_INGEST)
    desk.clock.forward(days=1)
    assert desk.customer(symbols, "d").verdict is Verdict.SUSPECT
    signals = [each["signal"] for each in data_of(tables, "authenticity.suspected")[before:]]
    assert signals == ["checked_after_return"] * 2


def test_a_suspicion_names_whose_check_or_sale_raised_it(
    desk: Desk, tables: dict[str, str]
) -> None:
    before = len(actors(tables, "authenticity.suspected"))
    checked, sold = desk.fresh_code(), desk.fresh_code()
    for visitor in "abc":
        desk.customer(checked, visitor)
    desk.customer(sold, "a")
    desk.clock.forward(days=2)
    desk.service.record_sale(sold, desk.clock(), actor=SALES_INGEST)
    assert sorted(actors(tables, "authenticity.suspected")[before:]) == [CUSTOMER, SALES_INGEST]
