"""The sellers that the setting CARRIERS names, and which of them answer who asks for parcels."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, NamedTuple

from aftercare.kernel.errors import ConfigurationError
from aftercare.labels.model import EASYPOST, SHIPPO

if TYPE_CHECKING:
    from aftercare.labels.carriers.carrier import Tracker
    from aftercare.labels.carriers.shippo import ShippoCarrier


class TrackersConfig(NamedTuple):
    """Which sellers are asked for parcels; see `LabelsConfig`."""

    carriers: str = ""
    shippo_secret: str = ""


def sellers_in(carriers: str) -> Mapping[str, str]:
    """The address of each seller, by its code, in easypost=https://…,shippo=https://….

    Raises:
        ConfigurationError: It can't be read.
    """
    sellers = {}
    for named in filter(None, carriers.split(",")):
        code, _, url = named.partition("=")
        is_known = code in {EASYPOST, SHIPPO}
        if not (is_known and url.startswith(("https://", "http://127.0.0.1:"))):
            raise ConfigurationError(
                "The setting CARRIERS is not <seller>=https://….", setting="CARRIERS"
            )
        sellers[code] = url
    return sellers


def secret_for(code: str, secret: str) -> str:
    """The name of the secret with that seller's key.

    Raises:
        ConfigurationError: The function lacks it.
    """
    if not secret:
        setting = f"{code.upper()}_SECRET"
        raise ConfigurationError(f"The function lacks the setting {setting}.", setting=setting)
    return secret


def trackers(config: TrackersConfig) -> Mapping[str, "Tracker"]:
    """The configured sellers that answer who asks for a parcel.

    Raises:
        ConfigurationError: CARRIERS can't be read, or a secret is missing.
    """
    url = sellers_in(config.carriers).get(SHIPPO)
    return {SHIPPO: shippo_at(url, secret_for(SHIPPO, config.shippo_secret))} if url else {}


def shippo_at(url: str, secret: str) -> "ShippoCarrier":
    """Shippo at that address; its key is read at the first request."""
    # Who sells nothing through it, and asks it nothing, loads nothing of it.
    from aftercare.labels.carriers.shippo import ShippoCarrier  # noqa: PLC0415
    from aftercare.labels.carriers.shippo_api import ShippoApi  # noqa: PLC0415
    from aftercare.labels.contracts import published  # noqa: PLC0415

    return ShippoCarrier(ShippoApi(url, lambda: account_key(secret)), published())


def account_key(secret: str) -> str:
    """The key in the secret of that name, as it is now."""
    from aftercare.kernel.secret import key_in, read_secret  # noqa: PLC0415 - who asks needs it

    return key_in(read_secret(secret)).decode()
