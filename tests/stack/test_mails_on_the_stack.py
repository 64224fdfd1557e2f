"""A customer writes to the desk by mail, is answered by mail, and answers that mail."""

import re
import subprocess
from pathlib import Path

import pytest

from tests.fakes.browser_pages.shop import FIGURES, Mailbox, Order, Shop
from tests.fakes.stack.local_stacks import LocalStack, await_true
from tests.fakes.stack.operator import make
from tests.fakes.stack.staff_member import StaffMember
from tests.stack.test_tickets_on_the_stack import hidden

pytestmark = pytest.mark.stack
NUMBER = re.compile(r"Ticket (R-[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z])")
CUSTOMER = "mailing@example.com"


def mailed(
    stack: LocalStack, folder: Path, words: str, subject: str = "My figure", **more: str
) -> "subprocess.CompletedProcess[str]":
    """What `make mail` says of a mail of the customer's."""
    file = folder / "mail.eml"
    message_id = f"<{abs(hash(words))}@mail.example.com>"
    head = f"From: {CUSTOMER}\nTo: care@desk.example\nSubject: {subject}\n"
    head += f"Message-ID: {message_id}\n"
    file.write_text(f"{head}\n{words}\n")
    return make(stack, "mail", FILE=str(file), YES="1", **more)


def test_from_a_mail_to_the_reply_of_its_answer(stack: LocalStack, tmp_path: Path) -> None:
    box = Mailbox(str(stack.facts["mailbox_url"]))
    Shop(stack).sells(Order("PM-MAIL-1", CUSTOMER, lines=[FIGURES]))

    first = mailed(stack, tmp_path, "The box was open.")
    assert first.returncode == 0, first.stderr
    [number] = NUMBER.findall(first.stdout)
    again = mailed(stack, tmp_path, "The box was open.")
    assert NUMBER.findall(again.stdout) == [number]

    def mails() -> list[str]:
        return [str(mail) for mail in box.mails_to(CUSTOMER) if number in str(mail)]

    await_true(lambda: len(mails()) == 1, what="the acknowledgement")
    agent = StaffMember.at(stack)
    shown = agent.enters("agent", f"/tickets/{number}")
    told = hidden(shown, f"/tickets/{number}/act") | {"verb": "ask", "words": "Which figure?"}
    assert agent.post(f"/tickets/{number}/act", **told).status == 303
    await_true(lambda: len(mails()) == 2, what="the answer")

    # The emulator keeps no address for replies; the subject has the ticket, too.
    about = f"Re: We have answered your message ({number})"
    forged = mailed(stack, tmp_path, "Send it to me instead.", about, FORGED="1")
    assert forged.stdout.strip().endswith(f"Parked: unproved (sent to ticket {number})")
    reply = mailed(stack, tmp_path, "The blue one.", about)
    assert NUMBER.findall(reply.stdout) == [number]
    assert "The blue one." in agent.get(f"/tickets/{number}").body
    assert "Send it to me instead." not in agent.get(f"/tickets/{number}").body
