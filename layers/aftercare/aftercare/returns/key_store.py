"""What clients' systems asked under their Idempotency-Keys: items of the returns table."""

from datetime import datetime, timedelta
from typing import NamedTuple

from aftercare.kernel.direct import conditional
from aftercare.kernel.requests import KeyReusedError, RequestKey
from aftercare.kernel.tables import Transaction, bind
from aftercare.returns.model import Return
from aftercare.returns.rows import KeyRow

_KEY_KEPT = timedelta(days=2)  # 24 hours are promised; a retry comes within minutes
_KEY = "KEY"


class Kept(NamedTuple):
    """What a client asked under a key, and the return's status then.

    `return_id` is empty in what an earlier version kept.
    """

    digest: str
    status: str
    return_id: str


class KeyStore:
    """A key is kept in the transaction that does what it asks."""

    def __init__(self, table_name: str) -> None:
        self._keys = bind(KeyRow, table_name)

    def answered(self, key: RequestKey) -> Kept | None:
        """What the client asked under that key; none if it is new.

        Raises:
            KeyReusedError: It asked for something else.
        """
        try:
            row = self._keys.get(_partition(key), _KEY, consistent_read=True)
        except self._keys.DoesNotExist:
            return None
        if row.digest != key.digest:
            raise KeyReusedError
        return Kept(row.digest, row.status, row.return_id or "")

    def keep(self, key: RequestKey, ret: Return, now: datetime) -> None:
        """Records that the key asked for what was done already.

        Raises:
            StaleWriteError: The key was used in the meantime.
        """
        with conditional():
            self._row(key, ret, now).save(KeyRow.pk.does_not_exist())

    def put(self, commit: Transaction, key: RequestKey, after: Return, now: datetime) -> None:
        """Keeps the key together with the step that it asked for; it must be new."""
        commit.save(self._row(key, after, now), KeyRow.pk.does_not_exist())

    def _row(self, key: RequestKey, ret: Return, now: datetime) -> KeyRow:
        return self._keys(
            _partition(key),
            _KEY,
            digest=key.digest,
            status=ret.status,
            return_id=ret.return_id,
            expires_at=now + _KEY_KEPT,
        )


def _partition(key: RequestKey) -> str:
    return f"KEY#{key.client_id}#{key.key_hash}"
