"""What an operator sends as WeChat does, and is shown of the reply."""

from datetime import UTC, datetime

import pytest

from aftercare.desk.wechat.model import Kind, Received
from aftercare.desk.wechat.reading import read_message
from aftercare.desk.wechat.replies import TAKEN, text_reply
from aftercare.desk.wechat.signature import is_signed, signed_in
from infra.local.settings import StackError
from infra.operator.commands import parser
from infra.operator.wechat import ACCOUNT, message, shown, signed, write

NOW = datetime(2026, 11, 30, 9, tzinfo=UTC)


def test_what_is_sent_is_signed_and_read_as_wechats() -> None:
    assert is_signed(signed_in(signed("a-token", NOW)), "a-token", NOW)
    words = "Is <this> & ]]> all right? 耳朵掉了。"
    read = read_message(message(words, "oLi", "77", NOW))
    assert read == Received(Kind.MESSAGE, "oLi", ACCOUNT, "77", words)


@pytest.mark.parametrize("words", ["Thank you.", "A ]]> in it.\nAnd a line."])
def test_the_reply_is_shown_as_wechat_shows_it(words: str) -> None:
    received = Received(Kind.MESSAGE, "oLi", ACCOUNT, "77", "Hello.")
    assert shown(text_reply(received, words, NOW)) == words
    assert shown(TAKEN) == "Taken. WeChat shows nothing."


def test_a_deployed_stack_is_written_to_by_wechat_alone() -> None:
    asked = parser().parse_args(["wechat", "write", "--stack", "aftercare-prod", "Hello."])
    with pytest.raises(StackError, match="service account"):
        write(asked)
