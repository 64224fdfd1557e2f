"""Reads what people type, paste or scan: one folding for pages, APIs and operators' commands.

First the text is folded, then the thing is looked for in it, past labels before and after.
"""

import re
from unicodedata import category, normalize
from urllib.parse import unquote

from aftercare.kernel.ids import is_ticket

# What anybody pastes is shorter: our longest mail, a link with its tracking parameters.
MOST = 2_000

# Typed as dashes, but in other Unicode categories: the minus sign, the modifier minus, the
# hyphen bullet, the lengthening mark of a Japanese keyboard, the underscore.
_MORE_DASHES = "\u2212\u02d7\u2043\u30fc_"

# Shown as nothing, too, though their category says otherwise: joiners, fillers, variations.
_MORE_INVISIBLE = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u3164\uffa0") | frozenset(
    map(chr, (*range(0x180B, 0x1810), *range(0xFE00, 0xFE10)))
)
# A link inside of another one, as mail programs wrap it.
_WRAPPED = re.compile(r"%3A%2F%2F", re.IGNORECASE)

_SIX_DIGITS = re.compile(r"(?<!\d)\d{6}(?!\d)", re.ASCII)
_SIX_ALONE = re.compile(r"(?<![\w-])\d{6}(?![\w-])", re.ASCII)
_DIGITS = re.compile(r"\d(?:[ -]*\d)*", re.ASCII)
_ONE_TIME_CODE = 6
_MOST_DIGITS = 18

_JOINED = re.compile(r"(?<![A-Z0-9])(?<!\w-)[A-Z0-9]+(?:-[A-Z0-9]+)+")
_NUMBER = re.compile(r"(?<![\w.,:\x00-\x1f-])\d{4,40}(?![\w:-])", re.ASCII)
# "PM 2026 10001": letters and numbers, but not the label before a number.
_LABELS = "ORDER|NUMBER|NUM|NO|NR|CODE|TICKET|COMMANDE|NUMERO|PEDIDO|ORDINE"
_SPACED = re.compile(
    rf"(?<![A-Z0-9\u00c0-\u024f-])(?!(?:{_LABELS})\b)"
    r"[A-Z]{1,8}(?:[ -]+\d{2,})+(?![A-Z0-9-]|[.,:/]\d)"
)
# "No.10001", "Order:10001": the label's mark is part of no price, date or time.
_LABELLED = re.compile(r"(?<=[^\W\d_][.:])\d{4,40}(?![A-Z0-9_:-]|[.,/]\d)")
# What a link passes on: campaigns have names that look like order numbers.
_PARAMETERS = re.compile(r"(?<=\S)\?[^\s=]+=\S*")
_SPACES_AND_DASHES = re.compile(r"[ -]+")
_ORDER_NUMBER_LENGTHS = range(4, 41)

_TICKET = re.compile(r"(?<![A-Z0-9])R[ -]?(\w{4})[ -]?(\w{4})[ -]?(\w)(?![A-Z0-9])", re.ASCII)
_CROCKFORD = str.maketrans("OIL", "011")

# The application identifier of an SSCC, and its digits.
_SSCC, _SSCC_DIGITS = "00", 18
# On USPS's bars the postal code of the recipient stands before the number.
_USPS_BARS = re.compile(r"420[0-9]{5}(?:[0-9]{4})??(9[1-5][0-9]{20}(?:[0-9]{4})?)")

# Folding made its underscore a hyphen.
_ID = re.compile(r"(?<![A-Za-z0-9])[A-Za-z]{3}-[0-9A-Za-z]{26}(?![0-9A-Za-z])")

# E.164: a country's code and a number, of 15 digits at most; 00 is what many dial in place of +.
_PHONE = re.compile(r"(?:\+|00)([1-9]\d{6,14})", re.ASCII)
# Between its digits, and the trunk prefix that nobody dials from abroad: +44 (0)20 7946 0000.
_PHONE_SIGNS = re.compile(r"\(0\)|[ ().\-/]")

