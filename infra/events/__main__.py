"""Writes the schema of each event beside this file; `make schemas`."""

from infra.events.schemas import FOLDER, texts


def main() -> None:
    wanted = texts()
    for path in FOLDER.rglob("*.json"):
        if path.relative_to(FOLDER).as_posix() not in wanted:
            path.unlink()
    for name, text in wanted.items():
        path = FOLDER / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
    print(f"{len(wanted)} schemas in {FOLDER}")


if __name__ == "__main__":
    main()
