"""The mail that carries a code carries nothing else."""

import pytest

from aftercare.mail.model import ACCESS_CODE, Mail
from aftercare.mail.rendering import Renderer
from aftercare.mail.sender import SesSender
from tests.fakes.aws import Json, answering

pytestmark = pytest.mark.usefixtures("account")


def mailed(to: str = "mei@example.com", code: str = "042042") -> Json:
    """The request that SES gets, by its parameters' names."""
    asked: list[Json] = []

    def take(request: Json) -> Json:
        asked.append(request)
        return {"MessageId": "1"}

    mail = Mail(ACCESS_CODE, "sgn_1", to, {"code": code, "minutes": 10})
    with answering("ses", "SendEmail", take, once=True):
        SesSender("returns@aftercare.example")(to, Renderer("https://returns.example.com")(mail))
    [request] = asked
    return request


def test_it_goes_to_the_address_alone_and_says_who_it_is_from() -> None:
    request = mailed()
    assert request["Source"] == "returns@aftercare.example"
    destinations = [value for name, value in request.items() if name.startswith("Destination")]
    assert destinations == ["mei@example.com"]


@pytest.mark.parametrize("part", ["Subject.Data", "Body.Text.Data", "Body.Html.Data"])
def test_the_code_is_where_a_phone_shows_it_with_its_leading_zero(part: str) -> None:
    assert "042042" in mailed()[f"Message.{part}"]


@pytest.mark.parametrize("part", ["Body.Text.Data", "Body.Html.Data"])
def test_it_says_how_long_the_code_works_and_that_nobody_asks_for_it(part: str) -> None:
    text = " ".join(mailed()[f"Message.{part}"].split())
    assert "for 10 minutes" in text
    assert "will ever ask you for it" in text


@pytest.mark.parametrize("part", ["Subject.Data", "Body.Text.Data", "Body.Html.Data"])
def test_two_customers_mails_differ_by_the_code_alone(part: str) -> None:
    mine, theirs = mailed(), mailed("luc@example.ca", "731731")
    assert mine[f"Message.{part}"] == theirs[f"Message.{part}"].replace("731731", "042042")


def test_mail_is_unicode_and_has_no_links_to_click() -> None:
    request = mailed()
    assert {v for k, v in request.items() if k.endswith("Charset")} == {"UTF-8"}
    assert "http" not in request["Message.Body.Text.Data"]
    assert "href" not in request["Message.Body.Html.Data"]
