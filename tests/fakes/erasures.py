"""Somebody who has done everything here that leaves a trace, and what was recorded of it."""

import hashlib
import importlib
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

from aftercare.desk.agents import Done
from aftercare.desk.incoming.model import Desk
from aftercare.desk.incoming.places import address_of
from aftercare.desk.incoming.reading import read_mail
from aftercare.desk.mailed import Receipt
from aftercare.desk.moves import Verb
from aftercare.desk.service import About, Sent
from aftercare.desk.ticket import Thread, Topic
from aftercare.desk.wechat.model import Kind, Received
from aftercare.desk.wechat.people import Kept as Waiting
from aftercare.desk.wechat.wiring import wechat_intake
from aftercare.desk.wechat_intake import Taken
from aftercare.desk.wiring import (
    MailIntakeConfig,
    TicketsConfig,
    mail_intake,
    message_pictures,
    ticket_desk,
    ticket_service,
)
from aftercare.erasure.desk import ErasureDesk
from aftercare.erasure.service import ErasureService
from aftercare.erasure.wiring import ErasureConfig, erasure_desk, erasure_service
from aftercare.evidence.match_store import MatchStore, Traced
from aftercare.evidence.model import Evidence, EvidenceKind, Mark
from aftercare.evidence.verdict import Accepted
from aftercare.kernel.actor import CUSTOMER, system
from aftercare.kernel.aws import client
from aftercare.kernel.clock import to_text
from aftercare.kernel.config import read
from aftercare.kernel.ids import new_id
from aftercare.kernel.timeline import Entry
from aftercare.labels.model import LabelDetails, LabelFormat, Paper, Printed
from aftercare.orders.model import email_key_of
from aftercare.points.request import Caller
from aftercare.returns.model import ChosenLine, Reason, Return
from aftercare.staff.samples import Drawn, Finding
from aftercare.staff.sampling import week_of
from aftercare.staff.wiring import AuditConfig, audit_sample
from tests.fakes.actors import MAILER
from tests.fakes.browser import SIGNING_KEY
from tests.fakes.code_cases import code_cases_on
from tests.fakes.entries import entries_of
from tests.fakes.environment import BUCKETS
from tests.fakes.events import CONTEXT, Json, bus_event, queue_event
from tests.fakes.house import WORKER, House, put_upload
from tests.fakes.incoming import raw_mail
from tests.fakes.mails import Mailbox
from tests.fakes.orders import NOON, line_detail, shop_detail
from tests.fakes.points import BY_TILL
from tests.fakes.points_desk import points
from tests.fakes.reviews import AGENT, LEAD, NO, Trail, build_desk
from tests.fakes.template import template
from tests.fakes.wechat import NAME

KEY = SIGNING_KEY.encode()


def erasing(house: House) -> tuple[ErasureDesk, ErasureService]:
    """Asking for erasures and erasing, on the house's clock."""
    config = read(ErasureConfig)
    entropy = house.returns.entropy
    desk = erasure_desk(config, clock=house.clock, entropy=entropy)
    return desk, erasure_service(config, key=KEY, clock=house.clock, entropy=entropy)


CARE = "care@shop.example"


