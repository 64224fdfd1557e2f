"""What the functions with pages are deployed with."""

from typing import NamedTuple


class WebConfig(NamedTuple):
    """The stage's name, and how browsers reach it.

    `portal_url` is the origin that customers see; it is empty where that is the API's own address.
    `country_header` is the request header in which a network in front of the API names the
    visitor's country; no client can set it. `mailbox_url` shows the mail of a local stack.
    """

    stage: str = ""
    portal_url: str = ""
    mailbox_url: str = ""
    country_header: str = ""
