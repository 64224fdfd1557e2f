"""How a mail's headers are written."""

from email.header import Header
from email.policy import EmailPolicy

# RFC 2047: an encoded word has at most 75 characters; the policy's own folding counts one short.
_WORD = 75
_OF_ADDRESSES = frozenset({"list-unsubscribe", "reply-to", "references", "in-reply-to"})


class MailPolicy(EmailPolicy):
    """SMTP's, in ASCII, with each subject beyond ASCII encoded as a whole.

    EmailPolicy encodes it word by word. Between a number and Japanese it then doubles a space, and
    leaves out the one between two encoded words: some mail programs show such words as they are.
    """

    def fold_binary(self, name: str, value: str) -> bytes:
        if name.lower() in _OF_ADDRESSES:
            # An address has no spaces to fold at: EmailPolicy would encode it, and nobody read it.
            folded = f"{self.linesep} ".join(str(value).split())
            return f"{name}: {folded}{self.linesep}".encode("ascii")
        if name.lower() != "subject" or value.isascii():
            return super().fold_binary(name, value)
        encoded = Header(str(value), "utf-8", maxlinelen=_WORD + 1, header_name=name)
        return f"{name}: {encoded.encode(linesep=self.linesep)}{self.linesep}".encode("ascii")


POLICY = MailPolicy(linesep="\r\n", cte_type="7bit", max_line_length=_WORD + 1)
