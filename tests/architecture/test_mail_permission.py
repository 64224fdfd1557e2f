"""The mailer may send as our sender, however SES knows that sender, and as nobody else."""

from fnmatch import fnmatchcase

import pytest

from tests.fakes.given import Given

SES = "arn:aws:ses:us-west-2:123456789012"
SENDER = "returns@shop.example.com"
CONFIGURATION_SET = "configuration-set/${MailConfigurationSet}"


def may_send(resource: str, sender: str = SENDER) -> bool:
    given = Given({"Stage": "prod", "MailSender": SENDER})
    [policy] = given.resources("AWS::IAM::Role")["MailerRole"]["Policies"]
    return any(
        statement["Action"] == "ses:SendRawEmail"
        and any(fnmatchcase(f"{SES}:{resource}", pattern) for pattern in statement["Resource"])
        and statement["Condition"]["StringEquals"]["ses:FromAddress"] == sender
        for statement in policy["PolicyDocument"]["Statement"]
    )


@pytest.mark.parametrize("identity", [SENDER, "shop.example.com", "example.com"])
def test_the_sender_may_be_verified_as_an_address_a_domain_or_below_one(identity: str) -> None:
    assert may_send(f"identity/{identity}")


def test_in_the_sandbox_a_verified_recipient_may_be_written_to() -> None:
    """There SES authorizes the recipient's identity, too."""
    assert may_send("identity/mei@example.net")


def test_mails_go_through_our_configuration_set_and_no_other() -> None:
    assert may_send(CONFIGURATION_SET)
    assert not may_send("configuration-set/marketing")


@pytest.mark.parametrize("identity", [SENDER, "shop.example.com", CONFIGURATION_SET])
def test_nobody_else_is_written_as(identity: str) -> None:
    assert not may_send(identity, sender="ceo@shop.example.com")
    assert not may_send(f"identity/{identity}", sender="ceo@shop.example.com")
