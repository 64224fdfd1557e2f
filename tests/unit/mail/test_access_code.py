"""The mail that carries a code carries nothing else."""

import pytest

from aftercare.mail.model import ACCESS_CODE, Mail
from aftercare.mail.rendering import Renderer
from aftercare.mail.sender import SesSender
from tests.fakes.mails import Posted, posting

pytestmark = pytest.mark.usefixtures("account")
PARTS = ("subject", "text", "html")


def mailed(to: str = "mei@example.com", code: str = "042042") -> Posted:
    """The mail that SES gets."""
    mail = Mail(ACCESS_CODE, "sgn_1", to, {"code": code, "minutes": 10})
    with posting() as sent:
        SesSender("returns@aftercare.example")(to, Renderer("https://returns.example.com")(mail))
    [one] = sent
    return one


def test_it_goes_to_the_address_alone_and_says_who_it_is_from() -> None:
    mail = mailed()
    assert mail.request["Source"] == "returns@aftercare.example"
    assert mail.message["From"] == "Aftercare <returns@aftercare.example>"
    assert mail.to == ["mei@example.com"]
    assert mail.message["To"] == "mei@example.com"


@pytest.mark.parametrize("part", PARTS)
def test_the_code_is_where_a_phone_shows_it_with_its_leading_zero(part: str) -> None:
    assert "042042" in getattr(mailed(), part)


@pytest.mark.parametrize("part", ["text", "html"])
def test_it_says_how_long_the_code_works_and_that_nobody_asks_for_it(part: str) -> None:
    text = " ".join(getattr(mailed(), part).split())
    assert "for 10 minutes" in text
    assert "will ever ask you for it" in text


@pytest.mark.parametrize("part", PARTS)
def test_two_customers_mails_differ_by_the_code_alone(part: str) -> None:
    mine, theirs = getattr(mailed(), part), getattr(mailed("luc@example.ca", "731731"), part)
    assert mine == theirs.replace("731731", "042042")


def test_it_has_no_links_to_click() -> None:
    mail = mailed()
    assert "http" not in mail.text
    assert "href" not in mail.html
