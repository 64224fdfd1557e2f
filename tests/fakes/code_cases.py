"""Claims about codes, and the staff who decide their cases, at a desk where codes are checked."""

from dataclasses import dataclass

from aftercare.authenticity.asked import key_of
from aftercare.authenticity.case_desk import CaseFile, CodeCaseDesk
from aftercare.authenticity.cases import CaseState, ClaimKind, Received
from aftercare.authenticity.claiming import CodeClaims
from aftercare.authenticity.codes import key_id_of, read
from aftercare.authenticity.events import CLAIM_DECIDED, CLAIMED
from aftercare.authenticity.notices import ClaimNoticeService
from aftercare.authenticity.store import CheckStore
from aftercare.kernel.actor import CUSTOMER
from aftercare.mail.model import Mail
from tests.fakes.codes import KEYS
from tests.fakes.desk import Desk, desk_on
from tests.fakes.entries import entries_of
from tests.fakes.mails import Mailbox
from tests.fakes.reviews import LEAD, Trail

WHERE = "From a stall on Main Street, in May."


@dataclass
class CodeCases:
    """A desk of checks, its claims, and a lead who decides."""

    desk: Desk
    claims: CodeClaims
    staff: CodeCaseDesk
    trail: Trail
    table: str

    def claim(
        self,
        symbols: str,
        visitor: str,
        kind: ClaimKind = ClaimKind.MINE,
        words: str = WHERE,
        **facts: str,
    ) -> Received:
        """What somebody says who checks the code first."""
        reference = self.desk.customer(symbols, visitor).reference
        return self.say(reference, kind, words, **{"network": f"{visitor} {symbols}"} | facts)

    def say(
        self, reference: str, kind: ClaimKind = ClaimKind.MINE, words: str = WHERE, **facts: str
    ) -> Received:
        facts = {"network": reference} | facts
        return self.claims.claim(reference, kind, words, actor=CUSTOMER, **facts)

    def file(self, symbols: str) -> CaseFile:
        return self.staff.open_case(LEAD, key(symbols))

    def decide(self, symbols: str, state: CaseState, why: str = "Seen at S-0412") -> None:
        version = self.file(symbols).case.version
        self.staff.decide(LEAD, key(symbols), version, state, why)

    def mails(self, symbols: str) -> list[Mail]:
        """The mails of every entry about the code, as the mailer sends them now."""
        box, notices = Mailbox(), ClaimNoticeService(CheckStore(self.table))
        verbs = {CLAIMED: notices.confirm, CLAIM_DECIDED: notices.answer}
        for entry in entries_of(self.table):
            if entry.subject == key(symbols) and entry.entry_type in verbs:
                verbs[entry.entry_type](entry, box)
        return box.mails

    def entries(self, symbols: str) -> list[tuple[str, dict[str, str]]]:
        """The entries about a code, oldest first, each with its type and data."""
        about = [each for each in entries_of(self.table) if each.subject == key(symbols)]
        return [(each.entry_type, dict(each.data)) for each in about]


def key(symbols: str) -> str:
    code = read(symbols, KEYS[key_id_of(symbols)])
    assert code
    return key_of(code)


def code_cases_on(table: str) -> CodeCases:
    desk, trail = desk_on(table), Trail()
    service = desk.service
    claims = CodeClaims(service.ring, service.book, service.store, desk.clock, service.entropy)
    staff = CodeCaseDesk(service.book, service.store, trail, desk.clock, service.entropy)
    return CodeCases(desk, claims, staff, trail, table)
