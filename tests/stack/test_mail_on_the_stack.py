"""Mail on the deployed stack: a label notice, a bounce, and an operator who allows mail again."""

import json
import re
from typing import Any

import pytest

from infra.local.settings import ROOT
from tests.fakes.browser_pages.shop import Mailbox, Order, Shop
from tests.fakes.stack.local_stacks import LocalStack, await_true
from tests.fakes.stack.operator import make
from tests.fakes.stack.visitor import Visitor

pytestmark = pytest.mark.stack


def mailbox_of(stack: LocalStack) -> Mailbox:
    return Mailbox(str(stack.facts["mailbox_url"]))


def subjects(stack: LocalStack, email: str) -> list[str]:
    return [mail["Subject"] for mail in mailbox_of(stack).mails_to(email)]


def bounced(email: str) -> dict[str, Any]:
    """A bounce event from SES, as in the sample."""
    sample = json.loads((ROOT / "events" / "mailer" / "bounced.json").read_text())
    event = json.loads(sample["Records"][0]["body"].replace("gone@example.com", email))
    return dict(event)


def bounce(stack: LocalStack, email: str) -> None:
    """Checks that the rule matches, then sends the event to its queue: only SES can publish it."""
    event, events = json.dumps(bounced(email)), stack.client("events")
    rules = [events.describe_rule(Name=rule["Name"]) for rule in events.list_rules()["Rules"]]
    [rule] = [rule for rule in rules if "Email Bounced" in rule.get("EventPattern", "")]
    assert events.test_event_pattern(EventPattern=rule["EventPattern"], Event=event)["Result"]
    queue = stack.outputs["MailFeedbackQueue"]
    stack.client("sqs").send_message(QueueUrl=queue, MessageBody=event)


def test_a_customer_gets_a_mail_when_the_label_is_ready(stack: LocalStack) -> None:
    order = Shop(stack).sells(Order("PM-MAIL-1", "label@example.com"))
    visitor = Visitor(stack.portal_url)
    visitor.signs_in(order, mailbox_of(stack))
    path = visitor.drafts(order)
    visitor.sends_a_photo(path)
    visitor.submits(path)
    visitor.awaits_the_label(path)

    def mails() -> list[dict[str, Any]]:
        sent = mailbox_of(stack).mails_to(order.email)
        return [mail for mail in sent if "your return label is ready (R-" in mail["Subject"]]

    await_true(mails, what="the mail about the label")
    [mail] = mails()
    assert f"{stack.portal_url}{path}" in mail["BodyText"]
    log = (stack.data / "logs" / "emulator.log").read_text(errors="replace")
    [code] = re.findall(r"\b\d{6}\b", mailbox_of(stack).mails_to(order.email)[0]["Subject"])
    # Some id among thousands of hexadecimal digits may have the code's six by chance.
    assert not re.search(rf"(?<![0-9a-f]){code}(?![0-9a-f])", log)
    assert order.email not in log


def test_a_bounced_mailbox_gets_no_mail_until_an_operator_allows_it(stack: LocalStack) -> None:
    order = Shop(stack).sells(Order("PM-MAIL-2", "bounced@example.com"))
    bounce(stack, order.email)
    await_true(
        lambda: "No mail goes to this mailbox" in make(stack, "mailbox", EMAIL=order.email).stdout,
        what="the suppression",
    )
    visitor = Visitor(stack.portal_url)
    visitor.get("/")
    page = visitor.post("/", order_number=order.number, email=order.email)
    assert page.location == "/code", "the page does not reveal it"
    unconfirmed = make(stack, "unsuppress", EMAIL=order.email)
    assert unconfirmed.returncode != 0, "an exported YES does not confirm"
    assert "YES=1" in unconfirmed.stderr
    lifted = make(stack, "unsuppress", EMAIL=order.email, YES="1")
    assert lifted.returncode == 0, lifted.stderr
    assert "suppressed (bounce, General) by system:mailer" in lifted.stdout
    visitor.signs_in(order, mailbox_of(stack))
    assert len(subjects(stack, order.email)) == 1, "the first code was never sent"
