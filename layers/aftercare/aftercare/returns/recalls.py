"""Which items of an order a recall concerns. A recall overrides windows and reasons (R-RET-30)."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from aftercare.batches.model import Batch, BatchStatus, ProductBatch
from aftercare.batches.service import BatchBook
from aftercare.orders.model import Order, OrderLine
from aftercare.returns.model import ReturnLine
from aftercare.returns.policy import Recall
from aftercare.returns.reasons import Cause

type CheckedBatch = Callable[[str], Batch | None]
"""The batch of the code whose check has that reference; none if there was no such check."""


@dataclass(frozen=True, slots=True)
class Recalls:
    """Recalls of batches, as the authenticity checks report them.

    A line is recalled if all of its product's batches are, or the one that the shop names for it.
    Else the reference of a code's check settles it, also where the shop names another batch: the
    customer sends it along, and the return's approval looks it up in `checked`. Without `checked`
    it is taken as it is.
    """

    book: BatchBook
    checked: CheckedBatch | None = None

    def of(self, order: Order, check_reference: str = "") -> dict[str, Recall]:
        """Line id → whether it is recalled, as far as it shows before the reference is looked up.

        Raises:
            UnavailableError: The batches can't be read now.
        """
        has_check = bool(check_reference)
        return {line.line_id: self._of_line(line, has_check=has_check) for line in order.lines}

    def recalled_lines(self, order: Order, chosen: Iterable[ReturnLine]) -> frozenset[str]:
        """The ids of recalled lines, among those that are to come back for a recall.

        Raises:
            UnavailableError: The batches, or the check, can't be read now.
        """
        lines = {line.line_id: line for line in order.lines}
        return frozenset(
            each.line_id
            for each in chosen
            if each.reason
            and each.reason.cause is Cause.RECALL
            and (line := lines.get(each.line_id))
            and self._is_recalled(line, each.check_reference)
        )

    def _is_recalled(self, line: OrderLine, reference: str) -> bool:
        recall = self._of_line(line, has_check=bool(reference))
        return recall is Recall.RECALLED or (
            recall is Recall.AFFECTED and self._by_check(line, reference)
        )

    def _of_line(self, line: OrderLine, *, has_check: bool) -> Recall:
        batches = self.book.recall_of(line.sku)
        recalled = {batch.batch_code for batch in batches if _is_recalled(batch)}
        if not recalled:
            return Recall.NONE
        named = line.batch_code or None
        if named in recalled or all(_is_recalled(batch) for batch in batches):
            return Recall.RECALLED
        # The code in somebody's hand says more than the shop's note of a batch.
        is_known = named in {batch.batch_code for batch in batches}
        return Recall.NONE if is_known and not has_check else Recall.AFFECTED

    def _by_check(self, line: OrderLine, reference: str) -> bool:
        if not reference or self.checked is None:
            return bool(reference)
        batch = self.checked(reference)
        recalled = {each.batch_id for each in self.book.recall_of(line.sku) if _is_recalled(each)}
        return batch is not None and batch.batch_id in recalled


def _is_recalled(batch: ProductBatch) -> bool:
    return batch.status is BatchStatus.RECALLED