@dataclass
class Person:
    """A customer and member; every text of theirs is unlike any other."""

    house: House
    tables: dict[str, str]
    name: str = "Quillfeather Zebrowskaya"
    email: str = "quillfeather.zebrowskaya@canary-mail.example"
    line1: str = "77 Quokkastrasse"
    line2: str = "Hinterhaus Canary-Flat 3c"
    city: str = "Xylotown"
    region: str = "Quxistan"
    postal_code: str = "ZQ9021X"
    phone: str = "+1-555-0142-7731"
    unreadable: str = "Canaryland of Nowhere"
    note: str = "My aunt Brunhildegard broke it, ask her."
    mark: str = "Crack beside Wolfrudis' thumb"
    serial: str = "CANARYSERIAL77"
    picture: str = "EXIF of Schnabeltierweg 5"
    lid: str = "EXIF of a lid in the Schnabeltierweg"
    moment: str = "f00dcafef00dcafe"
    judged: str = "Dear Mrs Zebrowskaya-Quill, the photo shows another side."
    claimed: str = "Quillfeather got it from uncle Schnabelhard in Xylotown."
    asked: str = "Quillfeather here: the lid of Brunhildegard's box is gone."
    openid: str = "oCanaryQuillfeatherAtWeChat"
    chatted: str = "Quillfeather asks here, too, about Brunhildegard's box."
    answered: str = "Dear Mrs Zebrowskaya-Quill, we send another lid."
    gossip: str = "Sister of the Schnabelhard who wrote last week."
    noted: str = "Called her at the Quokkastrasse office."
    looked: str = "I would have believed Quillfeather's aunt."
    why: str = "Because Miss Quillfeather complained"
    member_id: str = field(default_factory=lambda: new_id("mem", NOON), repr=False)
    recorded: list[tuple[str, Json]] = field(default_factory=list)
    uploads: list[str] = field(default_factory=list)
    returns: list[str] = field(default_factory=list)

    @property
    def email_key(self) -> str:
        return email_key_of(self.email)

    @property
    def canaries(self) -> list[str]:
        """Every text that names the person, or that somebody wrote."""
        own = vars(self).items()
        ours = {"member_id"}
        return [value for name, value in own if isinstance(value, str) and name not in ours]

    def tell(self, worker: str, event_type: str, detail: Json) -> None:
        """One of the shop's events, which the worker takes in, and which is kept to be replayed."""
        body = {"id": f"ev-{len(self.recorded)}", "detail-type": event_type, "detail": detail}
        self.recorded.append((worker, body))
        _handled(worker, body)

    def buys(self, days_ago: float = 3) -> str:
        """An order that is delivered; the shop's events name more than we need."""
        number, at = self.house.new_number(), self.house.clock() - timedelta(days=days_ago)
        ship_to = {
            "name": self.name,
            "line1": self.line1,
            "line2": self.line2,
            "city": self.city,
            "region": self.region,
            "postal_code": self.postal_code,
            "country": "US",
            "phone": self.phone,
        }
        paid = shop_detail(
            order_number=number,
            occurred_at=to_text(at),
            email=self.email,
            ship_to=ship_to,
            lines=[line_detail(), line_detail(line_id="2", quantity=self.unreadable)],
            phone=self.phone,
        )
        self.tell("orders_ingest", "order.paid", paid)
        for event_type, hours in (("order.shipped", 1), ("order.delivered", 2)):
            then = to_text(at + timedelta(hours=hours))
            detail = {"order_number": number, "occurred_at": then, "note_for": self.name}
            self.tell("orders_ingest", event_type, detail)
        return number

    def joins(self) -> None:
        joined = {
            "member_id": self.member_id,
            "occurred_at": to_text(self.house.clock() - timedelta(days=90)),
            "email": self.email,
            "language": "en",
            "name": self.name,
        }
        self.tell("members_ingest", "member.joined", joined)
        points().adjust(
            self.member_id, Caller("ac_1"), "a1", 500, who="S-1", why=self.why, actor=BY_TILL
        )

    def signs_in(self, number: str) -> None:
        request_id = self.house.access.request_code(
            number, self.email, "198.51.100.9", actor=CUSTOMER
        )
        self.house.access.send_code(request_id, Mailbox(), actor=MAILER)

    def bounces(self) -> None:
        at = (self.house.clock() - timedelta(days=1)).isoformat()
        recipients = [{"emailAddress": f"{self.name} <{self.email}>"}]
        detail = {"bounce": {"bounceType": "Permanent", "bouncedRecipients": recipients}}
        body = {"detail-type": "Email Bounced", "time": at, "detail": detail}
        self.recorded.append(("mailer", body))
        _handled("mailer", body)

    def begins(self, number: str) -> Return:
        """A draft with a note, and a photo with a mark, a typed serial and traces in the index."""
        return_id = new_id("ret", self.house.clock(), self.house.returns.entropy)
        chosen = {"1": ChosenLine(1, Reason.MISSING_PARTS, self.note)}
        draft = self.house.returns.save_draft(
            self.email_key, return_id, number, chosen, another=True, actor=CUSTOMER
        )
        self.returns.append(return_id)
        for kind in (EvidenceKind.SERIAL_CODE, EvidenceKind.PHOTO, EvidenceKind.PHOTO):
            self._shows(draft, kind)
        return draft

    def _shows(self, draft: Return, kind: EvidenceKind) -> Evidence:
        house, where = self.house, (draft.email_key, draft.return_id)
        slot = house.returns.add_photo(*where, "image/jpeg", kind, actor=CUSTOMER)
        self.uploads.append(slot.upload_key)
        put_upload(house, slot.upload_key, self.picture.encode())
        house.evidence.screen(slot.upload_key, _clean, actor=WORKER)
        photo = house.evidence.slot(draft.return_id, slot.evidence_id)
        if kind is EvidenceKind.PHOTO:
            house.returns.mark(*where, photo.evidence_id, Mark(10, 10, self.mark))
        else:
            house.returns.type_serial(*where, photo.evidence_id, self.serial)
        index, trace = (
            MatchStore(self.tables["EvidenceTable"]),
            Traced(draft.return_id, photo.evidence_id),
        )
        index.add_file(trace, photo.sha256, self.picture.encode(), photo.opened_at)
        index.add_moment(trace, self.moment, photo.opened_at)
        index.add_look(trace, 7, 3, photo.sha256, photo.opened_at)
        return photo

    def removes_a_photo(self, draft: Return) -> None:
        slots = self.house.evidence.of_return(draft.return_id)
        self.house.returns.remove_photo(self.email_key, draft.return_id, slots[-1].evidence_id)
        self.house.returns.clear_photos(draft.return_id)

    def is_declined(self, number: str) -> Return:
        """A return that somebody declined, with words to the customer and a note."""
        desk, draft = build_desk(self.house, self.tables), self.begins(number)
        self.house.returns.submit(draft.email_key, draft.return_id, actor=CUSTOMER)
        ret = desk.into_review(draft.return_id, 3000, "USD", "US")
        desk.reviews.note(AGENT, ret.return_id, self.noted)
        desk.opened(AGENT, ret.return_id)
        return desk.decide(AGENT, ret, (NO[0], NO[1], self.judged))

    def is_looked_at(self, ret: Return) -> None:
        """Chance has drawn the decision, and a lead has written what they make of it."""
        rooms = erasing(self.house)[1].rooms
        entry = self.house.returns.timeline(ret)[-1]
        week, place = week_of(entry.occurred_at), rooms.sample.draw.place(entry)
        rooms.sample.store.add(
            Drawn(week, place, ret.return_id, entry.entry_type, entry.actor, entry.occurred_at)
        )
        sample = audit_sample(AuditConfig(self.tables["StaffTable"]), clock=self.house.clock)
        sample.mark(LEAD, week, place, Finding.QUESTIONED, self.looked)

    def cancels(self, number: str) -> Return:
        """A return that got its label, and was cancelled then."""
        house, draft = self.house, self.begins(number)
        house.returns.submit(draft.email_key, draft.return_id, actor=CUSTOMER)
        house.returns.approve(draft.return_id, actor=WORKER)
        house.print_label(draft.return_id, self._page)
        for entry in house.label_entries(draft.return_id):
            house.deliver_label_entry(entry)
        after = house.returns.cancel(draft.email_key, draft.return_id, actor=CUSTOMER)
        house.labels.void(after.return_id, after.ticket, actor=WORKER)
        return after

    def has_a_label(self, number: str) -> Return:
        """A return that is not over: its label waits to be used."""
        house, draft = self.house, self.begins(number)
        house.returns.submit(draft.email_key, draft.return_id, actor=CUSTOMER)
        house.returns.approve(draft.return_id, actor=WORKER)
        return house.make_label(draft.return_id)

    def claims(self) -> None:
        """Says that a product is theirs, with an address for the answer."""
        cases = code_cases_on(self.tables["AuthenticityTable"])
        cases.claim(cases.desk.fresh_code(), self.name, words=self.claimed, email=self.email)

    def asks(self, number: str) -> None:
        """Brings something to the desk, is answered there, and is talked about."""
        config = TicketsConfig(self.tables["TicketsTable"], self.tables["DueTable"])
        orders, clock = self.house.orders, self.house.clock
        members = self.house.access.members
        tickets = ticket_service(config, orders, members, clock=clock)
        sent = Sent(self.asked, f"form {number}", "en")
        thread = tickets.ask(self.email_key, About(Topic.ORDER, number), sent)
        self._sends_a_picture(thread)
        desk, ticket = ticket_desk(config, Trail(), clock=clock), thread.ticket
        for count, (verb, words) in enumerate(
            ((Verb.REPLY, self.answered), (Verb.NOTE, self.gossip)), start=1
        ):
            desk.act(AGENT, ticket.number, Done(verb, count, words, words))
        self.mails(ticket.number)
        self.chats()

    def chats(self) -> None:
        """Writes by WeChat, says who they are, writes again, is answered there, and asks for more.

        What they wrote last waits for its ticket, as a crash may leave it.
        """
        config = TicketsConfig(self.tables["TicketsTable"], self.tables["DueTable"])
        orders, members = self.house.orders, self.house.access.members
        chat = wechat_intake(config, orders, members, clock=self.house.clock)

        def says(sent_as: str) -> Taken:
            written = Received(Kind.MESSAGE, self.openid, NAME, sent_as, self.chatted)
            return chat.take(written, f"nonce {sent_as}", "en")

        says("1")
        chat.bind(says("2").token, self.email_key, self.email, "en")
        says("3")
        store, now = chat.wechat, self.house.clock()
        store.answered(store.person(self.openid), "ent_of_an_answer", now)
        store.keep(store.person(self.openid), Waiting("4", now, self.chatted))

    def _sends_a_picture(self, thread: Thread) -> None:
        pictures = message_pictures(self.house.evidence, clock=self.house.clock)
        slot = pictures.open_slot(thread, "image/jpeg", actor=CUSTOMER)
        self.uploads.append(slot.upload_key)
        put_upload(self.house, slot.upload_key, self.lid.encode())
        self.house.evidence.screen(slot.upload_key, _clean, actor=WORKER)

    def mails(self, number: str) -> None:
        """Writes to the desk by mail: to a ticket, and where nobody believes who wrote."""
        config = MailIntakeConfig(self.tables["TicketsTable"], self.tables["DueTable"], "", CARE)
        orders, members = self.house.orders, self.house.access.members
        intake = mail_intake(config, orders, members, clock=self.house.clock)
        intake = replace(intake, key=lambda: b"key")
        now, sender = self.house.clock(), {"from": self.email}
        for to, is_proved in ((address_of(number, Desk(CARE), b"key"), True), (CARE, False)):
            envelope = Receipt(
                f"{number} {is_proved}", f"incoming/{number} {is_proved}", now, (to,), is_proved
            )
            raw = raw_mail(self.asked, subject=self.asked, message_id=f"<{to}>", **sender)
            mail = read_mail(raw, Desk(CARE), (to,))._replace(is_proved=is_proved)
            client("s3").put_object(Bucket=BUCKETS["MailsBucket"], Key=envelope.key, Body=raw)
            intake.take(mail, envelope, actor=system("mail_intake"))

    def lives(self) -> None:
        """Everything, once."""
        self.joins()
        first, second, third = self.buys(4), self.buys(3.5), self.buys(3)
        self.signs_in(first)
        self.is_looked_at(self.is_declined(first))
        self.cancels(second)
        self.removes_a_photo(self.begins(third))
        self.has_video(self.returns[-1])
        self.bounces()
        self.claims()
        self.asks(third)

    def has_video(self, return_id: str) -> None:
        """A file beside the slots, as a crash may leave one; and an upload that nobody ended."""
        photos = self.house.evidence.photos
        key = f"evidence/{return_id}/evd_stray.mp4"
        for body in (b"first ", b"second "):
            client("s3").put_object(
                Bucket=photos.documents, Key=key, Body=body + self.picture.encode()
            )
        client("s3").delete_object(Bucket=photos.documents, Key=key)
        client("s3").put_object(
            Bucket=photos.uploads, Key=f"incoming/{return_id}/late", Body=self.picture.encode()
        )

    def entries(self) -> list[Entry]:
        """Every timeline entry of every table."""
        streamed = [name for name, body in template()["Resources"].items() if _has_stream(body)]
        return [entry for name in streamed for entry in entries_of(self.tables[name])]

    def replay(self, entries: list[Entry]) -> None:
        """All of the shop's events again, all uploads, and all of our own events, in order."""
        for worker, body in self.recorded:
            _handled(worker, body)
        for key in self.uploads:
            put_upload(self.house, key, self.picture.encode())
            self.house.evidence.screen(key, _clean, actor=WORKER)
        for entry in entries:
            for worker in workers_of(entry.entry_type):
                _handled(worker, bus_event(entry))

    def _page(self, details: LabelDetails) -> Printed:
        return dict.fromkeys((*LabelFormat, *Paper), repr(details.ship_from).encode())


def somebody(house: House, tables: dict[str, str]) -> Person:
    """A person whose address no other test has."""
    address = f"quillfeather.{house.new_number().lower()}@canary-mail.example"
    return Person(house, tables, email=address)


def workers_of(event_type: str) -> list[str]:
    """The functions that take events of that type from the bus, as template.yaml says."""
    queues = template()["Mappings"]["Queues"].values()
    names = [
        name
        for queue in queues
        if event_type in queue.get("Events", ()) and "aftercare" in queue["Source"]
        for name in queue["Workers"]
    ]
    return [
        "".join(f"_{c.lower()}" if c.isupper() else c for c in name).lstrip("_") for name in names
    ]


def _handled(worker: str, body: Any) -> None:
    """Delivers a message. A worker that refuses it says so in its answer, and that is all one."""
    handler = importlib.import_module(f"{worker}.app").handler
    handler(queue_event(body), CONTEXT)


def _clean(upload: bytes) -> Any:
    digest = hashlib.sha256(upload).hexdigest()
    return Accepted(b"clean " + upload, b"small " + upload, 1200, 900, digest)


def _has_stream(body: Json) -> bool:
    return body["Type"] == "AWS::DynamoDB::Table" and "StreamSpecification" in body["Properties"]
