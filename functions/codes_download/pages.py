"""The two pages: the offer with its button, and what to do when there is nothing to offer."""

import base64
import hashlib
from html import escape

from aftercare.batches.errors import LinkDeadError
from aftercare.batches.model import Link
from aftercare.web.problems import Problem

_STYLE = """
:root { color-scheme: light dark; font: 1.0625rem/1.6 system-ui, sans-serif; }
body { max-width: 34rem; margin: 0 auto; padding: 2rem 1.25rem 4rem; }
h1 { font-size: 1.75rem; line-height: 1.2; }
dl { display: grid; grid-template-columns: auto 1fr; gap: .35rem 1.5rem; }
dt { opacity: .75; } dd { margin: 0; font-weight: 600; overflow-wrap: anywhere; }
button { min-height: 48px; padding: .6rem 1.5rem; border: 0; border-radius: 12px; font: inherit; }
button { font-weight: 650; background: #a3124a; color: #fff; cursor: pointer; }
button:focus-visible { outline: 3px solid; outline-offset: 3px; }
code { overflow-wrap: anywhere; }
"""
STYLE_HASH = base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()

_PAGE = """<!doctype html>
<html lang="en">
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
"""

_OFFER = """<dl>
<dt>Batch</dt><dd>{batch_id}</dd>
<dt>Product</dt><dd>{sku}</dd>
<dt>Codes</dt><dd>{count}</dd>
<dt>File</dt><dd>CSV, {size}</dd>
</dl>
<p>The link works once, until {until} UTC. Press the button where the file shall stay: whoever has
it can print genuine codes.</p>
<form method="post"><button>Download the file</button></form>"""

_DEAD = """<p>It was used already, is more than a week old, or was never given out; we don't tell
which. Nothing else is affected.</p>
<p>If you need the codes, ask the person who sent it for a new link. They get one with
<code>make codes BATCH=…</code>.</p>"""


def offer(link: Link) -> str:
    """What the link leads to, and the button that uses it up."""
    content = _OFFER.format(
        batch_id=escape(link.batch_id),
        sku=escape(link.sku),
        count=f"{link.count:,}",
        size=shown_size(link.size),
        until=f"{link.expires_at:%d %B %Y, %H:%M}",
    )
    return _page("Codes for the printer", content)


def problem(refusal: Problem) -> str:
    """What went wrong; for a link that is dead, the same whatever it died of."""
    if refusal.code == LinkDeadError.code:
        return _page(refusal.detail.rstrip("."), _DEAD)
    content = f"<p>{escape(refusal.detail)}</p>"
    if refusal.instance:
        content += f"<p>If you write to us, mention <code>{escape(refusal.instance)}</code>.</p>"
    return _page(refusal.title, content)


def shown_size(size: int) -> str:
    """Bytes as people read them."""
    if size < 1_000_000:  # noqa: PLR2004
        return f"{max(1, round(size / 1000)):,} kB"
    return f"{size / 1_000_000:,.1f} MB"


def _page(title: str, content: str) -> str:
    return _PAGE.format(title=escape(title), style=_STYLE, content=content)
