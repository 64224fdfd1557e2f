"""The user pool: where staff sign in, and who they are now.

A few requests a minute, so the function makes them itself, without Cognito's client.
"""

import base64
import hashlib
import json
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from http import HTTPStatus
from typing import Any, NamedTuple
from urllib.parse import urlencode

from aftercare.kernel.errors import UnavailableError
from aftercare.kernel.signed import Answer, Service, asked, posted
from aftercare.staff.claims import identity_in, roles_in
from aftercare.staff.errors import SignInFailedError, Why
from aftercare.staff.model import Member
from aftercare.staff.session import Attempt, Identity

_COGNITO = Service(
    "cognito-idp",
    "AWSCognitoIdentityProviderService",
    "AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER",
)
_GONE = "UserNotFoundException"
_SCOPES = "openid email profile"
_LONGEST_CODE = 4096


class Pool(NamedTuple):
    """The user pool, our client in it, its sign-in pages, and where the console is."""

    pool_id: str
    client_id: str
    sign_in_url: str
    console_url: str
    region: str

    @property
    def issuer(self) -> str:
        suffix = "amazonaws.com.cn" if self.region.startswith("cn-") else "amazonaws.com"
        return f"https://cognito-idp.{self.region}.{suffix}/{self.pool_id}"

    @property
    def came_back(self) -> str:
        """Where the sign-in pages send a browser, with a code."""
        return f"{self.console_url}/signed-in"


@dataclass(frozen=True)
class Directory:
    """Staff in a Cognito user pool; its groups are named like roles."""

    pool: Pool

    def sign_in_page(self, state: str, attempt: Attempt) -> str:
        """The address at which a browser signs in; it asks for the password every time."""
        digest = hashlib.sha256(attempt.verifier.encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
        query = {
            "response_type": "code",
            "client_id": self.pool.client_id,
            "redirect_uri": self.pool.came_back,
            "scope": _SCOPES,
            "state": state,
            "nonce": attempt.nonce,
            "code_challenge": challenge,
            "code_challenge_method": "S256",
            # A shared computer must not sign the next person in as the one before.
            "prompt": "login",
        }
        return f"{self.pool.sign_in_url}/oauth2/authorize?{urlencode(query)}"

    def sign_out_page(self) -> str:
        """The address at which the sign-in pages forget the browser, and send it back to us."""
        query = {
            "client_id": self.pool.client_id,
            "logout_uri": f"{self.pool.console_url}/signed-out",
        }
        return f"{self.pool.sign_in_url}/logout?{urlencode(query)}"

    def identify(self, code: str, attempt: Attempt, now: datetime) -> Identity:
        """Who signed in, for the code with which the browser came back; asked for once.

        Raises:
            SignInFailedError: The code is not valid, was used, or is of another attempt.
            UnavailableError: The user pool does not answer.
        """
        if not 0 < len(code) <= _LONGEST_CODE:
            raise SignInFailedError(Why.CODE)
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": self.pool.came_back,
            "client_id": self.pool.client_id,
            "code_verifier": attempt.verifier,
        }
        basic = base64.b64encode(f"{self.pool.client_id}:{self._secret}".encode()).decode()
        answer = posted(
            f"{self.pool.sign_in_url}/oauth2/token", form, {"Authorization": f"Basic {basic}"}
        )
        if answer.status == HTTPStatus.BAD_REQUEST:
            raise SignInFailedError(Why.CODE)
        return identity_in(
            str(_document(answer).get("id_token", "")),
            issuer=self.pool.issuer,
            client_id=self.pool.client_id,
            nonce=attempt.nonce,
            now=now,
        )

    def now(self, identity: Identity) -> Identity | None:
        """The same person as the pool knows them now; None if they are gone or locked out.

        Raises:
            UnavailableError: The user pool does not answer.
        """
        found = self._about("AdminGetUser", identity)
        if found is None or not found.get("Enabled", False):
            return None
        groups = self._about("AdminListGroupsForUser", identity)
        if groups is None:
            return None
        facts = {each["Name"]: each["Value"] for each in found.get("UserAttributes", [])}
        email = facts.get("email", "")
        names = [each["GroupName"] for each in groups.get("Groups", [])]
        name = facts.get("name", "") or email
        member = Member(identity.member.staff_id, name, email, roles_in(names))
        return Identity(identity.username, member)

    def _about(self, operation: str, identity: Identity) -> dict[str, Any] | None:
        body = {"UserPoolId": self.pool.pool_id, "Username": identity.username}
        answer = asked(_COGNITO, operation, body)
        if answer.status == HTTPStatus.BAD_REQUEST and _GONE in answer.content.decode():
            return None
        return _document(answer)

    @cached_property
    def _secret(self) -> str:
        """Our client's secret; read once per execution environment, and kept nowhere else."""
        body = {"UserPoolId": self.pool.pool_id, "ClientId": self.pool.client_id}
        answer = asked(_COGNITO, "DescribeUserPoolClient", body)
        client = _document(answer).get("UserPoolClient", {})
        return str(client.get("ClientSecret", ""))


def _document(answer: Answer) -> dict[str, Any]:
    try:
        document = json.loads(answer.content if answer.is_ok else b"")
    except ValueError:
        document = None
    if not isinstance(document, dict):
        raise UnavailableError("Sign-in is not available at the moment.")
    return document
