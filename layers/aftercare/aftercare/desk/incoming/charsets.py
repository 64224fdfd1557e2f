"""Bytes as text: by the charset that a mail claims, or by what it most likely is."""

import codecs

# What old mails in the Latin script are; it gives nearly every byte a meaning.
_ANY = "cp1252"
# What mails call by a name of a part of it, as browsers read it (WHATWG, Encoding).
_WIDER = {
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "shift_jis": "cp932",
    "euc_kr": "cp949",
    "iso8859-1": _ANY,
    "ascii": _ANY,
}
# They are no charsets of mails, and reading some takes the square of the length.
_REFUSED = frozenset({"punycode", "idna", "unicode-escape", "raw-unicode-escape", "undefined"})
_MOST_NAME = 40


def decoded(raw: bytes, charset: str) -> str:
    """The text by the charset that is claimed, or as UTF-8 where that can't be so.

    Never fails: bytes that can't be read are marked as such.
    """
    name = _codec(charset)
    for each in ("utf-8", name) if name == _ANY else (name, "utf-8"):
        try:
            return raw.decode(each)
        except UnicodeError:
            continue
    return raw.decode(name, errors="replace")


def _codec(charset: str) -> str:
    name = charset.strip().strip("\"'")
    if not name.isascii() or not 0 < len(name) <= _MOST_NAME or "\x00" in name:
        return _ANY
    try:
        found = codecs.lookup(name)
    except LookupError:
        return _ANY
    if not getattr(found, "_is_text_encoding", True) or found.name in _REFUSED:
        return _ANY
    return _WIDER.get(found.name, found.name)
