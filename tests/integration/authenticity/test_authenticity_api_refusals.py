"""What a store's system is refused, and how: problems with a code, for it and for AWS's faults."""

import json
import time
from collections.abc import Callable, Iterator

import pytest

from aftercare.authenticity.codes import shown
from aftercare.authenticity.errors import ReferenceNotFoundError
from aftercare.kernel.symbols import sealed
from tests.fakes.aws import Json, RefusalError, answering
from tests.fakes.counter import FORGED, fresh_code, stock
from tests.fakes.logs import logged
from tests.fakes.servers import closed_port, silence
from tests.fakes.till import CHECKS, Reply, Till
from tests.fakes.trouble import Trouble, dynamodb_at, over_its_limits

pytestmark = [pytest.mark.integration, pytest.mark.usefixtures("functions", "batches")]
JUST_SO = "0K5D-A5VA-8H02-HHD1"
MOST_BYTES = 16 * 1024
WITHIN = 10.0  # the function's timeout in template.yaml


@pytest.fixture(scope="module")
def batches(tables: dict[str, str]) -> None:
    stock(tables["BatchesTable"])


@pytest.fixture
def till() -> Till:
    return Till()


def padded(size: int) -> str:
    """A good body of exactly so many bytes."""
    body = json.dumps({"code": JUST_SO})
    return body + " " * (size - len(body))


BODIES: dict[str, str | bytes | None] = {
    "none": None,
    "empty": "",
    "a code alone": JUST_SO,
    "a text": json.dumps(JUST_SO),
    "an array": json.dumps([JUST_SO]),
    "null": "null",
    "a number": "1",
    "not a number": "NaN",
    "a form": f"code={JUST_SO}",
    "cut off": '{"code": "0K5D',
    "followed by more": f'{{"code": "{JUST_SO}"}} {{}}',
    "with a comment": f'{{"code": "{JUST_SO}"}} // till 4',
    "with NaN in it": f'{{"code": "{JUST_SO}", "weight": NaN}}',
    "with Infinity in it": f'{{"code": "{JUST_SO}", "weight": -Infinity}}',
    "with a number beyond reading": f'{{"code": "{JUST_SO}", "n": {"9" * 5000}}}',
    "without a code": "{}",
    "with another member": f'{{"Code": "{JUST_SO}"}}',
    "with two codes": f'{{"code": "{FORGED}", "code": "{JUST_SO}"}}',
    "with a member twice, deep": f'{{"code": "{JUST_SO}", "till": {{"id": 1, "id": 2}}}}',
    "with an empty code": '{"code": ""}',
    "with null as code": '{"code": null}',
    "with a number as code": '{"code": 1234567890123456}',
    "with a truth as code": '{"code": true}',
    "with a list as code": f'{{"code": ["{JUST_SO}"]}}',
    "with an object as code": f'{{"code": {{"code": "{JUST_SO}"}}}}',
    "with a code of 3,000 characters": json.dumps({"code": "0" * 3_000}),
    "of 20 KB": padded(20 * 1024),
    "one byte too long": padded(MOST_BYTES + 1),
    "too long in UTF-8": json.dumps({"code": "\N{BEAR FACE}" * 4200}, ensure_ascii=False),
    "nested deep": '{"code": ' + "[" * 8000 + "]" * 8000 + "}",
    "nested deeper than can be read": '{"code": ' + "[" * 16000,
    "no UTF-8": b'{"code": "\xff\xfe0K5D"}',
    "in UTF-16": json.dumps({"code": JUST_SO}).encode("utf-16"),
    "cut in a character": '{"code": "\N{BEAR FACE}"}'.encode()[:-4],
    "a lone surrogate": '{"code": "\ud800"}',
}


@pytest.mark.parametrize("name", BODIES)
def test_a_body_that_is_no_object_with_a_code_is_refused(till: Till, name: str) -> None:
    reply = till.post(BODIES[name])
    assert reply.problem == (400, "request_invalid")
    assert JUST_SO not in json.dumps(reply.body)


