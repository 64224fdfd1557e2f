"""Signs of print in our own sentences."""


def typeset(sentence: str) -> str:
    """The sentence with the apostrophes of print."""
    return sentence.replace("'", "\N{RIGHT SINGLE QUOTATION MARK}")