_IN_BRACKETS = re.compile(r"<([^<>]*@[^<>]*)>")
_MAIL_LABEL = re.compile(
    r"\s*(?:my )?(?:e-?mail|mail|to|from|courriel|\u90ae\u7bb1|\u7535\u5b50\u90ae\u4ef6)"
    r"(?: address)?(?: is)?\s+",
    re.IGNORECASE,
)
_REMARK = re.compile(r"\s\(.*")
_AROUND_AT = re.compile(r"\s*@\s*")
# Typed around an address, which cannot start or end with one of them; it may with an apostrophe.
_WRAPPING = ' \t\r\n",;.()[]<>\u2018\u2019\u201c\u201d\u201e\u00ab\u00bb\u3001\u3002'
_QUOTED = re.compile(r"(['`])(.*)\1", re.DOTALL)
_EMAIL = re.compile(r"[^@\s\x00-\x1f]{1,64}@[!-?A-~]{1,185}\.[!-\-/-?A-~]{1,63}")
# Full-width forms of ASCII, as East Asian keyboards write them: the same letters, only wider.
_NARROW = {wide: wide - 0xFEE0 for wide in range(0xFF01, 0xFF5F)} | {0x3002: ".", 0x3000: " "}


def folded(text: str) -> str:
    """The text in one spelling.

    NFKC; invisible characters are dropped; any dash is a hyphen, any space a space, any digit an
    ASCII digit. Of a longer text the first 2,000 characters are read. Not for addresses: two
    mailboxes may differ in what this folds.
    """
    text = unwrapped(text[:MOST])
    if not (text.isascii() and text.isprintable()):
        text = "".join(map(_plain, normalize("NFKC", text)))
    return text.replace("_", "-").strip()


def unwrapped(text: str) -> str:
    """The text with the links readable that a mail program wrapped into links of its own."""
    while _WRAPPED.search(text):
        text = unquote(text)
    return text


def _upper(text: str) -> str:
    return folded(text).upper()


def _plain(sign: str) -> str:
    kind = category(sign)
    if kind == "Nd":
        return str(int(sign))
    if kind == "Pd" or sign in _MORE_DASHES:
        return "-"
    if sign.isspace():
        return " "
    return "" if _is_invisible(sign) else sign


def _is_invisible(sign: str) -> bool:
    return category(sign) == "Cf" or sign in _MORE_INVISIBLE


def one_time_code_in(text: str) -> str:
    """The six digits of a one-time code, in a text such as our mail's subject; "" if none.

    A text with two different codes has none: it says nothing about which one was meant.
    """
    plain = folded(text)
    codes = set(_SIX_DIGITS.findall(plain))
    if len(codes) > 1:  # one of them may be part of an order number
        codes = set(_SIX_ALONE.findall(plain))
    if not codes:
        runs = (_SPACES_AND_DASHES.sub("", run) for run in _DIGITS.findall(plain))
        codes = {run for run in runs if len(run) == _ONE_TIME_CODE}
    return codes.pop() if len(codes) == 1 else ""


def digits_in(text: str, length: int) -> str:
    """The number of so many digits in a text, in groups or not; "" if there is not exactly one."""
    runs = {_SPACES_AND_DASHES.sub("", run) for run in _DIGITS.findall(folded(text))}
    found = {run for run in runs if len(run) == length}
    return found.pop() if len(found) == 1 else ""


def order_number_in(text: str) -> str:
    """The order number in a text such as "Order #PM-2026-10001."; "" if there is not exactly one.

    Its groups are joined by dashes or spaces, or it is one group of digits: letters and digits in
    one group are part of one, or none.
    """
    plain = _upper(text)
    return _order_number(plain) or _order_number(_PARAMETERS.sub(" ", plain))


def _order_number(plain: str) -> str:
    joined = {each for each in _JOINED.findall(plain) if is_order_number(each)}
    named = {each for each in joined if each[0].isalpha() and any(map(str.isdigit, each))}
    spaced = {_SPACES_AND_DASHES.sub("-", each) for each in _SPACED.findall(plain)}
    numbers, labelled = set(_NUMBER.findall(plain)), set(_LABELLED.findall(plain))
    for found in (named, spaced, joined, numbers, labelled):
        if found:
            return found.pop() if len(found) == 1 else ""
    return ""


def is_order_number(text: str) -> bool:
    """Whether that is an order number in its one spelling: groups with hyphens, or digits."""
    has_form = _JOINED.fullmatch(text) or _NUMBER.fullmatch(text)
    return bool(has_form) and len(text) in _ORDER_NUMBER_LENGTHS and not is_ticket(text)


