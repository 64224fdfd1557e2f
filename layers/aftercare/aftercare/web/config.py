"""What the functions with pages are deployed with."""

from typing import NamedTuple


class WebConfig(NamedTuple):
    """The stage's name, and how browsers reach it.

    `portal_url` is the origin that customers see; it is empty where that is the API's own address.
    `edge_secret` is what a network in front of the API proves itself with; `address_header` and
    `country_header` are the headers in which it names the visitor's address and country.
    `mailbox_url` shows the mail of a local stack.
    """

    stage: str = ""
    portal_url: str = ""
    mailbox_url: str = ""
    edge_secret: str = ""
    previous_edge_secret: str = ""
    address_header: str = ""
    country_header: str = ""
