"""Issues codes in batches, records each batch's status, and offers its file to the printer."""

import base64
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from aftercare.batches.book import BatchBook
from aftercare.batches.drafting import check_words, checked_texts, valid_key_id
from aftercare.batches.errors import (
    BatchInvalidError,
    BatchNotFoundError,
    ExportNotFoundError,
    ExportUnfinishedError,
    LinkDeadError,
    NoSoundKeyError,
)
from aftercare.batches.gtin import gtin14
from aftercare.batches.model import (
    LINK_LIFETIME,
    Batch,
    BatchStatus,
    Export,
    ExportStatus,
    Link,
    batch_id_of,
    check_range,
    first_export_id,
    link_id_of,
    standing,
    valid_count,
)
from aftercare.kernel.actor import Actor
from aftercare.kernel.clock import Clock
from aftercare.kernel.fresh import on_fresh_state
from aftercare.kernel.ids import Entropy, new_id
from aftercare.kernel.timeline import Entry

if TYPE_CHECKING:
    from aftercare.batches.store import BatchStore

# What other rooms import from here.
__all__ = ["EXPORT_REQUESTED", "BatchBook", "BatchService"]

EXPORT_REQUESTED = "batch.export_requested"

_TOKEN_BITS = 256


@dataclass(frozen=True, slots=True)
class BatchService:
    """Batches and their files. A batch of any size is one stored item."""

    store: "BatchStore"
    clock: Clock
    entropy: Entropy

    @on_fresh_state
    def draft(
        self,
        *,
        sku: str,
        product: str,
        gtin: str = "",
        batch_code: str = "",
        factory: str = "",
        key_id: int,
        count: int,
        picture: str = "",
        actor: Actor,
    ) -> Batch:
        """Drafts a batch after the last one of that key id, and requests its first export.

        No two batches overlap, however many at once. Not idempotent: each takes another range.

        Raises:
            BatchInvalidError: A value is not valid; the error names its field.
            SerialsExhaustedError: The key id has too few serials left.
        """
        check_words(sku=sku, product=product, batch_code=batch_code, factory=factory)
        padded, codes, now = gtin14(gtin), valid_count(count), self.clock()
        first = self.store.end_of(valid_key_id(key_id))
        check_range(key_id, first, codes)
        batch = Batch(
            batch_id=batch_id_of(key_id, first),
            sku=sku,
            product=product,
            gtin=padded,
            batch_code=batch_code,
            factory=factory,
            key_id=key_id,
            first_serial=first,
            count=codes,
            status=BatchStatus.DRAFT,
            known_issue={},
            remedy={},
            created_at=now,
            changed_at=now,
            changed_by=actor,
            picture=picture,
        )
        entry = self._export_requested(first_export_id(batch.batch_id), batch, actor)
        return self.store.add(batch, entry)

    def get(self, batch_id: str) -> Batch:
        """The batch as checks read it, consistently.

        Raises:
            BatchNotFoundError: There is none.
        """
        batch = self._stored(batch_id)
        leaked = frozenset({batch.key_id}) if self.store.is_leaked(batch.key_id) else frozenset()
        return standing(batch, leaked)

    @on_fresh_state
    def activate(self, batch_id: str, *, actor: Actor) -> Batch:
        """Makes a draft active, once its codes exist. Any other status stays; a repeat is harmless.

        Raises:
            BatchNotFoundError: There is no such batch.
        """
        batch = self._stored(batch_id)
        if batch.status is not BatchStatus.DRAFT:
            return batch
        return self._change(replace(batch, status=BatchStatus.ACTIVE, changed_by=actor))

    @on_fresh_state
    def set_status(
        self,
        batch_id: str,
        status: BatchStatus,
        known_issue: Mapping[str, str] | None = None,
        remedy: Mapping[str, str] | None = None,
        *,
        actor: Actor,
    ) -> Batch:
        """Recalls, blocks, restricts or releases a batch; every check says so within 60 s.

        Texts that are not given stay as they are (R-BAT-03). A repeat is harmless.

        Raises:
            BatchNotFoundError: There is no such batch.
            BatchInvalidError: The status is draft, a text is not valid, or a recall has no known
                issue in English.
        """
        batch = self._stored(batch_id)
        if status is BatchStatus.DRAFT:
            raise BatchInvalidError("status", "A batch cannot become a draft again.")
        issue = batch.known_issue if known_issue is None else checked_texts(known_issue)
        helps = batch.remedy if remedy is None else checked_texts(remedy)
        if status is BatchStatus.RECALLED and not issue.get("en"):
            raise BatchInvalidError(
                "known_issue", "A recall needs the known issue in English (en)."
            )
        changed = replace(batch, status=status, known_issue=issue, remedy=helps, changed_by=actor)
        return self._change(changed)

    @on_fresh_state
    def set_picture(self, batch_id: str, picture: str, *, actor: Actor) -> Batch:
        """Gives the batch that picture, in place of its present one; a repeat is harmless.

        Checks show it within 60 s (R-BAT-07).

        Raises:
            BatchNotFoundError: There is no such batch.
        """
        return self._change(replace(self._stored(batch_id), picture=picture, changed_by=actor))

    def mark_key_leaked(self, key_id: int, *, actor: Actor) -> None:
        """From now on all active batches of the key id read as restricted, future ones too.

        A repeat is harmless.

        Raises:
            BatchInvalidError: The key id is out of range.
        """
        self.store.mark_leaked(valid_key_id(key_id), self.clock(), actor)

    def sound_key(self, key_ids: Iterable[int]) -> int:
        """The newest of these key ids that has not leaked; new batches use it.

        Raises:
            NoSoundKeyError: All of them have leaked.
        """
        for key_id in sorted(key_ids, reverse=True):
            if not self.store.is_leaked(key_id):
                return key_id
        raise NoSoundKeyError("Every code key has leaked: add one first.")

    def request_export(self, batch_id: str, *, actor: Actor) -> Export:
        """Requests the batch's file again; `export` shows its progress.

        Raises:
            BatchNotFoundError: There is no such batch.
        """
        batch, now = self._stored(batch_id), self.clock()
        export = Export(new_id("exp", now, self.entropy), batch_id, batch.count, now)
        entry = self._export_requested(export.export_id, batch, actor)
        self.store.files.open_export(export, actor, entry)
        return export

    def export(self, export_id: str) -> Export | None:
        """The export and its progress; None until a worker has begun a batch's first one."""
        return self.store.files.export(export_id)

    def begin_export(self, export_id: str, batch_id: str, *, actor: Actor) -> tuple[Batch, Export]:
        """The batch to write, and the export to write it as. A repeat starts again, safely.

        Raises:
            BatchNotFoundError: There is no such batch.
        """
        batch = self._stored(batch_id)
        export = self.store.files.export(export_id)
        if export is None:
            export = Export(export_id, batch_id, batch.count, self.clock())
            self.store.files.open_export(export, actor)
        return batch, export

    def progress(self, export_id: str, written: int, *, actor: Actor) -> None:
        """Stores how many codes are written; a finished export does not change."""
        self.store.files.note_progress(export_id, written, actor)

    def finish_export(self, export_id: str, size: int, *, actor: Actor) -> Export:
        """Finishes the export, and activates its batch if that is a draft. A repeat is harmless.

        Raises:
            ExportNotFoundError: The export was never begun.
        """
        export = self._export(export_id)
        self.activate(export.batch_id, actor=actor)
        done = replace(
            export,
            status=ExportStatus.DONE,
            written=export.count,
            size=size,
            finished_at=self.clock(),
        )
        self.store.files.finish(done, actor)
        return done

    def offer_link(self, export_id: str, *, actor: Actor) -> str:
        """A token that downloads the export's file once, until the file is deleted.

        Each call creates another token; only its hash is stored.

        Raises:
            ExportNotFoundError: There is no such export.
            ExportUnfinishedError: Its file is not complete, or is deleted.
        """
        export, now = self._export(export_id), self.clock()
        if export.finished_at is None:
            raise ExportUnfinishedError("This export is not complete yet.", export_id=export_id)
        expires_at = export.finished_at + LINK_LIFETIME
        if expires_at <= now:
            raise ExportUnfinishedError(
                "This export's file is deleted: request the export again.",
                export_id=export_id,
            )
        token = _token(self.entropy)
        batch = self._stored(export.batch_id)
        link = Link(
            link_id=link_id_of(token),
            batch_id=batch.batch_id,
            sku=batch.sku,
            count=export.count,
            size=export.size,
            object_key=export.object_key,
            expires_at=expires_at,
        )
        self.store.files.save_link(link, actor)
        return token

    def look_at(self, token: str) -> Link:
        """The link, without using it up.

        Raises:
            LinkDeadError: It was used, has expired, or never existed.
        """
        link = self.store.files.live_link(link_id_of(token), self.clock())
        if link is None:
            raise LinkDeadError("This link can't be used.")
        return link

    def redeem(self, token: str, *, actor: Actor) -> str:
        """Uses the link up and returns the file's key, to one caller, once.

        Raises:
            LinkDeadError: It was used, has expired, or never existed.
        """
        now = self.clock()
        use_id = new_id("use", now, self.entropy)
        link = self.store.files.use_link(link_id_of(token), use_id, now, actor)
        if link is None:
            raise LinkDeadError("This link can't be used.")
        return link.object_key

    def _export_requested(self, export_id: str, batch: Batch, actor: Actor) -> Entry:
        now = self.clock()
        data = {"batch_id": batch.batch_id, "count": str(batch.count)}
        entry_id = new_id("ent", now, self.entropy)
        return Entry(entry_id, EXPORT_REQUESTED, export_id, now, data, actor=actor)

    def _stored(self, batch_id: str) -> Batch:
        batch = self.store.get(batch_id)
        if batch is None:
            raise BatchNotFoundError(f"There is no batch {batch_id!r}.")
        return batch

    def _export(self, export_id: str) -> Export:
        export = self.store.files.export(export_id)
        if export is None:
            raise ExportNotFoundError("There is no such export.", export_id=export_id)
        return export

    def _change(self, after: Batch) -> Batch:
        return self.store.replace(replace(after, changed_at=self.clock()))


def _token(entropy: Entropy) -> str:
    drawn = entropy(_TOKEN_BITS).to_bytes(_TOKEN_BITS // 8)
    return base64.urlsafe_b64encode(drawn).rstrip(b"=").decode()
