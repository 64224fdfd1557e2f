"""What people type, paste or scan is read; what cannot be meant is refused; never one for two."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aftercare.kernel.ids import new_ticket
from aftercare.kernel.typed import (
    MOST,
    email_of,
    folded,
    id_of,
    is_email,
    is_order_number,
    one_time_code_in,
    order_number_in,
    ticket_in,
    whole_number,
)
from tests.fakes.orders import full_width

NUMBER, CODE = "PM-2026-10001", "123456"
TICKET = new_ticket(lambda _: 123_456_789_012)
DASHES = "\u2010\u2011\u2012\u2013\u2014\u2015\u2212\ufe58\ufe63\uff0d"
SPACES = "\u00a0\u2007\u2009\u202f\u3000"
VARIATION, FILLER = "\ufe0f", "\u3164"
INVISIBLE = VARIATION + FILLER + "\u200b\u200c\u200d\u200e\u200f\u2060\ufeff\u00ad\u202a\u202c"


# ---------------------------------------------------------------- order numbers


@pytest.mark.parametrize(
    "typed",
    [
        "PM-2026-10001",
        "pm-2026-10001",
        "#PM-2026-10001",
        " PM 2026 10001 ",
        "PM 2026-10001",
        "PM - 2026 - 10001",
        "PM_2026_10001",
        *(f"PM{dash}2026{dash}10001" for dash in DASHES),
        *(f"PM{space}2026{space}10001" for space in SPACES),
        *(f"{mark}PM-20{mark}26-10001{mark}" for mark in INVISIBLE),
        full_width("PM-2026-10001"),
        "PM-\u0662\u0660\u0662\u0666-\u0661\u0660\u0660\u0660\u0661",
        "Order PM-2026-10001.",
        "Order PM 2026 10001",
        "Order no. PM-2026-10001, please",
        "(PM-2026-10001)",
        '"PM-2026-10001"',
        "\u8ba2\u5355\u53f7\uff1aPM-2026-10001",
        "N\u00ba de commande : PM-2026-10001",
        "Your order PM-2026-10001 of 2026-11-27 has shipped",
        "https://shop.example/account/orders/PM-2026-10001?utm_source=mail",
        "https://shop.example/orders/PM-2026-10001?utm_campaign=black-friday-2026",
        "https://links.example/?url=https%3A%2F%2Fshop.example%2Forders%2FPM-2026-10001&data=05",
        "PM-2026-10001\nPM-2026-10001\n",
        f"{'x ' * 300}PM-2026-10001",
    ],
)
def test_an_order_number_is_read_as_people_write_it(typed: str) -> None:
    assert order_number_in(typed) == NUMBER


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "PM",
        "PM202610001",
        "123",
        "100001 100002",
        "PM-2026-10001 PM-2026-10002",
        "PM 2026 10001, PM 2026 10002",
        "mei@example.com",
        "PM-\x002026",
        "PM.2026.10001",
        "\u041f\u041c-2026-10001",  # Cyrillic letters
        "../../x",
        "-" * 40,
        "x-" * 41,
        TICKET,
        f"{'x ' * MOST}{NUMBER}",
    ],
)
def test_what_cannot_be_an_order_number_is_none(typed: str) -> None:
    assert order_number_in(typed) == ""


@pytest.mark.parametrize(
    "typed",
    [
        "100001",
        " #100001 ",
        "Order 100001.",
        "Order number: 100001",
        "Order number:100001",
        "Order No.100001",
        "\u8ba2\u5355\u53f7\uff1a100001",
        "\u8ba2\u5355\u53f7100001",
        "Bestellung Nr.100001 vom 27.11.2026",
        "Pedido 100001",
        "N\u00famero 100001",
        "Commande 100001",
        full_width("100001"),
    ],
)
def test_an_order_number_may_be_digits_alone(typed: str) -> None:
    assert order_number_in(typed) == "100001"


@given(st.from_regex(r"[0-9]{4,12}|[A-Z0-9]{1,12}(-[A-Z0-9]{1,12}){1,2}", fullmatch=True))
def test_every_order_number_that_we_show_is_read(number: str) -> None:
    assert order_number_in(number) == (number if is_order_number(number) else "")


@given(st.text())
def test_what_is_read_as_an_order_number_is_one_and_reads_as_itself(text: str) -> None:
    number = order_number_in(text)
    assert not number or (is_order_number(number) and order_number_in(number) == number)


# ---------------------------------------------------------------- one-time codes


@pytest.mark.parametrize(
    "typed",
    [
        "123456",
        " 123 456\n",
        "123-456",
        "12 34 56",
        "1 2 3 4 5 6",
        "Your code is 123456",
        "123456 is your code for the returns page",
        "Your code is 123456. It works once, for 10 minutes.",
        "123456 123456",
        full_width("123456"),
        "\u0661\u0662\u0663\u0664\u0665\u0666",
        "\u06f1\u06f2\u06f3\u06f4\u06f5\u06f6",
        "\u9a8c\u8bc1\u7801\uff1a123456",
        "\u200b123\u200b456",
        *(f"123{dash}456" for dash in DASHES),
        *(f"123{space}456" for space in SPACES),
        "Code sent on 2026-11-27: 123456",
        "Your code for PM-2026-100012 is 123456",
    ],
)
def test_a_one_time_code_is_read_from_what_is_pasted(typed: str) -> None:
    assert one_time_code_in(typed) == CODE


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "12345",
        "1234567",
        "123 4567",
        "abcdef",
        "123456 654321",
        "2026-11-27",
        "PM-2026-10001",
        "12:34:56",
        "\x00",
        "0" * 10**5,
        "\u00b2\u00b2\u00b2\u00b2\u00b2",
    ],
)
def test_what_cannot_be_a_one_time_code_is_none(typed: str) -> None:
    assert one_time_code_in(typed) == ""


# ---------------------------------------------------------------- mailboxes

MAILBOX = "mei.tanaka@example.com"


@pytest.mark.parametrize(
    "typed",
    [
        MAILBOX,
        "  Mei.Tanaka@EXAMPLE.com\t",
        full_width("mei.tanaka@example.com"),
        "mei.tanaka\uff20example\u3002com",
        "mailto:mei.tanaka@example.com",
        "MAILTO:Mei.Tanaka@example.com?subject=Return",
        "<mei.tanaka@example.com>",
        "Mei Tanaka <mei.tanaka@example.com>",
        '"Tanaka, Mei" <mailto:mei.tanaka@example.com>',
        '"mei.tanaka@example.com"',
        "'mei.tanaka@example.com'",
        "\u201cmei.tanaka@example.com\u201d",
        "Email: mei.tanaka@example.com.",
        "  Email         mei.tanaka@example.com",
        "Email address mei.tanaka@example.com",
        "My email is mei.tanaka@example.com",
        "my e-mail address is: mei.tanaka@example.com",
        "\u90ae\u7bb1 mei.tanaka@example.com",
        "mei.tanaka@example.com (home)",
        "E-Mail\uff1amei.tanaka@example.com",
        "mei.tanaka @ example.com",
        "mei.tanaka@example.com,",
        *(f"{mark}mei.{mark}tanaka@exam{mark}ple.com{mark}" for mark in INVISIBLE),
    ],
)
def test_a_mailbox_is_read_as_people_write_it(typed: str) -> None:
    assert email_of(typed) == MAILBOX
    assert is_email(email_of(typed))


@pytest.mark.parametrize(
    ("typed", "mailbox"),
    [
        ("jose@exämple.com", "jose@xn--exmple-cua.com"),
        ("jose@exa\u0308mple.com", "jose@xn--exmple-cua.com"),
        ("jose@EXÄMPLE.COM", "jose@xn--exmple-cua.com"),
        ("jose@XN--EXMPLE-CUA.com", "jose@xn--exmple-cua.com"),
        ("jose@straße.example", "jose@xn--strae-oqa.example"),
        ("jose@例え.テスト", "jose@xn--r8jz45g.xn--zckzah"),
        ("jose\u0301@example.com", "jos\u00e9@example.com"),
        ("o'brien@example.com", "o'brien@example.com"),
        ("'o'brien@example.com", "'o'brien@example.com"),
        ("mei+returns@example.com", "mei+returns@example.com"),
    ],
)
def test_a_mailbox_has_one_spelling(typed: str, mailbox: str) -> None:
    assert email_of(typed) == mailbox
    assert is_email(mailbox)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("mei@straße.example", "mei@strasse.example"),
        ("me\u0131@example.com", "mei@example.com"),
        ("\ufb01@example.com", "fi@example.com"),
        ("mei\u00b2@example.com", "mei2@example.com"),
        ("jos\u00e9@example.com", "jose@example.com"),
        ("mei.tanaka@example.com", "meitanaka@example.com"),
        ("mei+a@example.com", "mei@example.com"),
        ("'mei@example.com", "mei@example.com"),
    ],
)
def test_mailboxes_of_two_people_are_never_one(one: str, other: str) -> None:
    assert email_of(one) != email_of(other)


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "mei",
        "mei@",
        "@example.com",
        "mei@example",
        "a b@example.com",
        "mei@ex\x00.com",
        "a@b@c.d",
        "mei@a.example bob@b.example",
        "mei@example.com\nbcc: x@y.z",
        "x" * 65 + "@example.com",
        "mei@" + "x" * 190 + ".com",
        "mei@\u2764.example",
        "mei@-ä-.example",
    ],
)
def test_what_cannot_be_an_address_is_none(typed: str) -> None:
    assert not is_email(email_of(typed))


@given(st.text() | st.text(alphabet="aÄ@.:<>'\"? \u200b`()mailto", max_size=30))
def test_spelling_a_mailbox_right_twice_changes_nothing(text: str) -> None:
    assert email_of(email_of(text)) == email_of(text)


# ---------------------------------------------------------------- tickets and ids


@pytest.mark.parametrize(
    "written",
    [
        "{0}",
        "ticket {0}",
        "Your ticket: {0}.",
        "\u5de5\u5355\u53f7\uff1a{0}",
        "\u200b{0}",
        " {1} ",
        "{2}",
    ],
)
@given(st.integers(0, 2**40 - 1))
def test_a_ticket_is_read_as_people_write_it(written: str, bits: int) -> None:
    ticket = new_ticket(lambda _: bits)
    spoken = ticket.lower().replace("0", "o").replace("1", "l")
    assert ticket_in(written.format(ticket, spoken, ticket.replace("-", "\u2013"))) == ticket


def test_a_ticket_with_a_slip_is_none() -> None:
    for place in (2, 3, 7, 10, 12):
        other = "2" if TICKET[place] != "2" else "3"
        assert ticket_in(f"{TICKET[:place]}{other}{TICKET[place + 1 :]}") == ""


@pytest.mark.parametrize(
    "typed",
    [
        "mem_01JHMMR0G0DEM0MEJ00000000A",
        " MEM_01jhmmr0g0dem0mej00000000a\u200b",
        "mem\u201301JHMMR0G0DEM0MEJ00000000A",
        "  Member id     mem_01JHMMR0G0DEM0MEJ00000000A",
        "member: mem_01JHMMR0G0DEM0MEJ00000000A.",
    ],
)
def test_an_id_is_read_as_people_write_it(typed: str) -> None:
    assert id_of(typed) == "mem_01JHMMR0G0DEM0MEJ00000000A"


@given(st.text())
def test_folding_twice_changes_nothing(text: str) -> None:
    assert folded(folded(text)) == folded(text)


# ---------------------------------------------------------------- whole numbers


@pytest.mark.parametrize(
    "typed",
    [
        "12",
        " 12\n",
        "012",
        full_width("12"),
        "\u3000\uff11\uff12\u3000",
        "\u0661\u0662",
        "\u200e12\ufeff",
    ],
)
def test_a_whole_number_is_read_in_the_digits_of_any_keyboard(typed: str) -> None:
    assert whole_number(typed, 12) == 12


@pytest.mark.parametrize("most", [0, 99, 10**18 - 1])
def test_the_most_is_read_and_one_more_is_none(most: int) -> None:
    assert whole_number(str(most), most) == most
    assert whole_number(str(most + 1), most) is None
    assert whole_number("0", most) == 0


@pytest.mark.parametrize(
    "typed",
    [
        "",
        " ",
        "+3",
        "-3",
        "-0",
        "1_000",
        "1,000",
        "1 0",
        "3.0",
        "1e3",
        "0x1",
        "\u00b2",
        "\u2461",
        "\u4e8c",
        "\u00bd",
        "three",
        "\x00",
        "\ud800",
        "9" * 19,
        "0" * 10_000,
        "9" * 10_000,
    ],
)
def test_what_is_no_whole_number_is_none(typed: str) -> None:
    assert whole_number(typed, 10**18 - 1) is None


@given(st.text())
def test_any_text_is_a_number_up_to_the_most_or_none(text: str) -> None:
    assert whole_number(text, 7) in {None, *range(8)}