def test_a_body_that_is_not_utf_8_is_told_so(till: Till) -> None:
    for name in ("no UTF-8", "in UTF-16", "cut in a character"):
        assert till.post(BODIES[name]).body["detail"] == "The body is not UTF-8."


def test_half_a_character_is_a_typo_like_any_other(till: Till) -> None:
    reply = till.post(b'{"code": "\\ud800K5D"}')
    assert (reply.status, reply.body["verdict"]) == (200, "mistyped")


def test_a_body_as_long_as_may_be_is_answered(till: Till) -> None:
    assert till.post(padded(MOST_BYTES)).body["verdict"] == "not_issued"


@pytest.mark.parametrize(
    "body",
    [
        json.dumps({"code": JUST_SO, "till": 4, "nested": {"id": [1]}}),
        json.dumps({"code": JUST_SO}, indent=4),
        json.dumps({"code": JUST_SO}).encode(),
    ],
)
def test_what_else_is_in_a_body_does_not_matter(till: Till, body: str | bytes) -> None:
    assert till.post(body).body["verdict"] == "not_issued"


@pytest.mark.parametrize(
    "content_type",
    ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", "application/xml"],
)
def test_another_content_type_is_refused(till: Till, content_type: str) -> None:
    reply = till.post(json.dumps({"code": JUST_SO}), **{"content-type": content_type})
    assert reply.problem == (415, "unsupported_media_type")


@pytest.mark.parametrize(
    "content_type", ["application/json; charset=utf-8", "Application/JSON", "application/json;"]
)
def test_json_may_be_spelled_as_headers_may(till: Till, content_type: str) -> None:
    reply = till.post(json.dumps({"code": JUST_SO}), **{"content-type": content_type})
    assert reply.status == 200


@pytest.mark.parametrize(
    "key", ["", "k" * 256, "a\nb", "a\n", "a\r\nX-Injected: 1", "a b", "\t", "clé", "鍵", "\x7f"]
)
def test_a_key_that_is_not_1_to_255_visible_ascii_characters_is_refused(
    till: Till, key: str
) -> None:
    code = fresh_code()
    assert till.check(code, Idempotency_Key=key).problem == (400, "request_invalid")
    assert till.check(code).body["checks"] == 1


@pytest.mark.parametrize("key", ["k" * 255, "!", "~", '"quoted"', "a,b;c=d"])
def test_any_visible_ascii_key_will_do(till: Till, key: str) -> None:
    assert till.check(fresh_code(), Idempotency_Key=key).status == 200


@pytest.mark.parametrize(
    "scopes", ["", "points:write", "authenticity", "authenticity:check2", "AUTHENTICITY:CHECK"]
)
def test_a_key_without_the_scope_is_refused_before_anything_else_is_looked_at(scopes: str) -> None:
    till, code = Till(scopes=scopes), fresh_code()
    refused = [till.check(code), till.post("no JSON"), till.look_up("V-none"), till.check(FORGED)]
    assert [reply.problem for reply in refused] == [(403, "insufficient_scope")] * 4
    assert "authenticity:check" in refused[0].body["detail"]
    assert Till().check(code).body["checks"] == 1


@pytest.mark.parametrize("context", [None, {}, {"principalId": "me"}])
def test_who_came_past_the_authorizer_is_refused(context: dict[str, str] | None) -> None:
    reply = Stranger(context).check(fresh_code())
    assert reply.problem == (403, "insufficient_scope")


class Stranger(Till):
    """Reaches the function without the gateway's authorizer."""

    def __init__(self, context: dict[str, str] | None) -> None:
        super().__init__()
        self.context = context

    def _context(self, method: str, route: str, path: str) -> dict[str, object]:
        told = super()._context(method, route, path)
        del told["authorizer"]
        return told if self.context is None else told | {"authorizer": self.context}


