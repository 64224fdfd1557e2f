"""Staff: signing in, being signed in, and who ends a session."""

import hmac
import secrets
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, NamedTuple

from aftercare.kernel.actor import Actor, system
from aftercare.kernel.clock import Clock
from aftercare.kernel.errors import StaleWriteError
from aftercare.kernel.ids import Entropy
from aftercare.staff.audit import Act, Trace, about, new_trace
from aftercare.staff.errors import (
    NoSuchSessionError,
    SessionEndedError,
    SignInFailedError,
    Why,
)
from aftercare.staff.model import Member
from aftercare.staff.policy import require
from aftercare.staff.session import Attempt, Session, SessionKey, hashed

if TYPE_CHECKING:
    from aftercare.staff.directory import Directory
    from aftercare.staff.store import StaffStore

type Tokens = Callable[[], str]
"""A source of secrets that nobody can guess."""

# Whoever removed the member there.
_POOL = system("user_pool")
_MOST_DEVICE = 60
_LONGEST_STATE = 512


def new_token() -> str:
    """256 random bits."""
    return secrets.token_urlsafe(32)


class SignedIn(NamedTuple):
    """A completed sign-in: what the cookie keeps, and the page that the browser wanted."""

    key: SessionKey
    wanted: str


@dataclass(frozen=True, slots=True)
class StaffService:
    """Who of the staff is at which browser (R-STF-01 to R-STF-04)."""

    store: "StaffStore"
    directory: "Directory"
    clock: Clock
    entropy: Entropy
    tokens: Tokens = new_token

    def begin_sign_in(self, browser: str, wanted: str) -> str:
        """The address at which this browser signs in.

        `browser` is the random name in its cookie: no other browser can complete this sign-in,
        nor this one twice, nor after ten minutes (R-STF-01). Safe to repeat: each begins anew.
        """
        state = self.tokens()
        attempt = Attempt(hashed(browser), self.tokens(), self.tokens(), wanted, self.clock())
        self.store.begin(hashed(state), attempt)
        return self.directory.sign_in_page(state, attempt)

    def complete_sign_in(self, browser: str, state: str, code: str, device: str = "") -> SignedIn:
        """Opens a session for whoever the user pool says has signed in (R-STF-01, R-STF-02).

        An attempt is used up before the code is exchanged, so a crash means to sign in again.

        Raises:
            SignInFailedError: The state is unknown, used, older than ten minutes or another
                browser's, or the pool takes no such code. Nobody is signed in.
            UnavailableError: The user pool does not answer. Nobody is signed in.
        """
        attempt = self._attempt(browser, state)
        identity = self.directory.identify(code, attempt, self.clock())
        now, token = self.clock(), self.tokens()
        session = Session(hashed(token), identity, now, now, device[:_MOST_DEVICE])
        member = identity.member
        self.store.open(session, self._trace(about(member.staff_id), Act.SIGNED_IN, member.actor))
        return SignedIn(SessionKey(member.staff_id, token), attempt.wanted)

    def member(self, key: SessionKey) -> Member:
        """Who is at the browser with that cookie, with roles that are at most a minute old.

        A session lasts eight hours, and half an hour without use (R-STF-02). Once a minute the
        user pool is asked who its member is now (R-STF-03); without its answer nobody gets in.

        Raises:
            SessionEndedError: It has ended, or its member was removed or locked out.
            UnavailableError: The user pool does not answer.
        """
        session = self._found(key.staff_id, hashed(key.token))
        if session.is_unchecked(self.clock()):
            session = self._checked(session)
        return session.member

    def sign_out(self, key: SessionKey) -> str:
        """Ends the session; returns the address at which the sign-in pages forget it, too.

        Safe to repeat.
        """
        if session := self.store.session(key.staff_id, hashed(key.token)):
            self._end(session, Act.SIGNED_OUT, session.member.actor)
        return self.directory.sign_out_page()

    def sessions(self, member: Member) -> tuple[Session, ...]:
        """The member's own sessions, newest first."""
        now = self.clock()
        live = [each for each in self.store.sessions(member.staff_id) if not each.has_ended(now)]
        return tuple(sorted(live, key=lambda session: session.started_at, reverse=True))

    def end_session(self, member: Member, session_id: str) -> None:
        """Ends one of the member's own sessions, at once (R-STF-04).

        Raises:
            NoSuchSessionError: They have none of that name, or it has ended already.
        """
        session = self.store.session(member.staff_id, session_id)
        if session is None or not self._end(session, Act.SIGNED_OUT, member.actor):
            raise NoSuchSessionError

    def people(self, member: Member) -> tuple[Member, ...]:
        """Everybody who has signed in within 400 days, by name.

        Raises:
            NotPermittedError: The member may not end others' sessions.
        """
        require(member, "staff.revoke")
        return tuple(sorted(self.store.people(), key=lambda each: (each.name, each.staff_id)))

    def names(self) -> dict[str, str]:
        """The names of everybody who has signed in within 400 days, by staff id."""
        return {each.staff_id: each.name for each in self.store.people()}

    def revoke(self, member: Member, staff_id: str) -> int:
        """Ends every session of that colleague at once; returns how many (R-STF-04).

        It locks nobody out: that is done in the user pool, and works within a minute. Safe to
        repeat: sessions that were opened meanwhile end then.

        Raises:
            NotPermittedError: The member may not end others' sessions.
        """
        require(member, "staff.revoke")
        sessions = self.store.sessions(staff_id)
        return sum(self._end(session, Act.REVOKED, member.actor) for session in sessions)

    def _attempt(self, browser: str, state: str) -> Attempt:
        attempt = self.store.take(hashed(state)) if 0 < len(state) <= _LONGEST_STATE else None
        if attempt is None or attempt.has_ended(self.clock()):
            raise SignInFailedError(Why.STATE)
        if not hmac.compare_digest(attempt.browser, hashed(browser)):
            raise SignInFailedError(Why.BROWSER)
        return attempt

    def _checked(self, session: Session) -> Session:
        asked_at = self.clock()
        identity = self.directory.now(session.identity)
        if identity is None:
            self._end(session, Act.REVOKED, _POOL)
            raise SessionEndedError
        checked = replace(session, identity=identity, checked_at=asked_at)
        try:
            self.store.check(checked)
        except StaleWriteError:
            # Another request has checked it meanwhile, or it was ended.
            return self._found(session.member.staff_id, session.session_id)
        return checked

    def _found(self, staff_id: str, session_id: str) -> Session:
        session = self.store.session(staff_id, session_id)
        if session is None or session.has_ended(self.clock()):
            raise SessionEndedError
        return session

    def _end(self, session: Session, act: Act, actor: Actor) -> bool:
        return self.store.end(session, self._trace(about(session.member.staff_id), act, actor))

    def _trace(self, subject: str, act: Act, actor: Actor) -> Trace:
        return new_trace(subject, act, actor, self.clock(), self.entropy)
