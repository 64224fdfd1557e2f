"""The two pages: the offer with its button, and what to do when the link is dead."""

import base64
import hashlib

from markupsafe import Markup

from aftercare.batches.errors import LinkDeadError
from aftercare.batches.model import Link
from aftercare.web.problems import Problem
from aftercare.web.sentences import detail_of, title_of
from aftercare.words.service import Words

_STYLE = Markup("""
:root { color-scheme: light dark; font: 1.0625rem/1.6 system-ui, sans-serif; }
body { max-width: 34rem; margin: 0 auto; padding: 2rem 1.25rem 4rem; }
h1 { font-size: 1.75rem; line-height: 1.2; }
dl { display: grid; grid-template-columns: auto 1fr; gap: .35rem 1.5rem; }
dt { opacity: .75; } dd { margin: 0; font-weight: 600; overflow-wrap: anywhere; }
button { min-height: 48px; padding: .6rem 1.5rem; border: 0; border-radius: 12px; font: inherit; }
button { font-weight: 650; background: #a3124a; color: #fff; cursor: pointer; }
button:focus-visible { outline: 3px solid; outline-offset: 3px; }
code { overflow-wrap: anywhere; }
""")
STYLE_HASH = base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()

_COMMAND = Markup("<code>make codes BATCH=…</code>")
_PAGE = Markup("""<!doctype html>
<html lang="{language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title} · Aftercare</title>
<style>{style}</style>
</head>
<body>
<main>
<h1>{title}</h1>
{content}
</main>
</body>
</html>
""")
_FACT = Markup("<dt>{name}</dt><dd>{value}</dd>\n")
_OFFER = Markup("""<dl>
{facts}</dl>
<p>{once}</p>
<form method="post"><button>{button}</button></form>""")
_PARAGRAPH = Markup("<p>{text}</p>")
_CODE = Markup("<code>{text}</code>")


def offer(spoken: Words, link: Link) -> str:
    """The link's file, and the button that uses the link up."""
    facts = {
        spoken.text("codes_link.batch"): link.batch_id,
        spoken.text("codes_link.product"): link.sku,
        spoken.text("codes_link.codes"): spoken.number(link.count),
        spoken.text("codes_link.file"): shown_size(spoken, link.size),
    }
    content = _OFFER.format(
        facts=Markup("").join(
            _FACT.format(name=name, value=value) for name, value in facts.items()
        ),
        once=spoken.text("codes_link.once", until=spoken.moment(link.expires_at)),
        button=spoken.text("codes_link.button"),
    )
    return _page(spoken, spoken.text("codes_link.title"), content)


def problem(spoken: Words, error: Exception, refusal: Problem) -> str:
    """The problem; a dead link has the same page whatever the reason."""
    if isinstance(error, LinkDeadError):
        texts = [spoken.text("codes_link.dead"), spoken.text("codes_link.ask", command=_COMMAND)]
        return _page(spoken, spoken.text("codes_link.dead_title"), _paragraphs(texts))
    title, detail = title_of(spoken, error, refusal), detail_of(spoken, error, refusal)
    return _problem(spoken, refusal, title, detail)


def of_no_view(spoken: Words, refusal: Problem) -> str:
    """A problem that no view has met, such as another method."""
    title = spoken.text(f"pages.problem_title.{refusal.code}")
    return _problem(spoken, refusal, title, spoken.text(f"problems.{refusal.code}"))


def _problem(spoken: Words, refusal: Problem, title: str, detail: str) -> str:
    texts: list[str] = [detail]
    if refusal.instance:
        request = _CODE.format(text=refusal.instance)
        texts.append(spoken.text("pages.problem.reference", reference=request))
    return _page(spoken, title, _paragraphs(texts))


def shown_size(spoken: Words, size: int) -> str:
    """The kind of the file and its bytes, as people read them."""
    if size < 1_000_000:  # noqa: PLR2004
        return spoken.text("codes_link.kilobytes", size=spoken.number(max(1, round(size / 1000))))
    return spoken.text("codes_link.megabytes", size=spoken.decimal(round(size / 100_000), 1))


def _paragraphs(texts: list[str]) -> Markup:
    return Markup("").join(_PARAGRAPH.format(text=text) for text in texts)


def _page(spoken: Words, title: str, content: Markup) -> str:
    return _PAGE.format(
        language=spoken.language,
        title=title,
        style=_STYLE,
        content=content,
    )
