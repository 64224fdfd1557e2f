"""The mail that says which points could not be restored, in the member's language."""
# ruff: noqa: RUF001 - Chinese has punctuation of its own

from dataclasses import dataclass
from typing import TYPE_CHECKING

from aftercare.kernel import mail
from aftercare.members.model import Member

if TYPE_CHECKING:
    from mypy_boto3_ses import SESClient

_TEXT = """\
{subject}

{why}

{see}
{link}
"""

_HTML = """\
<!doctype html>
<html lang="{language}">
<body style="margin:0;padding:32px 16px;background:#faf7f2;color:#1f1a17;
font:16px/1.5 system-ui,sans-serif">
<div style="max-width:440px;margin:0 auto;padding:32px;background:#fff;border-radius:16px">
<p style="margin:0 0 16px;font-size:22px;font-weight:700">{subject}</p>
<p style="margin:0 0 16px">{why}</p>
<p style="margin:0">{see}<br><a href="{link}" style="color:#1f1a17">{link}</a></p>
</div>
</body>
</html>
"""


@dataclass(frozen=True, slots=True)
class _Words:
    """One language; `one` and `many` are the subject."""

    one: str
    many: str
    why: str
    see: str
    separator: str = ","


_LANGUAGES = {
    "en": _Words(
        one="One point came back to you too late",
        many="{points} points came back to you too late",
        why=(
            "A purchase that you paid for with points was undone, or points were no longer set "
            "aside. Points go back to the day on which they were good last; for these, that day "
            "has passed, so they expired at once."
        ),
        see="All of your points, and what expires when:",
    ),
    "fr": _Words(
        one="Un point vous est revenu trop tard",
        many="{points} points vous sont revenus trop tard",
        why=(
            "Un achat réglé avec des points a été annulé, ou des points ne sont plus réservés. "
            "Les points gardent leur dernier jour de validité ; pour ceux-ci, ce jour est passé : "
            "ils ont expiré aussitôt."
        ),
        see="Tous vos points, et leurs dates d'expiration :",
        separator="\N{NARROW NO-BREAK SPACE}",
    ),
    "zh": _Words(
        one="有1积分退回时已过期",
        many="有{points}积分退回时已过期",
        why=(
            "您用积分支付的一笔购买已撤销，或预留的积分已释放。"
            "积分退回后仍按原有效期计算；这些积分的有效期已过，因此随即失效。"
        ),
        see="查看您的全部积分与到期日：",
    ),
}


class SesLapseMail:
    """Such mails by SES, as text and as HTML."""

    def __init__(self, ses: "SESClient", sender: str, portal_url: str) -> None:
        self._ses = ses
        self._sender = sender
        self._link = f"{portal_url}/points"

    def send(self, member: Member, points: int) -> None:
        """Sends it.

        Raises:
            MailRefusedError: SES said no; nothing was sent.
        """
        language = member.language if member.language in _LANGUAGES else "en"
        words = _LANGUAGES[language]
        shown = f"{points:,}".replace(",", words.separator)
        subject = words.one if points == 1 else words.many.format(points=shown)
        told = {
            "language": language,
            "subject": subject,
            "why": words.why,
            "see": words.see,
            "link": self._link,
        }
        letter = mail.Letter(subject, _TEXT.format(**told), _HTML.format(**told))
        mail.send(self._ses, self._sender, member.email, letter)
