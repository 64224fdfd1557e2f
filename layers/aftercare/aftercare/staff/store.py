"""The staff table: sign-ins that have begun, sessions, who has signed in, and the audit trail.

Attempts are under `ATTEMPT#<hash of the state>`, sessions under `MEMBER#<staff id>`, traces under
`TRACE#<subject>`, those that stand for repetitions also under `ONCE#<subject>`, everybody who has
signed in under `MEMBERS`. All of them expire.
"""

from datetime import datetime, timedelta
from typing import ClassVar

from pynamodb.attributes import (
    NumberAttribute,
    TTLAttribute,
    UnicodeAttribute,
    UnicodeSetAttribute,
)
from pynamodb.expressions.update import Action
from pynamodb.indexes import AllProjection, GlobalSecondaryIndex
from pynamodb.models import Model

from aftercare.kernel.actor import Actor
from aftercare.kernel.clock import from_text, to_text
from aftercare.kernel.direct import conditional
from aftercare.kernel.errors import StaleWriteError
from aftercare.kernel.tables import CommitRefusedError, Transaction, bind
from aftercare.staff.audit import KEPT, MOST_AT_ONCE, Trace
from aftercare.staff.claims import roles_in
from aftercare.staff.model import Member
from aftercare.staff.session import ATTEMPT_LIFETIME, LIFETIME, Attempt, Identity, Session

_SCHEMA = 1
_ATTEMPT, _MEMBERS = "ATTEMPT", "MEMBERS"
# A session is forgotten a day after it can have been used.
_SESSION_KEPT = LIFETIME + timedelta(days=1)


class _AttemptRow(Model):
    class Meta:
        table_name = "staff"

    pk = UnicodeAttribute(hash_key=True)
    sk = UnicodeAttribute(range_key=True, default=_ATTEMPT)
    schema = NumberAttribute(default=_SCHEMA)
    browser = UnicodeAttribute()
    nonce = UnicodeAttribute()
    verifier = UnicodeAttribute()
    wanted = UnicodeAttribute(default="")
    started_at = UnicodeAttribute()
    expires_at = TTLAttribute()


class _SessionRow(Model):
    class Meta:
        table_name = "staff"

    pk = UnicodeAttribute(hash_key=True)
    sk = UnicodeAttribute(range_key=True)
    schema = NumberAttribute(default=_SCHEMA)
    username = UnicodeAttribute()
    name = UnicodeAttribute(default="")
    email = UnicodeAttribute(default="")
    roles = UnicodeSetAttribute(null=True)
    started_at = UnicodeAttribute()
    checked_at = UnicodeAttribute()
    device = UnicodeAttribute(default="")
    expires_at = TTLAttribute()


class _PersonRow(Model):
    class Meta:
        table_name = "staff"

    pk = UnicodeAttribute(hash_key=True, default=_MEMBERS)
    sk = UnicodeAttribute(range_key=True)
    schema = NumberAttribute(default=_SCHEMA)
    name = UnicodeAttribute(default="")
    email = UnicodeAttribute(default="")
    roles = UnicodeSetAttribute(null=True)
    signed_in_at = UnicodeAttribute()
    expires_at = TTLAttribute()


class _ByActor(GlobalSecondaryIndex["_TraceRow"]):  # type: ignore[no-untyped-call]
    class Meta:
        index_name = "by_actor"
        projection = AllProjection()

    traced_by = UnicodeAttribute(hash_key=True)
    traced_at = UnicodeAttribute(range_key=True)


class _TraceRow(Model):
    class Meta:
        table_name = "staff"

    pk = UnicodeAttribute(hash_key=True)
    sk = UnicodeAttribute(range_key=True)
    schema = NumberAttribute(default=_SCHEMA)
    subject = UnicodeAttribute()
    act = UnicodeAttribute()
    traced_by = UnicodeAttribute()
    traced_at = UnicodeAttribute()
    expires_at = TTLAttribute()

    by_actor: ClassVar[_ByActor] = _ByActor()


class _OnceRow(Model):
    """Until when the last trace of an act stands for its repetitions."""

    class Meta:
        table_name = "staff"

    pk = UnicodeAttribute(hash_key=True)
    sk = UnicodeAttribute(range_key=True)
    schema = NumberAttribute(default=_SCHEMA)
    until = UnicodeAttribute()
    expires_at = TTLAttribute()


