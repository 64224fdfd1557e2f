"""A mail's folder of templates as a letter: subject and text as they are, HTML escaped."""

import re
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from aftercare.mail.model import Letter, Mail
from aftercare.words.model import ENGLISH, LANGUAGES
from aftercare.words.service import words

if TYPE_CHECKING:
    from jinja2 import Environment

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
    return Environment(
        loader=ChoiceLoader([compiled, source]),
        autoescape=select_autoescape(["html"], ["txt"], default=True),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


class Renderer:
    """Renders mails whose links lead to one portal."""

    def __init__(self, portal_url: str) -> None:
        self._portal_url = portal_url.rstrip("/")

    def __call__(self, mail: Mail) -> Letter:
        """The mail as a letter, in its language if we and its kind have it.

        Raises:
            jinja2.UndefinedError, LookupError: A value or words are missing.
        """
        language = mail.language if mail.language in LANGUAGES else ENGLISH
        spoken = words(language, typeset=True)
        context = {
            "w": spoken,
            "language": spoken.language_of(mail.kind.name),
            "portal_url": self._portal_url,
            **mail.values,
        }

        def part(name: str) -> str:
            template = environment().get_template(f"{mail.kind.name}/{name}")
            return template.render(context)

        # A subject is one line, whatever its values are.
        subject = _CONTROLS.sub(" ", part("subject.txt")).strip()
        return Letter(subject, part("text.txt"), part("body.html"))
