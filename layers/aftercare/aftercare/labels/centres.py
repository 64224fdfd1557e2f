"""The returns centres: data beside this file."""

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files

from aftercare.kernel.address import Address


@cache
def return_centres() -> Mapping[str, Address]:
    """Market → the address to which its returns go (R-LBL-05)."""
    document = tomllib.loads(files(__package__).joinpath("return_centres.toml").read_text())
    return {market: Address(**fields) for market, fields in document.items()}
