"""A picture's address is somebody else's text: it leads to public servers, or nowhere."""

import pytest

from aftercare.pictures.errors import PictureRefusedError
from aftercare.pictures.model import MOST_BYTES
from tests.fakes.origins import PUBLIC, Origins, answer

URL = "https://cdn.example/moon-hare.webp?w=600"


def reason_of(origins: Origins, url: str = URL) -> str:
    with pytest.raises(PictureRefusedError) as refusal:
        origins.downloads().get(url)
    assert refusal.value.code == "picture_refused"
    return str(refusal.value.facts["reason"])


def test_a_picture_is_fetched_from_the_address_that_was_checked() -> None:
    origins = Origins({"cdn.example": answer()}, {"cdn.example": [[PUBLIC], ["127.0.0.1"]]})
    assert origins.downloads().get(URL) == b"picture"
    assert origins.connections == [(PUBLIC, "cdn.example")]
    assert origins.resolved == ["cdn.example"], "a second answer may differ"


def test_the_request_says_nothing_of_us_or_a_customer() -> None:
    origins = Origins({"cdn.example": answer()})
    origins.downloads().get(URL)
    head = b"".join(origins.requests).decode().lower()
    assert head.startswith("get /moon-hare.webp?w=600 http/1.1\r\nhost: cdn.example\r\n")
    assert not {"referer", "cookie", "authorization", "origin"} & {
        line.partition(":")[0] for line in head.splitlines()
    }


@pytest.mark.parametrize(
    "url",
    [
        "http://cdn.example/a.png",
        "ftp://cdn.example/a.png",
        "file:///etc/passwd",
        "//cdn.example/a.png",
        "https://",
        "https:///a.png",
        "https://user@cdn.example/a.png",
        "https://:secret@cdn.example/a.png",
        "https://cdn.example:8443/a.png",
        "https://cdn.example:22/",
        "https://cdn.example:x/",
        "https://[::1/",
        "https://" + "x" * 300 + ".example/",
        "https://cdn.example/a b",
        "https://cdn.example/a\r\nHost: other",
        "https://..example/",
        "",
    ],
)
def test_what_is_no_plain_https_address_is_refused(url: str) -> None:
    origins = Origins({})
    assert reason_of(origins, url)
    assert origins.requests == []


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "10.0.0.7", "172.16.3.4", "192.168.1.1", "169.254.169.254", "100.64.0.1",
        "0.1.2.3", "255.255.255.255", "224.0.0.1", "198.18.0.1", "192.0.2.1", "240.0.0.1",
        "::1", "::", "fe80::1", "fc00::1", "fd00:ec2::254", "ff02::1", "2001:db8::1",
        "::ffff:127.0.0.1", "::ffff:10.0.0.7", "64:ff9b::a00:7", "64:ff9b:1::a9fe:a9fe",
        "2002:7f00:1::", "2001:0:7f00:1::",
    ],
)  # fmt: skip
@pytest.mark.parametrize("others", [[], [PUBLIC]])
def test_a_host_within_a_network_is_refused_before_a_connection(
    address: str, others: list[str]
) -> None:
    origins = Origins({"cdn.example": answer()}, {"cdn.example": [[*others, address]]})
    assert reason_of(origins) == "address"
    assert origins.connections == []


def test_a_host_without_an_address_is_refused() -> None:
    assert reason_of(Origins({}, {"cdn.example": [[]]})) == "address"


def moved(where: str, status: str = "302 Found") -> bytes:
    return answer(b"", status, Location=where)


@pytest.mark.parametrize("where", ["/a.webp", "https://img.example/a.webp", "//img.example/a.webp"])
def test_a_redirect_is_followed_and_checked_again(where: str) -> None:
    origins = Origins(
        {"cdn.example": moved("https://img.example/b"), "img.example": answer()},
        {"img.example": [[PUBLIC]]},
    )
    assert origins.downloads().get("https://cdn.example/") == b"picture"
    assert origins.resolved == ["cdn.example", "img.example"]
    assert reason_of(Origins({"cdn.example": moved(where), "img.example": b""}))


@pytest.mark.parametrize(
    "where",
    [
        "http://img.example/a.webp",
        "https://inside.example/",
        "https://169.254.169.254/latest/meta-data/",
        "file:///etc/passwd",
        "",
    ],
)
def test_a_redirect_leads_nowhere_that_an_address_may_not(where: str) -> None:
    origins = Origins(
        {"cdn.example": moved(where), "img.example": answer(), "inside.example": answer()},
        {"inside.example": [["10.0.0.7"]], "169.254.169.254": [["169.254.169.254"]]},
    )
    assert reason_of(origins) in {"url", "address", "redirects"}
    assert {address for address, _ in origins.connections} == {PUBLIC}


@pytest.mark.parametrize(
    "sent",
    [
        answer(b"x" * (MOST_BYTES + 1)),
        answer(b"x" * (MOST_BYTES + 1), Content_Length=str(MOST_BYTES + 1)),
        answer(b"%x\r\n" % (MOST_BYTES + 1) + b"x" * (MOST_BYTES + 1), Transfer_Encoding="chunked"),
    ],
)
def test_more_than_five_megabytes_are_refused(sent: bytes) -> None:
    assert reason_of(Origins({"cdn.example": sent})) == "size"


@pytest.mark.parametrize(
    "sent",
    [answer(b"x" * 200), b"HTTP/1.1 200 OK\r\n" + b"X-A: b\r\n" * 90, b"HTTP/1.1 2"],
    ids=["body", "headers", "status"],
)
def test_a_server_that_drips_runs_out_of_time(sent: bytes) -> None:
    origins = Origins({"cdn.example": sent}, piece=1, seconds_a_byte=1.0)
    assert reason_of(origins) == "time"
    assert origins.now < 8


@pytest.mark.parametrize(
    "sent",
    [
        b"",
        b"SSH-2.0-OpenSSH_9.9\r\n",
        answer(status="404 Not Found"),
        answer(status="304 Not Modified"),
        answer(status="500 Oops"),
        b"HTTP/1.1 200 OK\r\n" + b"X-A: b\r\n" * 500,
    ],
)
def test_what_is_no_answer_with_a_picture_is_refused(sent: bytes) -> None:
    assert reason_of(Origins({"cdn.example": sent}))
