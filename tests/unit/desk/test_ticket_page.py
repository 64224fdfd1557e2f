"""The page of a ticket's moves is the table's."""

from infra.moves.ticket_drawing import TICKET_PAGE, ticket_page


def test_the_page_is_drawn_from_the_table() -> None:
    """Run `make moves` when this fails."""
    assert TICKET_PAGE.read_text(encoding="utf-8") == ticket_page()
