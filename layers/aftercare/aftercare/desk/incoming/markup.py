"""An HTML mail as text. Nothing of it is ever shown as HTML, so that nothing needs to be made safe.

One pass from tag to tag: every step goes forward, whatever is left open.
"""

from html import unescape

_HIDDEN = frozenset({"script", "style", "head", "title", "template", "noscript", "svg", "object"})
_LINES = frozenset(
    {
        *("br", "div", "tr", "li", "dd", "dt", "address", "section", "article", "header"),
        *("footer", "main", "form", "hr"),
    }
)
_PARAGRAPHS = frozenset({"p", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "table", "pre"})
_QUOTE = "blockquote"
_DEEPEST = 5


class _Text:
    """The lines so far; those within a quotation have a mark in front of them."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.depth = 0
        self._parts: list[str] = []

    def add(self, text: str) -> None:
        self._parts.append(text)

    def end_line(self, *, once: bool = True) -> None:
        line = " ".join(unescape("".join(self._parts)).split())
        self._parts.clear()
        if line or not once:
            self.lines.append(f"{'>' * min(self.depth, _DEEPEST)} {line}".strip())

    def end_paragraph(self) -> None:
        self.end_line()
        if self.lines and self.lines[-1]:
            self.end_line(once=False)


def text_of(html: str) -> str:
    """The text that a reader sees of it, line by line; quotations are marked as in plain mails."""
    text, place = _Text(), 0
    lowered = html.lower()
    while (begin := html.find("<", place)) >= 0:
        text.add(html[place:begin])
        if html.startswith("<!--", begin):
            place = _behind(html, "-->", begin)
            continue
        if not _is_tag(html[begin + 1 : begin + 2]):
            text.add("<")
            place = begin + 1
            continue
        place = _behind(html, ">", begin)
        name = _name(lowered[begin + 1 : begin + 16])
        if name in _HIDDEN:
            place = _behind(html, ">", _until(lowered, f"</{name}", place))
        else:
            _lay_out(text, name)
    text.add(html[place:])
    text.end_line()
    return "\n".join(text.lines)


def _lay_out(text: _Text, name: str) -> None:
    element = name.removeprefix("/")
    if element == _QUOTE:
        text.end_paragraph()
        text.depth = max(0, text.depth + (1 if name == _QUOTE else -1))
    elif element in _PARAGRAPHS:
        text.end_paragraph()
    elif name == "br":
        text.end_line(once=False)
    elif element in _LINES:
        text.end_line()
    elif element in {"td", "th"}:
        text.add(" ")


def _is_tag(symbol: str) -> bool:
    return symbol.isascii() and (symbol.isalpha() or symbol in {"/", "!", "?"})


def _name(tag: str) -> str:
    mark, rest = ("/", tag[1:]) if tag.startswith("/") else ("", tag)
    end = next((at for at, symbol in enumerate(rest) if not symbol.isalnum()), len(rest))
    return mark + rest[:end]


def _behind(text: str, mark: str, place: int) -> int:
    """The place behind the next such mark; the end if there is none."""
    found = text.find(mark, place)
    return found + len(mark) if found >= 0 else len(text)


def _until(text: str, mark: str, place: int) -> int:
    found = text.find(mark, place)
    return found if found >= 0 else len(text)
