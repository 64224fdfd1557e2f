"""Answers as the JSON that infra/openapi describes; what does not apply is left out."""

from collections.abc import Iterable
from datetime import datetime

from aftercare.authenticity.codes import Slip
from aftercare.authenticity.model import Answer, CheckRecord, Earlier, Verdict
from aftercare.authenticity.sales import Sales, TradeKind
from aftercare.authenticity.wording import Wording

type Document = dict[str, object]


def answer_document(answer: Answer, wording: Wording) -> Document:
    """The answer to a check, in the caller's language."""
    document: Document = {
        "verdict": answer.verdict,
        "reference": answer.reference,
        "code": answer.code,
        "reasons": _reasons(answer.reasons, wording),
        "advice": wording.advice(answer),
    }
    if answer.place:
        document["symbol"] = answer.place
    if answer.batch is None:
        return document
    return document | _present(
        sku=answer.batch.sku,
        product=answer.batch.product,
        checks=answer.checks,
        customer_checks=answer.customer_checks,
        estimate=answer.is_estimate,
        first_checked_at=_moment(answer.first_checked_at),
        first_checked_in=answer.first_checked_in,
        signals_version=answer.signals_version,
        strength=answer.strength,
        sales=_sales(answer.sales),
        earlier=_earlier(answer.earlier),
        known_issue=wording.known_issue(answer).text,
        remedy=wording.remedy(answer).text,
    )


def record_document(record: CheckRecord, wording: Wording) -> Document:
    """A check for support: its place in the code's history, not the code itself."""
    check, batch, history = record.check, record.batch, record.history
    is_slip = record.verdict in set(Slip)
    document = _present(
        reference=record.reference,
        recorded=check is not None,
        verdict=Verdict.MISTYPED if is_slip else record.verdict,
        checked_at=_moment(record.at),
        reasons=_reasons([record.verdict], wording) if is_slip else None,
    )
    if check is not None:
        document |= _present(
            audience=check.audience, country=check.country, store_id=check.store_id
        )
    if batch is None or history is None:
        return document
    first = history.first_by_customer
    return document | _present(
        sku=batch.sku,
        product=batch.product,
        batch_code=batch.batch_code,
        batch_status=batch.status,
        checks=history.checks,
        customer_checks=history.customer_checks,
        first_checked_at=_moment(first.at) if first else "",
        first_checked_in=first.country if first else "",
        reasons=_reasons(sorted(record.reasons), wording),
        reasons_now=_reasons(sorted(record.signals), wording),
        sales=_sales(history.sales),
    )


def _earlier(earlier: Earlier | None) -> Document | None:
    if earlier is None:
        return None
    return {
        "verdict": earlier.verdict,
        "at": _moment(earlier.at),
        "customer_checks_since": earlier.customer_checks_since,
    }


def _sales(sales: Sales) -> list[Document]:
    return [
        {"event": trade.kind, "at": _moment(trade.at)}
        for trade in sales.distinct
        if trade.kind is not TradeKind.CLEARED
    ]


def _reasons(codes: Iterable[str], wording: Wording) -> list[Document]:
    return [{"code": code, "detail": wording.reason(code)} for code in codes]


def _present(**members: object) -> Document:
    return {name: value for name, value in members.items() if value not in ("", None)}


def _moment(moment: datetime | None) -> str:
    return moment.isoformat().replace("+00:00", "Z") if moment else ""
