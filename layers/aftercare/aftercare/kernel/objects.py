"""Objects in S3 as erasing and exporting need them: every version of them gone, or all of one."""

from contextlib import closing

from botocore.exceptions import ClientError

from aftercare.kernel.aws import client


def purge(bucket: str, prefix: str) -> int:
    """Deletes every version of every object whose key begins so, and each marker of a deletion.

    Returns how many there were. Parts of uploads that nobody completed go, too. Safe to repeat.
    """
    s3 = client("s3")
    listed = s3.get_paginator("list_object_versions").paginate(Bucket=bucket, Prefix=prefix)
    versions = [
        (version["Key"], version["VersionId"])
        for page in listed
        for version in (*page.get("Versions", ()), *page.get("DeleteMarkers", ()))
    ]
    begun = s3.get_paginator("list_multipart_uploads").paginate(Bucket=bucket, Prefix=prefix)
    uploads = [
        (upload["Key"], upload["UploadId"]) for page in begun for upload in page.get("Uploads", ())
    ]
    # Listed to the end first: a page is found by the last key of the one before, and not every
    # S3 finds it when that key is gone.
    for key, version_id in versions:
        s3.delete_object(Bucket=bucket, Key=key, VersionId=version_id)
    for key, upload_id in uploads:
        s3.abort_multipart_upload(Bucket=bucket, Key=key, UploadId=upload_id)
    return len(versions) + len(uploads)


def read_object(bucket: str, key: str) -> bytes | None:
    """All of an object; none if there is none."""
    try:
        answer = client("s3").get_object(Bucket=bucket, Key=key)
    except ClientError as error:
        if error.response["Error"]["Code"] == "NoSuchKey":
            return None
        raise
    with closing(answer["Body"]) as body:
        return body.read()
