"""A mail's folder of templates as a letter: subject and text as they are, HTML escaped."""

import re
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from aftercare.mail.model import Letter, Mail
from aftercare.words.model import language_of
from aftercare.words.service import words

if TYPE_CHECKING:
    from jinja2 import Environment

# Families for Chinese and Japanese are left to the reader's system: it picks them by the language.
_FONTS = {
    "text": "font-family:-apple-system,'Segoe UI',Roboto,'Helvetica Neue',Arial,sans-serif",
    "title": "font-family:ui-rounded,-apple-system,'Segoe UI',Roboto,Arial,sans-serif",
}
# What parts that a mail leaves out have around them.
_GAPS = re.compile(r"\n{3,}")
_CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+")


@cache
def environment() -> "Environment":
    """Templates compiled at build time where they exist, from source everywhere else."""
    from jinja2 import (  # noqa: PLC0415 - not before there is a mail to send
        ChoiceLoader,
        Environment,
        FileSystemLoader,
        ModuleLoader,
        StrictUndefined,
        select_autoescape,
    )

    here = Path(__file__).parent
    compiled, source = ModuleLoader(here / "compiled"), FileSystemLoader(here / "templates")
    made = Environment(
        loader=ChoiceLoader([compiled, source]),
        autoescape=select_autoescape(["html"], ["txt"], default=True),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.globals["fonts"] = _FONTS
    return made


class Renderer:
    """Renders mails whose links lead to one portal."""

    def __init__(self, portal_url: str) -> None:
        self._portal_url = portal_url.rstrip("/")

    def __call__(self, mail: Mail) -> Letter:
        """The mail as a letter, in the closest language that we have.

        Raises:
            jinja2.UndefinedError, LookupError: A value or words are missing.
        """
        language = language_of(mail.language)
        spoken = words(language, typeset=True)

        def link(path: str) -> str:
            """The page that the mail leads to, which goes on in the mail's language."""
            return f"{self._portal_url}{path}{'&' if '?' in path else '?'}lang={language}"

        context = {
            "w": spoken,
            "language": language,
            "link": link,
            "unsubscribe": mail.unsubscribe,
            "takes_replies": bool(mail.reply_to),
            **mail.values,
        }

        def part(name: str) -> str:
            return environment().get_template(f"{mail.kind.name}/{name}").render(context)

        # A subject is one line, whatever its values are.
        title = _CONTROLS.sub(" ", part("subject.txt")).strip()
        context |= {"title": title, "thread": mail.thread}
        subject = title
        if mail.thread:
            subject = spoken.text("mails.subject", title=title, ticket=mail.thread)
        text = _GAPS.sub("\n\n", part("text.txt"))
        stop = f"{self._portal_url}{mail.unsubscribe}" if mail.unsubscribe else ""
        html = part("body.html")
        return Letter(subject, text, html, language, mail.thread, stop, mail.reply_to, mail.answers)
