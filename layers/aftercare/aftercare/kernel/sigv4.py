"""Signs a JSON request to AWS (Signature Version 4), header by header as botocore does.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
"""

import hmac
from collections.abc import Mapping
from datetime import datetime
from hashlib import sha256
from typing import NamedTuple

_ALGORITHM = "AWS4-HMAC-SHA256"


class Credentials(NamedTuple):
    """Who signs; a function's role has a session token as well."""

    key_id: str
    secret: str
    token: str = ""


class Scope(NamedTuple):
    """What a signature is good for."""

    region: str
    service: str


def signed(
    host: str,
    headers: Mapping[str, str],
    body: bytes,
    credentials: Credentials,
    *,
    scope: Scope,
    now: datetime,
) -> dict[str, str]:
    """The headers of a POST to `/` with its signature; each of `headers` is signed."""
    moment = f"{now:%Y%m%dT%H%M%SZ}"
    dated = {**headers, "X-Amz-Date": moment}
    if credentials.token:
        dated["X-Amz-Security-Token"] = credentials.token
    lines = sorted((name.lower(), text.strip()) for name, text in {"Host": host, **dated}.items())
    names = ";".join(name for name, _ in lines)
    listed = "\n".join(f"{name}:{text}" for name, text in lines)
    request = f"POST\n/\n\n{listed}\n\n{names}\n{sha256(body).hexdigest()}"
    where = f"{moment[:8]}/{scope.region}/{scope.service}/aws4_request"
    told = f"{_ALGORITHM}\n{moment}\n{where}\n{sha256(request.encode()).hexdigest()}"
    key = f"AWS4{credentials.secret}".encode()
    for part in where.split("/"):
        key = hmac.digest(key, part.encode(), "sha256")
    signature = hmac.digest(key, told.encode(), "sha256").hex()
    dated["Authorization"] = (
        f"{_ALGORITHM} Credential={credentials.key_id}/{where}, "
        f"SignedHeaders={names}, Signature={signature}"
    )
    return dated
