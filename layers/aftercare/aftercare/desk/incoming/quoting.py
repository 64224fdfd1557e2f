"""What is new in a mail's text: what was quoted of earlier mails is cut (R-DSK-33).

Line by line. Where nothing would be left, the text stays whole: too much is better than nothing.
"""

import re
from collections.abc import Sequence

_QUOTED = re.compile(r"[ \t]{0,3}[>＞|]")  # noqa: RUF001 - as some Japanese programs quote
_MOST_LINE = 500
# "On Mon, Nov 3, 2026 at 9:00 AM Aftercare <care@example.com> wrote:", also over three lines.
_WROTE = re.compile(
    r"(wrote|a écrit|escribió|schrieb|ha scritto|写道|寫道|のメール|書きました)"
    r"\s?[:：]$",  # noqa: RUF001
    re.IGNORECASE,
)
_BEGINS = re.compile(r"(on|le|el|am|il|op) |\d", re.IGNORECASE)
_MOST_WRAPPED = 3
_DATED = re.compile(r"\d")
_ADDRESSED = re.compile(r"@[^\s@]{1,255}[>)〉＞]?\s?[:：]$")  # noqa: RUF001
_SEPARATOR = re.compile(
    r"[-_]{2,}\s?(original message|message d.origine|message original|mensaje original|"
    r"元のメッセージ|original メッセージ|原始邮件|邮件原件|原邮件|原始郵件)\s?[-_]{2,}",
    re.IGNORECASE,
)
_RULE = re.compile(r"_{20,}|-{20,}")
_FIELDS = re.compile(
    r"\*?(from|sent|date|to|cc|subject|de|envoyé|à|objet|enviado|para|asunto|fecha|"
    r"差出人|送信日時|送信者|宛先|件名|日時|发件人|发送时间|收件人|抄送|主题|日期|時間)\s?\*?\s?[:：]\*?\s?\S",  # noqa: RUF001
    re.IGNORECASE,
)
_MOST_FIELDS = 6
_FEWEST_FIELDS = 3


def new_part(text: str) -> str:
    """The text without quotations, the lines that announce them, and what stands below them."""
    lines = [line.rstrip() for line in text.splitlines()]
    kept = _kept(lines)
    return _joined(kept) or _joined(lines)


def _kept(lines: Sequence[str]) -> list[str]:
    kept: list[str] = []
    at = 0
    while at < len(lines):
        line = lines[at][:_MOST_LINE]
        if _QUOTED.match(line):
            at += 1
        elif _is_below(lines, at):
            break
        elif announced := _announcement(lines, at):
            at += announced
            if not _is_quoted_next(lines, at):
                break
        else:
            kept.append(lines[at])
            at += 1
    return kept


def _announcement(lines: Sequence[str], at: int) -> int:
    """How many lines from there on say who wrote what follows; 0 if they don't."""
    joined = ""
    for count, line in enumerate(lines[at : at + _MOST_WRAPPED], start=1):
        if not line.strip() or (count > 1 and not _BEGINS.match(lines[at].strip())):
            return 0
        joined = f"{joined} {line.strip()}"[-_MOST_LINE:]
        if not _DATED.search(joined) and "@" not in joined:
            continue
        if _WROTE.search(joined):
            return count
        if _ADDRESSED.search(joined) and _is_quoted_next(lines, at + count):
            return count
    return 0


def _is_quoted_next(lines: Sequence[str], at: int) -> bool:
    """Whether the next line that has anything on it is a quotation."""
    following = (line for line in lines[at : at + _MOST_WRAPPED] if line.strip())
    return bool(_QUOTED.match(next(following, "")))


def _is_below(lines: Sequence[str], at: int) -> bool:
    """Whether an earlier mail stands as a whole from there on, as Outlook and QQ put it."""
    line = lines[at].strip()[:_MOST_LINE]
    if _SEPARATOR.search(line):
        return True
    if _RULE.fullmatch(line):
        return _is_head(lines, at + 1)
    return _is_head(lines, at)


def _is_head(lines: Sequence[str], at: int) -> bool:
    found = 0
    for line in lines[at : at + _MOST_FIELDS]:
        if not _FIELDS.match(line.strip()[:_MOST_LINE]):
            break
        found += 1
    return found >= _FEWEST_FIELDS


def _joined(lines: Sequence[str]) -> str:
    """The lines as text, with one empty line at most between paragraphs."""
    found: list[str] = []
    for line in lines:
        if line.strip() or (found and found[-1]):
            found.append(line if line.strip() else "")
    return "\n".join(found).strip()
