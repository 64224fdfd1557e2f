"""The local mailbox page shows each mail as a customer sees it, and nothing of it acts."""

import html
import re
from typing import Any

from infra.local.mailbox import page

HOSTILE = """<p onclick="x()">'Hi' & "bye"</p><script>alert(1)</script></iframe>"""


def mail(**changed: object) -> dict[str, Any]:
    own = {"Timestamp": 1.0, "Subject": "One", "To": ["mei@example.com"], "BodyText": "Text"}
    return own | {"BodyHtml": "<p>HTML</p>"} | changed


def test_a_mail_is_shown_as_html_and_as_text() -> None:
    shown = page([mail()]).decode()
    [inside] = re.findall(r"srcdoc='([^']*)'", shown)
    assert html.unescape(inside).endswith("<p>HTML</p>")
    assert "<pre>Text</pre>" in shown


def test_a_mail_without_html_is_shown_as_text() -> None:
    shown = page([mail(BodyHtml=None)]).decode()
    assert "<iframe" not in shown
    assert "<pre>Text</pre>" in shown


def test_a_mail_stays_in_its_frame_and_runs_nothing() -> None:
    shown = page([mail(BodyHtml=HOSTILE, BodyText=HOSTILE, Subject=HOSTILE)]).decode()
    assert "<script" not in shown
    assert shown.count("</iframe>") == 1
    [frame] = re.findall(r"<iframe[^>]*>", shown)
    assert "allow-scripts" not in frame
    assert "allow-same-origin" not in frame
    [inside] = re.findall(r"srcdoc='([^']*)'", shown)
    assert HOSTILE in html.unescape(inside)


def test_the_newest_mail_comes_first() -> None:
    shown = page([mail(Subject="Older"), mail(Subject="Newer", Timestamp=2.0)]).decode()
    assert shown.index("Newer") < shown.index("Older")
