"""Everything that we print, mail, show or export is accepted where such a thing is asked for.

Each test writes with our own writer, for any value, and reads the whole of it with our own reader.
"""

import html
import random
import re
from collections.abc import Callable
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aftercare.authenticity import codes, references
from aftercare.authenticity.codes import KEY_IDS, SERIALS, Code
from aftercare.batches.gtin import check_digit, gtin14
from aftercare.batches.model import batch_id_of
from aftercare.clients.model import new_client_id, new_key
from aftercare.kernel.ids import new_ticket
from aftercare.kernel.scans import reference_in
from aftercare.kernel.symbols import folded
from aftercare.kernel.typed import (
    email_of,
    id_of,
    is_order_number,
    one_time_code_in,
    order_number_in,
    ticket_in,
)
from aftercare.mail.model import ACCESS_CODE, Mail
from aftercare.mail.rendering import Renderer
from aftercare.words.model import LANGUAGES
from aftercare.words.service import words
from codes_export.sheet import rows
from infra.mails.samples import SAMPLES, Sample
from infra.operator.batch import shown as shown_batch
from infra.operator.commands import parser
from tests.fakes.codes import batch
from tests.fakes.histories import keys
from tests.fakes.orders import NOON
from tests.fakes.words import catalogue, placeholders, texts

LANGUAGE = pytest.mark.parametrize("language", LANGUAGES)
EVERY_CODE = st.builds(Code, st.integers(0, KEY_IDS - 1), st.integers(0, SERIALS - 1))
TICKETS = st.integers(0, 2**40 - 1).map(lambda bits: new_ticket(lambda _: bits))
ORDER_NUMBERS = st.from_regex(r"[A-Z]{1,4}-[0-9]{4}-[0-9]{3,8}", fullmatch=True)
ABOUT_TICKETS = [sample for sample in SAMPLES if sample.thread]
SITE = "https://returns.example.com"


def parts_of(mail: Mail) -> list[str]:
    """What people may copy of a mail: its subject, its text, its page, and all of them."""
    letter = Renderer(SITE)(mail)
    page = html.unescape(re.sub(r"<style.*?</style>|<[^>]+>", " ", letter.html, flags=re.DOTALL))
    return [letter.subject, letter.text, page, f"{letter.subject}\n{letter.text}"]


def filled(name: str, **facts: str) -> list[tuple[str, str, str]]:
    """Every text of every language with that placeholder, filled: language, key, text."""
    found = [
        (language, key, text.format(**facts))
        for language in LANGUAGES
        for key, entry in catalogue(language).items()
        for text in texts(entry)
        if name in placeholders(text) <= facts.keys()
    ]
    assert found
    return found


@LANGUAGE
@given(st.integers(0, 999_999))
def test_the_code_in_our_mail(language: str, number: int) -> None:
    code = f"{number:06d}"
    values = {"code": code, "minutes": 10}
    for text in parts_of(Mail(ACCESS_CODE, "m-1", "mei@example.com", values, language)):
        assert one_time_code_in(text) == code


@LANGUAGE
@pytest.mark.parametrize("sample", ABOUT_TICKETS, ids=lambda sample: sample.name)
@given(TICKETS)
@settings(max_examples=20)
def test_the_ticket_in_our_mails(sample: Sample, language: str, ticket: str) -> None:
    values = {**sample.values, "ticket": ticket}
    for text in parts_of(Mail(sample.kind, "m-1", "mei@example.com", values, language, ticket)):
        assert ticket_in(text) == ticket


@given(TICKETS)
def test_the_ticket_on_pages(ticket: str) -> None:
    for case in filled("ticket", ticket=ticket):
        assert ticket_in(case[2]) == ticket, case


@given(ORDER_NUMBERS)
def test_the_order_number_on_pages(number: str) -> None:
    assert is_order_number(number)
    assert order_number_in(f"{SITE}/orders/{number}") == number
    assert order_number_in(f"Order        {number}  paid") == number
    for language in LANGUAGES:
        title = words(language, typeset=True).text("choosing.page.title", number=number)
        assert order_number_in(title) == number


@given(EVERY_CODE, st.sampled_from(["", "06941234567898"]))
def test_codes_and_links_of_the_printers_file(code: Code, gtin: str) -> None:
    one = batch(key_id=code.key_id, first_serial=code.serial, count=1, gtin=gtin)
    pair = keys(code.key_id)
    [row] = rows(one, pair, SITE)
    shown, link = row.strip().split(",")
    symbols = codes.issue(code, pair)
    assert {codes.normalise(text) for text in (shown, link, row, link.split("//")[1])} == {symbols}


@given(EVERY_CODE)
def test_the_code_in_the_check_pages_address(code: Code) -> None:
    symbols = codes.issue(code, keys(code.key_id))
    address = f"{SITE}/authenticity?lang=zh-Hans&code={codes.shown(symbols)}"
    assert codes.normalise(address) == symbols


@given(EVERY_CODE, st.integers(0, 31))
def test_the_reference_on_the_check_page(code: Code, what: int) -> None:
    pair = keys(code.key_id)
    for reference in (
        references.recorded(code, "00112A", pair),
        references.unrecorded(what, NOON, "", code.key_id, pair),
    ):
        for case in filled("reference", reference=reference):
            assert reference_in(case[2]) == folded(reference), case


@given(st.integers(0, KEY_IDS - 1), st.integers(0, 10**9))
def test_the_batch_that_a_command_prints(key_id: int, first: int) -> None:
    one = batch(batch_id=batch_id_of(key_id, first))
    lines = shown_batch(one).splitlines()
    printed = [line for line in lines if one.batch_id in line]
    assert printed
    for text in [*printed, one.batch_id.lower(), f"make codes BATCH={one.batch_id}"]:
        assert parser().parse_args(["batch", "show", text]).batch == one.batch_id


@given(st.integers(0, 2**64 - 1))
def test_the_client_that_a_command_prints(seed: int) -> None:
    entropy = random.Random(seed).getrandbits  # noqa: S311 - repeatable
    client_id = new_client_id(entropy)
    key = new_key(client_id, entropy)
    for text in (client_id, f" {client_id.upper()}\u200b", f"Client  {client_id}", key):
        assert parser().parse_args(["client", "revoke", text]).client == client_id


@given(st.dates())
def test_the_day_that_a_command_prints(day: date) -> None:
    for text in (day.isoformat(), f" {day.isoformat()}\n", day.isoformat().replace("-", "\u2013")):
        assert parser().parse_args(["expiry", "preview", text]).date == day


@given(st.from_regex(r"[0-9]{13}", fullmatch=True))
def test_the_gtin_on_a_box(body: str) -> None:
    gtin = f"{body}{check_digit(body)}"
    spoken = f"{gtin[:2]} {gtin[2:8]}-{gtin[8:]}"
    for text in (gtin, spoken, f"(01){gtin}", f"]C101{gtin}", f"{SITE}/01/{gtin}/21/X"):
        assert gtin14(text) == gtin


WAYS: list[tuple[Callable[[str], str], str, str]] = [
    (email_of, "mei.tanaka@example.com", "  Email         {}"),
    (order_number_in, "PM-2026-10001", "  Order number  {}"),
    (id_of, "mem_01JHMMR0G0DEM0MEJ00000000A", "  Member id     {}"),
]


@pytest.mark.parametrize(("reader", "value", "line"), WAYS, ids=lambda way: str(way)[:20])
def test_the_lines_that_a_started_stack_prints(
    reader: Callable[[str], str], value: str, line: str
) -> None:
    assert reader(line.format(value)) == value
