"""The code keys: read from the secret, cached, and read again when one is missing."""

import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta

from aftercare.authenticity.codes import KEY_IDS, KeyPair
from aftercare.kernel.clock import Clock
from aftercare.kernel.errors import ConfigurationError, UnavailableError

# Every forged code may name a key id that never existed; a new key id is rare, and may wait.
_BETWEEN_READS = timedelta(seconds=10)
_FEWEST_CHARACTERS = 64


def parse(text: str) -> dict[int, KeyPair]:
    """The key pairs in the secret, by key id: `{"0": "<128 random characters>", "1": …}`.

    The first half of the characters is the key of the tags, the second half that of the masks.

    Raises:
        ConfigurationError: The secret has another form, or a key that is too short.
    """
    try:
        document = json.loads(text)
    except ValueError:
        document = None
    if not isinstance(document, dict) or not document:
        # Raised out here, because the error of `json` quotes the secret.
        raise ConfigurationError('The secret of the code keys is not a JSON object {"0": "…"}.')
    return {_key_id(name): _key_pair(name, value) for name, value in document.items()}


def _key_id(name: str) -> int:
    key_ids = {str(key_id): key_id for key_id in range(KEY_IDS)}
    if name not in key_ids:
        raise ConfigurationError(f"A key id of the code keys is 0 to {KEY_IDS - 1}.")
    return key_ids[name]


def _key_pair(name: str, value: object) -> KeyPair:
    if not isinstance(value, str) or len(value) < _FEWEST_CHARACTERS:
        sentence = f"The code key {name} has fewer than {_FEWEST_CHARACTERS} characters."
        raise ConfigurationError(sentence, key_id=name)
    half = len(value) // 2
    return KeyPair(tag=value[:half].encode(), mask=value[half:].encode())


class KeyRing:
    """The key pairs by key id, read when first needed.

    For a missing key id the secret is read again, at most every 10 s; when that fails, the keys
    read before stay.
    """

    def __init__(self, read: Callable[[], str], clock: Clock) -> None:
        self._read = read
        self._clock = clock
        self._keys: Mapping[int, KeyPair] = {}
        self._read_at = datetime.min.replace(tzinfo=UTC)

    def get(self, key_id: int) -> KeyPair | None:
        """That key id's pair; None when there is none.

        Raises:
            UnavailableError: No key was read before, and the secret cannot be read now.
            ConfigurationError: No key was read before, and the secret is not valid.
        """
        if key_id not in self._loaded() and self._clock() - self._read_at >= _BETWEEN_READS:
            self._read_again()
        return self._keys.get(key_id)

    @property
    def newest(self) -> int:
        """The key id that new batches are made with: the highest.

        Raises:
            UnavailableError, ConfigurationError: As `get`.
        """
        return max(self._loaded())

    @property
    def oldest(self) -> tuple[int, KeyPair]:
        """The lowest key id, which every reader of the secret has, and its pair.

        Raises:
            UnavailableError, ConfigurationError: As `get`.
        """
        return min(self._loaded().items(), key=lambda each: each[0])

    def _loaded(self) -> Mapping[int, KeyPair]:
        if not self._keys:
            self._keys = parse(self._read())
            self._read_at = self._clock()
        return self._keys

    def _read_again(self) -> None:
        self._read_at = self._clock()
        try:
            self._keys = parse(self._read())
        except (UnavailableError, ConfigurationError):
            return
