"""Writes the words room's data files: `make words`."""

from infra.words.locales import ROOM, files


def main() -> None:
    ROOM.mkdir(exist_ok=True)
    for name, text in files().items():
        (ROOM / name).write_text(text, encoding="utf-8")
        print(f"{name}: {len(text.encode()):,} bytes")


if __name__ == "__main__":
    main()
