"""How many people checked a code: hints of networks and devices, which name nobody."""

import hmac
from collections.abc import Iterable

from aftercare.authenticity.codes import KeyPair
from aftercare.authenticity.model import Check, Hints
from aftercare.kernel.symbols import spelled

# 15 bits each: one of 32,768 strangers shares a hint by chance, which counts them as one person.
HINT_SYMBOLS = 3
_BITS = 5 * HINT_SYMBOLS


def hints_of(network: str, device: str, symbols: str, keys: KeyPair) -> Hints:
    """Hints that compare the checks of one code, and only of that code.

    They are too short to find an address or a browser by, and made with a key of the code's.
    """
    return Hints(_hint("network", network, symbols, keys), _hint("device", device, symbols, keys))


def network_of(address: str) -> str:
    """The network of an address, as large as a household's or an office's: a /24, or a /48."""
    if ":" not in address:
        return address.rpartition(".")[0]
    import ipaddress  # noqa: PLC0415 - few addresses are so long, and every check loads this file

    try:
        return str(ipaddress.ip_network((address, 48), strict=False))
    except ValueError:
        return ""


def count(checks: Iterable[Check]) -> int:
    """At least so many people: no more than networks, and no more than devices.

    One phone in three networks is one person, and so is a family's sofa with three phones. A check
    without hints is somebody else's.
    """
    kept = list(checks)
    hinted = [check.hints for check in kept if check.hints]
    networks, devices = ({hints[part] for hints in hinted} for part in range(2))
    return len(kept) - len(hinted) + min(len(networks), len(devices))


def are_different(one: Check, other: Check) -> bool:
    """Whether two checks are of different people, as far as anybody can say."""
    if not (one.hints and other.hints):
        return True
    return all(mine != its for mine, its in zip(one.hints, other.hints, strict=True))


def _hint(what: str, text: str, symbols: str, keys: KeyPair) -> str:
    message = f"hint {what} {symbols} {text}".encode()
    digest = hmac.digest(keys.mask, message, "sha256")
    return spelled(int.from_bytes(digest[:2]) >> 16 - _BITS, HINT_SYMBOLS)
