"""A member of staff at the deployed console over plain HTTP, who signs in at the user pool."""

import html
import re
from dataclasses import dataclass
from urllib.parse import urlencode, urlsplit

import urllib3

from tests.fakes.stack.local_stacks import LocalStack
from tests.fakes.stack.visitor import Page, Visitor

_POOL = urllib3.PoolManager(timeout=urllib3.Timeout(connect=30, read=60), retries=False)
_FIELD = re.compile(r'name="([^"]+)" value="([^"]*)"')
_MORE = re.compile(r'href="([^"]+)">More tickets<')
_FORM = {"Content-Type": "application/x-www-form-urlencoded"}


@dataclass
class StaffMember(Visitor):
    """One browser at the console. Its host goes into a header: resolvers need not know it."""

    stack: LocalStack | None = None

    @classmethod
    def at(cls, stack: LocalStack) -> "StaffMember":
        host = urlsplit(stack.facts["console_url"]).netloc
        return cls(stack.endpoint_url, headers={"Host": host}, stack=stack)

    def begins(self, to: str = "/") -> str:
        """Presses the button of the way in; returns the address of the sign-in page."""
        self.get("/sign-in")
        return self.post("/sign-in", to=to).location

    def proves(self, page: str, email: str, password: str) -> str:
        """Fills in the sign-in page; returns where it leads: none if it takes no such password."""
        shown = _POOL.request("GET", page).data.decode()
        form = {name: html.unescape(value) for name, value in _FIELD.findall(shown)}
        body = urlencode(form | {"username": email, "password": password})
        login = f"{self.portal_url}/login"
        answer = _POOL.request("POST", login, body=body, headers=_FORM, redirect=False)
        return answer.headers.get("Location", "")

    def enters(self, role: str, to: str = "/") -> Page:
        """Signs in as that role's demo account; returns the page that it wanted."""
        assert self.stack
        account = self.stack.facts["demo"]["staff"][role]
        back = urlsplit(self.proves(self.begins(to), account["email"], account["password"]))
        answer = self.get(f"{back.path}?{back.query}")
        assert answer.status == 303, answer
        return self.get(answer.location)

    def queued(self) -> str:
        """The free tickets' queue, page after page: other tests' tickets stand there, too."""
        pages = [self.get("/queue/tickets").body]
        while more := _MORE.search(pages[-1]):
            pages.append(self.get(html.unescape(more[1])).body)
        return "".join(pages)
