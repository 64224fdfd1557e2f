"""The mail that carries a code: short, plain, the code where a phone's preview shows it."""

from typing import TYPE_CHECKING

from aftercare.access.model import CODE_LIFETIME

if TYPE_CHECKING:
    from mypy_boto3_ses import SESClient

_TEXT = """\
Your code is {code}

Type it on the returns page to see your order. It works once, for {minutes} minutes.

Nobody from our team will ever ask you for it. If you didn't ask for a code, you can
ignore this mail: without the code nobody can see your order.
"""

_HTML = """\
<!doctype html>
<html lang="en">
<body style="margin:0;padding:32px 16px;background:#faf7f2;color:#1f1a17;
font:16px/1.5 system-ui,sans-serif">
<div style="max-width:440px;margin:0 auto;padding:32px;background:#fff;border-radius:16px">
<p style="margin:0 0 8px">Your code is</p>
<p style="margin:0 0 24px;font-size:36px;font-weight:700;letter-spacing:8px">{code}</p>
<p style="margin:0 0 16px">Type it on the returns page to see your order.
It works once, for {minutes} minutes.</p>
<p style="margin:0;color:#6b625c;font-size:14px">Nobody from our team will ever ask you for it.
If you didn't ask for a code, you can ignore this mail: without it nobody can see your order.</p>
</div>
</body>
</html>
"""


class SesCodeMail:
    """Codes by SES, as text and as HTML."""

    def __init__(self, ses: "SESClient", sender: str) -> None:
        self._ses = ses
        self._sender = sender

    def send_code(self, to: str, code: str) -> None:
        words = {"code": code, "minutes": int(CODE_LIFETIME.total_seconds() // 60)}
        self._ses.send_email(
            Source=self._sender,
            Destination={"ToAddresses": [to]},
            Message={
                "Subject": {
                    "Data": f"{code} is your code for the returns page",
                    "Charset": "UTF-8",
                },
                "Body": {
                    "Text": {"Data": _TEXT.format(**words), "Charset": "UTF-8"},
                    "Html": {"Data": _HTML.format(**words), "Charset": "UTF-8"},
                },
            },
        )
