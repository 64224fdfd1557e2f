"""Adds a key that signs codes, or marks one as leaked."""

import json
import secrets
import string
from argparse import Namespace
from collections.abc import Iterable

from aftercare.authenticity.codes import KEY_IDS
from aftercare.authenticity.keys import parse
from aftercare.batches.wiring import BatchesConfig, batch_service
from aftercare.kernel.aws import client
from infra.local.settings import StackError
from infra.operator.asking import actor_of, confirm
from infra.operator.target import target

_ALPHABET = string.ascii_letters + string.digits
_CHARACTERS = 128


def add(arguments: Namespace) -> None:
    """Add the next key id to the secret."""
    stack = target(arguments)
    text, added = with_next(stack.secret("CodeKeysSecret"))
    confirm(arguments, stack, f"add the code key {added}, which new batches use")
    client("secretsmanager").put_secret_value(
        SecretId=stack.output("CodeKeysSecret"),
        SecretString=text,
        # Of two that add at once, the second is refused: its key would replace the first one's.
        ClientRequestToken=f"aftercare-code-keys-up-to-{added:08d}",
    )
    print(f"Key {added} is added: new batches use it.")


def leaked(arguments: Namespace) -> None:
    """Mark the key; nothing takes that back."""
    stack, key = target(arguments), arguments.key.strip()
    keys = parse(stack.secret("CodeKeysSecret"))
    if key not in {str(key_id) for key_id in keys}:
        raise StackError(f"There is no key {key!r}. The keys are: {_list(keys)}.")
    confirm(arguments, stack, f"mark the code key {key} as leaked, for good")
    service = batch_service(BatchesConfig(stack.output("BatchesTable")))
    service.mark_key_leaked(int(key), actor=actor_of(arguments))
    print(f"Key {key} is marked: within 60 seconds checks call its active batches restricted.")
    if all(service.store.is_leaked(key_id) for key_id in keys):
        print("Every key has leaked: add one before the next batch (make key).")


def with_next(text: str) -> tuple[str, int]:
    """The secret with one more key, and that key's id; it keeps the others, whose codes live on."""
    added = max(parse(text)) + 1
    if added == KEY_IDS:
        raise StackError(f"All {KEY_IDS} key ids are in use; the format has no more.")
    drawn = "".join(secrets.choice(_ALPHABET) for _ in range(_CHARACTERS))
    return json.dumps(json.loads(text) | {str(added): drawn}), added


def _list(keys: Iterable[int]) -> str:
    return ", ".join(str(key_id) for key_id in sorted(keys))
