"""The mail that says which points expire when: the sum first, in the member's language."""

from typing import TYPE_CHECKING

from aftercare.kernel import mail
from aftercare.members.model import Member
from aftercare.points.model import Lots, total
from reminder_mailer.words import LANGUAGES, Words

if TYPE_CHECKING:
    from mypy_boto3_ses import SESClient

_HTML = """\
<!doctype html>
<html lang="{language}">
<body style="margin:0;padding:32px 16px;background:#faf7f2;color:#1f1a17;
font:16px/1.5 system-ui,sans-serif">
<div style="max-width:440px;margin:0 auto;padding:32px;background:#fff;border-radius:16px">
<p style="margin:0 0 16px;font-size:22px;font-weight:700">{sum}</p>
<ul style="margin:0 0 16px;padding:0 0 0 20px">{days}</ul>
<p style="margin:0 0 16px">{spend}</p>
<p style="margin:0 0 16px"><a href="{link}" style="color:#1f1a17">{link}</a></p>
<p style="margin:0;color:#6b625c;font-size:14px">{why}</p>
</div>
</body>
</html>
"""


class SesReminderMail:
    """Reminders by SES, as text and as HTML."""

    def __init__(self, ses: "SESClient", sender: str, portal_url: str) -> None:
        self._ses = ses
        self._sender = sender
        self._portal_url = portal_url

    def __call__(self, member: Member, lots: Lots) -> None:
        """Sends it.

        Raises:
            MailRefusedError: SES said no; nothing was sent.
        """
        words = LANGUAGES.get(member.language, LANGUAGES["en"])
        plain, pretty = (form(words, lots, self._portal_url) for form in (text, html))
        letter = mail.Letter(words.sum(total(lots)), plain, pretty)
        mail.send(self._ses, self._sender, member.email, letter)


def text(words: Words, lots: Lots, link: str) -> str:
    days = "\n".join(f"- {words.day(due, points)}" for due, points in sorted(lots.items()))
    return f"{words.sum(total(lots))}\n\n{days}\n\n{words.spend}\n{link}\n\n{words.why}\n"


def html(words: Words, lots: Lots, link: str) -> str:
    days = "".join(f"<li>{words.day(due, points)}</li>" for due, points in sorted(lots.items()))
    return _HTML.format(
        language=words.language,
        sum=words.sum(total(lots)),
        days=days,
        spend=words.spend,
        link=link,
        why=words.why,
    )
