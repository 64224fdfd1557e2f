"""The local mailbox page: all mail that the stack has sent, newest first."""

import html
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

PATH = "/mailbox"

_PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta http-equiv="refresh" content="5">
<title>Local mailbox</title>
<style>
body {{ font: 16px/1.5 system-ui, sans-serif; max-width: 44rem;
  margin: 2rem auto; padding: 0 1rem; overflow-wrap: anywhere }}
article {{ border: 1px solid color-mix(in srgb, currentColor 25%, transparent);
  border-radius: 12px; padding: 1rem 1.25rem; margin: 1rem 0 }}
h2 {{ margin: 0 0 .25rem; font-size: 1.2rem }}
pre {{ white-space: pre-wrap; font: inherit; margin: .75rem 0 0 }}
iframe {{ width: 100%; height: 27rem; resize: vertical; margin: .75rem 0 0;
  border: 0; border-radius: 8px }}
small {{ opacity: .75 }}
</style>
</head>
<body>
<h1>Local mailbox</h1>
<p>All mail that this stack has sent since it started. This page refreshes every 5 seconds.</p>
{mails}
</body>
</html>
"""
_MAIL = """<article>
<h2>{subject}</h2>
<small>to {to}, {when}</small>
{body}
<details><summary>As text</summary>
<pre>{text}</pre></details>
</article>"""
# A mail runs no script here, and its links open beside the mailbox.
_HTML = (
    '<iframe sandbox="allow-popups allow-popups-to-escape-sandbox" loading="lazy" '
    """title="The mail" srcdoc='<base target="_blank">{html}'></iframe>"""
)
_EMPTY = "<p>No mail yet. Request a code on the portal and it will appear here.</p>"


def page(mails: Iterable[Mapping[str, Any]]) -> bytes:
    """The mails as an HTML page; their content is escaped."""
    newest_first = sorted(mails, key=lambda mail: float(mail["Timestamp"]), reverse=True)
    return _PAGE.format(mails="\n".join(map(_mail, newest_first)) or _EMPTY).encode()


def _mail(mail: Mapping[str, Any]) -> str:
    sent = datetime.fromtimestamp(float(mail["Timestamp"]), UTC)
    fields = {
        "subject": mail["Subject"],
        "to": ", ".join(mail["To"]),
        "when": f"{sent:%H:%M:%S} UTC",
        "text": mail["BodyText"],
    }
    escaped = {name: html.escape(str(value)) for name, value in fields.items()}
    inside = mail.get("BodyHtml") or ""
    body = _HTML.format(html=html.escape(inside)) if inside else ""
    return _MAIL.format(body=body, **escaped)
