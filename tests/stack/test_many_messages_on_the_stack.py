"""Many customers write to the desk of the stack at once: none is lost, none is there twice."""

import secrets

import pytest

from tests.fakes.stack.crowd import Crowd
from tests.fakes.stack.local_stacks import LocalStack
from tests.fakes.stack.operator import new_key
from tests.fakes.stack.till import Till

pytestmark = pytest.mark.stack
CUSTOMERS, EACH, RATE = 12, 5, 60


def test_every_message_is_in_its_ticket_once_however_fast_they_come(stack: LocalStack) -> None:
    till = Till(stack.portal_url, new_key(stack, scopes="tickets:write"))
    crowd = Crowd(till, f"crowd-{secrets.token_hex(4)}")
    crowd.arrives(CUSTOMERS)
    sent = crowd.write(EACH, RATE)
    assert sent.refused == []
    assert len(sent.answers) > crowd.said - CUSTOMERS, "some were sent twice"
    assert crowd.differences() == (0, 0)
