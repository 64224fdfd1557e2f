"""Requests to AWS over TLS: few roots are trusted, all when these do not suffice, and no others."""

import re
import ssl
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from botocore.awsrequest import AWSRequest
from botocore.exceptions import SSLError
from botocore.httpsession import DEFAULT_CA_BUNDLE, URLLib3Session, get_cert_path

from aftercare.kernel import aws
from aftercare.kernel.trust import AMAZON, Trust, TrustingSession, amazon, trusting
from tests.fakes.authority import Authority

pytestmark = [pytest.mark.integration, pytest.mark.usefixtures("_aws")]
CERTIFICATE = re.compile("-----BEGIN CERTIFICATE-----.*?-----END CERTIFICATE-----", re.DOTALL)


@pytest.fixture(autouse=True)
def _as_on_lambda(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without what the machine of the tests says about roots and proxies."""
    for name in ("AWS_CA_BUNDLE", "REQUESTS_CA_BUNDLE", "HTTPS_PROXY", "https_proxy"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture(scope="module")
def ours(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("ours"), "ours")


@pytest.fixture(scope="module")
def another(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("another"), "another")


@pytest.fixture
def server(ours: Authority) -> Iterator[str]:
    with ours.serving(
        lambda _headers, request: b'{"TableNames": ["' + request[:0] + b't"]}'
    ) as url:
        yield url


def new_client(service: str) -> Any:
    """A client that no other test has, with its session."""
    return aws._client.__wrapped__(service)


def answered(session: URLLib3Session, url: str) -> int:
    request = AWSRequest("POST", url, data=b"{}").prepare()
    return int(session.send(request).status_code)


def roots(trust: Trust) -> int:
    return trust.context.cert_store_stats()["x509_ca"]


def session(trust: Trust) -> TrustingSession:
    return TrustingSession(trust, (1, 3))


def test_amazons_roots_are_those_that_botocore_trusts() -> None:
    few = CERTIFICATE.findall(AMAZON.read_text())
    assert len(few) == len(set(few)) == 5
    for bundle in (DEFAULT_CA_BUNDLE, str(get_cert_path(True))):
        every = {text.replace("\n", "") for text in CERTIFICATE.findall(Path(bundle).read_text())}
        assert {text.replace("\n", "") for text in few} <= every
    names = set(re.findall(r"commonName', '(.*?)'", str(amazon().context.get_ca_certs())))
    assert names == {
        *(f"Amazon Root CA {number}" for number in range(1, 5)),
        "Starfield Services Root Certificate Authority - G2",
    }


def test_a_server_of_a_few_roots_is_reached_without_the_others(
    ours: Authority, server: str
) -> None:
    trust = Trust(ours.root, DEFAULT_CA_BUNDLE)
    for _ in range(3):  # a connection each
        sent = session(trust)
        assert answered(sent, server) == 200
        sent.close()
    assert (trust.is_wide, roots(trust)) == (False, 1)


def test_a_server_of_another_root_is_reached_and_then_all_are_trusted(
    ours: Authority, another: Authority, server: str
) -> None:
    trust = Trust(another.root, str(ours.root))
    sent = session(trust)
    assert answered(sent, server) == 200
    assert (trust.is_wide, roots(trust)) == (True, 2)
    assert answered(sent, server) == 200
    sent.close()


def test_a_server_that_botocore_would_not_trust_is_not_trusted(
    another: Authority, server: str
) -> None:
    trust = Trust(AMAZON, str(another.root))
    for _ in range(2):
        sent = session(trust)
        with pytest.raises(SSLError, match="CERTIFICATE_VERIFY_FAILED"):
            answered(sent, server)
        sent.close()


def test_the_name_of_the_server_counts(ours: Authority, server: str) -> None:
    sent = session(Trust(ours.root, str(ours.root)))
    with pytest.raises(SSLError, match="localhost"):
        answered(sent, server.replace("127.0.0.1", "localhost"))
    sent.close()


@pytest.mark.parametrize("service", aws.Service.__value__.__args__)
def test_all_clients_share_one_context(service: str) -> None:
    made = new_client(service)
    of_pool = made._endpoint.http_session._manager.connection_pool_kw
    assert of_pool["ssl_context"] is amazon().context
    assert of_pool["maxsize"] == 10
    assert (of_pool["timeout"].connect_timeout, of_pool["timeout"].read_timeout) == (1, 3)
    assert amazon().context.verify_mode is ssl.CERT_REQUIRED
    made.close()


@pytest.mark.parametrize("variable", ["AWS_CA_BUNDLE", "REQUESTS_CA_BUNDLE"])
def test_a_deployments_own_authority_is_the_one_that_counts(
    ours: Authority, server: str, monkeypatch: pytest.MonkeyPatch, variable: str
) -> None:
    monkeypatch.setenv(variable, str(ours.root))
    monkeypatch.setenv("AWS_ENDPOINT_URL_DYNAMODB", server)
    made = new_client("dynamodb")
    assert type(made._endpoint.http_session) is URLLib3Session
    assert made.list_tables()["TableNames"] == ["t"]
    made.close()


def test_a_way_by_a_proxy_is_left_to_botocore(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:9")
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)
    made = new_client("dynamodb")
    assert type(made._endpoint.http_session) is URLLib3Session
    made.close()


def test_a_client_certificate_is_left_to_botocore(ours: Authority) -> None:
    stock = URLLib3Session(client_cert=str(ours.chain))
    assert trusting(stock, amazon()) is stock
