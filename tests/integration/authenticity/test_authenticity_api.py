"""Store systems check codes: what each is answered, what counts, and what is never logged."""

import json

import pytest

from aftercare.authenticity.codes import normalise, shown
from aftercare.authenticity.model import Verdict
from aftercare.batches.model import BatchStatus
from tests.fakes.aws import counted
from tests.fakes.counter import (
    FORGED,
    KNOWN_ISSUE,
    REMEDY,
    customer_checks,
    fresh_code,
    stock,
    unissued_code,
)
from tests.fakes.logs import logged
from tests.fakes.till import Till

pytestmark = [pytest.mark.integration, pytest.mark.usefixtures("functions", "batches")]
OF_NO_CODE = {"verdict", "reference", "code", "reasons", "advice"}
REQUEST_LINE = {"request_id", "route", "client_id", "status", "ms"}


@pytest.fixture(scope="module")
def batches(tables: dict[str, str]) -> None:
    stock(tables["BatchesTable"])


@pytest.fixture
def till() -> Till:
    return Till()


def suspect_code() -> str:
    """A code that three customers checked within a day."""
    copied = fresh_code()
    for visitor in "abc":
        customer_checks(copied, visitor)
    return copied


def test_a_code_nobody_checked_is_told_so(till: Till) -> None:
    reply = till.check(fresh_code())
    assert reply.status == 200
    assert reply.body["verdict"] == "genuine_first_check"
    assert (reply.body["checks"], reply.body["customer_checks"]) == (1, 0)
    assert (reply.body["sku"], reply.body["product"]) == ("BB-1", "Tiny Tide")
    assert reply.body["first_checked_in"] == "US"
    assert reply.body["reasons"] == []
    assert reply.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize(
    "scanned",
    [
        "https://returns.example.com/authenticity?code={0}",
        "https://returns.example.com/01/06941234567898/10/LOT/21/{0}",
        "returns.example.com/01/06941234567898/21/{0}",
        "]d2\x1d010694123456789810LOT\x1d21{0}",
        "]Q1(01)06941234567898(21){0}",
        "Code: {0}",
        "https://{1}example/01/06941234567898/21/{0}?{2}",
    ],
)
def test_a_code_is_read_from_whatever_a_store_scans(till: Till, scanned: str) -> None:
    code = fresh_code()
    body = till.check(scanned.format(code, "long." * 40, "a=b&" * 200)).body
    assert (body["verdict"], body["code"]) == ("genuine_first_check", shown(normalise(code)))
    reference = body["reference"]
    for written in (reference, f"Reference: {reference.lower()}.", reference.replace("-", " ")):
        record = till.look_up(written)
        assert (record.status, record.body["reference"]) == (200, reference)


def test_a_code_that_was_checked_says_how_often_and_where_first(till: Till) -> None:
    code = fresh_code()
    customer_checks(code, "a", country="CA")
    body = till.check(code).body
    assert body["verdict"] == "genuine_checked_before"
    assert (body["checks"], body["customer_checks"]) == (2, 1)
    assert body["first_checked_in"] == "CA"


def test_a_code_with_the_traces_of_copies_is_suspect_and_says_why(till: Till) -> None:
    body = till.check(suspect_code()).body
    assert body["verdict"] == "suspect"
    [reason] = body["reasons"]
    assert reason["code"] == "sessions_24h"
    assert "24 hours" in reason["detail"]
    assert body["signals_version"]


def test_a_recalled_batch_says_what_is_wrong_and_what_helps(till: Till) -> None:
    body = till.check(fresh_code(BatchStatus.RECALLED)).body
    assert body["verdict"] == "recalled"
    assert (body["known_issue"], body["remedy"]) == (KNOWN_ISSUE["en"], REMEDY["en"])
    assert body["advice"].startswith(REMEDY["en"])


@pytest.mark.parametrize("status", [BatchStatus.RESTRICTED, BatchStatus.BLOCKED])
def test_a_batchs_standing_is_the_verdict(till: Till, status: BatchStatus) -> None:
    assert till.check(fresh_code(status)).body["verdict"] == status.value


def test_what_we_never_issued_is_told_without_a_history(till: Till) -> None:
    till.check(fresh_code())
    bodies, calls = [], []
    for code in (FORGED, unissued_code(), fresh_code(BatchStatus.DRAFT)):
        with counted("dynamodb") as reads:
            bodies.append(till.check(code).body)
        calls.append(list(reads))
    assert [body["verdict"] for body in bodies] == ["not_issued"] * 3
    assert all(body["reference"].startswith("N-") for body in bodies)
    assert all(
        set(body) == {"verdict", "reference", "code", "reasons", "advice"} for body in bodies
    )
    # Nobody can guess the others: only our keys make them. Their batch may be new, so it is read.
    assert calls == [[], ["Query"], ["Query"]]


