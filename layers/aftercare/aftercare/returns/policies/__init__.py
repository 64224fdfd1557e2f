"""The published policies: data beside this file, one TOML document per policy."""

from functools import cache
from importlib.resources import files

from aftercare.returns.policy import Policy, read_policy


@cache
def published() -> tuple[Policy, ...]:
    """Every policy in force, read once per process."""
    documents = (item for item in files(__package__).iterdir() if item.name.endswith(".toml"))
    return tuple(
        read_policy(item.read_text()) for item in sorted(documents, key=lambda item: item.name)
    )
