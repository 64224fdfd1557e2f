"""Writes docs/moves.md: `make moves`."""

from infra.moves.drawing import PAGE, page

if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
    print(PAGE)
