"""In which language somebody is answered who wrote a mail."""

import pytest

from aftercare.desk.incoming.language import language_of


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("The box was open when it came, and the card is missing.", "en"),
        ("Bonjour, la boîte est arrivée ouverte et la carte n'est pas dans le colis.", "fr"),
        ("Hola, la caja llegó abierta y no está la tarjeta. Gracias.", "es"),
        ("箱が開いていました。", "ja"),
        ("盒子到货时是打开的。", "zh-Hans"),
        ("", "en"),
        ("R-7K2M-9QXA-8", "en"),
        ("Die Schachtel war offen.", "en"),
    ],
)
def test_the_language_is_that_of_the_words(text: str, language: str) -> None:
    assert language_of(text) == language


def test_a_long_text_is_read_no_further_than_it_takes() -> None:
    assert language_of("la " * 10**6 + "です") == "en"
