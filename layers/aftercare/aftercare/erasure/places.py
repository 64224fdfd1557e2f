"""Every table and bucket, and what an erasure does there; a test holds it to template.yaml."""

from collections.abc import Mapping

TABLES: Mapping[str, str] = {
    "OrdersTable": "buyer, address and how unreadable parts began are emptied; the order is marked",
    "ReturnsTable": "the key becomes a pseudonym, words and notes are emptied, drafts' counts go",
    "EvidenceTable": "slots, marks, verdicts and everything by which photos are found again go",
    "LabelsTable": "the sender's address is emptied but for its country",
    "ParcelsTable": "nothing: a parcel has numbers, codes and cities, and names no person",
    "MembersTable": "the membership ends, and its address and phone are forgotten",
    "PointsTable": "points are forfeited and reasons emptied; the ledger stays",
    "AccessTable": "requests for codes go",
    "MailTable": "what is known of the mailbox goes",
    "DueTable": "nothing: a timer names a return or a member by its id, and finds it over",
    "StaffTable": "words about decisions in the audit sample are emptied; who of the staff read "
    "which return stays, by ids",
    "ErasuresTable": "the erasure forgets the address when it is done; the tombstone stays",
    "AuthenticityTable": "claims with the person's address go, with what was typed; checks are by "
    "browsers' random names, hashed for each code, and other claims name nobody",
    "TicketsTable": "words, envelopes of mails and the address go, and parked mails that say that "
    "they are from the person; so does who they are at WeChat, with what waits there and their "
    "links; that something happened, and when, stays",
    "BatchesTable": "nothing of customers",
    "ClientsTable": "nothing of customers",
}
BUCKETS: Mapping[str, str] = {
    "UploadsBucket": "the uploads of each return and each ticket go, finished or not",
    "DocumentsBucket": "photos, videos, thumbnails and labels go in every version; products' "
    "pictures are nobody's",
    "MailsBucket": "the person's mails to the desk go, and those that say that they are theirs",
    "CodesBucket": "nothing of customers",
    "LedgerExportsBucket": "nothing: ledgers by members' ids, gone after a month",
}
