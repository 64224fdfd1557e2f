"""What the service account answers at once: nothing, or a short text."""

import re
from datetime import datetime

from aftercare.desk.incoming import language
from aftercare.desk.wechat.model import Received

TAKEN = "success"
"""WeChat shows nothing to the customer, and does not send the message again."""
MOST_BYTES = 2_047
_OF_THE_ACCOUNT = "zh-Hans"
# What is no text, and the faces that WeChat writes into one.
_MENTIONS = re.compile(r"\[[^\]\s]{1,20}\]")


def language_of(words: str) -> str:
    """In which of our languages to answer those words; where they say nothing, in Chinese."""
    text = _MENTIONS.sub("", words)
    has_letters = any(each.isalpha() for each in text)
    return language.language_of(text) if has_letters else _OF_THE_ACCOUNT


def text_reply(received: Received, words: str, now: datetime) -> str:
    """The answer that WeChat shows to whoever wrote: the words, cut at what WeChat takes.

    Without words it is the one that shows nothing.
    """
    text = words.encode()[:MOST_BYTES].decode(errors="ignore")
    if not text:
        return TAKEN
    return (
        "<xml>"
        f"<ToUserName>{_quoted(received.openid)}</ToUserName>"
        f"<FromUserName>{_quoted(received.account)}</FromUserName>"
        f"<CreateTime>{int(now.timestamp())}</CreateTime>"
        "<MsgType><![CDATA[text]]></MsgType>"
        f"<Content>{_quoted(text)}</Content>"
        "</xml>"
    )


def _quoted(text: str) -> str:
    """Text that ends no section, and has no character that XML forbids."""
    allowed = "".join(each for each in text if each in "\t\n" or each >= " ")
    return f"<![CDATA[{allowed.replace(']]>', ']]]]><![CDATA[>')}]]>"