def ticket_in(text: str) -> str:
    """The ticket number in a text such as "Ticket r 7k4m 2p9d x"; "" if there is not exactly one.

    O is read as 0, I and L as 1; a number whose check symbol does not fit is none.
    """
    found = {
        f"R-{body[:4]}-{body[4:8]}-{body[8]}"
        for body in ("".join(each).translate(_CROCKFORD) for each in _TICKET.findall(_upper(text)))
    }
    tickets = {each for each in found if is_ticket(each)}
    return tickets.pop() if len(tickets) == 1 else ""


def whole_number(text: str, most: int) -> int | None:
    """The number that was typed or sent, from 0 to `most`; none for what is none, or is more.

    Digits of any script and width, without a sign; `most` has 18 digits at most, which is what is
    read. Neither a small raised two nor a two in a circle is a digit.
    """
    plain = "".join(sign for sign in text[:MOST].strip() if not _is_invisible(sign))
    number = int(plain) if plain.isdecimal() and len(plain) <= _MOST_DIGITS else most + 1
    return number if number <= most else None


def id_of(text: str) -> str:
    """An id such as `mem_01J…`, with its prefix in small letters and its symbols in capitals."""
    plain = folded(text)
    found = _ID.search(plain)
    prefix, _, symbols = (found[0] if found else plain).replace(" ", "").partition("-")
    return f"{prefix.lower()}_{symbols.upper()}"


def tracking_number_of(text: str) -> str:
    """A tracking number in one spelling, as it is on the label's bars.

    An SSCC is printed with its application identifier in parentheses, and some readers add it.
    What USPS's bars carry before the number is not part of it.
    """
    number = "".join(filter(str.isalnum, text)).upper()
    if bars := _USPS_BARS.fullmatch(number):
        return bars[1]
    has_identifier = number.startswith(_SSCC) and len(number) == len(_SSCC) + _SSCC_DIGITS
    return number.removeprefix(_SSCC) if has_identifier else number


def phone_of(text: str) -> str:
    """A phone number in one spelling, E.164's: + and digits; "" if it names no country."""
    plain = folded(text).lower().removeprefix("tel:")
    number = _PHONE.fullmatch(_PHONE_SIGNS.sub("", plain))
    return f"+{number[1]}" if number else ""


def email_of(text: str) -> str:
    """One spelling for a mailbox: lower case, the domain in ASCII (IDNA 2008).

    Read past `mailto:`, a label, a name with angle brackets, quotes and invisible characters. The
    part before the @ keeps its letters, but for case and width: NFKC would merge two mailboxes, and
    so would folding `straße.example` into `strasse.example`.
    """
    after = _address(text[:MOST])
    while (again := _address(after)) != after:
        after = again
    return after


def is_email(address: str) -> bool:
    """Whether a text that `email_of` returned is an address that mail can be sent to."""
    return _EMAIL.fullmatch(address) is not None


def _address(text: str) -> str:
    if not (text.isascii() and text.isprintable()):
        narrow = normalize("NFC", text).translate(_NARROW)
        text = "".join(sign for sign in narrow if sign.isspace() or not _is_invisible(sign))
    bracketed = _IN_BRACKETS.search(text)
    text = bracketed[1] if bracketed else text
    local, _, domain = text.rpartition("@")
    if text.count("@") != 1:
        return text.strip(_WRAPPING).lower()
    local = _MAIL_LABEL.sub("", local, count=1) if _MAIL_LABEL.match(local) else local
    domain = _REMARK.sub("", domain).partition("?")[0]
    text = f"{local.rpartition(':')[2]}@{domain}".strip(_WRAPPING)
    quoted = _QUOTED.fullmatch(text)
    text = _AROUND_AT.sub("@", quoted[2] if quoted else text).lower()
    local, at, domain = text.rpartition("@")
    return normalize("NFC", local) + at + _ascii_domain(domain)


def _ascii_domain(domain: str) -> str:
    if domain.isascii():
        return domain
    import idna  # noqa: PLC0415 - few addresses need it

    try:
        return idna.encode(normalize("NFC", domain)).decode()
    except idna.IDNAError:
        return domain
