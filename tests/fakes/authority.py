"""A certificate authority of our own, and a loopback server that speaks TLS by its leave."""

import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import ThreadingHTTPServer
from ipaddress import ip_address
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from tests.fakes.servers import Answer, serving


class Authority:
    """Its root and the certificate of 127.0.0.1, as files in a folder."""

    def __init__(self, folder: Path, name: str) -> None:
        key, self.root = ec.generate_private_key(ec.SECP256R1()), folder / f"{name}.pem"
        issuer = _named(name)
        root = _certificate(issuer, key.public_key(), issuer)
        root = root.add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        self.root.write_bytes(
            root.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)
        )
        own = ec.generate_private_key(ec.SECP256R1())
        here = x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))])
        leaf = _certificate(_named("127.0.0.1"), own.public_key(), issuer)
        leaf = leaf.add_extension(here, critical=False)
        self.chain = folder / f"{name}-server.pem"
        self.chain.write_bytes(
            own.private_bytes(
                serialization.Encoding.PEM,
                serialization.PrivateFormat.PKCS8,
                serialization.NoEncryption(),
            )
            + leaf.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)
        )

    @contextmanager
    def serving(self, answer: Answer) -> Iterator[str]:
        """The https address of a loopback server that answers as an AWS service does."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.chain)

        def secured(server: ThreadingHTTPServer) -> None:
            server.handle_error = _ignored  # type: ignore[method-assign] # who does not trust it
            server.socket = context.wrap_socket(
                server.socket, server_side=True, do_handshake_on_connect=False
            )

        with serving(answer, keep_alive=True, prepared=secured) as url:
            yield url.replace("http://", "https://")


def _ignored(request: Any, client_address: Any) -> None:
    """Clients that break the handshake off are expected."""


def _named(name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])


def _certificate(
    subject: x509.Name, key: ec.EllipticCurvePublicKey, issuer: x509.Name
) -> x509.CertificateBuilder:
    now = datetime.now(UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=30))
    )
