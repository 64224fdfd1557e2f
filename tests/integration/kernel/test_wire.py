"""Connections to AWS without the SDK: used again, given up in time, to whom botocore trusts."""

import socket
import ssl
from collections.abc import Iterator

import pytest

from aftercare.kernel import wire
from aftercare.kernel.wire import NoReplyError, Wire
from tests.fakes.authority import Authority
from tests.fakes.scripted import CUT, DROPS, HANGS, OK, Act, playing
from tests.fakes.servers import closed_port

pytestmark = [pytest.mark.integration, pytest.mark.usefixtures("fresh_trust")]


@pytest.fixture
def fresh_trust() -> Iterator[None]:
    wire._context.cache_clear()
    wire._every_root.cache_clear()
    yield
    wire._context.cache_clear()
    wire._every_root.cache_clear()


@pytest.mark.parametrize(
    ("act", "kind"),
    [(DROPS, "ConnectionClosedError"), (CUT, "ConnectionClosedError"), (HANGS, "ReadTimeoutError")],
)
def test_a_reply_that_does_not_come_whole_or_in_time_is_none(act: Act, kind: str) -> None:
    with playing(act) as (url, _), pytest.raises(NoReplyError, match=kind):
        Wire(url, (1, 0.2)).post({}, b"{}")


def test_nobody_who_listens_or_connects_is_told_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    def never(*_: object, **__: object) -> socket.socket:
        raise TimeoutError

    with closed_port() as url, pytest.raises(NoReplyError, match="EndpointConnectionError"):
        Wire(url, (1, 1)).post({}, b"{}")
    monkeypatch.setattr("socket.create_connection", never)
    with pytest.raises(NoReplyError, match="ConnectTimeoutError"):
        Wire("http://127.0.0.1:9", (1, 1)).post({}, b"{}")


def test_a_connection_is_used_again_unless_the_server_has_closed_it() -> None:
    with playing(OK) as (url, script):
        line = Wire(url, (1, 1))
        assert [line.post({}, b"{}").status for _ in range(2)] == [200, 200]
        [kept] = line._idle
        assert kept.sock
        kept.sock.shutdown(socket.SHUT_RDWR)  # as seen from here: an end to read
        assert line.post({}, b"{}").status == 200
        assert line._idle[0] is not kept
        line.close()
    assert len(script.asked) == 3


@pytest.mark.parametrize("is_trusted", [True, False])
def test_a_server_is_trusted_by_botocores_roots_alone(
    tmp_path_factory: pytest.TempPathFactory,
    monkeypatch: pytest.MonkeyPatch,
    *,
    is_trusted: bool,
) -> None:
    ours = Authority(tmp_path_factory.mktemp("ours"), "ours")
    if is_trusted:
        monkeypatch.setattr("botocore.httpsession.get_cert_path", lambda _: ours.root)
    with ours.serving(lambda _headers, _request: b"{}") as url:
        line = Wire(url, (1, 1))
        for _ in range(2):
            if is_trusted:
                assert line.post({}, b"{}").status == 200
            else:
                with pytest.raises(NoReplyError, match="SSLError"):
                    line.post({}, b"{}")
        line.close()


def test_amazons_roots_suffice_for_amazons_servers_whose_names_are_checked() -> None:
    context = wire._context()
    assert context.cert_store_stats()["x509_ca"] == 5
    assert (context.verify_mode, context.check_hostname) == (ssl.CERT_REQUIRED, True)


@pytest.mark.parametrize(
    ("url", "host"),
    [
        ("http://127.0.0.1:4566", "127.0.0.1:4566"),
        ("https://a.example:443/", "a.example"),
        ("http://[::1]:80", "[::1]"),
        ("http://[::1]:4566", "[::1]:4566"),
    ],
)
def test_a_servers_name_has_a_port_that_is_not_the_usual(url: str, host: str) -> None:
    assert Wire(url, (1, 1)).host == host
