"""What staff read of the returns table beyond a return: the queue, and their own notes."""

from aftercare.kernel.actor import Actor
from aftercare.kernel.clock import from_text, to_text
from aftercare.kernel.direct import conditional
from aftercare.kernel.errors import InvalidError, StaleWriteError
from aftercare.kernel.ids import is_id
from aftercare.kernel.tables import bind
from aftercare.returns.notes import Note
from aftercare.returns.queueing import QUEUE, QueueOrder, QueuePage, case_from
from aftercare.returns.rows import RETURN, NoteRow, ReturnRow

_NOTE = "NOTE#"
_PLACE = "~"


class CaseStore:
    """The queue is two sparse indexes: a return is in them while it waits for a person."""

    def __init__(self, table_name: str) -> None:
        self._returns = bind(ReturnRow, table_name)
        self._notes = bind(NoteRow, table_name)

    def queued(self, order: QueueOrder, after: str, limit: int) -> QueuePage:
        """The first returns of the queue behind that place, seconds behind at worst.

        Raises:
            InvalidError: `after` is no place in a queue of that order.
        """
        is_by_age = order is QueueOrder.AGE
        index = self._returns.by_age if is_by_age else self._returns.by_value
        rows = list(
            index.query(
                QUEUE,
                scan_index_forward=is_by_age,
                limit=limit + 1,
                last_evaluated_key=_key_of(order, after) if after else None,
            )
        )
        shown = rows[:limit]
        cases = tuple(case_from(row.pk, row.queue_card) for row in shown)
        return QueuePage(cases, _place_of(order, shown[-1]) if len(rows) > limit else "")

    def notes(self, return_id: str) -> tuple[Note, ...]:
        """What staff noted on the return, oldest first."""
        rows = self._notes.query(return_id, NoteRow.sk.startswith(_NOTE), consistent_read=True)
        # An id begins with the time at which its form was opened.
        return tuple(sorted(map(_note, rows), key=lambda note: note.at))

    def add_note(self, return_id: str, note: Note) -> Note:
        """Adds a note beside the return, which stays as it is; one that is there is returned."""
        row = note_row(self._notes, return_id, note)
        try:
            with conditional():
                row.save(NoteRow.pk.does_not_exist())
        except StaleWriteError:
            return _note(self._notes.get(row.pk, row.sk, consistent_read=True))
        return note


def note_row(rows: type[NoteRow], return_id: str, note: Note) -> NoteRow:
    """The item of a note, which a step of the return may write, too."""
    return rows(
        return_id,
        f"{_NOTE}{note.note_id}",
        text=note.text,
        noted_by=note.by,
        noted_at=to_text(note.at),
    )


def _note(row: NoteRow) -> Note:
    at, by = from_text(row.noted_at), Actor(row.noted_by)
    return Note(row.sk.removeprefix(_NOTE), row.text, by, at)


def _place_of(order: QueueOrder, row: ReturnRow) -> str:
    at = row.queue_since if order is QueueOrder.AGE else str(int(row.queue_value))
    return f"{at}{_PLACE}{row.pk}"


def _key_of(order: QueueOrder, place: str) -> dict[str, dict[str, str]]:
    """The key behind which a page of the queue begins."""
    at, _, return_id = place.partition(_PLACE)
    is_by_age = order is QueueOrder.AGE
    if not (is_id(return_id, "ret") and (_is_moment(at) if is_by_age else _is_value(at))):
        raise InvalidError("Invalid cursor.", field="after")
    key = {"pk": {"S": return_id}, "sk": {"S": RETURN}, "queue": {"S": QUEUE}}
    return key | ({"queue_since": {"S": at}} if is_by_age else {"queue_value": {"N": at}})


def _is_moment(text: str) -> bool:
    try:
        return to_text(from_text(text)) == text
    except ValueError:
        return False


def _is_value(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) <= 15  # noqa: PLR2004 - safely a number
