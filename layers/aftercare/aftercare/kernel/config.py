"""Settings come from the function's environment, read at the edge, once."""

import os
from collections.abc import Mapping
from typing import Any

from aftercare.kernel.errors import ConfigurationError

ENVIRONMENT: Mapping[str, str] = os.environ


def read[Config: tuple[str, ...]](
    kind: type[Config], environ: Mapping[str, str] = ENVIRONMENT
) -> Config:
    """The configuration in the environment.

    `kind` is a NamedTuple of texts. Each field is read from the variable of its name in upper case:
    `orders_table` from ORDERS_TABLE. A field with a default may be missing or empty.

    Raises:
        ConfigurationError: Variables are missing or empty; the error names each of them.
    """
    settings: Any = kind  # bound to tuple, because NamedTuple is not a type
    fields, defaults = settings._fields, settings._field_defaults
    values = {name: environ.get(name.upper(), "") or defaults.get(name, "") for name in fields}
    missing = [name.upper() for name in fields if not values[name] and name not in defaults]
    if missing:
        names = ", ".join(missing)
        raise ConfigurationError(f"The function lacks the setting {names}.", setting=names)
    made: Config = settings(**values)
    return made


def setting(name: str, environ: Mapping[str, str] = ENVIRONMENT) -> str:
    """The setting of that name.

    Raises:
        ConfigurationError: template.yaml does not give this function that setting.
    """
    value = environ.get(name, "")
    if not value:
        raise ConfigurationError(f"The function lacks the setting {name}.", setting=name)
    return value


def patience(environ: Mapping[str, str] = ENVIRONMENT) -> tuple[int, int]:
    """How many seconds to wait for AWS: to connect, and for an answer.

    Tried twice, they end well before the 10 s within which a customer gets a clear page although
    AWS does not answer. The local stack waits longer: there, silence is a busy laptop, which is no
    outage to tell anybody of.
    """
    return int(environ.get("AWS_CONNECT_SECONDS", "1")), int(environ.get("AWS_READ_SECONDS", "3"))
