"""The bucket of raw mails, as SES put them there."""

from aftercare.desk.errors import MailMissingError
from aftercare.kernel.objects import purge, read_object


class RawMails:
    """Mails as they came; the bucket forgets each after 90 days (R-DSK-62)."""

    def __init__(self, bucket: str) -> None:
        self._bucket = bucket

    def get(self, key: str) -> bytes:
        """The mail's bytes, which SES limits to 40 MB.

        Raises:
            MailMissingError: There is none under that key.
        """
        raw = read_object(self._bucket, key)
        if raw is None:
            raise MailMissingError
        return raw

    def purge(self, key: str) -> None:
        """Removes it. Safe to repeat."""
        purge(self._bucket, key)
