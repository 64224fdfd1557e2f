"""Who opens the console after two commands sees a desk at work, and no mail about it."""

import pytest

from aftercare.words.service import words
from infra.seeds.tickets import number_of
from tests.fakes.browser_pages.shop import Mailbox
from tests.fakes.stack.local_stacks import LocalStack
from tests.fakes.stack.staff_member import StaffMember
from tests.fakes.stack.visitor import Visitor

pytestmark = pytest.mark.stack


def test_demo_tickets_wait_and_the_desks_figures_are_shown(stack: LocalStack) -> None:
    agent = StaffMember.at(stack)
    late, asked = number_of("breached"), number_of("asked back")
    agent.enters("agent", "/queue/tickets")
    assert late in agent.queued()
    assert asked in agent.get("/queue/tickets?queue=customers").body
    page = agent.get(f"/tickets/{asked}")
    assert "Ask QA once the photos are there." in page.body
    service = Visitor(stack.portal_url).get("/service?lang=en")
    assert f"<dt>{words('en').text('service.tickets')}</dt><dd>4</dd>" in service.body
    box = Mailbox(str(stack.facts["mailbox_url"]))
    for email in ("luc.bergeron@example.ca", "tom.okafor@example.com", "nora.fields@example.com"):
        assert not box.mails_to(email)
