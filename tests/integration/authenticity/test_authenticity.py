"""Checks of codes on a table: the answers, the counts, the signals and the cost."""

import json
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import boto3
import pytest

from aftercare.authenticity.errors import (
    NotOurCodeError,
    NotYetError,
    ReferenceNotFoundError,
    TooEarlyError,
)
from aftercare.authenticity.model import Audience, Hints, Signal, Verdict
from aftercare.authenticity.sales import Sales
from aftercare.batches.model import BatchStatus
from aftercare.kernel.errors import StaleWriteError
from aftercare.kernel.ids import new_id
from aftercare.kernel.symbols import sealed, spelled
from aftercare.kernel.timeline import Entry
from tests.bench.capacity import item_size
from tests.fakes.actors import LI, SALES_INGEST, SOMEBODY
from tests.fakes.aws import counted
from tests.fakes.codes import NOON, batch, check, code, short_reference
from tests.fakes.crashes.world import empty_tables
from tests.fakes.desk import Desk, desk_on
from tests.fakes.refusals import refused

pytestmark = pytest.mark.integration
GENUINE = {Verdict.GENUINE_FIRST_CHECK, Verdict.GENUINE_CHECKED_BEFORE}
SUSPICION = {
    "signal": "countries",
    "strength": "weak",
    "signals_version": "2025-01-06",
    "batch_id": "B00-0000000000",
    "sku": "FIG-1",
    "checks": "7",
}


@pytest.fixture
def desk(tables: dict[str, str]) -> Desk:
    return desk_on(tables["AuthenticityTable"])


def forged() -> str:
    """A well-formed code of a key id that exists, with a tag that we never made."""
    return sealed(0x123456789ABCDEF)


def test_the_first_check_is_told_once(desk: Desk) -> None:
    symbols = desk.fresh_code()
    first = desk.customer(symbols, "a")
    assert (first.verdict, first.checks) == (Verdict.GENUINE_FIRST_CHECK, 1)
    desk.clock.forward(days=40)
    second = desk.customer(symbols, "b", "CN")
    assert (second.verdict, second.checks) == (Verdict.GENUINE_CHECKED_BEFORE, 2)
    assert (second.first_checked_at, second.first_checked_in) == (NOON, "US")


@pytest.mark.parametrize("days", [0, 1, 29, 31])
def test_the_same_visitor_gets_the_same_answer_and_is_not_counted(desk: Desk, days: int) -> None:
    symbols = desk.fresh_code()
    first = desk.customer(symbols, "a")
    desk.clock.forward(days=days)
    assert desk.customer(symbols, "a") == first
    desk.customer(symbols, "b")
    again = desk.customer(symbols, "a")
    assert again.earlier == (Verdict.GENUINE_FIRST_CHECK, NOON, 1, None)
    assert replace(again, earlier=None) == first
    assert (again.customer_checks, again.customer_checks_so_far) == (1, 2)
    assert desk.customer(symbols, "c").checks == 3


def test_a_repeat_tells_of_no_check_by_a_store(desk: Desk) -> None:
    symbols = desk.fresh_code()
    first = desk.customer(symbols, "a")
    desk.store(symbols, "1")
    assert desk.customer(symbols, "a") == first


def test_however_it_is_typed_it_is_the_same_code(desk: Desk) -> None:
    symbols = desk.fresh_code()
    typed = " ".join(symbols[n : n + 4] for n in range(0, 16, 4)).lower()
    assert desk.customer(typed, "a") == desk.customer(symbols, "a")


def test_a_tills_check_is_counted_apart(desk: Desk) -> None:
    symbols = desk.fresh_code()
    till = desk.store(symbols, "1")
    assert till.verdict is Verdict.GENUINE_FIRST_CHECK
    customer = desk.customer(symbols, "a")
    assert customer.verdict is Verdict.GENUINE_FIRST_CHECK
    assert (customer.checks, customer.customer_checks) == (2, 1)
    again = desk.store(symbols, "2")
    assert again.verdict is Verdict.GENUINE_CHECKED_BEFORE
    assert (again.checks, again.customer_checks) == (3, 1)