REFERENCES = [
    "V-0000-0000-0000-0000",
    "V-03M0-XVFJ-9EPD-CCDR",  # well-formed, but of no check
    f"V-{shown(sealed(1 << 90, 'V', 20))}",  # the same, of five groups
    "N-06FT-V4RV-CYXK-TE7Z",
    "V",
    " ",
    "V-03M0-XVFJ-9EPD-CCDR-CCDR-CCDR",
    "X" * 2000,
    "../../etc/passwd",
    "\N{BEAR FACE}",
    "%00",
    "\x00",
]


@pytest.mark.parametrize("reference", REFERENCES)
def test_a_reference_that_nobody_was_given_is_not_found(till: Till, reference: str) -> None:
    reply = till.look_up(reference)
    assert reply.problem == (404, ReferenceNotFoundError.code)
    assert reference not in reply.body["detail"] or len(reference) < 3


def timed(ask: Callable[[], Reply]) -> tuple[Reply, float]:
    started = time.monotonic()
    reply = ask()
    return reply, time.monotonic() - started


def is_told_to_come_back(reply: Reply) -> bool:
    return reply.problem == (503, "unavailable") and reply.headers["Retry-After"] == "30"


@pytest.fixture
def away(request: pytest.FixtureRequest) -> Iterator[None]:
    """DynamoDB in trouble, before anything was read from it."""
    with dynamodb_at(request.param):
        yield


def in_trouble(*troubles: Trouble) -> pytest.MarkDecorator:
    names = [trouble.__name__ for trouble in troubles]
    return pytest.mark.parametrize("away", troubles, indirect=True, ids=names)


@in_trouble(closed_port, over_its_limits)
@pytest.mark.usefixtures("away")
def test_without_dynamodb_a_check_is_told_to_come_back_in_time(till: Till) -> None:
    reply, seconds = timed(lambda: till.check(fresh_code()))
    assert is_told_to_come_back(reply)
    assert seconds < WITHIN


@in_trouble(closed_port, over_its_limits)
@pytest.mark.usefixtures("away")
def test_without_dynamodb_what_is_no_code_of_ours_is_answered_all_the_same(till: Till) -> None:
    forged, mistyped = till.check(FORGED), till.check("0K5D")
    assert [forged.body["verdict"], mistyped.body["verdict"]] == ["not_issued", "mistyped"]
    assert till.look_up(forged.body["reference"]).status == 200


def test_the_table_going_away_later_is_told_alike(till: Till) -> None:
    known = till.check(fresh_code()).body["reference"]

    def refuse(_: Json) -> Json:
        raise RefusalError("ServiceUnavailable")

    with answering("dynamodb", "GetItem", refuse):
        replies = [till.check(fresh_code()), till.look_up(known)]
    assert all(is_told_to_come_back(reply) for reply in replies)


@pytest.mark.slow
@in_trouble(silence)
@pytest.mark.usefixtures("away")
def test_a_dynamodb_that_never_answers_costs_a_till_less_than_ten_seconds(till: Till) -> None:
    reply, seconds = timed(lambda: till.check(fresh_code()))
    assert is_told_to_come_back(reply)
    assert 3 < seconds < WITHIN


def test_without_the_keys_nothing_can_be_said_of_any_code(
    till: Till, monkeypatch: pytest.MonkeyPatch
) -> None:
    with closed_port() as url:
        monkeypatch.setenv("AWS_ENDPOINT_URL_SECRETS_MANAGER", url)
        replies = [till.check(code) for code in (FORGED, "0K5D")]
    assert all(is_told_to_come_back(reply) for reply in replies)


def test_what_did_not_answer_is_logged_without_the_code(till: Till) -> None:
    code = fresh_code()
    with dynamodb_at(over_its_limits), logged() as log:
        till.check(code)
    assert "mei@example.com" not in log.getvalue()
    assert code not in log.getvalue()
    [line] = [line for line in log.lines if line["message"] == "request"]
    assert (line["route"], line["status"]) == (f"POST {CHECKS}", 503)
