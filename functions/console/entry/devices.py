"""What a browser says it is, short enough to recognise one's own."""

import re

_BROWSERS = (
    ("Edge", re.compile(r"\bEdg(?:e|A|iOS)?/")),
    ("Firefox", re.compile(r"\b(?:Firefox|FxiOS)/")),
    ("Chrome", re.compile(r"\b(?:Chrome|CriOS)/")),
    ("Safari", re.compile(r"\bSafari/")),
)
_SYSTEMS = (
    ("iPhone", re.compile(r"\biPhone\b")),
    ("iPad", re.compile(r"\biPad\b")),
    ("Android", re.compile(r"\bAndroid\b")),
    ("Windows", re.compile(r"\bWindows\b")),
    ("Mac", re.compile(r"\bMac OS X\b|\bMacintosh\b")),
    ("Linux", re.compile(r"\bLinux\b")),
)


def device_of(user_agent: str) -> str:
    """The browser and its system, as in `Firefox on Windows`."""
    browser = next((name for name, of in _BROWSERS if of.search(user_agent)), "A browser")
    system = next((name for name, of in _SYSTEMS if of.search(user_agent)), "")
    return f"{browser} on {system}" if system else browser