@pytest.mark.parametrize(
    ("typed", "slip", "symbol"),
    [
        ("0K5D", "wrong_length", None),
        ("   ", "wrong_length", None),
        ("\N{BEAR FACE}" * 200, "wrong_length", None),
        ("\ud800", "wrong_length", None),
        ("0K5D-U5VA-8H02-HHD1", "wrong_symbol", 5),
        ("0K5D-A5VA-8H02-HHD2", "wrong_check_symbol", None),
    ],
)
def test_a_slip_is_told_and_is_no_verdict_on_the_product(
    till: Till, typed: str, slip: str, symbol: int | None
) -> None:
    body = till.check(typed).body
    assert (body["verdict"], body["reasons"][0]["code"]) == ("mistyped", slip)
    assert body.get("symbol") == symbol
    assert body["code"] == typed.strip()[:40]


@pytest.mark.parametrize("language", ["zh", "zh-Hans-CN,zh;q=0.9", "fr-CA, en;q=0.5"])
@pytest.mark.parametrize("status", [BatchStatus.ACTIVE, BatchStatus.RECALLED])
def test_another_language_changes_the_words_and_nothing_else(
    till: Till, language: str, status: BatchStatus
) -> None:
    code = fresh_code(status)
    english = till.check(code, Idempotency_Key="1").body
    translated = till.check(code, Idempotency_Key="1", Accept_Language=language).body
    changed = {name for name in english if translated[name] != english[name]}
    texts = {"known_issue", "remedy"} & set(english) if language.startswith("fr") else set()
    assert changed == {"advice"} | texts
    assert set(translated) == set(english)


def test_reasons_are_told_in_the_language_too(till: Till) -> None:
    code = suspect_code()
    english, french = (
        till.check(code, Idempotency_Key="1", Accept_Language=language).body["reasons"]
        for language in ("en", "fr")
    )
    assert [reason["code"] for reason in french] == [reason["code"] for reason in english]
    assert [reason["detail"] for reason in french] != [reason["detail"] for reason in english]


@pytest.mark.parametrize("language", ["", "*", "xx", "q=", ";;;,,,", "zh;q=0", "é"])
def test_a_language_we_do_not_have_is_english(till: Till, language: str) -> None:
    code = fresh_code()
    plain = till.check(code, Idempotency_Key="1").body
    assert till.check(code, Idempotency_Key="1", Accept_Language=language).body == plain


def test_the_same_key_twice_is_one_check_with_one_answer(till: Till) -> None:
    code = fresh_code()
    first = till.check(code, Idempotency_Key="receipt-1")
    again = till.check(code, Idempotency_Key="receipt-1")
    assert again.body == first.body
    assert again.body["checks"] == 1


def test_another_key_is_another_check(till: Till) -> None:
    code = fresh_code()
    till.check(code, Idempotency_Key="1")
    body = till.check(code, Idempotency_Key="2").body
    assert (body["verdict"], body["checks"]) == ("genuine_checked_before", 2)


def test_without_a_key_each_request_is_a_check(till: Till) -> None:
    code = fresh_code()
    assert [till.check(code).body["checks"] for _ in range(3)] == [1, 2, 3]


def test_a_key_may_be_used_for_two_codes(till: Till) -> None:
    verdicts = [till.check(fresh_code(), Idempotency_Key="1").body["verdict"] for _ in range(2)]
    assert verdicts == ["genuine_first_check"] * 2


def test_another_clients_key_of_the_same_name_is_another_check(till: Till) -> None:
    code = fresh_code()
    till.check(code, Idempotency_Key="1")
    assert Till(client_id="ac_zzzzzzzzzz").check(code, Idempotency_Key="1").body["checks"] == 2


def test_a_store_in_no_known_country_is_answered_alike() -> None:
    body = Till(country="").check(fresh_code()).body
    assert body["verdict"] == "genuine_first_check"
    assert "first_checked_in" not in body


