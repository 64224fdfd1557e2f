"""Writes docs/moves.md and docs/ticket-moves.md: `make moves`."""

from infra.moves.drawing import PAGE, page
from infra.moves.ticket_drawing import TICKET_PAGE, ticket_page

if __name__ == "__main__":
    for path, text in ((PAGE, page()), (TICKET_PAGE, ticket_page())):
        path.write_text(text, encoding="utf-8")
        print(path)
