"""Objects are purged in every version, however many pages their list has."""

import boto3
import pytest

from aftercare.kernel.objects import purge

pytestmark = pytest.mark.integration


def test_what_is_listed_on_many_pages_is_purged_whole(
    buckets: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """This S3, too, finds no second page behind a key that is gone."""
    monkeypatch.setenv("MOTO_S3_DEFAULT_MAX_KEYS", "2")
    bucket, s3 = buckets["UploadsBucket"], boto3.client("s3")
    for number in range(5):
        s3.put_object(Bucket=bucket, Key=f"purged/{number}", Body=b"x")
        s3.create_multipart_upload(Bucket=bucket, Key=f"purged/unfinished {number}")
    s3.put_object(Bucket=bucket, Key="kept", Body=b"x")
    assert purge(bucket, "purged/") == 10
    assert "Contents" not in s3.list_objects_v2(Bucket=bucket, Prefix="purged/")
    assert "Contents" in s3.list_objects_v2(Bucket=bucket, Prefix="kept")
    assert not s3.list_multipart_uploads(Bucket=bucket, Prefix="purged/").get("Uploads")
    s3.delete_object(Bucket=bucket, Key="kept")