def test_a_reference_leads_back_to_the_check(till: Till) -> None:
    code = fresh_code()
    customer_checks(code, "a")
    checked = till.check(code).body
    record = till.look_up(checked["reference"])
    assert record.status == 200
    assert record.body["recorded"] is True
    assert record.body["verdict"] == checked["verdict"] == "genuine_checked_before"
    assert (record.body["audience"], record.body["store_id"]) == ("store", "S-0412")
    assert (record.body["checks"], record.body["customer_checks"]) == (2, 1)
    assert record.body["batch_status"] == "active"
    assert code not in json.dumps(record.body)


def test_a_reference_is_read_as_forgivingly_as_a_code(till: Till) -> None:
    reference = till.check(fresh_code()).body["reference"]
    typed = reference.lower().replace("-", " ")
    assert till.look_up(typed).body["recorded"] is True


def test_a_partner_finds_its_own_checks_and_no_others() -> None:
    code, partner = fresh_code(), Till(kind="partner", store_id="P-7", client_id="ac_partner")
    ours = partner.check(code).body["reference"]
    of_others = [
        Till().check(code).body["reference"],
        customer_checks(code, "a").reference,
        Till(kind="partner", store_id="P-8", client_id="ac_other").check(code).body["reference"],
    ]
    assert partner.look_up(ours).body["recorded"] is True
    for reference in of_others:
        assert partner.look_up(reference).problem == (404, "reference_not_found")
        assert Till().look_up(reference).status == 200
    assert Till().look_up(ours).status == 200


def test_a_kind_of_client_that_a_newer_version_has_finds_its_own_checks_only() -> None:
    reference = Till().check(fresh_code()).body["reference"]
    newer = Till(kind="marketplace", store_id="M-1")
    assert newer.look_up(reference).problem == (404, "reference_not_found")


def test_two_checks_of_one_second_that_were_not_recorded_have_two_references(till: Till) -> None:
    given_out = {till.check("0K5D").body["reference"] for _ in range(20)}
    assert len(given_out) == 20


def test_a_suspect_checks_reference_tells_the_reasons(till: Till) -> None:
    checked = till.check(suspect_code()).body
    record = till.look_up(checked["reference"]).body
    assert (record["verdict"], record["reasons"]) == ("suspect", checked["reasons"])


@pytest.mark.parametrize(
    ("typed", "verdict", "slips"),
    [(FORGED, "not_issued", None), ("0K5D", "mistyped", ["wrong_length"])],
)
def test_the_reference_of_a_check_that_was_not_recorded_says_what_it_was(
    till: Till, typed: str, verdict: str, slips: list[str] | None
) -> None:
    record = till.look_up(till.check(typed).body["reference"]).body
    assert (record["recorded"], record["verdict"]) == (False, verdict)
    assert record["checked_at"]
    assert [reason["code"] for reason in record.get("reasons", [])] == (slips or [])


def test_looking_up_counts_nothing(till: Till) -> None:
    code = fresh_code()
    checked = till.check(code, Idempotency_Key="1").body
    till.look_up(checked["reference"])
    assert till.check(code, Idempotency_Key="1").body == checked


def test_no_log_line_has_a_code_a_key_or_an_address(till: Till) -> None:
    codes = [fresh_code(status) for status in BatchStatus] + [suspect_code(), FORGED, "0K5D-oops"]
    with logged() as log:
        for code in codes:
            till.check(code, Idempotency_Key="a-secret-receipt", Accept_Language="fr")
            till.check(code.lower().replace("-", ""))
        till.post('{"code": "0K5D-A5VA')
        till.look_up("V-0000-0000-0000-0000")
    text = log.getvalue().upper().replace("-", "")
    assert not [code for code in codes if code.upper().replace("-", "") in text]
    assert "SECRETRECEIPT" not in text
    assert "0K5DA5VA" not in text
    assert "203.0.113.9" not in text


def test_each_request_is_one_line_of_ids_and_numbers_and_each_check_tells_its_verdict(
    till: Till,
) -> None:
    till.check(fresh_code())
    with logged() as log:
        till.check(fresh_code())
        till.check(FORGED)
    requests = [line for line in log.lines if line["message"] == "request"]
    checks = [line for line in log.lines if line["message"] == "check"]
    assert len(log.lines) == len(requests) + len(checks) == 4
    assert [line["route"] for line in requests] == ["POST /authenticity/checks"] * 2
    assert requests[0]["client_id"] == till.client_id
    assert all(set(line) >= REQUEST_LINE for line in requests)
    assert [(line["verdict"], line["forged"]) for line in checks] == [
        (Verdict.GENUINE_FIRST_CHECK, False),
        (Verdict.NOT_ISSUED, True),
    ]