def test_a_request_sent_again_is_one_check(desk: Desk) -> None:
    symbols = desk.fresh_code()
    assert desk.store(symbols, "1") == desk.store(symbols, "1")
    assert desk.store(symbols, "2").checks == 2


@pytest.mark.parametrize(
    "status", [BatchStatus.RECALLED, BatchStatus.RESTRICTED, BatchStatus.BLOCKED]
)
def test_a_batchs_standing_is_told_and_its_checks_counted(desk: Desk, status: BatchStatus) -> None:
    symbols = desk.fresh_code(status)
    assert desk.customer(symbols, "a").verdict == status.value
    assert desk.customer(symbols, "b").checks == 2


def test_a_recall_is_told_to_who_was_told_genuine(desk: Desk) -> None:
    symbols = desk.fresh_code()
    assert desk.customer(symbols, "a").verdict is Verdict.GENUINE_FIRST_CHECK
    desk.batches[BatchStatus.ACTIVE] = batch(1, BatchStatus.RECALLED)
    desk.clock.forward(seconds=60)
    assert desk.customer(symbols, "a").verdict is Verdict.RECALLED


def test_what_is_not_ours_is_answered_without_the_table(desk: Desk) -> None:
    draft, unissued = desk.fresh_code(BatchStatus.DRAFT), code(900_000)
    with counted("dynamodb") as calls:
        answers = [desk.customer(text, "a") for text in (forged(), draft, unissued)]
        slip = desk.customer(desk.fresh_code()[:-1], "a")
    assert [answer.verdict for answer in answers] == [Verdict.NOT_ISSUED] * 3
    assert [answer.is_forged for answer in answers] == [True, False, False]
    assert (slip.verdict, slip.reasons) == (Verdict.MISTYPED, ("wrong_length",))
    assert calls == []


def test_three_sessions_in_a_day_are_suspect_and_told_to_the_bus_once(
    desk: Desk, tables: dict[str, str]
) -> None:
    symbols = desk.fresh_code()
    verdicts = [desk.customer(symbols, visitor).verdict for visitor in "abc"]
    assert verdicts == [
        Verdict.GENUINE_FIRST_CHECK,
        Verdict.GENUINE_CHECKED_BEFORE,
        Verdict.SUSPECT,
    ]
    desk.clock.forward(days=30)
    late = desk.customer(symbols, "d")
    assert (late.verdict, late.reasons) == (Verdict.SUSPECT, (Signal.SESSIONS_24H,))
    assert late.signals_version
    (entry,) = entries(tables, symbols)
    assert entry["entry_type"] == "authenticity.suspected"
    assert json.loads(entry["entry_data"])["signal"] == "sessions_24h"
    assert symbols not in json.dumps(entry)


def test_who_was_answered_before_the_doubt_keeps_the_count_and_hears_of_the_doubt(
    desk: Desk,
) -> None:
    symbols = desk.fresh_code()
    for visitor in "abc":
        desk.customer(symbols, visitor)
    for count, visitor in enumerate("ab", start=1):
        again = desk.customer(symbols, visitor)
        assert (again.verdict, again.checks) == (Verdict.SUSPECT, count)
        assert again.earlier
        assert again.earlier.verdict in GENUINE
        assert again.earlier.customer_checks_since == 3 - count
        told = desk.service.look_up(again.reference)
        assert (told.verdict in GENUINE, told.reasons) == (True, frozenset())
        assert told.signals == {Signal.SESSIONS_24H}


def test_a_sale_after_a_customers_check_raises_doubt_for_the_next(desk: Desk) -> None:
    symbols = desk.fresh_code()
    desk.customer(symbols, "a")
    desk.clock.forward(days=3)
    for _ in range(2):
        desk.service.record_sale(symbols, desk.clock(), actor=SALES_INGEST)
    assert desk.customer(symbols, "b").reasons == (Signal.CHECKED_BEFORE_SOLD,)


def test_a_sale_before_any_check_and_a_return(desk: Desk) -> None:
    symbols = desk.fresh_code()
    desk.service.record_sale(symbols, desk.clock(), actor=SALES_INGEST)
    desk.clock.forward(days=1)
    assert desk.customer(symbols, "a").verdict is Verdict.GENUINE_FIRST_CHECK
    desk.service.record_return(symbols, desk.clock(), actor=SALES_INGEST)
    desk.clock.forward(days=2)
    assert desk.customer(symbols, "a's other phone").reasons == ()
    assert desk.customer(symbols, "b").reasons == (Signal.CHECKED_AFTER_RETURN,)


