"""Adds a code key, or tells that one leaked: `make key`, `make key LEAKED=0`."""

import json
import secrets
import string
from collections.abc import Mapping

from aftercare.authenticity.codes import KEY_IDS
from aftercare.authenticity.keys import parse
from aftercare.batches.wiring import BatchesConfig, batch_service
from aftercare.kernel.aws import client
from infra.local.settings import StackError
from infra.operator.target import Target, target, tell

_ALPHABET = string.ascii_letters + string.digits
_CHARACTERS = 128


def key(settings: Mapping[str, str]) -> None:
    """Add the next key id, or mark the one that LEAKED names."""
    leaked = settings.get("LEAKED", "").strip()
    stack = target(settings)
    if leaked:
        _mark(stack, leaked)
    else:
        _add(stack)


def with_next(text: str) -> tuple[str, int]:
    """The secret with one key more, and that key's id; without the others their codes would die."""
    added = max(parse(text)) + 1
    if added == KEY_IDS:
        raise StackError(f"All {KEY_IDS} key ids are in use; the format has no more.")
    drawn = "".join(secrets.choice(_ALPHABET) for _ in range(_CHARACTERS))
    return json.dumps(json.loads(text) | {str(added): drawn}), added


def _add(stack: Target) -> None:
    text, added = with_next(stack.secret("CodeKeysSecret"))
    client("secretsmanager").put_secret_value(
        SecretId=stack.output("CodeKeysSecret"),
        SecretString=text,
        # Of two that add at once, the second is refused: its key would take the first one's place.
        ClientRequestToken=f"aftercare-code-keys-up-to-{added:08d}",
    )
    print(f"Key {added} is there: new batches are made with it.")


def _mark(stack: Target, leaked: str) -> None:
    known = parse(stack.secret("CodeKeysSecret"))
    if leaked not in {str(key_id) for key_id in known}:
        raise StackError(f"LEAKED={leaked}: there is no such key; there are: {_list(known)}.")
    service = batch_service(BatchesConfig(stack.output("BatchesTable")))
    service.mark_key_leaked(int(leaked))
    print(f"Key {leaked} is marked: within 60 seconds checks call its active batches restricted.")
    if all(service.store.is_leaked(key_id) for key_id in known):
        print("No sound key is left: make key adds one, for the next batch.")


def _list(known: Mapping[int, object]) -> str:
    return ", ".join(str(key_id) for key_id in sorted(known))


if __name__ == "__main__":
    tell(key)
