"""What an Accept header prefers (RFC 9110, section 12.5.1), as far as we ask."""


def prefers(accept: str, kind: str, usual: str) -> bool:
    """Whether that media type is named and wanted, and not less than the usual one."""
    wanted = _qualities(accept)
    quality = wanted.get(kind, 0.0)
    return quality > 0 and quality >= wanted.get(usual, 0.0)


def _qualities(accept: str) -> dict[str, float]:
    qualities = {}
    for part in accept.split(","):
        kind, *parameters = (each.strip().lower() for each in part.split(";"))
        given = [each.partition("=")[2] for each in parameters if each.startswith("q=")]
        qualities[kind] = _quality(given[0]) if given else 1.0
    return qualities


def _quality(text: str) -> float:
    """Nothing for what is no quality: who wants something else than JSON says so properly."""
    try:
        quality = float(text)
    except ValueError:
        return 0.0
    return quality if 0 <= quality <= 1 else 0.0