class StaffStore:
    """Staff in DynamoDB. What happens to a session commits with its trace."""

    def __init__(self, table_name: str) -> None:
        self._attempts = bind(_AttemptRow, table_name)
        self._sessions = bind(_SessionRow, table_name)
        self._people = bind(_PersonRow, table_name)
        self._traces = bind(_TraceRow, table_name)
        self._once = bind(_OnceRow, table_name)

    def begin(self, state: str, attempt: Attempt) -> None:
        """Stores a new attempt under the hash of its state."""
        self._attempts(
            f"{_ATTEMPT}#{state}",
            browser=attempt.browser,
            nonce=attempt.nonce,
            verifier=attempt.verifier,
            wanted=attempt.wanted,
            started_at=to_text(attempt.started_at),
            expires_at=attempt.started_at + ATTEMPT_LIFETIME,
        ).save()  # unconditionally: the state is new, and a write sent twice must not fail

    def take(self, state: str) -> Attempt | None:
        """Uses up the attempt of that state: of several at once, one gets it."""
        try:
            row = self._attempts.get(f"{_ATTEMPT}#{state}", _ATTEMPT, consistent_read=True)
            with conditional():
                row.delete(condition=_AttemptRow.pk.exists())
        except (_AttemptRow.DoesNotExist, StaleWriteError):
            return None
        return Attempt(row.browser, row.nonce, row.verifier, row.wanted, from_text(row.started_at))

    def open(self, session: Session, trace: Trace) -> None:
        """Stores a new session, who signed in, and the trace of it."""
        member = session.member
        row = self._session_row(session)
        person = self._people(
            sk=member.staff_id,
            name=member.name,
            email=member.email,
            roles=set(member.roles) or None,
            signed_in_at=to_text(session.started_at),
            expires_at=session.started_at + KEPT,
        )
        with Transaction(self._sessions) as commit:
            commit.save(row)
            commit.save(person)
            commit.save(self._trace_row(trace))

    def session(self, staff_id: str, session_id: str) -> Session | None:
        """The session of that name, unless it was ended; it may be too old."""
        try:
            row = self._sessions.get(_of(staff_id), session_id, consistent_read=True)
        except _SessionRow.DoesNotExist:
            return None
        return _session(row)

    def sessions(self, staff_id: str) -> tuple[Session, ...]:
        """Every session of the member that was not ended; some may be too old."""
        rows = self._sessions.query(_of(staff_id), consistent_read=True, limit=MOST_AT_ONCE)
        return tuple(map(_session, rows))

    def check(self, session: Session) -> None:
        """Stores what the user pool said of the member.

        Raises:
            StaleWriteError: The session was ended, or checked by another request meanwhile.
        """
        row = self._session_row(session)
        roles = session.member.roles
        actions: list[Action] = [
            _SessionRow.name.set(row.name),
            _SessionRow.email.set(row.email),
            _SessionRow.roles.set(set(roles)) if roles else _SessionRow.roles.remove(),
            _SessionRow.checked_at.set(row.checked_at),
        ]
        unchanged = _SessionRow.pk.exists() & (_SessionRow.checked_at < row.checked_at)
        with conditional():
            row.update(actions=actions, condition=unchanged)

    def end(self, session: Session, trace: Trace) -> bool:
        """Ends the session, with the trace of it; False if it has ended already."""
        row = self._sessions(_of(session.member.staff_id), session.session_id)
        try:
            with Transaction(self._sessions) as commit:
                commit.delete(row, _SessionRow.pk.exists())
                commit.save(self._trace_row(trace))
        except CommitRefusedError:
            return False
        return True

    def people(self) -> tuple[Member, ...]:
        """Everybody who has signed in within 400 days, with the roles that they had then."""
        rows = self._people.query(_MEMBERS, consistent_read=True)
        return tuple(
            Member(row.sk, row.name, row.email, roles_in(list(row.roles or ()))) for row in rows
        )

    def record(self, trace: Trace) -> None:
        """Adds one trace; the same one again changes nothing."""
        self._trace_row(trace).save()

    def record_once(self, trace: Trace, until: datetime) -> None:
        """Adds a trace that stands for its repetitions until then, unless an earlier one does.

        Raises:
            StaleWriteError: Another request has just left one.
        """
        key = (f"ONCE#{trace.subject}", f"{trace.act}#{trace.by}")
        now = to_text(trace.at)
        try:
            if self._once.get(*key, consistent_read=True).until > now:
                return
        except _OnceRow.DoesNotExist:
            pass
        row = self._once(*key, until=to_text(until), expires_at=until)
        is_over = _OnceRow.pk.does_not_exist() | (_OnceRow.until <= now)
        with Transaction(self._traces) as commit:
            commit.save(row, is_over)
            commit.save(self._trace_row(trace))

    def traces(self, subject: str, before: datetime | None = None) -> tuple[Trace, ...]:
        """The last hundred traces of that subject before then, newest first."""
        until = _TraceRow.sk < to_text(before) if before else None
        rows = self._traces.query(
            _trace_key(subject),
            until,
            consistent_read=True,
            scan_index_forward=False,
            limit=MOST_AT_ONCE,
        )
        return tuple(map(_trace, rows))

    def traces_by(self, actor: Actor, before: datetime | None = None) -> tuple[Trace, ...]:
        """The last hundred traces of that actor before then, newest first; seconds behind."""
        until = _TraceRow.traced_at < to_text(before) if before else None
        rows = self._traces.by_actor.query(
            actor, until, scan_index_forward=False, limit=MOST_AT_ONCE
        )
        return tuple(map(_trace, rows))

    def _session_row(self, session: Session) -> _SessionRow:
        member = session.member
        return self._sessions(
            _of(member.staff_id),
            session.session_id,
            username=session.identity.username,
            name=member.name,
            email=member.email,
            roles=set(member.roles) or None,
            started_at=to_text(session.started_at),
            checked_at=to_text(session.checked_at),
            device=session.device,
            expires_at=session.started_at + _SESSION_KEPT,
        )

    def _trace_row(self, trace: Trace) -> _TraceRow:
        return self._traces(
            _trace_key(trace.subject),
            f"{to_text(trace.at)}#{trace.trace_id}",
            subject=trace.subject,
            act=trace.act,
            traced_by=trace.by,
            traced_at=to_text(trace.at),
            expires_at=trace.at + KEPT,
        )


def _of(staff_id: str) -> str:
    return f"MEMBER#{staff_id}"


def _trace_key(subject: str) -> str:
    return f"TRACE#{subject}"


def _session(row: _SessionRow) -> Session:
    staff_id = row.pk.partition("#")[2]
    member = Member(staff_id, row.name, row.email, roles_in(list(row.roles or ())))
    return Session(
        session_id=row.sk,
        identity=Identity(row.username, member),
        started_at=from_text(row.started_at),
        checked_at=from_text(row.checked_at),
        device=row.device,
    )


def _trace(row: _TraceRow) -> Trace:
    return Trace(
        subject=row.subject,
        act=row.act,
        by=Actor(row.traced_by),
        at=from_text(row.traced_at),
        trace_id=row.sk.partition("#")[2],
    )
