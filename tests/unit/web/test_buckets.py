"""A page's policy names the very hosts that our S3 client signs links for."""

from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest

from aftercare.kernel import aws
from aftercare.kernel.config import read
from aftercare.web.buckets import BucketsConfig, origin_of

ENDPOINTS = ["", "http://localhost:8787", "http://127.0.0.1:4566", "https://s3.example.com"]


@pytest.fixture
def _clients(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
    aws.forget()
    yield
    aws.forget()


@pytest.mark.usefixtures("_clients")
@pytest.mark.parametrize("region", ["us-west-2", "us-east-1", "eu-central-1", "cn-north-1"])
@pytest.mark.parametrize("endpoint", ENDPOINTS)
@pytest.mark.parametrize("variable", ["AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_S3"])
def test_the_origin_is_that_of_a_signed_link(
    monkeypatch: pytest.MonkeyPatch, region: str, endpoint: str, variable: str
) -> None:
    monkeypatch.setenv("AWS_DEFAULT_REGION", region)
    for name in ("AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_S3"):
        monkeypatch.delenv(name, raising=False)
    if endpoint:
        monkeypatch.setenv(variable, endpoint)
    s3, bucket = aws.client("s3"), "aftercare-prod-documents-123"
    link = s3.generate_presigned_url("get_object", Params={"Bucket": bucket, "Key": "any"})
    form = s3.generate_presigned_post(bucket, "any")["url"]
    for signed in map(urlsplit, (link, form)):
        assert origin_of(bucket, read(BucketsConfig)) == f"{signed.scheme}://{signed.netloc}"
