"""How the pages write dates."""

from datetime import date


def day(value: date) -> str:
    return f"{value:%B} {value.day}, {value.year}"
