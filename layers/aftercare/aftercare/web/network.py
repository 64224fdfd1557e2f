"""Where a request comes from: the only place that decides whose word is taken for it.

Behind a network such as CloudFront every connection comes from the network itself, which names the
visitor in headers. Anybody can write such headers, so they count only beside the network's secret.
"""

import hmac
from dataclasses import dataclass
from enum import StrEnum
from ipaddress import IPv6Address, ip_address

from chalice.app import Request

from aftercare.web.config import WebConfig

# The network in front sets it; template.yaml has the firewall look at it, too.
SECRET_HEADER = "aftercare-edge"  # noqa: S105 - its name


class Way(StrEnum):
    """How a request reached us; it is written into logs."""

    DIRECT = "direct"
    THROUGH_NETWORK = "network"
    AROUND_NETWORK = "around"


@dataclass(frozen=True, slots=True)
class Sender:
    """Who sent a request; `country` is the word of the network in front, or empty."""

    address: str
    country: str
    way: Way


def sender_of(request: Request, config: WebConfig) -> Sender:
    """Who sent the request: by the network's word if it proves itself, else by the connection."""
    address = str(request.context.get("identity", {}).get("sourceIp", ""))
    if not config.edge_secret:
        return Sender(address, "", Way.DIRECT)
    if not _is_proved(str(request.headers.get(SECRET_HEADER, "")), config):
        return Sender(address, "", Way.AROUND_NETWORK)
    named = _address(str(request.headers.get(config.address_header, "")))
    country = str(request.headers.get(config.country_header, "")) if config.country_header else ""
    return Sender(named or address, country, Way.THROUGH_NETWORK)


def _is_proved(given: str, config: WebConfig) -> bool:
    # While a secret is replaced, the network sends the old one for some minutes.
    secrets = [each for each in (config.edge_secret, config.previous_edge_secret) if each]
    return any(hmac.compare_digest(given.encode(), each.encode()) for each in secrets)


def _address(text: str) -> str:
    """The one address in the text, with a port or without; empty if there is none."""
    # CloudFront writes the port of an IPv6 address like one more group.
    for each in (text, text.rpartition(":")[0]):
        try:
            address = ip_address(each.strip("[] "))
        except ValueError:
            continue
        mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
        return str(mapped or address)
    return ""