def test_a_resale_that_is_told_late_takes_the_doubt_back(desk: Desk) -> None:
    symbols = desk.fresh_code()
    desk.service.record_sale(symbols, desk.clock() - timedelta(hours=100), actor=SALES_INGEST)
    desk.service.record_return(symbols, desk.clock() - timedelta(hours=50), actor=SALES_INGEST)
    desk.customer(symbols, "somebody")
    assert desk.customer(symbols, "a").reasons == (Signal.CHECKED_AFTER_RETURN,)
    desk.service.record_sale(symbols, desk.clock() - timedelta(hours=40), actor=SALES_INGEST)
    desk.clock.forward(days=2)
    assert desk.customer(symbols, "b").verdict is Verdict.GENUINE_CHECKED_BEFORE


def test_a_sale_that_is_still_to_come_is_refused(desk: Desk) -> None:
    symbols = desk.fresh_code()
    with pytest.raises(NotYetError):
        desk.service.record_sale(symbols, desk.clock() + timedelta(hours=2), actor=SALES_INGEST)
    assert desk.customer(symbols, "a").verdict is Verdict.GENUINE_FIRST_CHECK


def test_till_scans_between_sessions_hide_no_copy(desk: Desk) -> None:
    symbols = desk.fresh_code()
    for visitor in "abc":
        told = desk.customer(symbols, visitor)
        for number in range(20):
            desk.store(symbols, f"{visitor}{number}")
    assert told.verdict is Verdict.SUSPECT


@pytest.mark.parametrize("year", [1, 1969, 1970, 2009])
def test_a_sale_or_a_return_of_before_there_were_codes_is_refused(desk: Desk, year: int) -> None:
    symbols, at = desk.fresh_code(), datetime(year, 12, 31, tzinfo=UTC)
    for verb in (desk.service.record_sale, desk.service.record_return):
        with refused(TooEarlyError, "too_early", "The time of this sale or return is before 2010."):
            verb(symbols, at, actor=SALES_INGEST)
    assert desk.service.history_of(symbols)[1].sales == Sales()
    assert desk.customer(symbols, "a").verdict is Verdict.GENUINE_FIRST_CHECK


def test_a_sale_of_a_code_that_is_not_ours_is_refused(desk: Desk) -> None:
    with pytest.raises(NotOurCodeError):
        desk.service.record_sale(code(900_000), NOON, actor=SALES_INGEST)


def test_a_reference_leads_support_to_the_check(desk: Desk) -> None:
    symbols = desk.fresh_code()
    desk.customer(symbols, "a")
    answer = desk.store(symbols, "1", "CN")
    desk.clock.forward(days=1)
    desk.customer(symbols, "b")
    found = desk.service.look_up(answer.reference.lower().replace("-", " "))
    assert found.check is not None
    assert (found.check.store_id, found.check.country) == ("S-0412", "CN")
    assert (found.verdict, found.at) == (answer.verdict, NOON)
    assert found.history is not None
    assert found.history.checks == 2


@pytest.mark.parametrize("text", ["7777", forged()])
def test_the_reference_of_an_unrecorded_check_tells_itself(desk: Desk, text: str) -> None:
    answer = desk.store(text, "1")
    assert (answer.checks, answer.customer_checks) == (0, 0)
    desk.clock.forward(days=400)
    found = desk.service.look_up(answer.reference)
    assert (found.verdict, found.at) == ((*answer.reasons, answer.verdict)[0], NOON)


def test_a_reference_whose_codes_history_is_gone_leads_nowhere(
    desk: Desk, tables: dict[str, str]
) -> None:
    """As after the table was restored as of an earlier day."""
    answer = desk.store(desk.fresh_code(), "1")
    assert desk.service.look_up(answer.reference).verdict is answer.verdict
    empty_tables({"AuthenticityTable": tables["AuthenticityTable"]})
    with pytest.raises(ReferenceNotFoundError):
        desk.service.look_up(answer.reference)


