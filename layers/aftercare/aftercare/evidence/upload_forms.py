"""The form with which a browser puts one file, and nothing else, straight into the bucket."""

from aftercare.evidence.model import Evidence, Upload
from aftercare.kernel.aws import client


def upload_form(
    bucket: str, evidence: Evidence, return_to: str, *, most: int, seconds: int
) -> Upload:
    """A presigned POST for this slot: its key, its type, 1 to `most` bytes, within `seconds`.

    `return_to` is the absolute URL a browser without scripts is sent to afterwards; empty for none.
    """
    fields = {"Content-Type": evidence.content_type}
    fields |= (
        {"success_action_redirect": return_to} if return_to else {"success_action_status": "201"}
    )
    post = client("s3").generate_presigned_post(
        bucket,
        evidence.upload_key,
        Fields=dict(fields),
        Conditions=[["content-length-range", 1, most], *({k: v} for k, v in fields.items())],
        ExpiresIn=seconds,
    )
    return Upload(post["url"], post["fields"])
