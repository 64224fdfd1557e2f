"""Settings come from the function's environment, read at the edge, once."""

import os
from collections.abc import Mapping

from aftercare.kernel.errors import ConfigurationError

ENVIRONMENT: Mapping[str, str] = os.environ


def setting(name: str, environ: Mapping[str, str] = ENVIRONMENT) -> str:
    """The setting of that name.

    Raises:
        ConfigurationError: template.yaml does not give this function that setting.
    """
    value = environ.get(name, "")
    if not value:
        raise ConfigurationError(f"The function lacks the setting {name}.", setting=name)
    return value