def test_a_reference_of_before_finds_its_check_while_that_is_kept(desk: Desk) -> None:
    symbols = desk.fresh_code()
    desk.customer(symbols, "a")
    [kept] = desk.service.history_of(symbols)[1].recent
    found = desk.service.look_up(short_reference(symbols, kept.check_id))
    assert found.check == kept


def test_a_reference_of_before_is_not_believed_of_a_check_that_is_not_kept(desk: Desk) -> None:
    """One in a million made-up ones has a right tag: it would open the code's history."""
    symbols = desk.fresh_code()
    desk.customer(symbols, "a")
    with pytest.raises(ReferenceNotFoundError):
        desk.service.look_up(short_reference(symbols, "000000"))


def test_a_made_up_reference_leads_nowhere(desk: Desk) -> None:
    real = desk.store(desk.fresh_code(), "1").reference
    for reference in ("", "V", "V-0000-0000-0000-0000", real[:-1], f"N{real[1:]}"):
        with pytest.raises(ReferenceNotFoundError):
            desk.service.look_up(reference)


def test_a_code_keeps_its_last_17_checks_and_its_first_ones_in_two_kilobytes(
    desk: Desk, tables: dict[str, str]
) -> None:
    symbols = desk.fresh_code()
    desk.till_id = "longest-name"
    answers = []
    for number in range(45):
        desk.clock.forward(hours=20)
        who = desk.store if number % 3 else desk.customer
        answers.append(who(symbols, str(number), "CN" if number % 2 else "FR"))
    assert [answer.checks for answer in answers] == list(range(1, 46))
    again = desk.customer(symbols, "0", "FR")
    assert (again.checks, again.reference) == (answers[0].checks, answers[0].reference)
    item = only_item(tables, symbols)
    assert 17 <= len(item["places"]["M"]) <= 19
    assert item_size(item) <= 2048


def test_a_usual_code_costs_one_write_unit(desk: Desk, tables: dict[str, str]) -> None:
    """Sold, and checked ten times since: at tills with the longest names, and by customers."""
    symbols = desk.fresh_code()
    desk.till_id = "longest-name"
    desk.service.record_sale(symbols, desk.clock(), actor=SALES_INGEST)
    for number in range(10):
        desk.clock.forward(days=3)
        who = desk.store if number % 3 else desk.customer
        who(symbols, str(number), "CN")
    assert item_size(only_item(tables, symbols)) <= 1024


def test_a_code_that_only_stores_check_keeps_its_last_17(
    desk: Desk, tables: dict[str, str]
) -> None:
    symbols = desk.fresh_code()
    for number in range(40):
        desk.store(symbols, str(number))
    assert 17 <= len(only_item(tables, symbols)["places"]["M"]) <= 19


@pytest.mark.parametrize("stores_of_ten", [0, 5, 9, 10])
def test_at_the_worst_a_code_costs_two_write_units(
    desk: Desk, tables: dict[str, str], stores_of_ten: int
) -> None:
    """Sold, returned, cleared, doubted for every reason, 19 checks kept, the longest names."""
    symbols = desk.fresh_code()
    desk.till_id = "longest-name"
    desk.store(symbols, "first")
    desk.customer(symbols, "first")
    desk.service.record_sale(symbols, desk.clock(), actor=SALES_INGEST)
    desk.service.record_return(symbols, desk.clock(), actor=SALES_INGEST)
    for days in range(3, 0, -1):
        sold = desk.clock() - timedelta(days=days)
        desk.service.record_sale(symbols, sold, actor=SALES_INGEST)
    store, key = desk.service.store(), key_of(symbols)
    store.raise_signal(key, Signal.COUNTRIES, 1, _an_entry(desk))
    desk.service.clear(symbols, actor=LI, why="Seen")
    _count_up(tables, symbols, 99_900)
    for number in range(40):
        known = store.get(key)
        assert known
        audience = Audience.STORE if number % 10 < stores_of_ten else Audience.CUSTOMER
        store_id = desk.till_id if audience is Audience.STORE else ""
        name = spelled(number, 6)
        hints = Hints("XYZ", "XYZ") if audience is Audience.CUSTOMER else None
        visitor = check(1, check_id=name, audience=audience, store_id=store_id, hints=hints)
        visitor = replace(visitor, told=frozenset(Signal))
        desk.service.histories().add(key, visitor, 1, known.spent)
    for signal in Signal:
        store.raise_signal(key, signal, 99_999, _an_entry(desk))
    item = only_item(tables, symbols)
    assert len(item["places"]["M"]) == 19
    assert len(item["raised"]["M"]) == len(Signal)
    assert item_size(item) <= 2048


