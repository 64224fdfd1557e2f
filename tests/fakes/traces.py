"""Looks for a text everywhere: in every item, every version of every object, and in logs."""

import base64
import gzip
import hashlib
import re
import zlib
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from urllib.parse import quote, quote_plus

from boto3.dynamodb.types import Binary, TypeDeserializer

from aftercare.kernel.aws import client

_deserialized = TypeDeserializer().deserialize
_BASE64 = re.compile(rb"[A-Za-z0-9+/_-]{16,}={0,2}")


def spellings(text: str) -> dict[str, bytes]:
    """How a text may be written: as it is, in one case, escaped, encoded, or as a digest."""
    lower = text.lower()
    encoded = text.encode()
    digest = hashlib.sha256(lower.encode())
    return {
        "plain": lower.encode(),
        "escaped": lower.encode("unicode_escape"),
        "quoted": quote(lower, safe="").lower().encode(),
        "quoted for forms": quote_plus(lower).lower().encode(),
        "hexadecimal": encoded.hex().encode(),
        "digest": digest.hexdigest().encode(),
        "digest in bytes": digest.digest(),
        "MD5": hashlib.md5(lower.encode(), usedforsecurity=False).hexdigest().encode(),
    }


def layers(body: bytes) -> Iterator[bytes]:
    """The bytes, and what they are once decompressed or decoded."""
    yield body
    with suppress(OSError, EOFError, zlib.error):
        yield gzip.decompress(body)
    with suppress(zlib.error):
        yield zlib.decompress(body)
    for found in _BASE64.findall(body):
        trimmed = found.rstrip(b"=")
        for start in range(4):
            part = trimmed[start:]
            part = part[: len(part) - len(part) % 4]
            with suppress(ValueError):
                yield base64.b64decode(
                    part, altchars=b"-_" if b"-" in part or b"_" in part else None
                )


def found_in(body: bytes, texts: Iterable[str]) -> set[str]:
    """Which of the texts are in the bytes, in whichever spelling."""
    wanted = {text: spellings(text) for text in texts}
    found = set()
    for layer in layers(body):
        lower = layer.lower()
        for text, ways in wanted.items():
            if any(
                way in (layer if name == "digest in bytes" else lower) for name, way in ways.items()
            ):
                found.add(text)
    return found


def stored(tables: Mapping[str, str], buckets: Mapping[str, str]) -> Iterator[tuple[str, bytes]]:
    """Everything that is stored: each place, and all that is there."""
    for name, table in tables.items():
        for page in (
            client("dynamodb").get_paginator("scan").paginate(TableName=table, ConsistentRead=True)
        ):
            for item in page["Items"]:
                plain = {key: _deserialized(value) for key, value in item.items()}
                yield f"{name} {plain}", b"\n".join(_bytes_in(plain))
    for name, bucket in buckets.items():
        yield from _objects(name, bucket)


def _objects(name: str, bucket: str) -> Iterator[tuple[str, bytes]]:
    s3 = client("s3")
    for page in s3.get_paginator("list_object_versions").paginate(Bucket=bucket):
        for marker in page.get("DeleteMarkers", ()):
            yield f"{name} {marker['Key']} (deleted)", marker["Key"].encode()
        for version in page.get("Versions", ()):
            answer = s3.get_object(
                Bucket=bucket, Key=version["Key"], VersionId=version["VersionId"]
            )
            body = answer["Body"].read()
            about = f"{version['Key']} {answer['Metadata']}"
            yield f"{name} {about}", about.encode() + b"\n" + body


def _bytes_in(value: object) -> Iterator[bytes]:
    match value:
        case dict():
            for key, inner in value.items():
                yield str(key).encode()
                yield from _bytes_in(inner)
        case list() | set() | tuple():
            for inner in value:
                yield from _bytes_in(inner)
        case Binary():
            yield bytes(value)  # type: ignore[call-overload]
        case bytes():
            yield value
        case _:
            yield str(value).encode()


def remains(
    texts: Iterable[str],
    tables: Mapping[str, str],
    buckets: Mapping[str, str],
    *logs: str,
) -> list[str]:
    """Each place in which one of the texts still is, with the text."""
    wanted = list(texts)
    places = [*stored(tables, buckets), *(("log", log.encode()) for log in logs)]
    return [
        f"{sorted(found)} in {place[:300]}"
        for place, body in places
        if (found := found_in(body, wanted))
    ]
