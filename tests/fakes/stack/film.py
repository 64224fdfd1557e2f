"""A video on its way to the deployed portal, in parts, as the page's script sends it."""

import html
import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import urllib3

from tests.fakes.stack.visitor import Page, Slot, Visitor

_POOL = urllib3.PoolManager(timeout=urllib3.Timeout(connect=30, read=60), retries=False)
_FORM = re.compile(r'<form[^>]* action="([^"]+)" enctype=.*?</form>', re.DOTALL)
_FIELD = re.compile(r'name="([^"]+)" value="([^"]*)"')


@dataclass(frozen=True)
class Film:
    """The place of one video of a return, and the file that goes there."""

    visitor: Visitor
    path: str
    data: bytes

    @classmethod
    def of(cls, visitor: Visitor, draft: str, data: bytes, content_type: str) -> "Film":
        """Opens a place for a video in that draft."""
        visitor.get(draft)
        opened = visitor.post(
            f"{draft}/videos", accept="application/json", content_type=content_type
        )
        assert opened.status == 201, opened.body
        return cls(visitor, f"{draft}/videos/{json.loads(opened.body)['video_id']}", data)

    def begins(self) -> tuple[list[int], int]:
        """Begins, or goes on; returns the parts that are missing, and a part's length."""
        answer = self._asks("upload", size=str(len(self.data)), mark="this file")
        told = json.loads(answer.body)
        return told["missing"], told["part_bytes"]

    def link(self, number: int) -> str:
        urls: dict[str, str] = json.loads(self._asks("parts", numbers=str(number)).body)["urls"]
        return urls[str(number)]

    def part(self, number: int) -> bytes:
        _, length = self.begins()
        return self.data[(number - 1) * length : number * length]

    def sends(self, numbers: Iterable[int]) -> None:
        for number in numbers:
            assert put(self.link(number), self.part(number)) == 200

    def completes(self) -> Page:
        return self.visitor.post(f"{self.path}/complete", accept="application/json")

    def _asks(self, verb: str, **form: str) -> Page:
        answer = self.visitor.post(f"{self.path}/{verb}", accept="application/json", **form)
        assert answer.status == 200, answer.body
        return answer


def opened_by_form(customer: Visitor, draft: str) -> Slot:
    """Opens a place for a video as a browser without scripts does; the form that it is led to."""
    customer.get(draft)
    page = customer.get(customer.post(f"{draft}/videos").location)
    form = _FORM.search(page.body)
    assert form, page.body
    fields = {name: html.unescape(value) for name, value in _FIELD.findall(form[0])}
    return Slot("", html.unescape(form[1]), fields)


def sent_by_form(slot: Slot, video: bytes) -> str:
    """Sends all of it; returns where the bucket leads the browser then."""
    fields: dict[str, Any] = {**slot.fields, "file": ("video.mp4", video, "video/mp4")}
    answer = _POOL.request("POST", slot.url, fields=fields, redirect=False)
    assert answer.status == 303, answer.data
    return answer.headers["Location"].partition("?")[0]


def put(url: str, body: bytes) -> int:
    """Puts that where a link leads; returns what it is answered."""
    return _POOL.request("PUT", url, body=body).status


def fetched(url: str, **headers: str) -> urllib3.BaseHTTPResponse:
    return _POOL.request("GET", url, headers=headers)
