"""The searches that staff keep: one item for each member, in the table of the tickets."""

import json
from typing import NamedTuple

from aftercare.desk.model import Queue
from aftercare.desk.rows import SearchesRow
from aftercare.desk.search import Kept, Search
from aftercare.kernel.direct import conditional
from aftercare.kernel.tables import at_version, bind

_SEARCHES = "SEARCHES"


class Shelf(NamedTuple):
    """A member's searches as they were read."""

    kept: tuple[Kept, ...] = ()
    version: int | None = None


class SearchStore:
    """Searches in DynamoDB; what a newer version looks for is left out by an older one."""

    def __init__(self, table_name: str) -> None:
        self._rows = bind(SearchesRow, table_name)

    def of(self, staff_id: str) -> Shelf:
        try:
            row = self._rows.get(_key(staff_id), _SEARCHES, consistent_read=True)
        except SearchesRow.DoesNotExist:
            return Shelf()
        return Shelf(tuple(_kept(each) for each in json.loads(row.document)), int(row.version))

    def put(self, staff_id: str, shelf: Shelf) -> None:
        """Replaces the version that was read.

        Raises:
            StaleWriteError: It changed in the meantime.
        """
        document = json.dumps([[each.name, each.search._asdict()] for each in shelf.kept])
        row = self._rows(_key(staff_id), _SEARCHES, document=document)
        with conditional():
            at_version(row, shelf.version).save()


def _key(staff_id: str) -> str:
    return f"STAFF#{staff_id}"


def _kept(stored: tuple[str, dict[str, str | int | bool]]) -> Kept:
    name, fields = stored
    known = {field: fields[field] for field in Search._fields if field in fields}
    search = Search(**known)  # type: ignore[arg-type]
    is_queue = search.queue in set(Queue)
    return Kept(name, search._replace(queue=Queue(search.queue) if is_queue else Queue.AGENTS))
