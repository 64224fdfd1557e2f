"""The one catalogue of what customers read, per language, and the formats of each language.

How a page or a mail takes its words:

    from aftercare.words.service import words

    spoken = words("fr")                        # plain apostrophes: JSON and plain-text mails
    spoken = words("fr", typeset=True)          # typographic apostrophes: pages
    spoken.text("choosing.page.placed", day=spoken.day(paid_on))
    spoken.count("points.sum", points)          # takes the plural form that CLDR asks for
    spoken.texts("verdicts.suspect.advice")     # a list of texts
    spoken.money(1999, "USD"), spoken.number(12), spoken.list(names)
    spoken.moment(at, zone=zone)                # with the customer's clock; in UTC without a zone
    spoken.last_day(day, zone)                  # "the end of June 16, 2026, Hawaii time"

The first part of a key is its section, a file: `catalogue/<language>/<section>.toml`. A missing key
or placeholder raises. In a template, a fact that is markup keeps its tags; all else is escaped:

    {% set number %}<strong>{{ order.number }}</strong>{% endset %}
    {{ w.text("choosing.page.number", number=number) }}

To add a text: write it in each language, and use its key. Tests refuse keys
that are missing, unused, or differ between languages in placeholders or plural forms. A key built
at run time (`f"returns.status.{status}"`) is declared in tests/unit/words/test_keys.py with the
enumeration of its values.

To add a language: a line in `model.py`, and its folder. Dates, numbers, money and lists come from
`locales/`, which `make words` compiles from CLDR.
"""