def _count_up(tables: dict[str, str], symbols: str, checks: int) -> None:
    """As if so many had been recorded already."""
    boto3.client("dynamodb").update_item(
        TableName=tables["AuthenticityTable"],
        Key={"pk": {"S": key_of(symbols)}},
        UpdateExpression="SET checks = :n, by_customers = :n, cleared = :n",
        ExpressionAttributeValues={":n": {"N": str(checks)}},
    )


def _an_entry(desk: Desk) -> Entry:
    now = desk.clock()
    return Entry(new_id("ent", now), "authenticity.suspected", "x", now, SUSPICION, actor=SOMEBODY)


def test_a_rush_of_checks_that_know_nothing_of_each_other_stays_bounded(
    desk: Desk, tables: dict[str, str]
) -> None:
    """200 checks from one look at the code, then 200 from the next, and so on."""
    symbols = desk.fresh_code()
    desk.store(symbols, "first")
    store, key = desk.service.store(), key_of(symbols)
    for rush in range(4):
        stale = store.get(key)
        assert stale
        for number in range(200):
            name = spelled(1000 * rush + number, 6)
            till = check(1, check_id=name, audience=Audience.STORE, store_id="longest-name")
            with suppress(StaleWriteError):
                desk.service.histories().add(key, till, 1, stale.spent)
        item = only_item(tables, symbols)
        assert len(item["places"]["M"]) <= 55
        assert item_size(item) <= 4608
    assert desk.customer(symbols, "next").verdict is Verdict.GENUINE_FIRST_CHECK
    assert len(only_item(tables, symbols)["places"]["M"]) <= 19


def test_a_recorded_check_is_one_read_and_one_write(desk: Desk) -> None:
    symbols = desk.fresh_code()
    desk.customer(symbols, "a")
    with counted("dynamodb") as calls:
        desk.customer(symbols, "b")
    assert calls == ["GetItem", "UpdateItem"]
    with counted("dynamodb") as calls:
        desk.customer(symbols, "b")
    assert calls == ["GetItem"]


def test_a_hot_code_costs_few_writes_and_its_count_stays_truthful(
    desk: Desk, tables: dict[str, str]
) -> None:
    symbols = desk.fresh_code()
    with counted("dynamodb") as calls:
        for number in range(1000):
            desk.clock.forward(seconds=0.5)
            answer = desk.store(symbols, str(number))
    assert calls.count("UpdateItem") + calls.count("PutItem") < 400
    assert calls.count("GetItem") < 300
    assert answer.is_estimate
    assert 600 < answer.checks < 1500  # five standard deviations
    assert item_size(only_item(tables, symbols)) <= 2048


def test_a_hot_code_at_tills_does_not_burn_a_customers_first_check(desk: Desk) -> None:
    symbols = desk.fresh_code()
    for number in range(120):
        desk.store(symbols, str(number))
    desk.clock.forward(minutes=1)
    assert desk.customer(symbols, "a").verdict is Verdict.GENUINE_FIRST_CHECK


def entries(tables: dict[str, str], symbols: str) -> list[dict[str, str]]:
    found = boto3.client("dynamodb").scan(TableName=tables["AuthenticityTable"])["Items"]
    prefix = key_of(symbols)
    return [
        {name: value["S"] for name, value in item.items()}
        for item in found
        if item["pk"]["S"].startswith(f"{prefix}#")
    ]


def key_of(symbols: str) -> str:
    serial = next(n for n in range(6000) if code(n) == symbols)
    return f"00-{serial:010d}"


def only_item(tables: dict[str, str], symbols: str) -> dict[str, Any]:
    key = {"pk": {"S": key_of(symbols)}}
    answer = boto3.client("dynamodb").get_item(TableName=tables["AuthenticityTable"], Key=key)
    return {**answer["Item"]}
